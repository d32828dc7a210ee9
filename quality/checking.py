"""The nightly check of all links of the published content."""

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import F
from django.http import Http404, HttpRequest
from django.utils import timezone, translation

from editing.preview import answer
from pages.linking import addresses
from pages.views import not_found
from quality.fetching import Fetcher
from quality.links import links_in_use
from quality.models import CheckedLink, Problem

TIME = 30 * 60  # seconds for links to elsewhere; what is left is first the next night
# Without an answer of any of so many hosts, this server has no way to the internet.
ALONE = 10
FEW = 3
NOT_CHECKED = ("mailto:", "tel:", "#")


def path_on_site(url: str) -> str | None:
    """The path of an address on this site; None for one elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    own = {urlsplit(settings.SITE_URL).netloc, *settings.ALLOWED_HOSTS}
    is_ours = parts.netloc in own if parts.netloc else url.startswith("/")
    return (unquote(parts.path) or "/") if is_ours else None


def problem_of_path(path: str) -> str:
    """What a reader would get, without a connection: a page, or a redirect from an old address."""
    if path.startswith(("/static/", *settings.STAFF_ADDRESSES)):
        return ""
    if "\0" in path:
        return Problem.MISSING
    if path.startswith("/media/"):
        with suppress(SuspiciousOperation):
            return "" if default_storage.exists(path.removeprefix("/media/")) else Problem.MISSING
        return Problem.MISSING
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            response = answer(HttpRequest(), path, language)
        except Http404 as error:
            reader = HttpRequest()
            reader.method, reader.path, reader.path_info = "GET", path, path
            response = not_found(reader, error)  # not closed: that would end the connection to the database
    return Problem.MISSING if response.status_code >= 400 else ""


def check_own(links: Iterable[CheckedLink], paths: dict[str, str]) -> None:
    """Check links to pages of this site."""
    links, now = list(links), timezone.now()
    public = addresses({link.page for link in links if link.page})
    for link in links:
        if link.page:
            link.note("" if link.page in public else Problem.MISSING, now)
        else:
            link.note(problem_of_path(paths[link.url]), now)


def check_elsewhere(links: Iterable[CheckedLink]) -> list[CheckedLink]:
    """Check links to other sites, those first that were last checked longest ago. Returns the checked ones.

    Returns an empty list if no host answers, as this server then has no connection.
    """
    fetcher, begun, checked = Fetcher(), time.monotonic(), []
    tried: set[str] = set()
    for link in links:
        if time.monotonic() - begun > TIME or (len(tried) >= ALONE and not fetcher.has_reached):
            break
        problem = fetcher.problem_of(link.url)
        tried |= {urlsplit(link.url).netloc} if problem in {Problem.SILENT, Problem.NO_HOST} else set()
        link.note(problem, timezone.now())
        checked.append(link)
    return [] if len(tried) >= FEW and not fetcher.has_reached else checked


def know_links() -> dict[str, str]:
    """Have a row for each address in use and no other. Returns the paths of those that are on this site."""
    used = {
        url: sorted(keys)
        for url, keys in links_in_use().items()
        if not url.lower().startswith(NOT_CHECKED) and len(url.encode()) <= CheckedLink.LONGEST
    }
    CheckedLink.objects.exclude(url__in=used).delete()
    rows = [CheckedLink(url=url, used_by=keys) for url, keys in used.items()]
    CheckedLink.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["url"], update_fields=["used_by"], batch_size=500
    )
    paths = {url: path_on_site(url) for url in used}
    return {url: path or "" for url, path in paths.items() if path is not None or url.startswith("page:")}


def check_links(dry_run: bool) -> str:
    """Check every link of the published content, and return a line that says how that went."""
    if dry_run:
        return f"{len(links_in_use())} länkar skulle kontrolleras"
    paths = know_links()
    links = list(CheckedLink.objects.order_by(F("checked_at").asc(nulls_first=True), "pk"))
    own: list[Any] = [link for link in links if link.url in paths]
    # Those that failed last come last: ten of them in a row would look like a missing way to the internet.
    others = sorted((link for link in links if link.url not in paths), key=lambda link: link.problem != "")
    check_own(own, paths)
    checked = check_elsewhere(others)
    CheckedLink.objects.bulk_update(
        own + checked, ["problem", "failed_since", "failures", "checked_at"], batch_size=500
    )
    said = f"{len(own)} länkar till egna sidor och {len(checked)} av {len(others)} till andra är kontrollerade"
    if others and not checked:
        said += "; ingen annan server svarar, så den här kanske inte når internet"
    return f"{said}, {CheckedLink.objects.broken().count()} är trasiga"
