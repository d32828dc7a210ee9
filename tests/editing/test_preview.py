"""What is typed, seen as the public page: saved by nobody, shown to nobody else but who has the link."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from reversion.models import Version

from accessibility.models import Statement
from contacts.models import Contact
from editing.models import Draft, Preview
from networks.models import Network
from pages.models import Page
from tests.factories import ExchangeFactory, NetworkFactory, PartnershipFactory, TownFactory
from tests.forms import filled_in
from tests.publishing.test_images import picture
from twinning.models import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den publicerade texten.", summary_en="Published.")


def form_of(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def preview(editor: Client, url: str, **changes: Any) -> Preview:
    answer = editor.post(url, filled_in(editor, url, **changes) | {"_preview": "1"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Preview.objects.order_by("-pk")[0]


def page_of(client: Client, key: str, language: str = "sv") -> str:
    return client.get(f"/admin/editing/preview/{key}/{language}/").content.decode()


def test_unsaved_text_is_seen_as_readers_would_see_it(editor: Client, client: Client, network: Network) -> None:
    versions = Version.objects.count()
    typed = {"summary_sv": "Så blir det.", "summary_en": "As it will be.", "slug": "sern-nytt"}
    shown = preview(editor, form_of(network), **typed)
    assert "Så blir det." in page_of(editor, shown.key)
    english = page_of(editor, shown.key, "en")
    assert "As it will be." in english
    assert '<html lang="en">' in english
    assert "Förhandsvisning" in page_of(editor, shown.key)
    # Nothing came of it.
    network.refresh_from_db()
    assert (network.summary_sv, network.slug) == ("Den publicerade texten.", "sern")
    assert Version.objects.count() == versions
    assert "Så blir det." not in client.get("/natverk/sern/").content.decode()


def test_one_goes_on_editing_with_what_one_typed(editor: Client, network: Network) -> None:
    shown = preview(editor, form_of(network), summary_sv="Så blir det.")
    frame = editor.get(f"/admin/editing/preview/{shown.key}/").content.decode()
    assert f"{form_of(network)}?preview={shown.key}" in frame
    again = editor.get(form_of(network), {"preview": shown.key})
    assert again.context["adminform"].form["summary_sv"].value() == "Så blir det."


def test_a_page_that_is_not_public_and_one_that_was_never_saved(editor: Client, contact: Contact) -> None:
    hidden = NetworkFactory(name_sv="Hemligt nätverk", slug="hemligt", published_at=None)
    assert "Hemligt nätverk" in page_of(editor, preview(editor, form_of(hidden)).key)
    shown = preview(editor, reverse("admin:networks_network_add"), name_sv="Aldrig sparat", slug="aldrig")
    assert "Aldrig sparat" in page_of(editor, shown.key)
    assert Network.objects.count() == 1


def test_a_draft_and_a_scheduled_page(editor: Client, network: Network) -> None:
    url = form_of(network)
    editor.post(url, filled_in(editor, url, summary_sv="Utkastets text.") | {"_draft": "1"})
    assert "Utkastets text." in page_of(editor, preview(editor, url).key)
    assert Draft.objects.exists()
    planned = NetworkFactory(name_sv="Planerat", published_at=timezone.now() + timedelta(days=9))
    assert "Planerat" in page_of(editor, preview(editor, form_of(planned)).key)


def test_a_chosen_picture_is_seen(editor: Client, network: Network) -> None:
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    shown = preview(editor, form_of(network), image=upload, image_alt_sv="SERN:s logga")
    assert 'alt="SERN:s logga"' in page_of(editor, shown.key)
    network.refresh_from_db()
    assert not network.image


def test_everything_can_be_previewed(editor: Client, seeded: None) -> None:
    town = Town.objects.filter(home=False).first()
    assert town
    exchange = ExchangeFactory(name_sv="Körresa", towns=[town])
    agreement = PartnershipFactory(town_a=town, town_b=TownFactory(name_sv="Nystad"))
    items = [town, exchange, agreement, Contact.objects.get(is_main=True), Statement.objects.get()]
    for item in [*items, Network.objects.first(), *Page.objects.all(), Town.objects.get(home=True)]:
        assert "<h1>" in page_of(editor, preview(editor, form_of(item)).key), item


def test_what_cannot_be_saved_is_explained_instead(editor: Client, network: Network) -> None:
    url = form_of(network)
    answer = editor.post(url, filled_in(editor, url, name_sv="", summary_sv="Kvar.") | {"_preview": "1"})
    assert "name_sv" in answer.context["adminform"].form.errors
    assert answer.context["adminform"].form["summary_sv"].value() == "Kvar."
    assert not Preview.objects.exists()


def test_a_preview_of_what_no_page_shows_is_explained(editor: Client, network: Network, contact: Contact) -> None:
    url = form_of(contact)  # the page Kontakt is not there
    answer = editor.post(url, filled_in(editor, url, name="Någon annan") | {"_preview": "1"})
    assert "går inte att förhandsgranska" in answer.content.decode()
    assert answer.context["adminform"].form["name"].value() == "Någon annan"
    contact.refresh_from_db()
    assert (contact.name, Preview.objects.count()) == ("Cecilia Rignell", 0)


def test_looking_at_a_preview_only_reads(editor: Client, client: Client, network: Network) -> None:
    """No transaction either: SQLite takes its only write lock at the beginning of one."""
    shown = preview(editor, form_of(network), summary_sv="Så blir det.")
    editor.post(f"/admin/editing/preview/{shown.key}/share/")
    for browser, path in ((client, "forhandsvisning"), (editor, "admin/editing/preview")):
        with CaptureQueriesContext(connection) as captured:
            assert "Så blir det." in browser.get(f"/{path}/{shown.key}/sv/").content.decode()
        assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
        assert len(captured) < 10


def test_a_colleague_needs_the_link_and_no_account(editor: Client, client: Client, network: Network) -> None:
    shown = preview(editor, form_of(network), summary_sv="Så blir det.")
    link = f"/forhandsvisning/{shown.key}/sv/"
    assert client.get(link).status_code == 404
    answer = editor.post(f"/admin/editing/preview/{shown.key}/share/", follow=True)
    assert link in answer.content.decode()
    page = client.get(link)
    assert "Så blir det." in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert "hjalpte" not in page.content.decode().lower()  # no answers about what is not public
    assert 'href="../de/" lang="de"' in page.content.decode()
    assert '<html lang="de">' in client.get(link.replace("/sv/", "/de/")).content.decode()
    assert client.get(link.replace("/sv/", "/xx/")).status_code == 404
    # Taken back, and expired.
    editor.post(f"/admin/editing/preview/{shown.key}/share/", {"revoke": "1"})
    assert client.get(link).status_code == 404
    editor.post(f"/admin/editing/preview/{shown.key}/share/")
    Preview.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert editor.get(f"/admin/editing/preview/{shown.key}/").status_code == 404


def test_sharing_keeps_language_and_width(editor: Client, network: Network) -> None:
    shown = preview(editor, form_of(network))
    frame = editor.get(f"/admin/editing/preview/{shown.key}/?language=de&width=phone").content.decode()
    share = re.search(r'action="([^"]*/share/[^"]*)"', frame)
    assert share
    for data in ({}, {"revoke": "1"}):
        answer = editor.post(html.unescape(share[1]), data, follow=True)
        assert (answer.context["language"], answer.context["phone"]) == ("de", True)
        assert answer.context["link"].endswith("" if data else f"/forhandsvisning/{shown.key}/de/")


def test_a_link_dies_with_its_makers_right(editor: Client, client: Client, network: Network) -> None:
    shown = preview(editor, form_of(network))
    editor.post(f"/admin/editing/preview/{shown.key}/share/")
    assert client.get(f"/forhandsvisning/{shown.key}/sv/").status_code == 200
    user = shown.user
    user.is_superuser = False
    user.save()
    assert client.get(f"/forhandsvisning/{shown.key}/sv/").status_code == 404


def test_previews_are_for_those_who_may_edit(
    editor: Client, client: Client, network: Network, django_user_model: Any
) -> None:
    shown = preview(editor, form_of(network))
    inside = [f"/admin/editing/preview/{shown.key}/", f"/admin/editing/preview/{shown.key}/sv/"]
    for path in inside:
        assert client.get(path).status_code == 302
    client.force_login(django_user_model.objects.create_user("vaktmastare", is_staff=True))
    for path in inside:
        assert client.get(path).status_code == 403
    assert client.post(f"/admin/editing/preview/{shown.key}/share/").status_code == 403
    assert editor.get("/admin/editing/preview/finns-inte/").status_code == 404


def test_a_link_is_to_this_site_whatever_host_was_asked_for(editor: Client, network: Network, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    shown = preview(editor, form_of(network))
    editor.post(f"/admin/editing/preview/{shown.key}/share/")
    frame = editor.get(f"/admin/editing/preview/{shown.key}/", headers={"host": "evil.example"})
    assert frame.context["link"] == f"{settings.SITE_URL}/forhandsvisning/{shown.key}/sv/"


def test_the_frame_of_this_site_alone_may_hold_a_preview(editor: Client, network: Network) -> None:
    shown = preview(editor, form_of(network))
    answer = editor.get(f"/admin/editing/preview/{shown.key}/sv/")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert (
        "frame-ancestors 'none'"
        in editor.get(f"/admin/editing/preview/{shown.key}/").headers["Content-Security-Policy"]
    )
