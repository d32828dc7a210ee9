"""The archive package: every public page as a file that opens from a folder, with pictures, open data and checksums.

index.html, en/index.html …    a page for each address, links between them relative
media/…, static/…              the pictures and the font that they show
data/…                         the open data, byte for byte as the site publishes it
manifest.json                  when and of what it was made, and every file with its size and SHA-256
SHA256SUMS                     for `sha256sum -c`
"""

import errno
import fcntl
import json
import posixpath
import re
import zipfile
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.http import Http404, HttpRequest
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backup.archive import add, version, workplace
from editing.preview import readers_request
from opendata.datasets import FILES
from pagecache.models import current_number
from pages.sitemaps import ContentSitemap
from publishing.images import FOLDER
from publishing.removal import is_removed
from publishing.templatetags.site import long_date
from quality.checking import path_on_site

# The addresses that are kept, by name: pages about content, and their files.
PAGES = {
    "start", "networks", "network", "project", "twin_towns", "town", "focus_areas", "focus_area", "take_part",
    "exchange", "news", "news_of_year", "article", "page", "contact", "accessibility", "open_data",
}  # fmt: skip
DOCUMENTS = {"data_file", "data_catalogue", "data_catalogue_rdf", "vcard", "calendar", "event"}
# What names files in a tag, and smaller copies of a picture, which are left out.
ADDRESS = re.compile(r' (href|src)="([^"]*)"')
COPIES = re.compile(r'<source [^<>]*>| (?:srcset|sizes)="[^"]*"')


class ArchiveError(CommandError):
    """The package could not be made. The message is shown to the user."""


def read_as_reader(path: str, made_at: datetime) -> tuple[str, Any]:
    """The name of an address, and what a reader gets there in its language, without what needs the running site.

    Raises Http404, also for what is not kept.
    """
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        view, args, kwargs = found = resolve(path)
        if found.view_name not in PAGES | DOCUMENTS:
            raise Http404
        request: Any = readers_request(HttpRequest(), path, language)
        request.preview_languages = []  # it is no preview
        request.archive_note = _("Archived copy from %s") % long_date(made_at)
        return found.view_name, view(request, *args, **kwargs)


def rewrite(html: str, link: Callable[[str, bool], str | None]) -> str:
    """Point every address in our own HTML to a file. A link without a target becomes plain text."""

    def relink(tag: re.Match[str]) -> str:
        def to_file(found: re.Match[str]) -> str:
            address = link(unescape(found[2]), not tag[0].startswith("<a "))
            return "" if address is None else f' {found[1]}="{escape(address)}"'

        return ADDRESS.sub(to_file, COPIES.sub("", tag[0]))

    def restyle(style: re.Match[str]) -> str:
        return re.sub(r"url\((/[^)\"']+)\)", lambda url: f"url({link(url[1], True)})", style[0])

    html = re.sub(r"<style>.*?</style>", restyle, html, flags=re.DOTALL)
    return re.sub(r"<[a-z][^<>]*>", relink, html)


def stored_file(path: str) -> IO[bytes]:
    """A picture that readers may see or a static file; where those are not collected, as it is in the source."""
    if path.startswith("/media/"):
        picture = path.removeprefix("/media/")
        if posixpath.dirname(picture) != FOLDER or is_removed(picture):
            raise FileNotFoundError(picture)
        return default_storage.open(picture)
    name = path.removeprefix(settings.STATIC_URL)
    if staticfiles_storage.exists(name):
        return staticfiles_storage.open(name)
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found).open("rb")


