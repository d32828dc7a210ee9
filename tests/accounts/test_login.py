"""Logging in by name or e-mail address."""

from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.backends import same_email
from accounts.models import LoginRecord
from tests.accounts.conftest import LOGIN, PASSWORD, activate_app, code_of, is_in, try_login

WRONG = "Namnet eller lösenordet är fel."


def test_name_or_email_and_password_let_in_locally(client: Client, robin: User) -> None:
    for name in ("robin", "Robin@molndal.example", "ROBIN@MOLNDAL.EXAMPLE"):
        assert try_login(client, name, PASSWORD).headers["Location"] == "/admin/"
        assert is_in(client), name
        client.logout()
    User.objects.create_user("kim", email=robin.email, password=PASSWORD, is_staff=True)
    for name in ("rob\u0131n@molndal.example", "ROB\u0130N@molndal.example", "robin@molndal.e\uff58ample", robin.email):
        try_login(client, name, PASSWORD)
        assert not is_in(client), name
    for half in ({}, {"login": "robin"}, {"password": "x"}, {"login": "?" * 9, "password": "x"}):
        assert client.post(LOGIN, half).status_code == 200


def test_emails_differ_in_case_only() -> None:
    for one, other, same in [
        ("Mike@x.example", "mike@X.example", True),
        ("Åsa@x.example", "åsa@x.example", True),
        ("a\u030asa@x.example", "åsa@x.example", True),  # composed or not
        ("m\u0131ke@x.example", "mike@x.example", False),  # dotless i
        ("M\u0130KE@x.example", "mike@x.example", False),  # I with a dot
        ("mi\u212ae@x.example", "mike@x.example", False),  # the sign of Kelvin
        ("\u017fam@x.example", "sam@x.example", False),  # long s
        ("gro\u00df@x.example", "gross@x.example", False),
        ("mike@x.example ", "mike@x.example", False),
        ("", "mike@x.example", False),
    ]:
        assert (same_email(one, other), same_email(other, one)) == (same, same), (one, other)


