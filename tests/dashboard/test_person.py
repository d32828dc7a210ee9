"""Export and erasure of what is stored about a person."""

import json
import unicodedata
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import reversion
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from reversion.models import Version

from accessibility.models import Report
from contacts.models import Contact
from editing.models import Draft, Presence
from feedback.models import Answer
from search.index import update_all_indexes
from search.models import SearchEntry
from tests.dashboard.test_roles import account, logged_in
from tests.factories import ContactFactory, NetworkFactory, PageFactory

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


@pytest.fixture(autouse=True)
def main_contact() -> Contact:
    """Not the person: the main contact is not erased."""
    return ContactFactory(name="Växeln", email="vaxeln@example.se", is_main=True)


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


def test_export_holds_all_rows_and_no_secret(person: User) -> None:
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


def test_unknown_person_is_in_no_table(person: User) -> None:
    assert json.loads(run("export_person", "Nils Holgersson"))["tables"] == {}
    assert "Inget är lagrat om den här personen." in run("erase_person", "Nils Holgersson", really=0)


def test_erase_without_really_only_lists(person: User) -> None:
    before = run("export_person", *TERMS).partition("tables")[2]
    told = run("erase_person", *TERMS)
    assert f"konto {person.pk}: stängt" in told
    assert told.endswith("Inget är ändrat. Radera de 3 med --really 3.\n")
    assert run("export_person", *TERMS).partition("tables")[2] == before


def test_erase_lists_what_stays_with_reasons(person: User) -> None:
    client = logged_in(person)
    assert client.get("/admin/").status_code == 200
    told = run("erase_person", *TERMS, really=3)

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
    assert "1 rader i reversion.version finns kvar: tidigare versioner är allmänna handlingar" in told
    assert "1 rader i networks.network finns kvar: ändra eller ta bort i administrationen" in told
    assert "auth.user" not in told
    assert "kör det här igen när en har återställts" in told


def test_main_contact_is_handed_over_first(main_contact: Contact) -> None:
    told = run("erase_person", main_contact.name, really=0)
    assert "1 rader i contacts.contact finns kvar: varje sida leder läsarna dit" in told
    assert Contact.objects.get() == main_contact


def test_blank_terms_are_refused(person: User) -> None:
    ContactFactory(name="Anna", email="")
    account("Samordnare", "utan-adress", email="")
    before = list(User.objects.values()), list(Contact.objects.values()), list(Answer.objects.values())
    for term in ("", "  ", "\u00a0", "\u200b", "\u00ad ", "-", "a", "%"):
        for command, options in (("export_person", {}), ("erase_person", {}), ("erase_person", {"really": 3})):
            for terms in ([term], [*TERMS, term]):
                with pytest.raises(CommandError, match="minst två bokstäver"):
                    run(command, *terms, **options)
    assert (list(User.objects.values()), list(Contact.objects.values()), list(Answer.objects.values())) == before


def test_another_number_than_listed_erases_nothing(person: User) -> None:
    for number in (0, 2, 4):
        with pytest.raises(CommandError, match=f"3 hittades att radera, inte {number}"):
            run("erase_person", *TERMS, really=number)
    assert Contact.objects.filter(name="Åsa Öberg").exists()
    assert User.objects.get(pk=person.pk).username == "asa"


def test_contact_is_found_however_its_name_was_typed() -> None:
    names = [
        unicodedata.normalize("NFD", "Märta Östlund"), "MÄRTA ÖSTLUND", "Märta\u00a0Östlund", "Märta  Östlund ",
        "Märta Öst\u00adlund", "\u200bMärta Östlund", "Märta\nÖstlund",
    ]  # fmt: skip
    for term in ("Märta Östlund", unicodedata.normalize("NFD", "märta östlund"), " Märta\u00a0Öst\u00adlund"):
        contacts = {ContactFactory(name=name, email="").pk: name for name in names}
        found = {row["id"] for row in json.loads(run("export_person", term))["tables"]["contacts.contact"]}
        assert [name for key, name in contacts.items() if key not in found] == [], term
        told = run("erase_person", term, really=len(names))
        assert [name for key, name in contacts.items() if f"kontakt {key}: borttagen" not in told] == [], term
        assert Contact.objects.get().name == "Växeln"


