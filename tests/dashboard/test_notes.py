"""Notes on what has to be found out ("Att reda ut")."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.cards import cards
from dashboard.models import Note
from dashboard.notes import open_notes
from dashboard.person import erase
from networks.models import Network
from search.models import SearchEntry
from tests.browser.page_kinds import KINDS
from tests.dashboard.test_roles import account, logged_in
from tests.factories import ContactFactory, NetworkFactory, TownFactory
from tests.forms import admin_url, errors, filled_in, save
from twinning.models import Town

pytestmark = pytest.mark.django_db
WORD = "Hemligord"


@pytest.fixture
def network(contact: Any) -> Any:
    return NetworkFactory(name_sv="SERN")


def note(item: Any, text: str = "Vilket år?", **values: Any) -> Note:
    return Note.objects.create(page=item.key, text=text, **values)


def shown(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def test_card_lists_open_notes_with_their_pages(editor: Client, network: Any) -> None:
    town = TownFactory(name_sv="Borken")
    note(network, "Vilket år?")
    note(town, "Gäller avtalet?")
    note(town, "Redan klart").resolve(user := User.objects.get())
    Note.objects.filter(text="Redan klart").update(resolved_at=network.updated_at)
    card = next(found for found in cards(user) if found.title == "Att reda ut")
    assert card.count == "2"
    assert [(line.title, line.url, line.detail) for line in card.lines] == [
        ("SERN", admin_url(network), "Vilket år?"),
        ("Borken", admin_url(town), "Gäller avtalet?"),
    ]
    assert "Redan klart" not in shown(editor, "/admin/")


def test_note_on_a_deleted_page_leads_to_the_note(editor: Client, network: Any) -> None:
    left = note(network)
    network.delete()
    card = open_notes(User.objects.get())
    assert card
    assert (card.lines[0].title, card.lines[0].url) == ("En sida som är raderad", admin_url(left))
    save(editor, left, text="Borta ändå")
    assert left.text == "Borta ändå"
    assert "En sida som är raderad" in shown(editor, "/admin/dashboard/note/")


def test_form_of_the_page_shows_its_open_notes(editor: Client, network: Any) -> None:
    first = note(network, "Vilket år?", source="https://example.org/a och en bok")
    note(network, "Redan klart", resolved_at=network.updated_at)
    note(NetworkFactory(), "Om en annan sida")
    html = shown(editor, admin_url(network))
    assert "<p>Vilket år?</p>" in html
    assert 'href="https://example.org/a"' in html
    assert f'href="/admin/dashboard/note/{first.pk}/change/"' in html
    assert f'href="/admin/dashboard/note/add/?page={network.key.replace(":", "%3A")}"' in html
    for other in ("Redan klart", "Om en annan sida"):
        assert other not in html


def test_note_is_added_from_the_page_and_leads_back(editor: Client, network: Any) -> None:
    url = f"/admin/dashboard/note/add/?page={network.key}"
    response = editor.post(url, filled_in(editor, url, text="Vilket år?", source="Diariet"))
    assert response.headers["Location"] == admin_url(network)
    made = Note.objects.get()
    assert (made.page, made.text, made.source, made.resolved_at) == (network.key, "Vilket år?", "Diariet", None)


def test_wrong_note_is_refused_and_kept_in_the_form(editor: Client, network: Any) -> None:
    url = "/admin/dashboard/note/add/"
    for page in ("networks.network:9999", "auth.user:1", "x", ""):
        refused = editor.post(url, {"page": page, "text": "Vilket år?"})
        assert set(errors(refused)) == {"page"}, page
        assert "Vilket år?" in refused.content.decode()
    assert set(errors(editor.post(url, {"page": network.key, "text": " "}))) == {"text"}
    assert not Note.objects.exists()


def test_resolved_note_says_when_and_by_whom(network: Any) -> None:
    anna, bo = account("Samordnare", "anna"), account("Redaktör", "bo")
    made = note(network)
    save(logged_in(anna), made, resolved="on")
    resolved_at = made.resolved_at
    assert (resolved_at is not None, made.resolved_by) == (True, anna)
    save(logged_in(bo), made, text="Vilket år då?")  # still resolved, by its author
    assert (made.resolved_at, made.resolved_by) == (resolved_at, anna)
    data = filled_in(logged_in(bo), admin_url(made))
    del data["resolved"]
    logged_in(bo).post(admin_url(made), data)
    made.refresh_from_db()
    assert (made.resolved_at, made.resolved_by) == (None, None)


def test_several_notes_are_marked_as_resolved(editor: Client, network: Any) -> None:
    keys = [note(network).pk for _ in range(3)]
    data = {"action": "mark_resolved", "_selected_action": keys[:2]}
    answer = editor.post("/admin/dashboard/note/", data, follow=True)
    assert "2 anteckningar är utredda." in answer.content.decode()
    assert list(Note.objects.filter(resolved_at=None).values_list("pk", flat=True)) == keys[2:]
    assert set(Note.objects.exclude(resolved_at=None).values_list("resolved_by", flat=True)) == {User.objects.get().pk}


def test_list_shows_what_is_left_to_find_out(editor: Client, network: Any) -> None:
    note(network, "Vilket år?")
    note(network, "Redan klart", resolved_at=network.updated_at)
    both = ["Vilket år?", "Redan klart"]
    for query, found in (("", both[:1]), ("?status=resolved", both[1:]), ("?status=all", both)):
        html = shown(editor, f"/admin/dashboard/note/{query}")
        assert [text for text in both if text in html] == found, query


def test_resolved_notes_stay_when_their_account_is_erased(network: Any) -> None:
    ContactFactory(is_main=True)
    user = account("Samordnare", "asa", first_name="Åsa", last_name="Öberg")
    made = note(network, resolved_at=network.updated_at, resolved_by=user)
    erase(["Åsa Öberg"])
    made.refresh_from_db()
    assert made.resolved_by
    assert made.resolved_by.get_full_name() == ""


def test_shipped_notes_name_what_the_sources_disagree_on(seeded: None) -> None:
    pages = list(Note.objects.order_by("page").values_list("page", flat=True))
    molndal, canterbury, ricany = (Town.objects.get(slug=s).key for s in ("molndal", "canterbury-whitstable", "ricany"))
    networks = [network.key for network in Network.objects.filter(slug__in=["sern", "eurotowns"])]
    assert pages == sorted([*networks, molndal, molndal, canterbury, ricany])
    assert not Note.objects.exclude(resolved_at=None).exists()


def test_no_reader_ever_sees_a_note(client: Client, seeded: None) -> None:
    items = [item for model in (Network, Town) for item in model.objects.published()]
    for item in items:
        note(item, WORD, source=f"https://example.org/{WORD}")
    files = ["/sitemap.xml", "/andringar/", *re.findall(r'href="(/data/[^"]+\.\w+)"', shown(client, "/data/"))]
    assert len(files) > 5
    pages = [item.get_absolute_url() for item in items if item.slug != "molndal"]
    for path in {*files, *pages, *(kind.path for kind in KINDS)}:
        response = client.get(path, follow=True)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert WORD.encode() not in body, path
    assert "example.org" not in shown(client, f"/sok/?q={WORD}")
    assert SearchEntry.objects.exists()
    assert not SearchEntry.objects.filter(words__contains=WORD.lower()).exists()
