"""A backup of a site that is being written to brings all of it back, on either database and from one to the other."""

import html
import json
import os
import re
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL

import pytest

from backup.rows import LEFT_OUT
from tests.backup.conftest import Place
from tests.browser.test_kill import ask
from tests.feedback.load import Readers
from tests.servers import free_port, start, stop
from tests.template import DATABASES

# What differs from one answer to the next.
NONCE = re.compile(rb'nonce="[^"]*"')
READERS = 4
DIRECTIONS = [(a, b) for a in DATABASES for b in DATABASES if "postgresql" in {a, b} or DATABASES == ["sqlite"]]


def pages(url: str) -> dict[str, bytes]:
    """Every address of the sitemap, of the open data and of the pictures on these, with what it answers."""

    def get(address: str) -> bytes:
        with urllib.request.urlopen(address, timeout=60) as response:
            content: bytes = response.read()
        return NONCE.sub(b"", content)

    found = {address: get(address) for address in re.findall(r"<loc>([^<]+)</loc>", get(f"{url}/sitemap.xml").decode())}
    linked = {path for page in found.values() for path in re.findall(rb"/(?:media|data)/[\w./-]*\.\w+", page)}
    return found | {url + path.decode(): get(url + path.decode()) for path in sorted(linked)}


def rows(place: Place) -> str:
    """Every row that is to come back, as Django's own serializer writes it: another way than the backup's."""

    def in_order(field: re.Match[str]) -> str:
        """PostgreSQL keeps what is in a JSON object, but in an order of its own."""
        return f"{field[1]}{json.dumps(json.loads(html.unescape(field[2])), sort_keys=True)}"

    # A restore raises the pages' version, so that no page kept from before is taken for a new one.
    excluded = (f"--exclude={name}" for name in [*LEFT_OUT, "pagecache.contentversion"])
    dumped = place.manage("dumpdata", "--all", "--format=xml", "--indent=1", *excluded)
    return re.sub('(type="JSONField">)([^<]+)', in_order, dumped)


@pytest.mark.parametrize(("origin", "destination"), DIRECTIONS)
def test_destroyed_site_is_restored_row_by_row(
    origin: str,
    destination: str,
    place: Callable[[str], Place],
    key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "the same key before and after, so that what is signed with it stays the same")
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")  # the readers come from many addresses
    first, second, port = place(origin), place(destination), free_port()
    process, _printed = start(first.folder, first.database_url, port)
    readers = Readers(f"http://127.0.0.1:{port}", READERS)
    backups: list[str] = []
    acknowledged: list[int] = []

    def back_up() -> None:
        acknowledged.append(readers.answers["stored"])
        backups.append(first.manage("backup", "--to", tmp_path / "busy", "--key-file", key))
        acknowledged.append(readers.answers["stored"])

    readers.run(1, back_up, enough=READERS)
    assert acknowledged[1] > acknowledged[0] > 0, "nobody could answer while the backup was made"
    before = pages(f"http://127.0.0.1:{port}")
    first.manage("backup", "--to", tmp_path / "quiet", "--key-file", key)
    there = rows(first)
    os.killpg(process.pid, SIGKILL)
    process.wait(60)
    shutil.rmtree(first.folder / "media")
    (first.folder / "db.sqlite3").unlink(missing_ok=True)

    (busy,), (quiet,) = [*(tmp_path / "busy").iterdir()], [*(tmp_path / "quiet").iterdir()]
    second.manage("restore", quiet, "--key-file", key)
    assert rows(second) == there
    (first.folder / "static").rename(second.folder / "static")
    process, _printed = start(second.folder, second.database_url, port)
    try:
        after = pages(f"http://127.0.0.1:{port}")
        assert len(after) > 200
        assert [address for address in before.keys() | after.keys() if before.get(address) != after.get(address)] == []
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sok/?q=sern", timeout=60) as found:
            assert "/natverk/sern/" in found.read().decode()
    finally:
        stop(process)

    third = place(destination)
    third.manage("restore", busy, "--key-file", key)
    (answers,) = ask(third.folder, third.database_url, "SELECT count(*) FROM feedback_answer")
    assert acknowledged[0] <= answers <= acknowledged[1] + READERS