def test_comments_are_masked_however_names_were_typed() -> None:
    for written, left in (
        ("Märta Östlunds svar", "[borttaget] svar"),
        ("av Märta Östlund:s och Märta Östlund’s.", "av [borttaget] och [borttaget]."),
        ("Tack Märta\nÖstlund!", "Tack [borttaget]!"),
        ("Tack märta\u00a0\u2009ÖST\u00adLUND", "Tack [borttaget]"),
        (unicodedata.normalize("NFD", "Märta Östlunds mån"), "[borttaget] mån"),
        ("Märta Östlundsson, Emmärta Östlund", "Märta Östlundsson, Emmärta Östlund"),
    ):
        found = wrote(written, note=written)
        run("erase_person", "Märta Östlund", really=int(left != written))
        found.refresh_from_db()
        assert (found.comment, found.note) == (left, left)
    found = wrote("Frau STRASSMANN ringde")
    run("erase_person", "Straßmann", really=1)
    found.refresh_from_db()
    assert found.comment == "Frau [borttaget] ringde"


def test_report_is_exported_and_masked() -> None:
    said = Report.objects.create(
        page="Åsa Öbergs sida", problem="Jag, Åsa Öberg, hör inte.", reply_to="Asa.Oberg@molndal.se", language="sv",
        note="Svarat Åsa Öberg.",
    )  # fmt: skip
    other = Report.objects.create(problem="Annat", reply_to="annan@example.se", language="sv")
    tables = json.loads(run("export_person", *TERMS))["tables"]
    assert [row["id"] for row in tables["accessibility.report"]] == [said.pk]
    assert f"rapporterat tillgänglighetsproblem {said.pk}: maskad" in run("erase_person", *TERMS, really=1)
    said.refresh_from_db()
    assert (said.page, said.problem, said.reply_to, said.note) == (
        "[borttaget] sida", "Jag, [borttaget], hör inte.", "[borttaget]", "Svarat [borttaget].",
    )  # fmt: skip
    other.refresh_from_db()
    assert other.reply_to == "annan@example.se"
    assert "accessibility.report" not in json.loads(run("export_person", *TERMS))["tables"]


def test_each_place_that_stays_is_listed(editor: Client) -> None:
    user = User.objects.get()
    with reversion.create_revision():
        first = NetworkFactory(name_sv="SERN", body_sv="<p>Fråga Märta&nbsp;<b>Öst&shy;lund</b>.</p>")
    second = NetworkFactory(name_sv="Märta\nÖstlunds nätverk")
    draft = Draft.objects.create(
        model="networks.network", object_id=1, data={"body_sv": ["Märta\u00a0Öst\u00adlund"]}, user=user
    )
    version = Version.objects.get()
    version.serialized_data = json.dumps([{"fields": {"summary_sv": "Märta\nÖstlund"}}])
    version.save()
    lines = run("erase_person", "märta östlund").splitlines()
    for line in (
        f"  networks.network {first.pk}: body, body_sv",
        f"  networks.network {second.pk}: name, name_sv",
        f"  editing.draft {draft.pk}: data",
        f"  reversion.version {version.pk}: serialized_data",
    ):
        assert line in lines, lines


def test_erased_contact_is_not_in_the_search_index() -> None:
    PageFactory(section="contact", slug="kontakt")
    ContactFactory(name="Åsa Öberg", email="asa.oberg@molndal.se")
    update_all_indexes()
    assert SearchEntry.objects.filter(words__contains="oberg").count() == len(settings.LANGUAGES)
    run("erase_person", *TERMS, really=1)
    assert not SearchEntry.objects.filter(words__contains="oberg").exists()
