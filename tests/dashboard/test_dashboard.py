"""The admin's first page: cards, latest changes, all lists."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
import reversion
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from reversion.models import Version

from accessibility.models import Report, Statement
from backup.models import LastRun, VerifiedBackup
from dashboard.cards import LINES, PROVIDERS, Card, cards
from dashboard.changes import latest_changes
from dashboard.management.commands import nightly
from dashboard.models import Note
from editing.models import Draft, Preview, Proposal, Schedule
from feedback.models import Answer
from networks.models import Network
from pages.models import Page
from partners.models import Confirmation
from quality.models import CheckedLink, RemarkCount
from search.models import Miss
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    HIDDEN,
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import unwritten
from tests.queries import number_of_queries
from twinning.models import Town

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.now() - timedelta(days=1)
FRESH: dict[str, Any] = {"published_at": YESTERDAY}
PICTURE = {"image": "x.png", "image_width": 1, "image_height": 1, "image_decorative": True}
TRANSLATED = {f"{name}_{code}": "x" for name in ("name", "summary", "body", "full_name", "title", "introduction")
              for code in ("en", "da", "de", "it", "pl", "cs", "fr")}  # fmt: skip


def fresh_network(**values: Any) -> Any:
    """One that nothing waits for."""
    return NetworkFactory(**FRESH | PICTURE | {k: v for k, v in TRANSLATED.items() if hasattr(Network, k)} | values)


def dashboard(client: Client) -> str:
    return unescape(client.get("/admin/").content.decode())


def card(user: User, title: str) -> Card | None:
    return next((found for found in cards(user) if found.title == title), None)


def titles(found: Card | None) -> list[str]:
    return [line.title for line in found.lines] if found else []


def test_empty_dashboard_says_that_nothing_waits(editor: Client) -> None:
    fresh_network()
    html = dashboard(editor)
    assert "Inget väntar på dig." in html
    assert 'class="card"' not in html


# To review


def test_unreviewed_pages_are_due_oldest_first(chief: User) -> None:
    today, long_ago = timezone.localdate(), timezone.now() - timedelta(days=900)
    for name, values in {
        "Aldrig granskad": {"published_at": timezone.now() - timedelta(days=366)},
        "Granskad för länge sedan": {"published_at": long_ago, "reviewed_at": today - timedelta(days=400)},
        "Nyss publicerad": {"published_at": timezone.now() - timedelta(days=364)},
        "Nyss granskad": {"published_at": long_ago, "reviewed_at": today - timedelta(days=10)},
    }.items():
        fresh_network(name_sv=name, **values)
    for hidden in HIDDEN:
        fresh_network(**hidden)
    assert titles(card(chief, "Dags att granska")) == ["Granskad för länge sedan", "Aldrig granskad"]


def test_card_shows_five_and_links_to_the_rest(editor: Client, chief: User) -> None:
    NetworkFactory.create_batch(7)
    TownFactory(name_sv="Borken")
    found = card(chief, "Dags att granska")
    assert found
    assert (found.count, len(found.lines)) == ("8", 5)
    links = dict(found.links)
    assert list(links) == ["Nätverk (7)", "Orter (1)"]
    assert "7 nätverk" in editor.get(links["Nätverk (7)"]).content.decode()


def test_marking_as_reviewed_changes_nothing_for_readers(editor: Client) -> None:
    network = fresh_network(name_sv="SERN", published_at=timezone.now() - timedelta(days=500))
    url = re.findall(r'action="(/admin/still-right/[^"]+)"', dashboard(editor))[0]
    response = editor.post(url, follow=True)
    assert "”SERN” är granskad i dag." in unescape(response.content.decode())
    assert "Inget väntar på dig." in dashboard(editor)
    after = Network.objects.get()
    assert (after.reviewed_at, after.updated_at) == (timezone.localdate(), network.updated_at)
    version = Version.objects.get_for_object(after).get()
    assert (version.revision.comment, version.revision.user.username) == ("Stämmer fortfarande", "samordnare")


def test_only_a_page_can_be_marked_as_reviewed(editor: Client) -> None:
    for key in ("networks.network:0", "auth.user:1", "x", "networks.network:x", ":", f"networks.network:{'9' * 40}"):
        assert editor.post(f"/admin/still-right/{key}/").status_code == 404, key


def test_editor_sees_what_is_due_and_no_button() -> None:
    """What each role may mark as reviewed: test_every_address.py."""
    network = NetworkFactory()
    html = dashboard(logged_in(account("Redaktör")))
    assert network.heading in html
    assert "Stämmer fortfarande" not in html


def test_accessibility_statement_is_due_once_a_year(editor: Client, chief: User) -> None:
    statement = StatementFactory()
    title = "Gå igenom tillgänglighetsredogörelsen"
    assert titles(card(chief, title)) == [str(statement)]
    assert f"/admin/accessibility/statement/{statement.pk}/change/" in dashboard(editor)
    assert card(chief, "Dags att granska") is None  # a click is not enough here
    Statement.objects.update(revised_on=timezone.localdate(), assessed_on=timezone.localdate())
    assert card(chief, title) is None


# Drafts, schedule, translations, answers


def draft(obj: Any, user: User, **values: Any) -> Draft:
    return Draft.objects.create(model=obj._meta.label_lower, object_id=obj.pk, data={}, user=user, **values)


def test_drafts_tell_who_and_when_and_lead_to_the_form(editor: Client, chief: User) -> None:
    kim = account("Redaktör", first_name="Kim", last_name="Öberg")
    network, exchange = fresh_network(name_sv="SERN"), ExchangeFactory(name_sv="Ungdomsutbyte")
    draft(network, kim, saved_at=datetime(2026, 5, 4, 8, 5, tzinfo=timezone.get_current_timezone()))
    draft(exchange, chief)
    for gone in (fresh_network() for _ in range(LINES + 1)):
        draft(gone, kim)
        gone.delete()
    found = card(chief, "Utkast")
    assert titles(found) == ["Ungdomsutbyte", "SERN"]
    assert found
    assert found.count == "2"
    assert found.lines[1].detail == "Kim Öberg, 4 maj 2026 kl. 08.05"
    assert found.lines[1].url == f"/admin/networks/network/{network.pk}/change/"
    assert "1 nätverk" in editor.get("/admin/networks/network/?status=draft").content.decode()


def test_drafts_tell_their_time_and_what_was_begun(editor: Client, chief: User) -> None:
    first, second = NetworkFactory(name_sv="Första"), NetworkFactory(name_sv="Andra")
    soon = datetime(2199, 5, 4, 8, 5, tzinfo=timezone.get_current_timezone())
    Schedule.objects.create(draft=draft(first, chief), publish_at=soon)
    Schedule.objects.create(draft=draft(second, chief), publish_at=soon, refusal=Schedule.Refusal.CHANGED)
    for user in (chief, User.objects.create_user("kim")):
        Draft.objects.create(model="networks.network", user=user)
    found = card(chief, "Utkast")
    details = {line.title: line.detail.split(", ", 2)[2:] for line in found.lines}
    assert details == {
        "Nytt: nätverk": [],
        "Första": ["publiceras 4 maj 2199 kl. 08.05"],
        "Andra": ["Publicerades inte. Sidan har ändrats sedan utkastet skrevs."],
    }
    assert found.count == "3"
    assert "Lägg till nätverk" in editor.get(found.lines[0].url).content.decode()


def test_scheduled_pages_are_listed_in_swedish_time(chief: User) -> None:
    zone = timezone.get_current_timezone()
    fresh_network(name_sv="Ut", unpublished_at=datetime(2150, 7, 1, 12, 0, tzinfo=zone))
    fresh_network(name_sv="In", published_at=datetime(2150, 1, 2, 8, 30, tzinfo=zone))
    fresh_network(name_sv="Aldrig", published_at=None, unpublished_at=datetime(2150, 7, 1, 12, 0, tzinfo=zone))
    found = card(chief, "På gång")
    assert found
    assert [(line.title, line.detail) for line in found.lines] == [
        ("In", "Publiceras 2 januari 2150 kl. 08.30"),
        ("Ut", "Avpubliceras 1 juli 2150 kl. 12.00"),
    ]
    assert "svensk tid" in found.hint
    assert [text for text, _url in found.links] == ["Nätverk (1)"]


def test_missing_translations_are_counted_and_lead_to_them(editor: Client, chief: User) -> None:
    fresh_network(name_sv="Helt översatt")
    fresh_network(name_sv="Utan engelsk text", body_en="")
    fresh_network(name_sv="Utan något", body_en=None, summary_de=None)
    fresh_network(name_sv="Dold", body_en="", published_at=None)
    fresh_network(name_sv="Tom på svenska också", body_sv="", body_en="")
    found = card(chief, "Översättningar att göra")
    assert found
    assert [(line.title, line.detail) for line in found.lines] == [
        ("Engelska", "saknas på 2 sidor"),
        ("Tyska", "saknas på 1 sida"),
    ]
    html = editor.get(found.lines[0].url, {"state": "missing"}).content.decode()
    assert re.findall(r'<th scope="row">([^<]+)</th>', html) == ["Dold", "Utan engelsk text", "Utan något"]


def test_proper_name_needs_no_translation(chief: User) -> None:
    fresh_network(name_en="")
    assert card(chief, "Översättningar att göra") is None
    FocusAreaFactory(**FRESH)
    assert card(chief, "Översättningar att göra")


def answer(**values: Any) -> Answer:
    values = {"page": "networks.network:1", "page_title": "SERN", "language": "sv", "helped": "no"} | values
    return Answer.objects.create(revision=timezone.now(), **values)


def test_unread_answers_are_counted_with_latest_comments(editor: Client, chief: User) -> None:
    answer(comment="Hur anmäler jag mig?")
    answer()
    answer(status="handled", comment="Läst")
    found = card(chief, "Olästa svar")
    assert found
    assert (found.count, [line.detail for line in found.lines]) == ("2", ["Hur anmäler jag mig?"])
    html = dashboard(editor)
    assert "/admin/feedback/answer/rapport/" in html


def test_comment_is_escaped(editor: Client) -> None:
    answer(comment="<script>alert(1)</script>", page_title="<b>SERN</b>")
    html = editor.get("/admin/").content.decode()
    assert "<script>alert" not in html
    assert "<b>SERN" not in html


def test_missing_pictures_are_listed_with_their_field(chief: User, editor: Client) -> None:
    fresh_network()
    borken, _home = TownFactory(name_sv="Borken", **FRESH), TownFactory(home=True, **FRESH)
    network = NetworkFactory(name_sv="SERN", **FRESH)
    for hidden in HIDDEN:
        TownFactory(**hidden)
    found = card(chief, "Bilder som saknas")
    assert found
    assert [(line.title, line.url) for line in found.lines] == [
        ("Borken: stadsvapen eller foto", f"/admin/twinning/town/{borken.pk}/change/#id_image"),
        ("SERN: logotyp", f"/admin/networks/network/{network.pk}/change/#id_image"),
    ]
    for (name, url), item in zip(found.links, (network, borken), strict=True):
        assert name.endswith("(1)")
        assert list(editor.get(url).context["cl"].queryset) == [item]


# The backup


def test_age_of_the_last_verified_backup_is_shown(editor: Client) -> None:
    assert "säkerhetskopia" not in dashboard(editor)
    VerifiedBackup.objects.create(name="old", made_at=timezone.now() - timedelta(days=9))
    VerifiedBackup.objects.create(name="new", made_at=timezone.now() - timedelta(hours=14, minutes=5))
    VerifiedBackup.objects.create(name="older, and looked at today", made_at=timezone.now() - timedelta(days=5))
    assert "Senaste kontrollerade säkerhetskopia: för 14\xa0timmar, 5\xa0minuter sedan." in dashboard(editor)


def test_administrator_is_told_of_missing_backups(chief: User, settings: Any) -> None:
    title = "Ny säkerhetskopia saknas"
    assert card(chief, title) is None  # nobody has asked for backups here
    settings.BACKUP_DIR = "/a/folder"
    assert titles(card(chief, title)) == ["Det finns ingen säkerhetskopia som är kontrollerad."]
    VerifiedBackup.objects.create(name="old", made_at=datetime(2026, 3, 1, 4, 10, tzinfo=UTC))
    assert titles(card(chief, title)) == ["Senast 1 mars 2026 kl. 05.10"]
    assert card(account("Samordnare"), title) is None
    VerifiedBackup.objects.create(name="new", made_at=timezone.now() - timedelta(hours=40))
    assert card(chief, title) is None


def test_administrator_is_told_of_a_backup_of_the_future(chief: User, editor: Client, settings: Any) -> None:
    settings.BACKUP_DIR = "/a/folder"
    VerifiedBackup.objects.create(name="new", made_at=timezone.now() - timedelta(hours=2))
    VerifiedBackup.objects.create(name="future", made_at=timezone.now() + timedelta(days=1))
    assert titles(card(chief, "Säkerhetskopia från framtiden")) == ["future"]
    assert "Senaste kontrollerade säkerhetskopia: för 2\xa0timmar sedan." in dashboard(editor)


def test_administrator_is_told_of_a_clock_far_from_the_last_run(chief: User) -> None:
    title = "Datorns klocka kan gå fel"
    for days, is_told in ((0, False), (3, True), (-3, True)):
        LastRun.objects.update_or_create(name=LastRun.CLOCK, defaults={"at": timezone.now() - timedelta(days=days)})
        assert bool(card(chief, title)) == is_told, days
    assert card(account("Samordnare"), title) is None


def test_day_of_the_last_restore_drill_is_shown(editor: Client) -> None:
    assert "övades" not in dashboard(editor)
    LastRun.objects.create(name=LastRun.DRILL, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert "Återställning av säkerhetskopian övades senast 1 mars 2026." in dashboard(editor)


# Who sees what


def fill(number: int, user: User) -> None:
    """Something of every kind for every card."""
    for make in (NetworkFactory, TownFactory, FocusAreaFactory, PageFactory):
        for item in make.create_batch(number):
            draft(item, user)
            with reversion.create_revision():
                reversion.set_user(user)
                reversion.add_to_revision(item)
        make(published_at=timezone.now() + timedelta(days=3))
    for _ in range(number):
        answer(comment="Hej")
        Report.objects.create(problem="Hej", language="sv")
        Note.objects.create(page=NetworkFactory().key, text="Hej")
        Proposal.objects.create(draft=draft(NetworkFactory(), user), asked_by=user)
        asked = Confirmation.objects.create(town=TownFactory(), language="de", answered_at=timezone.now())
        asked.suggestions.create(field="name", proposed="Hej")
        Preview.objects.create(model="networks.network", object_id=1, user=user, is_shared=True)
    pages = {model: list(model.objects.order_by("pk")[:number]) for model in (Network, Town, Page)}
    for model, items in pages.items():
        for n, item in enumerate(items):
            found = {"model": model._meta.label_lower, "object_id": item.pk}
            RemarkCount.objects.get_or_create(**found, defaults={"count": n + 1})
    for n in range(number):
        CheckedLink.objects.create(
            url=f"https://a{CheckedLink.objects.count()}.example/",
            problem="gone",
            failed_since=timezone.now() - timedelta(days=n),
            used_by=[items[n % len(items)].key for items in pages.values()],
        )
    for n in range(3 * number):
        Miss.objects.get_or_create(word=f"ord{n // 3}", language="sv", day=timezone.localdate() - timedelta(days=n % 3))


def test_steps_without_success_for_two_days_are_shown(
    chief: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    title, now = "Nattkörningen har inte lyckats på två dygn", timezone.now()
    assert card(chief, title) is None  # a local run
    settings.LOCAL = False
    found = card(chief, title)
    assert found
    assert found.lines[0].title == "Den har aldrig körts."
    monkeypatch.setattr(nightly, "STEPS", {"digest": lambda dry_run: "", "purge": lambda dry_run: str(1 / 0)})
    with pytest.raises(CommandError):
        call_command("nightly", stdout=StringIO())
    found = card(chief, title)
    assert found
    assert [(line.title, line.detail) for line in found.lines] == [("purge", "Aldrig")]
    assert card(account("Samordnare", "sam"), title) is None
    monkeypatch.setattr(nightly, "STEPS", {"digest": lambda dry_run: ""})
    call_command("nightly", stdout=StringIO())
    assert card(chief, title) is None
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=3))
    call_command("nightly", dry_run=True, stdout=StringIO())
    found = card(chief, title)
    assert found
    assert found.lines[0].title == "digest"
    assert found.lines[0].detail.startswith("Senast ")


def test_words_that_found_nothing_on_three_days_are_shown(editor: Client, chief: User) -> None:
    today = timezone.localdate()
    for word, days, count in (
        ("sopor", (0, 5, 90), 2),
        ("anna", (0, 1), 99),
        ("gammalt", (0, 1, 91), 99),
        ("b", (1, 2, 3), 1),
    ):
        for ago in days:
            Miss.objects.create(word=word, language="da", day=today - timedelta(days=ago), count=count)
    found = card(chief, "Sökningar utan träff")
    assert found
    assert [(line.title, line.detail) for line in found.lines] == [
        ("sopor", "6 sökningar på danska"),
        ("b", "3 sökningar på danska"),
    ]
    form = editor.get(found.lines[0].url).context["adminform"].form
    assert (form.initial["words"], form.initial["language"]) == ("sopor", "da")
    editor.post("/admin/search/synonyms/add/", {"words": "Sopor, skräp", "language": "da", "found_as": "affald"})
    assert titles(card(chief, "Sökningar utan träff")) == ["b"]  # one that has an answer is counted from zero
    assert card(account("Redaktör"), "Sökningar utan träff") is None


def test_user_without_permissions_sees_no_cards(chief: User, settings: Any) -> None:
    settings.BACKUP_DIR, settings.LOCAL = "/a/folder", False
    fill(1, chief)
    StatementFactory()
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert cards(nobody) == []
    assert latest_changes(nobody) == []
    assert "Inget väntar på dig." in dashboard(logged_in(nobody))
    assert len(cards(chief)) == len(PROVIDERS)


def test_every_link_of_the_dashboard_opens(chief: User) -> None:
    fill(1, chief)
    StatementFactory()
    ContactFactory(is_main=True)
    for role in ("Redaktör", "Samordnare"):
        client = logged_in(account(role, role))
        links = {unescape(link) for link in re.findall(r'href="(/admin/[^"#]*)"', dashboard(client))}
        assert len(links) > 25
        for link in links - {"/admin/logout/"}:
            with unwritten():  # test_every_address.py writes them
                assert client.get(link).status_code == 200, link


def test_number_of_queries_does_not_grow(editor: Client, chief: User) -> None:
    fill(3, chief)
    editor.get("/admin/")  # content types are remembered from now on
    few = number_of_queries(editor.get, "/admin/")
    fill(LINES + 2, chief)  # of each of four kinds, more than any card shows
    assert number_of_queries(editor.get, "/admin/") <= few < 90


# Latest changes and the list of everything


def test_latest_changes_tell_who_changed_what(editor: Client, chief: User) -> None:
    network, deleted = fresh_network(name_sv="SERN"), fresh_network(name_sv="Borta")
    for item, comment in ((deleted, "Raderad"), (network, "Ändrade Text")):
        with reversion.create_revision():
            reversion.set_user(chief)
            reversion.set_comment(comment)
            reversion.add_to_revision(item)
    with reversion.create_revision():  # by a program, not by a person
        reversion.add_to_revision(fresh_network(name_sv="Inläst"))
    deleted.delete()
    assert [(c["title"], c["who"], c["what"], c["is_deleted"]) for c in latest_changes(chief)] == [
        ("SERN", "samordnare", "Ändrade Text", False),
        ("Borta", "samordnare", "Raderad", True),
    ]
    html = dashboard(editor)
    assert f"/admin/networks/network/{network.pk}/history/" in html
    assert "/admin/networks/network/deleted/" in html


def test_no_changes_yet_says_so(editor: Client) -> None:
    assert "Ingen har ändrat något än." in dashboard(editor)
