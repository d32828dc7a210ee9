"""Who gets in, and with what."""

from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.backends import same_email
from accounts.models import LoginRecord
from tests.accounts.conftest import LOGIN, PASSWORD, code_of, is_in, try_login

WRONG = "Namnet eller lösenordet är fel."


def test_the_password_alone_lets_in_on_a_local_demo(client: Client, robin: User) -> None:
    assert try_login(client, "robin", PASSWORD).headers["Location"] == "/admin/"
    assert is_in(client)


def test_an_email_address_does_as_well_as_a_name(client: Client, robin: User) -> None:
    try_login(client, "Robin@molndal.example", PASSWORD)
    assert is_in(client)


def test_lookalike_email_is_another_address(client: Client, robin: User) -> None:
    for address in ("rob\u0131n@molndal.example", "ROB\u0130N@molndal.example", "robin@molndal.e\uff58ample"):
        try_login(client, address, PASSWORD)
        assert not is_in(client), address
    try_login(client, "ROBIN@MOLNDAL.EXAMPLE", PASSWORD)
    assert is_in(client)


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


def test_an_address_that_two_accounts_share_is_nobodys(client: Client, robin: User) -> None:
    User.objects.create_user("kim", email=robin.email, password=PASSWORD, is_staff=True)
    try_login(client, robin.email, PASSWORD)
    assert not is_in(client)


def test_the_login_leads_on_to_our_own_pages_only(client: Client, robin: User) -> None:
    typed = {"login": "robin", "password": PASSWORD}
    assert client.post(f"{LOGIN}?next=/admin/pages/page/", typed).headers["Location"] == "/admin/pages/page/"
    assert client.post(f"{LOGIN}?next=https://example.org/", typed).headers["Location"] == "/admin/"


def test_malformed_next_leads_to_the_desk(client: Client, robin: User, secret: str) -> None:
    for address in ("//[", "https://[x.example]/", "http://]", "//[::1"):
        assert client.get(LOGIN, {"next": address}).status_code == 200
        assert client.post("/konto/nycklar/logga-in/", {"next": address}).headers["Location"] == LOGIN
        login = {"login": "robin", "password": PASSWORD, "next": address}
        assert client.post(LOGIN, login).headers["Location"] == "/konto/andra-steget/"
        assert client.get("/konto/andra-steget/", {"next": address}).status_code == 200
        code = {"code": code_of(secret), "next": address}
        cache.clear()  # a code is taken once
        assert client.post("/konto/andra-steget/", code).headers["Location"] == "/admin/"
        for path in ("/konto/bekrafta/", "/konto/bekrafta/kod/", "/konto/bekrafta/nyckel/"):
            assert client.get(path, {"next": address}).status_code in {200, 302}, (path, address)
        answer = client.post("/konto/bekrafta/", {"password": PASSWORD, "next": address})
        assert answer.headers["Location"] == "/admin/"
        assert client.post("/konto/logga-ut/", {"next": address}).headers["Location"] == LOGIN


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor when it is stored for good
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
def test_a_session_of_before_the_second_factor_is_over(client: Client, robin: User) -> None:
    """Whoever had the password only, and waits, gets nothing when its owner sets up a second step."""
    thief = Client()
    try_login(thief, "robin", PASSWORD)
    Authenticator.objects.create(user=robin, type="totp", data={"secret": ""})
    assert thief.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_the_second_step_wants_the_code_of_now_once(client: Client, robin: User, secret: str) -> None:
    assert try_login(client, "robin", PASSWORD).headers["Location"] == "/konto/andra-steget/"
    assert not is_in(client)
    now = code_of(secret)
    wrong = client.post("/konto/andra-steget/", {"code": f"{(int(now) + 1) % 1_000_000:06}"})
    assert "Felaktig kod." in wrong.content.decode()
    assert not is_in(client)
    client.post("/konto/andra-steget/", {"code": now})
    assert is_in(client)
    other = Client()
    try_login(other, "robin", PASSWORD)
    other.post("/konto/andra-steget/", {"code": now})
    assert not is_in(other), "a code that was read over a shoulder is used"


def test_a_recovery_code_lets_in_once(robin: User, secret: str) -> None:
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    came_in = []
    for client in (Client(), Client()):
        try_login(client, "robin", PASSWORD)
        client.post("/konto/andra-steget/", {"code": code})
        came_in.append(is_in(client))
    assert came_in == [True, False]


def test_nobody_signs_up_and_no_letter_resets_a_password(client: Client, db: None) -> None:
    for name in ("account_signup", "account_email", "account_reset_password", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    page = client.get(LOGIN).content.decode()
    assert "signup" not in page
    assert "reset" not in page
    for path in ("/konto/signup/", "/accounts/signup/", "/konto/password/reset/"):
        assert client.post(path, {"username": "x", "password1": PASSWORD, "password2": PASSWORD}).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["robin", "robin@molndal.example", "kim@molndal.example", "closed", "nobody", "nobody@molndal.example", "å" * 99],
)
def test_unknown_names_cannot_be_told_from_known_ones(client: Client, robin: User, name: str) -> None:
    """The work is counted, not timed: one hash of the password and one of nothing else."""
    User.objects.create_user("closed", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("kim", email="kim@molndal.example", password=PASSWORD, is_staff=True)
    hashed = []
    encode = MD5PasswordHasher.encode

    def count(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    with patch.object(MD5PasswordHasher, "encode", count):
        answer = try_login(client, name, "fel")
    assert hashed == ["fel"]
    assert WRONG in answer.content.decode()
    assert answer.content.decode().count("errornote") == client.get(LOGIN).content.decode().count("errornote") + 1


def test_a_closed_account_is_told_what_an_unknown_one_is(client: Client, db: None) -> None:
    User.objects.create_user("closed", password=PASSWORD, is_staff=True, is_active=False)
    assert WRONG in try_login(client, "closed", PASSWORD).content.decode()


def test_administrator_resets_second_factor_of_lower_roles(client: Client, robin: User, secret: str) -> None:
    kim = User.objects.create_user("kim", password=PASSWORD, is_staff=True)
    kim.groups.set([Group.objects.get(name="Administratör")])
    alex = User.objects.create_user("alex", password=PASSWORD, is_staff=True)
    TOTP.activate(alex, secret)
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
    assert [(r.user, r.outcome, r.method) for r in LoginRecord.objects.filter(outcome="factor_removed")] == [
        (alex, "factor_removed", "admin")
    ]
    kim.groups.set([Group.objects.get(name="Samordnare")])
    TOTP.activate(alex, secret)
    client.post("/admin/auth/user/", typed)
    assert Authenticator.objects.filter(user=alex).exists()
