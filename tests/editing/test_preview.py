"""Previews: unsaved form data as the public page, for editors and for who has the link."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from reversion.models import Version

from accessibility.models import Statement
from contacts.models import Contact
from editing.models import Draft, Preview
from networks.models import Network
from pages.models import Page
from tests.factories import ExchangeFactory, NetworkFactory, PartnershipFactory, TownFactory
from tests.forms import admin_url, filled_in
from tests.publishing.test_images import picture
from twinning.models import Town

pytestmark = pytest.mark.django_db


def preview(editor: Client, url: str, **changes: Any) -> Preview:
    answer = editor.post(url, filled_in(editor, url, **changes) | {"_preview": "1"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Preview.objects.order_by("-pk")[0]


def frame_of(shown: Preview) -> str:
    return f"/admin/editing/preview/{shown.key}/"


def page_of(client: Client, shown: Preview, language: str = "sv") -> str:
    return client.get(f"{frame_of(shown)}{language}/").content.decode()


def test_preview_shows_unsaved_text_and_saves_nothing(editor: Client, client: Client, network: Network) -> None:
    versions = Version.objects.count()
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    typed = {"summary_sv": "Så blir det.", "summary_en": "As it will be.", "slug": "sern-nytt"}
    shown = preview(editor, admin_url(network), **typed, image=upload, image_alt_sv="SERN:s logga")
    swedish, english = page_of(editor, shown), page_of(editor, shown, "en")
    assert "Så blir det." in swedish
    assert "Förhandsvisning" in swedish
    assert 'alt="SERN:s logga"' in swedish
    assert "As it will be." in english
    assert '<html lang="en">' in english
    network.refresh_from_db()
    assert (network.summary_sv, network.slug, bool(network.image)) == ("Den publicerade texten.", "sern", False)
    assert Version.objects.count() == versions
    assert "Så blir det." not in client.get("/natverk/sern/").content.decode()
    # Back to the form, with what was typed.
    back = f"{admin_url(network)}?preview={shown.key}"
    assert back in editor.get(frame_of(shown)).content.decode()
    assert editor.get(back).context["adminform"].form["summary_sv"].value() == "Så blir det."


def test_live_preview_shows_what_is_typed(editor: Client, client: Client, network: Network) -> None:
    url = admin_url(network)
    typed = filled_in(editor, url)
    for text, language in (("Half.", "en"), ("Halvvägs.", "tlh")):  # a language that there is not: Swedish
        data = typed | {"summary_en": "Half.", "summary_sv": "Halvvägs.", "_live": language}
        shown = editor.post(url, data).json()["url"]
        assert text in editor.get(shown).content.decode()
    assert Preview.objects.count() == 1
    assert client.get(shown).status_code == 302
    assert "Halvvägs." not in client.get("/natverk/sern/").content.decode()
    assert "Rätta det" in editor.post(url, typed | {"name_sv": "", "_live": "sv"}).json()["problem"]


def test_everything_can_be_previewed(editor: Client, seeded: None) -> None:
    town = Town.objects.filter(home=False)[0]
    items = [
        town,
        ExchangeFactory(name_sv="Körresa", towns=[town]),
        PartnershipFactory(town_a=town, town_b=TownFactory(name_sv="Nystad")),
        Contact.objects.get(is_main=True),
        Statement.objects.get(),
        Town.objects.get(home=True),
        Network.objects.all()[0],
        *Page.objects.exclude(section=""),
        Page.objects.filter(section="")[0],
        NetworkFactory(name_sv="Hemligt nätverk", published_at=None),
        NetworkFactory(name_sv="Planerat", published_at=timezone.now() + timedelta(days=9)),
    ]
    for item in items:
        assert "<h1>" in page_of(editor, preview(editor, admin_url(item))), item
    shown = preview(editor, admin_url(Network, "add"), name_sv="Aldrig sparat", slug="aldrig")
    assert "Aldrig sparat" in page_of(editor, shown)
    assert not Network.objects.filter(slug="aldrig").exists()


def test_draft_stays_when_it_is_previewed(editor: Client, network: Network) -> None:
    url = admin_url(network)
    editor.post(url, filled_in(editor, url, summary_sv="Utkastets text.") | {"_draft": "1"})
    assert "Utkastets text." in page_of(editor, preview(editor, url))
    assert Draft.objects.exists()


def test_what_cannot_be_previewed_is_explained(editor: Client, network: Network, contact: Contact) -> None:
    url = admin_url(network)
    answer = editor.post(url, filled_in(editor, url, name_sv="", summary_sv="Kvar.") | {"_preview": "1"})
    assert "name_sv" in answer.context["adminform"].form.errors
    assert answer.context["adminform"].form["summary_sv"].value() == "Kvar."
    url = admin_url(contact)  # the page Kontakt does not exist
    answer = editor.post(url, filled_in(editor, url, name="Någon annan") | {"_preview": "1"})
    assert "går inte att förhandsgranska" in answer.content.decode()
    assert answer.context["adminform"].form["name"].value() == "Någon annan"
    contact.refresh_from_db()
    assert (contact.name, Preview.objects.count()) == ("Cecilia Rignell", 0)


def test_looking_at_a_preview_only_reads(editor: Client, client: Client, network: Network) -> None:
    """No transaction either: SQLite takes its only write lock at the beginning of one."""
    shown = preview(editor, admin_url(network), summary_sv="Så blir det.")
    editor.post(f"{frame_of(shown)}share/")
    for browser, path in ((client, f"/forhandsvisning/{shown.key}/"), (editor, frame_of(shown))):
        with CaptureQueriesContext(connection) as captured:
            assert "Så blir det." in browser.get(f"{path}sv/").content.decode()
        assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
        assert len(captured) < 10


def test_shared_link_works_for_a_week_or_until_revoked(editor: Client, client: Client, network: Network) -> None:
    shown = preview(editor, admin_url(network), summary_sv="Så blir det.")
    link, share = f"/forhandsvisning/{shown.key}/sv/", f"{frame_of(shown)}share/"
    assert client.get(link).status_code == 404
    assert link in editor.post(share, follow=True).content.decode()
    page = client.get(link)
    text = page.content.decode()
    assert "Så blir det." in text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert "hjalpte" not in text.lower()  # no answers about what is not public
    assert 'href="../de/" lang="de"' in text
    assert '<html lang="de">' in client.get(link.replace("/sv/", "/de/")).content.decode()
    assert client.get(link.replace("/sv/", "/xx/")).status_code == 404
    editor.post(share, {"revoke": "1"})
    assert client.get(link).status_code == 404
    editor.post(share)
    shown.refresh_from_db()
    assert shown.expires_at - timezone.now() > timedelta(days=6, hours=23)
    Preview.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert editor.get(frame_of(shown)).status_code == 404


def test_sharing_keeps_language_and_width(editor: Client, network: Network, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    shown = preview(editor, admin_url(network))
    address = f"{frame_of(shown)}?language=de&width=phone"
    frame = editor.get(address, headers={"host": "evil.example"}).content.decode()
    share = re.search(r'action="([^"]*/share/[^"]*)"', frame)
    assert share
    link = f"{settings.SITE_URL}/forhandsvisning/{shown.key}/de/"
    for data, expected in (({}, link), ({"revoke": "1"}, "")):
        answer = editor.post(html.unescape(share[1]), data, follow=True, headers={"host": "evil.example"})
        assert (answer.context["language"], answer.context["phone"]) == ("de", True)
        assert answer.context["link"] == expected


def test_only_this_site_may_frame_a_preview(editor: Client, network: Network) -> None:
    shown = preview(editor, admin_url(network))
    page, frame = editor.get(f"{frame_of(shown)}sv/").headers, editor.get(frame_of(shown)).headers
    assert "X-Frame-Options" not in page
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in frame["Content-Security-Policy"]