def test_login_redirects_to_this_site_only(client: Client, robin: User, secret: str) -> None:
    second = "/konto/andra-steget/"
    for address, leads_to in {
        "/admin/pages/page/": "/admin/pages/page/",
        "https://example.org/": "/admin/",
        "//[": "/admin/",
        "https://[x.example]/": "/admin/",
        "http://]": "/admin/",
    }.items():
        assert client.get(LOGIN, {"next": address}).status_code == 200
        assert client.post("/konto/nycklar/logga-in/", {"next": address}).headers["Location"].startswith(LOGIN)
        login = {"login": "robin", "password": PASSWORD, "next": address}
        assert client.post(LOGIN, login).headers["Location"].startswith(second)
        assert client.get(second, {"next": address}).status_code == 200
        cache.clear()  # a code is taken once
        code = {"code": code_of(secret), "next": address}
        assert client.post(second, code).headers["Location"] == leads_to, address
        for path in ("/konto/bekrafta/", "/konto/bekrafta/kod/", "/konto/bekrafta/nyckel/"):
            assert client.get(path, {"next": address}).status_code in {200, 302}, (path, address)
        answer = client.post("/konto/bekrafta/", {"password": PASSWORD, "next": address})
        assert answer.headers["Location"] == leads_to
        client.logout()


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor when it is committed
@pytest.mark.usefixtures("production")
def test_staff_without_second_factor_must_set_one_up(client: Client, robin: User) -> None:
    try_login(client, "robin", PASSWORD)
    for path in ("/admin/", "/admin/pages/page/", "/admin/auth/user/", "/admin/password_change/", "/admin/nothing/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/konto/"), path
    asked = client.get("/konto/app/")
    assert asked.headers["Location"] == "/konto/bekrafta/?next=%2Fkonto%2Fapp%2F"
    client.post(asked.headers["Location"], {"password": PASSWORD, "next": "/konto/app/"})
    secret = client.get("/konto/app/").context["form"].secret
    assert client.post("/konto/app/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.post("/konto/app/", {"code": code_of(secret)}).headers["Location"] == "/konto/reservkoder/"
    assert len(client.get("/konto/reservkoder/").context["unused_codes"]) == 10
    assert is_in(client)


@pytest.mark.usefixtures("production")
def test_new_second_factor_ends_earlier_sessions(robin: User) -> None:
    thief = Client()
    try_login(thief, "robin", PASSWORD)
    Authenticator.objects.create(user=robin, type="totp", data={"secret": ""})
    assert thief.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_code_of_the_second_step_works_once(client: Client, robin: User, secret: str) -> None:
    assert try_login(client, "robin", PASSWORD).headers["Location"] == "/konto/andra-steget/"
    assert not is_in(client)
    now = code_of(secret)
    wrong = client.post("/konto/andra-steget/", {"code": f"{(int(now) + 1) % 1_000_000:06}"})
    assert "Felaktig kod." in wrong.content.decode()
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for code in (now, recovery):
        came_in = []
        for browser in (Client(), Client()):
            try_login(browser, "robin", PASSWORD)
            browser.post("/konto/andra-steget/", {"code": code})
            came_in.append(is_in(browser))
        assert came_in == [True, False], code


def test_no_sign_up_and_no_reset_by_email(client: Client, db: None) -> None:
    for name in ("account_signup", "account_email", "account_reset_password", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    page = client.get(LOGIN).content.decode()
    assert "signup" not in page
    assert "reset" not in page
    for path in ("/konto/signup/", "/accounts/signup/", "/konto/password/reset/"):
        assert client.post(path, {"username": "x", "password1": PASSWORD, "password2": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_unknown_names_cannot_be_told_from_known_ones(client: Client, robin: User) -> None:
    """The work is counted, not timed: one hash of the password and one of nothing else."""
    User.objects.create_user("closed", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("kim", email="kim@molndal.example", password=PASSWORD, is_staff=True)
    hashed = []
    encode = MD5PasswordHasher.encode

    def count(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    names = ["robin", "robin@molndal.example", "kim@molndal.example", "closed", "nobody", "nobody@x.example", "å" * 99]
    for name in names:
        hashed.clear()
        with patch.object(MD5PasswordHasher, "encode", count):
            answer = try_login(client, name, "fel").content.decode()
        assert hashed == ["fel"], name
        assert WRONG in answer
        assert answer.count("errornote") == client.get(LOGIN).content.decode().count("errornote") + 1
    assert WRONG in try_login(client, "closed", PASSWORD).content.decode()


def test_administrator_resets_second_factor_of_lower_roles(client: Client, robin: User, secret: str) -> None:
    kim = User.objects.create_user("kim", password=PASSWORD, is_staff=True)
    kim.groups.set([Group.objects.get(name="Administratör")])
    alex = User.objects.create_user("alex", password=PASSWORD, is_staff=True)
    activate_app(alex)
    client.force_login(kim)
    sam = User.objects.create_user("sam", first_name="Sam", last_name="Ek", is_staff=True)
    typed = {"action": "forget_second_step", "_selected_action": [robin.pk, alex.pk, sam.pk]}
    answer = client.post("/admin/auth/user/", typed, follow=True)
    assert {(message.level_tag, str(message)) for message in answer.context["messages"]} == {
        ("success", "Det andra steget är nollställt för alex. Ett nytt väljs vid nästa inloggning."),
        ("warning", "Sam Ek har inget andra steg."),
        ("warning", "Du får inte nollställa det andra steget för robin."),
    }
    assert {factor.user for factor in Authenticator.objects.all()} == {robin}
    assert [(r.user, r.method) for r in LoginRecord.objects.filter(outcome="factor_removed")] == [(alex, "admin")]
    kim.groups.set([Group.objects.get(name="Samordnare")])
    activate_app(alex)
    client.post("/admin/auth/user/", typed)
    assert Authenticator.objects.filter(user=alex).exists()
