"""A backup made under load brings a destroyed site back, page by page and row by row."""

import os
import re
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL

import pytest
from django.apps import apps
from django.conf import settings

from backup.database import left_out
from tests.backup.conftest import Place
from tests.feedback.load import Readers
from tests.servers import free_port, start, stop
from tests.template import DATABASES

NONCE = re.compile(rb'nonce="[^"]*"')  # differs from one answer to the next
READERS = 4
KIND = DATABASES[0]


def pages(url: str) -> dict[str, bytes]:
    """The answers of every address of the sitemap, of the open data and of the pictures on these."""

    def get(address: str) -> bytes:
        with urllib.request.urlopen(address, timeout=60) as response:
            content: bytes = response.read()
        return NONCE.sub(b"", content)

    found = {address: get(address) for address in re.findall(r"<loc>([^<]+)</loc>", get(f"{url}/sitemap.xml").decode())}
    linked = {path for page in found.values() for path in re.findall(rb"/(?:media|data)/[\w./-]*\.\w+", page)}
    return found | {url + path.decode(): get(url + path.decode()) for path in sorted(linked)}


def test_destroyed_site_is_restored_whole(
    site: Place, place: Callable[[str], Place], key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "the same before and after, so that what is signed with it stays the same")
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")  # the readers come from many addresses
    second, third, port = place(KIND), place(KIND), free_port()
    process, _printed = start(site.folder, site.database_url, port)
    readers = Readers(f"http://127.0.0.1:{port}", READERS)
    acknowledged: list[int] = []

    def back_up() -> None:
        acknowledged.append(readers.answers["stored"])
        site.manage("backup", "--to", tmp_path / "busy", "--key-file", key)
        acknowledged.append(readers.answers["stored"])

    try:
        readers.run(1, back_up, enough=READERS)
        assert acknowledged[1] > acknowledged[0] > 0, "nobody could answer while the backup was made"
        before = pages(f"http://127.0.0.1:{port}")
        site.manage("backup", "--to", tmp_path / "quiet", "--key-file", key)
        rows = site.rows()
    finally:
        os.killpg(process.pid, SIGKILL)
    process.wait(60)
    (busy,), (quiet,) = [*(tmp_path / "busy").iterdir()], [*(tmp_path / "quiet").iterdir()]

    second.manage("restore", quiet, "--key-file", key)
    # A restore raises the content version, so that no page cached before is taken for a new one.
    expected = {table: [] if table in left_out() else rows[table] for table in rows}
    found = second.rows() | {"pagecache_contentversion": rows["pagecache_contentversion"]}
    assert [table for table in expected if found[table] != expected[table]] == []
    shutil.move(site.folder / "static", second.folder / "static")
    process, _printed = start(second.folder, second.database_url, port)
    try:
        after = pages(f"http://127.0.0.1:{port}")
        assert len(after) > 200
        assert [address for address in before.keys() | after.keys() if before.get(address) != after.get(address)] == []
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sok/?q=sern", timeout=60) as page:
            assert "/natverk/sern/" in page.read().decode()
    finally:
        stop(process)

    third.manage("restore", busy, "--key-file", key)
    assert acknowledged[0] <= len(third.rows()["feedback_answer"]) <= acknowledged[1] + READERS


def test_nothing_in_a_backup_needs_what_is_left_out() -> None:
    omitted = [apps.get_model(label) for label in settings.BACKUP_LEFT_OUT]
    for model in apps.get_models(include_auto_created=True):
        related = {field.related_model for field in model._meta.concrete_fields if field.related_model}
        assert model in omitted or not related.intersection(omitted), model
