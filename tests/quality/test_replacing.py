"""The list of links in the admin, and "Ersätt överallt"."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from reversion.models import Version

from networks.models import Fact
from pages.models import Page
from quality.models import CheckedLink, Problem
from tests.dashboard.test_roles import account, logged_in
from tests.factories import ArticleFactory, FactFactory, NetworkFactory, PageFactory, PartnershipFactory, TownFactory
from tests.forms import admin_url, save

pytestmark = pytest.mark.django_db

OLD, NEW = "https://gammal.example/?a=1&b=it's", "https://ny.example/?c=3&d=4"
TEXT = '<p>Läs <a href="https://gammal.example/?a=1&amp;b=it\'s">mer</a> och <a href="https://gammal.example/">annat</a>.</p>'


def broken(url: str = OLD, **values: Any) -> CheckedLink:
    now = timezone.now()
    values = {"problem": Problem.GONE, "failures": 1, "failed_since": now, "checked_at": now, **values}
    return CheckedLink.objects.create(url=url, **values)


def replace(client: Client, link: CheckedLink, new: str) -> Any:
    return client.post(admin_url(link), {"new": new}, follow=True)


def test_link_is_replaced_in_all_places_and_languages(editor: Client) -> None:
    town = TownFactory(body_sv=TEXT, body_en=TEXT, website=OLD)
    hidden = ArticleFactory(link=OLD, published_at=None)
    fact, agreement = FactFactory(source_url=OLD), PartnershipFactory(source_url=OLD)
    other = PageFactory(body_sv="<p><a href='https://gammal.example/'>annat</a></p>")
    link = broken(used_by=[town.key])
    response = replace(editor, link, "ny.example/?c=3&d=4")  # as people type it
    assert "Länken är ersatt på 4 ställen." in unescape(response.content.decode())
    for item in (town, hidden, fact, agreement, other):
        item.refresh_from_db()
    new = TEXT.replace("gammal.example/?a=1&amp;b=it's", "ny.example/?c=3&amp;d=4")
    assert (town.body_sv, town.body_en, town.website) == (new, new, NEW)
    assert (hidden.link, fact.source_url, agreement.source_url) == (NEW, NEW, NEW)
    assert "gammal.example" in other.body_sv
    assert not CheckedLink.objects.exists()


def test_replacing_can_be_undone_in_the_history(editor: Client) -> None:
    network = NetworkFactory(body_sv=TEXT)
    FactFactory(network=network, source_url=OLD)
    save(editor, network, summary_sv="Före.")
    before = network.updated_at
    replace(editor, broken(), NEW)
    network.refresh_from_db()
    assert "ny.example" in network.body_sv
    assert network.updated_at == before  # no news for readers
    last, first = (
        Version.objects.get_for_object(network).order_by("-pk")[0],
        Version.objects.get_for_object(network).last(),
    )
    assert last.revision.comment == f"Bytte länken {OLD} mot {NEW}"
    assert last.revision.user.username == "samordnare"
    html = unescape(editor.get(admin_url(network, "history")).content.decode())
    assert "Bytte länken https://gammal.example/" in html
    assert first
    url = f"/admin/networks/network/restore/{first.pk}/"
    assert editor.post(url, {"sure": "sure"}).status_code == 302
    network.refresh_from_db()
    assert "gammal.example/?a" in network.body_sv
    assert Fact.objects.get().source_url == OLD


def test_replaced_link_of_a_fact_is_in_its_networks_history(editor: Client) -> None:
    network = NetworkFactory()
    FactFactory(network=network, source_url=OLD)
    save(editor, network, summary_sv="Före.")
    replace(editor, broken(), NEW)
    last, first = Version.objects.get_for_object(network)
    assert last.revision.comment.startswith("Bytte länken")
    assert editor.post(f"/admin/networks/network/restore/{first.pk}/", {"sure": "sure"}).status_code == 302
    assert Fact.objects.get().source_url == OLD


BAD = [
    ("", "Detta fält måste fyllas i."), ("ett ord", "Skriv en webbadress"), ("javascript:alert(1)", "Skriv en"),
    ("mailto:a@example.se", "Skriv en webbadress"), ("#x", "Skriv en webbadress"), (OLD, "samma adress"),
    ("https://exa mple.se/", "Skriv en webbadress"), ("/finns-inte/", "Den sidan finns inte"),
    ("http://10.0.0.1/", "internt nät"), ("http://[::1]:8000/", "internt nät"), ("http://169.254.169.254/", "internt"),
    ("https://example.se:99999/", "felskriven"), ("https://" + "a" * 1000 + ".se", "1000"), ("//x.se", "Skriv en"),
]  # fmt: skip


def test_bad_new_address_is_told_and_kept(editor: Client) -> None:
    page, link = PageFactory(body_sv=TEXT), broken()
    for new, message in BAD:
        html = unescape(replace(editor, link, new).content.decode())
        assert message in html, new
        assert f'value="{new}"' in html or not new
        page.refresh_from_db()
        assert page.body_sv == TEXT, new
        assert CheckedLink.objects.exists(), new


def test_address_that_one_place_cannot_hold_changes_none(editor: Client) -> None:
    page, town = PageFactory(body_sv=TEXT), TownFactory(website=OLD)
    html = replace(editor, broken(), f"https://ny.example/{'x' * 250}").content.decode()
    assert "200" in re.findall(r'class="errorlist".*?</ul>', html, re.DOTALL)[0]
    html = unescape(replace(editor, CheckedLink.objects.get(), "/").content.decode())
    assert "Skriv en webbadress" in html or "Den sidan finns inte" in html
    page.refresh_from_db()
    town.refresh_from_db()
    assert (page.body_sv, town.website) == (TEXT, OLD)


def test_link_to_a_hidden_page_is_replaced_by_an_own_address(editor: Client, fronts: Any) -> None:
    town = TownFactory(name_sv="Borken", published_at=None)
    page = PageFactory(body_sv=f'<p><a href="page:{town.key}">Borken</a></p>')
    link = broken(f"page:{town.key}", problem=Problem.MISSING, used_by=[page.key])
    html = unescape(editor.get("/admin/quality/checkedlink/").content.decode())
    assert "Sidan ”Borken”" in html
    replace(editor, link, "/vanorter/")
    assert Page.objects.get(pk=page.pk).body_sv == '<p><a href="/vanorter/">Borken</a></p>'


def test_who_may_not_publish_reads_what_is_broken() -> None:
    """What each role may replace: test_every_address.py."""
    html = logged_in(account("Redaktör")).get(admin_url(broken())).content.decode()
    assert "Sidan finns inte längre (404)." in html
    assert 'name="new"' not in html


def test_list_shows_what_is_broken_and_where(editor: Client) -> None:
    town = TownFactory(name_sv="Borken")
    broken(used_by=[town.key, "networks.network:99999"])
    for number, values in enumerate([{"problem": "", "failures": 0}, {"problem": Problem.SILENT}]):
        broken(f"https://hel{number}.example/", used_by=[town.key], **values)
    html = unescape(editor.get("/admin/quality/checkedlink/").content.decode())
    assert "1 länk" in html
    assert f'<a href="{admin_url(town)}">Borken</a>' in html
    assert "3 länkar" in editor.get("/admin/quality/checkedlink/?state=all").content.decode()
    assert "1 länk" in editor.get("/admin/quality/checkedlink/?state=all&q=hel1").content.decode()


def test_link_that_is_gone_leads_to_the_list(editor: Client) -> None:
    response = editor.get("/admin/quality/checkedlink/99/change/", follow=True)
    assert "Länken används inte längre." in response.content.decode()


def test_mended_link_leaves_the_dashboard_at_once(editor: Client) -> None:
    town, page = TownFactory(website=OLD), PageFactory(body_sv=TEXT, body_en=TEXT)
    link = broken(used_by=[town.key, page.key])
    save(editor, town, website=NEW)
    save(editor, page, body_sv="<p>Borta.</p>")
    link.refresh_from_db()
    assert link.used_by == [page.key]  # still in English
    save(editor, page, body_en="<p>Gone.</p>")
    assert not CheckedLink.objects.exists()


def test_mended_fact_and_deleted_page_leave_the_dashboard() -> None:
    network, article = NetworkFactory(), ArticleFactory(link=OLD)
    facts = [FactFactory(network=network, source_url=OLD) for _ in range(2)]
    link = broken(used_by=[network.key, article.key])
    facts[0].source_url = NEW
    facts[0].save()
    article.delete()
    link.refresh_from_db()
    assert link.used_by == [network.key]
    facts[1].delete()
    assert not CheckedLink.objects.exists()


def test_saving_leaves_whole_links_and_other_pages_alone() -> None:
    town, other = TownFactory(website=OLD), TownFactory(website=OLD)
    broken(used_by=[other.key])
    broken("https://hel.example/", problem="", used_by=[town.key])
    town.website = ""
    town.save()
    network = NetworkFactory(website=OLD)
    network.delete()
    assert CheckedLink.objects.count() == 2