class Package:
    """A package while it is written. Pages wait on the disk from when they are first linked to."""

    def __init__(self, path: Path, made_at: datetime) -> None:
        self.folder, self.made_at, self.version = path.parent, made_at, current_number()
        self.zip = zipfile.ZipFile(path, "x")
        self.names: dict[str, str] = {}  # by address, the file, with an anchor where it leads to a part of it
        self.files: list[dict[str, Any]] = []
        self.waiting: deque[tuple[str, str]] = deque()  # addresses and names
        self.pages = 0

    def keep(self, name: str, source: IO[bytes]) -> str:
        digest = add(self.zip, name, source)
        self.files.append({"name": name, "size": self.zip.getinfo(name).file_size, "sha256": digest})
        return name

    def keep_file(self, path: str) -> str:
        """Keep a picture or a static file; "" where there is none."""
        if posixpath.normpath(path) != path:
            return ""
        try:
            with stored_file(path) as source:
                return self.keep(path.lstrip("/"), source)
        except (FileNotFoundError, IsADirectoryError, SuspiciousOperation):
            return ""

    def keep_answer(self, path: str) -> str:
        """Keep what a reader gets at the address; pages wait until all they link to is known."""
        try:
            name, response = read_as_reader(path, self.made_at)
        except Http404:
            return ""
        if response.status_code in {301, 302}:
            target = urlsplit(response.url)
            return f"{self.file_of(unquote(target.path))}#{target.fragment}"
        if name in DOCUMENTS:
            return self.keep(path.lstrip("/"), BytesIO(response.content))
        self.pages += 1
        (self.folder / f"page-{self.pages}").write_bytes(response.content)
        file = f"{path.lstrip('/')}index.html"
        self.waiting.append((f"page-{self.pages}", file))
        return file

    def file_of(self, path: str) -> str:
        """The file of an address; "" where it is not in the package."""
        if path not in self.names:
            is_stored = path.startswith(("/media/", settings.STATIC_URL))
            self.names[path] = self.keep_file(path) if is_stored else self.keep_answer(path)
        return self.names[path]

    def link(self, url: str, is_shown: bool, here: str) -> str | None:
        """The address from one file to another. One elsewhere stays as it is; None where it leads nowhere.

        Raises ArchiveError where it names a picture that the page shows and that is missing.
        """
        if settings.MEDIA_ORIGIN and url.startswith(settings.MEDIA_URL):
            url = f"/media/{url.removeprefix(settings.MEDIA_URL)}"
        path = path_on_site(url)
        if path is None:
            return url
        file, _hash, anchor = self.file_of(path).partition("#")
        anchor = urlsplit(url).fragment or anchor
        if not file and is_shown:
            raise ArchiveError(_("The file %s is missing on the disk, so no archive package was made.") % path)
        if not file:
            return None
        return quote(posixpath.relpath(file, posixpath.dirname(here) or ".")) + (f"#{anchor}" if anchor else "")

    def write_pages(self) -> None:
        while self.waiting:
            waiting, name = self.waiting.popleft()
            source = self.folder / waiting
            html = rewrite(source.read_text("utf-8"), partial(self.link, here=name))
            source.unlink()
            self.keep(name, BytesIO(html.encode()))

    def write_manifest(self) -> None:
        manifest = {
            "made_at": self.made_at.isoformat(),
            "site": settings.SITE_URL,
            "software_version": version(),
            "content_version": self.version,
            "languages": [code for code, _name in settings.LANGUAGES],
            "pages": self.pages,
            "files": sorted(self.files, key=lambda file: str(file["name"])),
        }
        self.keep("manifest.json", BytesIO(json.dumps(manifest, ensure_ascii=False, indent=1).encode()))
        self.zip.writestr("SHA256SUMS", "".join(f"{file['sha256']}  {file['name']}\n" for file in self.files))


def write(path: Path) -> None:
    """Write the package. Raises ArchiveError where a picture is missing, OSError where the disk is full.

    The version of the content is that from before the first page was read.
    """
    package = Package(path, timezone.now())
    with package.zip:
        for entry in ContentSitemap().get_urls():
            package.file_of(urlsplit(entry["location"]).path)
        for name in FILES:
            package.file_of(reverse("data_file", args=[name]))
        package.write_pages()
        package.write_manifest()


def make() -> IO[bytes]:
    """The package as an open file that is gone when it is closed. Raises ArchiveError."""
    try:
        with workplace(".archive", fcntl.LOCK_EX | fcntl.LOCK_NB) as work:
            write(work / "archive.zip")
            return (work / "archive.zip").open("rb")
    except BlockingIOError:
        raise ArchiveError(_("An archive package is already being made. Try again in a while.")) from None
    except OSError as error:
        raise ArchiveError(why_not(error)) from error


def why_not(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return _("The disk is full, so no archive package was made.")
    return _("The archive package could not be written: %s.") % (error.strerror or error)
