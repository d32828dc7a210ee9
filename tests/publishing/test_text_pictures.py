"""Pictures in formatted texts: uploaded, shown in every width, served as long as something holds them."""

import os
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from reversion.models import Version

from dashboard.management.commands.nightly import remove_pictures
from networks.models import Network
from publishing.images import MAX_BYTES, keep
from publishing.rendering import render_html
from publishing.variants import files_of, make_variants
from tests.factories import NetworkFactory, TownFactory
from tests.forms import admin_url, filled_in, save
from tests.publishing.test_images import picture
from tests.publishing.test_removal import status

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/picture/"


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def stored(width: int = 60) -> str:
    return str(keep(ContentFile(picture("PNG", (width, 40)), name="x.png")).name)


def image(name: str, width: int = 60) -> str:
    return f'<img src="/media/{name}" alt="Torget" width="{width}" height="40">'


def send(client: Client, content: bytes, name: str = "foto.jpg") -> Any:
    return client.post(UPLOAD, {"picture": SimpleUploadedFile(name, content)})


def test_uploaded_picture_is_encoded_again_and_has_variants(editor: Client) -> None:
    content = picture("JPEG", (700, 400), exif=b"Exif\0\0II*\0\x08\0\0\0\0\0") + b"<script>J()</script>"
    answer = send(editor, content, "../../x.svg").json()
    name = answer["src"].removeprefix("/media/")
    assert re.fullmatch(r"pictures/[0-9a-f]{20}\.jpg", name)
    assert (answer["width"], answer["height"]) == (700, 400)
    with default_storage.open(name) as file:
        kept = file.read()
        assert b"script" not in kept
        assert not Image.open(default_storage.path(name)).getexif()
    assert all(map(default_storage.exists, files_of(name, 700)))
    assert render_html(f'<img src="{answer["src"]}" alt="x" width="700" height="400">').count("srcset") == 3


def test_what_is_no_picture_is_refused_in_swedish(editor: Client) -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500)
    unreadable = "Filen går inte att läsa som bild. Välj en bild i formatet JPEG, PNG, WebP eller AVIF."
    too_large = "Bilden är för stor. Den får vara högst 20 MB. Spara den i ett mindre format och försök igen."
    for content, told in (
        (heic, unreadable),
        (b"%PDF-1.7", unreadable),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='J()'/>", unreadable),
        (picture("GIF", mode="P"), unreadable),
        (picture("JPEG") + bytes(MAX_BYTES), too_large),
    ):
        assert send(editor, content).json() == {"error": told}
    assert "error" in editor.post(UPLOAD).json(), "no file"
    assert "error" in editor.post(UPLOAD, {"picture": "text"}).json()


def test_only_who_may_change_a_text_uploads_pictures(client: Client) -> None:
    assert send(client, picture("PNG")).status_code == 302
    user = User.objects.create_user("sten", is_staff=True)
    client.force_login(user)
    assert send(client, picture("PNG")).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="change_town"))
    assert send(client, picture("PNG")).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert send(strict, picture("PNG")).status_code == 403


def test_picture_in_a_text_is_shown_in_every_width() -> None:
    name = stored(400)
    assert render_html(image(name, 400)).count("srcset") == 0, "its files are missing"
    make_variants(name, 400)
    shown = render_html(f"<p>x</p>{image(name, 400)}")
    assert f'type="image/avif" srcset="/media/{name[:-4]}-160.avif 160w, ' in shown
    assert 'width="400" height="40" alt="Torget" loading="lazy" decoding="async"' in shown
    assert render_html(image(name, 3000)).count("srcset") == 0, "a width that is not its own"


def test_start_makes_the_missing_files_of_a_text() -> None:
    name = stored(400)
    NetworkFactory(participation_de=image(name, 400))
    call_command("make_pictures", verbosity=0)
    assert all(map(default_storage.exists, files_of(name, 400)))


def test_picture_taken_out_of_a_text_is_not_served(client: Client, editor: Client, commit: Any) -> None:
    name = stored()
    network = NetworkFactory(body_pl=f"<p>x</p>{image(name)}")
    with commit():
        network.save()
    assert status(client, name) == 200
    with commit():
        save(editor, network, body_pl="<p>x</p>")
    assert status(client, name) == 404
    assert status(editor, name) == 200, "staff see it in the history"
    for bring_back in (network.save, lambda: Network.objects.update(body_en=image(name))):
        network.body_en = image(name)
        with commit():
            bring_back()
        assert status(client, name) == 200
        network.body_en = ""
        with commit():
            network.save()
        assert status(client, name) == 404


def test_picture_of_a_deleted_page_is_not_served(client: Client, commit: Any) -> None:
    name = stored()
    first, second = NetworkFactory(body_sv=image(name)), TownFactory(body_cs=image(name))
    with commit():
        first.delete()
    assert status(client, name) == 200, "another text has it"
    with commit():
        second.delete()
    assert status(client, name) == 404


def test_picture_that_a_draft_or_another_page_holds_is_kept(client: Client, editor: Client, commit: Any) -> None:
    name, logo = stored(), stored(61)
    network = NetworkFactory(body_sv=image(name), participation_sv=image(logo, 61))
    TownFactory(image=logo, image_alt_sv="Vapen")
    url = admin_url(network)
    editor.post(url, filled_in(editor, url, body_da=image(name)) | {"_draft": "1"})
    with commit():
        Network.objects.get(pk=network.pk).delete()
    assert (status(client, name), status(client, logo)) == (200, 200)


def test_nightly_keeps_the_pictures_of_texts_and_drafts(client: Client, editor: Client) -> None:
    names = in_text, drafted, unused = stored(60), stored(61), stored(62)
    long_ago = (timezone.now() - timedelta(days=100)).timestamp()
    for name in names:
        os.utime(default_storage.path(name), (long_ago, long_ago))
    network = NetworkFactory(body_fr=image(in_text))
    url = admin_url(network)
    editor.post(url, filled_in(editor, url, body_sv=image(drafted, 61)) | {"_draft": "1"})
    assert unused in remove_pictures(dry_run=True)
    remove_pictures(dry_run=False)
    assert [status(client, name) for name in names] == [200, 200, 404]


def test_version_with_a_picture_is_restored_with_it(client: Client, editor: Client, commit: Any) -> None:
    name = stored()
    network = NetworkFactory(body_sv="<p>Utan</p>")
    with commit():
        save(editor, network, body_sv=f"<p>Med</p>{image(name)}")
    with commit():
        save(editor, network, body_sv="<p>Utan</p>")
    assert "[bild: Torget]" in editor.get(admin_url(network, "history")).content.decode()
    assert status(client, name) == 404
    version = Version.objects.get_for_object(network)[1]
    with commit():
        editor.post(reverse("admin:networks_network_restore", args=[version.pk]), {"sure": "sure"})
    network.refresh_from_db()
    assert network.body_sv == f"<p>Med</p>{image(name)}"
    assert status(client, name) == 200
