"""What is stored about a person is found whole, handed out without secrets, and erased but for what the law keeps."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import reversion
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from reversion.models import Version

from contacts.models import Contact
from editing.models import Draft, Presence
from feedback.models import Answer
from tests.desk.test_roles import account, logged_in
from tests.factories import ContactFactory, NetworkFactory

pytestmark = pytest.mark.django_db

TERMS = ["Åsa Öberg", "asa.oberg@molndal.se"]


def run(command: str, *terms: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, *terms, stdout=out, **options)
    return out.getvalue()


def wrote(comment: str, note: str = "") -> Answer:
    return Answer.objects.create(
        page="a:1", page_title="A", language="sv", revision=datetime.now(UTC), helped="no", comment=comment, note=note
    )


@pytest.fixture
def person() -> User:
    """Someone who edits, is a contact, and is named in answers and on a page."""
    user = account("Samordnare", "asa", first_name="Åsa", last_name="Öberg", email="Asa.Oberg@molndal.se")
    ContactFactory(name="Åsa Öberg", email="asa.oberg@molndal.se")
    with reversion.create_revision():
        reversion.set_user(user)
        network = NetworkFactory(name_sv="SERN", body_sv="<p>Fråga ÅSA ÖBERG.</p>")
    Draft.objects.create(model="networks.network", object_id=network.pk, data={"body_sv": ["Åsa Öberg"]}, user=user)
    Presence.objects.create(model="networks.network", object_id=network.pk, user=user)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=user, content_type=kind, object_id=user.pk, object_repr="asa", action_flag=CHANGE)
    wrote("Tack åsa öberg, du svarade snabbt.", "Hälsat till Åsa Öberg.")
    wrote("Åsa Öbergsson är en annan, och Öberg också.")
    return user


def test_everything_about_a_person_is_handed_out_and_no_secret(person: User) -> None:
    printed = run("export_person", *TERMS)
    tables = json.loads(printed)["tables"]
    assert {label: len(rows) for label, rows in tables.items()} == {
        "admin.logentry": 1,
        "auth.user": 1,
        "reversion.revision": 1,
        "reversion.version": 1,
        "networks.network": 1,
        "contacts.contact": 1,
        "editing.draft": 1,
        "editing.presence": 1,
        "feedback.answer": 1,
    }
    assert tables["auth.user"][0]["email"] == "Asa.Oberg@molndal.se"
    assert "password" not in tables["auth.user"][0]
    assert person.password not in printed


def test_nobody_is_nowhere(person: User) -> None:
    assert json.loads(run("export_person", "Nils Holgersson"))["tables"] == {}
    assert "Nothing is stored about this person." in run("erase_person", "Nils Holgersson", really=True)


def test_without_really_it_only_tells(person: User) -> None:
    before = run("export_person", *TERMS).partition("tables")[2]
    told = run("erase_person", *TERMS)
    assert f"account {person.pk}: closed" in told
    assert told.endswith("Nothing has been changed. Do it with --really.\n")
    assert run("export_person", *TERMS).partition("tables")[2] == before


def test_what_may_be_erased_is_and_the_rest_is_told_with_its_reason(person: User) -> None:
    client = logged_in(person)
    assert client.get("/admin/").status_code == 200
    told = run("erase_person", *TERMS, really=True)

    person.refresh_from_db()
    assert (person.username, person.get_full_name(), person.email) == (f"borttagen-{person.pk}", "", "")
    assert (person.is_active, person.is_staff, person.has_usable_password()) == (False, False, False)
    assert client.get("/admin/").status_code == 302
    assert not Client().login(username="asa", password="x")
    assert not Contact.objects.filter(name="Åsa Öberg").exists()
    assert not Presence.objects.exists()
    assert sorted(Answer.objects.values_list("comment", "note")) == [
        ("Tack [borttaget], du svarade snabbt.", "Hälsat till [borttaget]."),
        ("Åsa Öbergsson är en annan, och Öberg också.", ""),
    ]

    # Who did what is still told, by a name that says nothing.
    assert Version.objects.get().revision.user == person
    assert LogEntry.objects.get().object_repr == f"borttagen-{person.pk}"
    assert Draft.objects.get().user == person
    assert "1 rows in reversion.version stay: earlier versions are official documents" in told
    assert "1 rows in networks.network stay: edit or delete it in the admin" in told
    assert "auth.user" not in told
    assert "run this again after restoring" in told


def test_the_contact_that_readers_are_led_to_is_handed_over_first(contact: Contact) -> None:
    told = run("erase_person", contact.name, really=True)
    assert "1 rows in contacts.contact stay: readers are led to it on every page" in told
    assert Contact.objects.get() == contact
