"""A backup made under load brings a destroyed site back, page by page and row by row."""

import os
import re
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from backup.database import left_out
from tests.backup.conftest import Place, public, write_key
from tests.backup.test_damage import changed
from tests.feedback.load import Readers
from tests.servers import ROOT, free_port, start, stop
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
    monkeypatch.setenv("BACKUP_RECIPIENT", public(key))
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")  # the readers come from many addresses
    second, third, port = place(KIND), place(KIND), free_port()
    process, _printed = start(site.folder, site.database_url, port)
    readers = Readers(f"http://127.0.0.1:{port}", READERS)
    acknowledged: list[int] = []

    def back_up() -> None:
        acknowledged.append(readers.answers["stored"])
        site.manage("backup", "--to", tmp_path / "busy")
        acknowledged.append(readers.answers["stored"])

    try:
        readers.run(1, back_up, enough=READERS)
        assert acknowledged[1] > acknowledged[0] > 0, "nobody could answer while the backup was made"
        before = pages(f"http://127.0.0.1:{port}")
        site.manage("backup", "--to", tmp_path / "quiet")
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


def test_disk_that_dies_costs_at_most_five_minutes(
    site: Place, place: Callable[[str], Place], key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer's runs of `backup --if-changed`, answers before each, and the end of the disk after the last."""
    (minutes,) = re.findall(r"^OnCalendar=\*:0/(\d+)$", (ROOT / "deploy/molndal-intl-backup.timer").read_text(), re.M)
    monkeypatch.setenv("BACKUP_RECIPIENT", public(key))
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")  # the readers come from many addresses
    port = free_port()
    site.manage("shell", "-v0", "-c", "from backup.models import LastRun; LastRun.objects.all().delete()")
    process, _printed = start(site.folder, site.database_url, port)
    stored = []
    try:
        for _run in range(2):
            Readers(f"http://127.0.0.1:{port}", READERS).run(1, lambda: None, enough=READERS)
            stored.append(site.ask("SELECT count(*) FROM feedback_answer")[0][0])
            assert "är gjord och kontrollerad" in site.manage("backup", "--if-changed")
            assert "Inget har ändrats" in site.manage("backup", "--if-changed")
        dying = Readers(f"http://127.0.0.1:{port}", READERS)
        dying.run(1, lambda: os.killpg(process.pid, SIGKILL), enough=READERS)
    finally:
        stop(process)
    shutil.rmtree(site.folder)
    restored = place(KIND)
    newest = max((tmp_path / "elsewhere").iterdir())
    restored.manage("restore", newest, "--key-file", key)
    assert len(restored.rows()["feedback_answer"]) == stored[-1] > stored[0]
    assert int(minutes) < 5


def test_drill_restores_the_last_backup_and_notes_the_day(
    site: Place, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_RECIPIENT", public(key))
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "kept"))
    drilled = "SELECT count(*) FROM backup_lastrun WHERE name = 'drill'"
    without = site.try_to_manage("restore_drill")
    assert (without.returncode, "Det finns ingen säkerhetskopia i" in without.stderr) == (1, True)
    site.manage("backup")
    failed = site.try_to_manage("restore_drill", "--key-file", write_key(tmp_path / "other.txt"))
    assert failed.returncode == 1
    assert re.search(r"BackupError: molndal_intl\S+ öppnas inte av den här nyckeln", failed.stderr)
    assert "Traceback" not in failed.stderr
    assert site.ask(drilled) == [(0,)]
    before, files = site.rows(), {*site.folder.iterdir()}
    said = site.manage("restore_drill", "--key-file", "-", stdin=key.read_text())
    assert re.search(r"alla rader och bilder är jämförda: molndal_intl-\w+-manual.zip.age", said)
    assert site.ask(drilled) == [(1,)]
    after = site.rows()
    assert [table for table in before if table != "backup_lastrun" and after[table] != before[table]] == []
    assert {*site.folder.iterdir()} == files, "the drill left something"


def test_restored_rows_are_compared(whole: Path, place: Callable[[str], Place], tmp_path: Path) -> None:
    def with_another_number(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
        manifest["rows"]["pages_page"] += 1

    done = place(KIND).try_to_manage("restore", changed(whole, tmp_path / "changed.zip", with_another_number))
    assert (done.returncode, "är inte det som kopierades, använd det inte: pages_page" in done.stderr) == (1, True)


def test_restored_site_is_readable_by_its_owner_only(whole: Path, place: Callable[[str], Place]) -> None:
    restored = place(KIND)
    restored.folder.chmod(0o755)
    restored.manage("restore", whole)
    assert restored.folder.stat().st_mode & 0o777 == 0o700
    if KIND == "sqlite":
        assert (restored.folder / "db.sqlite3").stat().st_mode & 0o777 == 0o600
