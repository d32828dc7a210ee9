"""Links to choose a password with: invitations and forgotten passwords."""

import re
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

from accounts.models import LoginRecord
from accounts.passwords import password_link
from tests.dashboard.conftest import Mailbox, text
from tests.dashboard.test_roles import account, logged_in, new_account

pytestmark = pytest.mark.django_db
FORGOTTEN, NEW = "/konto/glomt/", "en lång mening om kim"
NO_LINK = "Länken är använd eller för gammal."


@pytest.fixture
def kim() -> User:
    cache.clear()
    return account("Redaktör", "kim", email="kim@example.org")


def link_in(words: str) -> str:
    found = re.search(r"(/konto/losenord/[^\s<]+)", words)
    assert found, words
    return found[1]


def choose(link: str, password: str = NEW) -> Any:
    client = Client()
    form = client.get(link, follow=True)
    url = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(url, {"new_password1": password, "new_password2": password}, follow=True)


def test_invited_user_chooses_a_password_once(mailbox: Mailbox) -> None:
    new_account(logged_in(account("Administratör", "chef")), first_name="Åsa")
    [message] = mailbox.messages
    assert (message["To"], "Åsa" in text(message)) == ("asa@example.org", True)
    assert "användarnamnet är ny" in text(message).lower()
    link = link_in(text(message))
    assert "Logga in med det" in choose(link).content.decode()
    assert Client().login(username="ny", password=NEW)
    assert LoginRecord.objects.filter(outcome="password_chosen", user__username="ny").count() == 1
    assert NO_LINK in choose(link, "en annan lång mening").content.decode()
    assert not Client().login(username="ny", password="en annan lång mening")


def test_weak_password_is_explained(kim: User, mailbox: Mailbox) -> None:
    Client().post(FORGOTTEN, {"email": kim.email})
    page = choose(link_in(text(mailbox.messages[0])), "kort").content.decode()
    assert "minst 12 tecken" in page
    assert Client().login(username="kim", password="x")


def test_invalid_links_say_so(kim: User, client: Client) -> None:
    for key in ("x/y", "MQ/abc-123", "%00/%00", "å/ä", f"{'9' * 300}/x"):
        page = client.get(f"/konto/losenord/{key}/")
        assert (page.status_code, NO_LINK in page.content.decode()) in {(200, True), (400, False), (404, False)}, key


def test_without_mail_server_the_administrator_gets_the_link() -> None:
    administrator = logged_in(account("Administratör", "chef"))
    new_account(administrator)
    page = administrator.get("/admin/auth/user/").content.decode()
    assert "Ge den här länken till" in page
    choose(link_in(page))
    assert Client().login(username="ny", password=NEW)


def test_failing_mail_server_shows_the_link(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    administrator = logged_in(account("Administratör", "chef"))
    new_account(administrator)
    page = administrator.get("/admin/auth/user/").content.decode()
    assert "Mejlet till ny gick inte att skicka." in page
    assert link_in(page)


def test_forgotten_password_is_chosen_anew(kim: User, mailbox: Mailbox) -> None:
    page = Client().post(FORGOTTEN, {"email": "Kim@Example.org"}, follow=True).content.decode()
    assert "Har adressen ett konto" in page
    choose(link_in(text(mailbox.messages[0])))
    assert Client().login(username="kim", password=NEW)


def test_unknown_and_closed_accounts_get_the_same_answer(kim: User, mailbox: Mailbox) -> None:
    User.objects.create_user("reader", "reader@example.org")  # not of the staff
    account("Redaktör", "gone", email="gone@example.org", is_active=False)
    answers = set()
    for address in ("kim@example.org", "nobody@example.org", "reader@example.org", "gone@example.org"):
        page = Client().post(FORGOTTEN, {"email": address}, follow=True).content.decode()
        answers.add(re.search(r'<li class="success">(.*?)</li>', page)[1])  # type: ignore[index]
    assert len(answers) == 1
    assert [message["To"] for message in mailbox.messages] == ["kim@example.org"]


def test_account_of_the_citys_login_gets_no_link(kim: User, mailbox: Mailbox) -> None:
    link = password_link(kim).removeprefix("https://international.example")
    SocialAccount.objects.create(user=kim, provider="stad", uid="1")
    Client().post(FORGOTTEN, {"email": kim.email})
    assert mailbox.messages == []
    assert NO_LINK in Client().get(link, follow=True).content.decode()


def test_link_of_a_closed_account_is_invalid(kim: User, mailbox: Mailbox) -> None:
    link = password_link(kim).removeprefix("https://international.example")
    User.objects.filter(pk=kim.pk).update(is_active=False)
    assert NO_LINK in Client().get(link, follow=True).content.decode()


def test_refused_letter_is_tried_again_at_once(kim: User, mailbox: Mailbox) -> None:
    User.objects.filter(pk=kim.pk).update(email="refused@example.org")
    assert Client().post(FORGOTTEN, {"email": "refused@example.org"}).status_code == 302
    User.objects.filter(pk=kim.pk).update(email="kim@example.org")
    Client().post(FORGOTTEN, {"email": "kim@example.org"})
    assert [message["To"] for message in mailbox.messages] == ["kim@example.org"]


def test_second_letter_waits_five_minutes(kim: User, mailbox: Mailbox) -> None:
    for _again in range(3):
        Client().post(FORGOTTEN, {"email": kim.email})
    assert len(mailbox.messages) == 1


def test_unreachable_mail_server_keeps_what_was_typed(kim: User, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for address in (kim.email, "nobody@example.org"):
        page = Client().post(FORGOTTEN, {"email": address}).content.decode()
        assert "Mejlet gick inte att skicka nu." in page
        assert address in page


def test_bad_addresses_are_explained(client: Client, mailbox: Mailbox) -> None:
    for address in ("", "kim", "kim@", "a@b.se\r\nBcc: x@y.se", "x" * 300 + "@example.org"):
        assert client.post(FORGOTTEN, {"email": address}).context["form"].errors["email"], address


def test_many_tries_are_stopped(kim: User, mailbox: Mailbox) -> None:
    answers = [Client().post(FORGOTTEN, {"email": f"{number}@example.org"}).status_code for number in range(25)]
    assert answers[0] == 302
    assert answers[-1] == 429


def test_link_for_superuser_needs_superuser(mailbox: Mailbox) -> None:
    chief = User.objects.create_superuser("chief", "chief@example.org", "x")
    administrator = logged_in(account("Administratör", "chef"))
    data = {"action": "send_links", "_selected_action": [chief.pk]}
    page = administrator.post("/admin/auth/user/", data, follow=True).content.decode()
    assert "Du får inte skicka någon länk" in page
    assert mailbox.messages == []
    assert Group.objects.get(name="Administratör") not in chief.groups.all()
