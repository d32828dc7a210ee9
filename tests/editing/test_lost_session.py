"""A form posted without a session, or with an older CSRF token, is shown again to the user who had opened it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from editing.proof import proof_of
from feedback.models import Retention
from networks.models import Network
from tests.factories import FocusAreaFactory
from tests.forms import SAME_ORIGIN, admin_url, filled_in

pytestmark = pytest.mark.django_db
KEPT = "Det du skrev finns kvar"


@pytest.fixture
def strict(editor: Client) -> Client:
    """The editor's browser, its CSRF tokens compared."""
    editor.handler.enforce_csrf_checks = True
    return editor


def end_session(client: Client) -> None:
    del client.cookies["sessionid"]


def log_in(client: Client) -> None:
    """In another tab: the browser gets a new CSRF token."""
    client.force_login(User.objects.get(username="samordnare"))
    client.cookies["csrftoken"] = "n" * 32


def forms_of_each_kind(network: Network) -> dict[str, dict[str, Any]]:
    """What is changed in a form of content, and in those that are compared by a `SeenForm`."""
    retention = Retention.objects.create(reference="KS 1", decided_on=timezone.localdate(), months=24)
    account = User.objects.create_user("robin", is_staff=True)
    return {
        admin_url(network): {"summary_sv": "Förfalskat"},
        admin_url(retention): {"reference": "Förfalskat", "months": 1},
        admin_url(account): {"last_name": "Förfalskat"},
    }


def test_typed_text_survives_a_lost_session(strict: Client, network: Network) -> None:
    area = FocusAreaFactory()
    url, text = admin_url(network), "Lång text\nmed två <rader>."
    strict.cookies["csrftoken"] = "o" * 32
    typed = filled_in(strict, url, summary_sv=text, body_sv="å" * 1_500_000, focus_areas=[area.pk])
    end_session(strict)
    answer = strict.post(url, typed | {"csrfmiddlewaretoken": "o" * 32}, headers=SAME_ORIGIN)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert KEPT in html
    assert {("summary_sv", text), ("body_sv", "å" * 1_500_000)} <= set(answer.context["typed"])
    assert "Logga in i en ny flik" in html

    log_in(strict)
    restored = dict(answer.context["typed"]) | {"_restore": "1", "csrfmiddlewaretoken": "o" * 32}
    again = strict.post(url, restored, headers=SAME_ORIGIN)
    assert again.status_code == 200
    form = again.context["adminform"].form
    assert (form["summary_sv"].value(), form["focus_areas"].value()) == (text, [str(area.pk)])
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."
    typed |= {"body_sv": "Kort.", "_seen": again.context["seen"], "csrfmiddlewaretoken": "n" * 32}
    assert strict.post(url, typed).status_code == 302
    network.refresh_from_db()
    assert network.summary_sv.startswith("Lång text")


def test_new_object_survives_a_lost_session(editor: Client, contact: Contact) -> None:
    url = admin_url(Network, "add")
    typed = filled_in(editor, url, name_sv="Nytt nätverk", slug="nytt")
    end_session(editor)
    assert KEPT in editor.post(url, typed, headers=SAME_ORIGIN).content.decode()
    log_in(editor)
    again = editor.post(url, typed | {"_restore": "1"}, headers=SAME_ORIGIN)
    assert again.context["adminform"].form["name_sv"].value() == "Nytt nätverk"
    assert not Network.objects.exists()


def test_form_of_an_earlier_login_is_shown_again(strict: Client, network: Network) -> None:
    for url, changes in forms_of_each_kind(network).items():
        typed = filled_in(strict, url, **changes) | {"csrfmiddlewaretoken": "x" * 32}
        answer = strict.post(url, typed, headers={"referer": f"http://testserver{url}"})
        assert "hörde till en tidigare inloggning" in answer.content.decode(), url


def test_restoring_saves_nothing(editor: Client, network: Network) -> None:
    for url, changes in forms_of_each_kind(network).items():
        restored = filled_in(editor, url, **changes) | {"_restore": "1", "_save": "1"}
        answer = editor.post(url, restored, headers=SAME_ORIGIN)
        name = next(iter(changes))
        assert answer.context["adminform"].form[name].value() == "Förfalskat", url
        assert "Det är inte sparat än." in answer.content.decode()
        assert filled_in(editor, url).get(name) != "Förfalskat"


def test_another_user_cannot_restore(strict: Client, network: Network) -> None:
    other = Client()
    other.force_login(User.objects.create_superuser("anna"))
    for url, changes in forms_of_each_kind(network).items():
        answer = other.post(url, filled_in(strict, url, **changes) | {"_restore": "1"}, headers=SAME_ORIGIN)
        assert answer.status_code == 403
        assert "Förfalskat" not in answer.content.decode()


FOREIGN = {"origin": "https://evil.example"}
FORGED_SENDERS: list[dict[str, str]] = [
    {},
    FOREIGN,
    {"origin": "null"},
    {"origin": "http://testserver.evil.example"},
    {"origin": "https://["},
    {"referer": "https://evil.example/http://testserver/"},
    FOREIGN | {"referer": "http://testserver/"},
]


def test_forged_posts_are_not_shown_again(strict: Client, network: Network) -> None:
    user, stranger = User.objects.get(username="samordnare"), User.objects.create_superuser("anna")
    for url, changes in forms_of_each_kind(network).items():
        form = filled_in(strict, url, **changes)
        proofs = "", "x", proof_of(stranger, url), proof_of(user, "/admin/"), form["_proof"][:-1]
        forged = [(form, headers) for headers in FORGED_SENDERS]
        forged += [(form | {"_proof": proof}, SAME_ORIGIN) for proof in proofs]
        for data, headers in forged:
            for button in ({}, {"_restore": "1"}):
                answer = strict.post(url, data | button, headers=headers)
                assert answer.status_code == 403
                for trace in ("Förfalskat", "csrfmiddlewaretoken", KEPT):
                    assert trace not in answer.content.decode(), (url, data["_proof"], headers)


def test_post_without_valid_proof_leads_to_login(
    editor: Client, client: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = filled_in(editor, admin_url(network))
    assert client.post(admin_url(network), typed | {"_proof": "x"}, headers=SAME_ORIGIN).status_code == 302
    monkeypatch.setattr("editing.proof.VALID_FOR", timedelta(seconds=-1))
    assert client.post(admin_url(network), typed, headers=SAME_ORIGIN).status_code == 302
