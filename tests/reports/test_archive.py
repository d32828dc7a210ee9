"""The archive package: whole, readable from a folder, and without anything that readers may not see."""

import errno
import json
import os
import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from backup.archive import workplace
from editing.models import Draft
from opendata.datasets import FILES
from pages.models import Page
from pages.sitemaps import ContentSitemap
from publishing.images import keep
from publishing.paging import Paging
from publishing.variants import make_variants
from reports import archive
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    HIDDEN,
    AnswerFactory,
    ContactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    ProjectFactory,
    StatementFactory,
    TownFactory,
)
from tests.publishing.test_images import picture

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/arkiv/"
SWEDISH, GERMAN = "natverk/sern/index.html", "de/netzwerke/sern/index.html"


def unpacked(folder: Path) -> Path:
    """A package as its receiver has it."""
    with archive.make() as made, zipfile.ZipFile(made) as package:
        package.extractall(folder)
    return folder


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def stored_picture() -> str:
    """A picture that is wide enough to have smaller copies."""
    name = str(keep(ContentFile(picture("JPEG", (700, 400)), name="x.jpg")).name)
    make_variants(name, 700)
    return name


class Links(HTMLParser):
    """The tags of a page, and what it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attrs if name in {"href", "src", "srcset", "action"}}


def read(path: Path) -> Links:
    found = Links()
    found.feed(path.read_text("utf-8"))
    return found


def addresses_of_sitemap() -> set[str]:
    """The file of each address that search engines are told of."""
    paths = {unquote(urlsplit(entry["location"]).path) for entry in ContentSitemap().get_urls()}
    return {f"{path.lstrip('/')}index.html" for path in paths}


def test_whole_site_is_in_it_and_every_link_works(seeded: None, tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "package")
    found = files_in(folder)
    assert len(addresses_of_sitemap()) > 8 * Page.objects.count()
    assert addresses_of_sitemap() <= found
    assert {f"data/{name}" for name in FILES} | {"data/catalog.jsonld", "data/catalog.rdf"} <= found
    networks = json.loads((folder / "data/networks.json").read_text())
    assert {network["name"]["sv"] for network in networks} == {"Eurotowns", "SERN"}
    for page in folder.rglob("*.html"):
        for address in read(page).addresses:
            parts = urlsplit(address)
            if not parts.scheme and parts.path:
                target = (page.parent / unquote(parts.path)).resolve()
                assert target.is_relative_to(folder), f"{page} leads to {address}"
                assert target.is_file(), f"{page} leads to {address}"


def test_sha256sum_accepts_every_file(tmp_path: Path) -> None:
    NetworkFactory(slug="sern", body_sv=f'<p><img src="/media/{stored_picture()}" alt="" width="700" height="400"></p>')
    folder = unpacked(tmp_path / "package")
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    named = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert named == files_in(folder) - {"SHA256SUMS"}


def test_manifest_tells_what_is_in_it(tmp_path: Path) -> None:
    NetworkFactory(slug="sern")
    folder = unpacked(tmp_path / "package")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["site"] == settings.SITE_URL
    assert manifest["languages"] == [code for code, _name in settings.LANGUAGES]
    assert manifest["pages"] == len(list(folder.rglob("index.html"))) == 8
    assert {"made_at", "software_version", "content_version"} < set(manifest)
    sizes = {file["name"]: file["size"] for file in manifest["files"]}
    assert sizes == {
        name: (folder / name).stat().st_size for name in files_in(folder) - {"SHA256SUMS", "manifest.json"}
    }


def test_page_has_nothing_that_needs_the_site(tmp_path: Path, fronts: Any) -> None:
    StatementFactory()
    folder = unpacked(tmp_path / "package")
    for path in folder.rglob("*.html"):
        page = read(path)
        assert not page.tags & {"form", "input", "script", "base", "source"}, path
        text = path.read_text("utf-8")
        assert 'class="feedback"' not in text
        assert not any(address.startswith((settings.SITE_URL, "/")) for address in page.addresses), path
        assert all("popovertarget=" in button for button in re.findall("<button[^>]*>", text)), path
    statement = (folder / "tillganglighetsredogorelse/index.html").read_text("utf-8")
    assert "Rapportera ett tillgänglighetsproblem" not in statement


def test_picture_is_in_it_once_and_in_full_size(tmp_path: Path) -> None:
    name = stored_picture()
    TownFactory(slug="borken", image=name, image_alt_sv="Torget")
    folder = unpacked(tmp_path / "package")
    html = (folder / "de/partnerstaedte/borken/index.html").read_text("utf-8")
    assert f'<img src="../../../media/{name}"' in html
    assert "srcset" not in html
    assert [file for file in files_in(folder) if file.startswith("media/")] == [f"media/{name}"]
    assert (folder / "media" / name).read_bytes() == Path(default_storage.path(name)).read_bytes()


def test_page_says_that_it_is_a_copy_in_its_language(tmp_path: Path) -> None:
    NetworkFactory(slug="sern")
    folder = unpacked(tmp_path / "package")
    assert "Arkivkopia från" in (folder / SWEDISH).read_text("utf-8")
    assert "Archivkopie vom" in (folder / GERMAN).read_text("utf-8")


def test_long_lists_are_in_it_to_their_last_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Paging.__init__, "__defaults__", (1,))  # so many networks in each part
    PageFactory(section="networks")
    NetworkFactory.create_batch(3)
    found = files_in(unpacked(tmp_path / "package"))
    assert {"natverk/sida/3/index.html", "de/netzwerke/seite/3/index.html"} <= found


def test_text_that_looks_like_an_address_is_kept(tmp_path: Path) -> None:
    text = 'url(/media/x.jpg) href="/natverk/" src="/media/x.jpg"'
    PageFactory(slug="ett", body_sv=f"<p>{text}</p>")
    assert f"<p>{text}</p>" in (unpacked(tmp_path / "package") / "om/ett/index.html").read_text("utf-8")


def test_link_brings_in_nothing_that_is_no_page(tmp_path: Path) -> None:
    for name in ("pictures/x.jpg", "pictures/y.jpg", "removed/x", "share/z.png"):  # the first is marked as removed
        default_storage.save(name, ContentFile(b""))
    NetworkFactory(slug="dolt", published_at=None)
    addresses = [
        *("/media/pictures/x.jpg", "/media/a/../pictures/y.jpg", "/media/removed/x", "/media/share/z.png"),
        *("/media/missing.jpg", "/media/../settings.py", "/static/../manage.py", "/static/site/../site/icon.svg"),
        *("/natverk/dolt/", "/admin/", "/forhandsvisning/nyckel/sv/", "/robots.txt"),
    ]
    PageFactory(slug="ett", body_sv="".join(f'<p><a href="{to}">{to}</a></p>' for to in addresses))
    folder = unpacked(tmp_path / "package")
    assert {"om/ett/index.html", "manifest.json"} < files_in(folder)
    html = (folder / "om/ett/index.html").read_text("utf-8")
    assert [to for to in addresses if f"<p><a>{to}</a></p>" not in html] == []
    assert not [name for name in files_in(folder) if name.startswith("media/")]


def test_nothing_unpublished_and_nothing_of_editors(tmp_path: Path) -> None:
    secret, user = "Hemligord", User.objects.create_user("redaktor-x", "redaktor-x@example.se", "x", is_staff=True)
    network = NetworkFactory(slug="sern")
    for number, hidden in enumerate(HIDDEN):
        for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
            factory(slug=f"hemligord-{factory.__name__.lower()}-{number}", **hidden)
    ProjectFactory(network=NetworkFactory(published_at=None), name_sv=secret, body_sv=f"<p>{secret}</p>")
    Draft.objects.create(model="networks.network", object_id=network.pk, user=user, data={"name_sv": [secret]})
    AnswerFactory(page=network.key, comment=secret, note=secret)
    folder = unpacked(tmp_path / "package")
    for name in files_in(folder):
        content = (folder / name).read_bytes().decode(errors="replace").lower()
        assert secret.lower() not in name + content, name
        assert "redaktor-x" not in content, name


def test_missing_picture_stops_it(tmp_path: Path) -> None:
    name = stored_picture()
    NetworkFactory(slug="sern", image=name, image_alt_sv="Logga")
    os.remove(default_storage.path(name))
    with pytest.raises(CommandError, match=f"Filen /media/{name} saknas på disken, så inget arkivpaket gjordes"):
        call_command("archive_site", str(tmp_path / "x.zip"))
    assert files_in(tmp_path) & {"x.zip", "x.zip.part"} == set()
    assert os.listdir(settings.DATA_DIR) == [".archive.lock"]


def test_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    NetworkFactory(slug="sern")
    kept = archive.Package.keep

    def fill_up(package: Any, name: str, source: Any) -> str:
        if name == SWEDISH:
            raise OSError(errno.ENOSPC, "No space left on device")
        return kept(package, name, source)

    monkeypatch.setattr(archive.Package, "keep", fill_up)
    with pytest.raises(CommandError, match="Disken är full, så inget arkivpaket gjordes"):
        call_command("archive_site", str(tmp_path / "x.zip"))
    assert os.listdir(settings.DATA_DIR) == [".archive.lock"]
    assert files_in(tmp_path) & {"x.zip", "x.zip.part"} == set()


def test_full_disk_at_the_target_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(source: Any, target: Any) -> None:
        target.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", fill_up)
    with pytest.raises(CommandError, match="Disken är full"):
        call_command("archive_site", str(tmp_path / "x.zip"))
    assert not files_in(tmp_path) & {"x.zip", "x.zip.part"}


def test_second_package_is_refused_and_a_backup_does_not_matter(editor: Client) -> None:
    with workplace():
        assert editor.post(ADDRESS).headers["Content-Type"] == "application/zip"
    with workplace(".archive"):
        assert "Ett arkivpaket görs redan." in editor.post(ADDRESS).content.decode()


def test_part_of_another_run_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x.zip.part").write_text("half")
    with pytest.raises(CommandError, match="ingen annan körning"):
        call_command("archive_site", str(tmp_path / "x.zip"))
    assert (tmp_path / "x.zip.part").read_text() == "half"


def test_command_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("kept")
    with pytest.raises(CommandError, match="finns redan"):
        call_command("archive_site", str(tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_text() == "kept"


def test_command_writes_a_package(tmp_path: Path) -> None:
    NetworkFactory(slug="sern")
    call_command("archive_site", str(tmp_path / "x.zip"), verbosity=0)
    assert {SWEDISH, GERMAN, "SHA256SUMS"} < set(zipfile.ZipFile(tmp_path / "x.zip").namelist())


def test_button_answers_with_a_package(tmp_path: Path) -> None:
    NetworkFactory(slug="sern")
    client = logged_in(account("Samordnare"))
    form = client.get(ADDRESS).content.decode().partition('<form method="post"')[2].partition("</form>")[0]
    assert "csrfmiddlewaretoken" in form
    assert "Hämta arkivpaket" in form
    response = client.post(ADDRESS)
    assert response.headers["Content-Type"] == "application/zip"
    assert re.search(r'attachment; filename="molndals-stad-internationellt-[\d-]{10}\.zip"', str(response.headers))
    path = tmp_path / "x.zip"
    path.write_bytes(b"".join(response))
    assert SWEDISH in zipfile.ZipFile(path).namelist()
    assert translation.get_language() == "sv"


def test_package_is_not_packed_again(editor: Client) -> None:
    response = editor.post(ADDRESS, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert int(response.headers["Content-Length"]) == len(b"".join(response))


def test_missing_picture_is_said_in_the_admin(editor: Client) -> None:
    ContactFactory(is_main=True)
    name = stored_picture()
    NetworkFactory(image=name, image_alt_sv="Logga")
    os.remove(default_storage.path(name))
    html = editor.post(ADDRESS).content.decode()
    assert f"Filen /media/{name} saknas på disken, så inget arkivpaket gjordes." in html
