"""A backup that is not whole, or does not fit, is refused with a sentence, and nothing is written anywhere."""

import hashlib
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backup import archive, encryption
from backup.errors import BackupError
from tests.backup.conftest import Place, write_key
from tests.browser.test_kill import ask
from tests.template import DATABASES

TABLES = {
    "sqlite": "SELECT count(*) FROM sqlite_master",
    "postgresql": "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
}


def is_empty(place: Place) -> bool:
    kind = "postgresql" if place.database_url else "sqlite"
    (tables,) = ask(place.folder, place.database_url, TABLES[kind])
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    return tables == 0 and {path.name for path in files} <= {"db.sqlite3", "secret_key", ".backup.lock"}


def resealed(path: Path, target: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """A backup with something changed in its manifest and entries, and new digests, as if it had been made so."""
    with zipfile.ZipFile(path) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(entries[archive.MANIFEST])
    change(manifest, entries)
    for name in manifest["files"]:
        manifest["files"][name]["sha256"] = hashlib.sha256(entries[name]).hexdigest()
    entries[archive.MANIFEST] = json.dumps(manifest).encode()
    entries[archive.SEAL] = hashlib.sha256(entries[archive.MANIFEST]).hexdigest().encode()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return target


def from_a_newer_version(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["migrations"].append(["pages", "9999_future"])


def of_another_format(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["format"] = 2


def with_an_unknown_table(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["tables"]["pages.rumour"] = 0
    entries["tables/pages.rumour.jsonl"] = b'["id"]\n'
    manifest["files"]["tables/pages.rumour.jsonl"] = {}


def with_a_key_twice(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    header, *lines = entries["tables/twinning.town.jsonl"].splitlines(keepends=True)
    entries["tables/twinning.town.jsonl"] = b"".join([header, *lines, lines[0]])
    manifest["tables"]["twinning.town"] += 1


def with_a_row_that_points_nowhere(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    header, _first, *lines = entries["tables/twinning.town.jsonl"].splitlines(keepends=True)
    entries["tables/twinning.town.jsonl"] = b"".join([header, *lines])
    manifest["tables"]["twinning.town"] -= 1


def with_a_picture_outside(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    entries["media/../../outside.txt"] = b"x"
    manifest["files"]["media/../../outside.txt"] = {}


def with_fewer_rows(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["tables"]["twinning.town"] += 1


def without_a_picture(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    del entries[next(name for name in entries if name.startswith("media/"))]


RESEALED: dict[Callable[..., None], str] = {
    from_a_newer_version: "newer version of the site",
    of_another_format: "of format 2",
    with_an_unknown_table: "a table that this version of the site does not know: pages.rumour",
    with_a_key_twice: "The database refuses the backup, and nothing was restored",
    with_a_row_that_points_nowhere: "The database refuses the backup, and nothing was restored",
    with_a_picture_outside: "outside the folder for pictures",
    with_fewer_rows: "rows, not as many as its manifest says",
}


@pytest.mark.parametrize("change", RESEALED, ids=lambda change: change.__name__)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    change: Callable[..., None], whole: Path, place: Callable[[str], Place], tmp_path: Path
) -> None:
    target = place(DATABASES[0])
    done = target.try_to_manage("restore", resealed(whole, tmp_path / "changed.zip", change))
    assert done.returncode == 1
    assert RESEALED[change] in done.stderr
    assert "Traceback" not in done.stderr
    assert is_empty(target)
    assert not [*tmp_path.rglob("outside.txt")]


def test_what_is_there_is_not_overwritten(filled: Place, whole: Path, place: Callable[[str], Place]) -> None:
    before = filled.manage("dumpdata")
    done = filled.try_to_manage("restore", whole)
    assert (done.returncode, "The database holds tables already" in done.stderr) == (1, True)
    assert filled.manage("dumpdata") == before
    target = place(DATABASES[0])
    (target.folder / "media/pictures").mkdir(parents=True)
    (target.folder / "media/pictures/mine.png").write_bytes(b"mine")
    done = target.try_to_manage("restore", whole)
    assert (done.returncode, "is not empty (pictures/mine.png)" in done.stderr) == (1, True)
    assert (target.folder / "media/pictures/mine.png").read_bytes() == b"mine"
    (target.folder / "media/pictures/mine.png").unlink()
    assert is_empty(target)


def checked(path: Path, key: Path | None = None) -> dict[str, Any]:
    with archive.opened(path, key) as file:
        return archive.check(file)


def test_a_whole_one_is_found_whole(whole: Path) -> None:
    assert checked(whole)["tables"]["twinning.town"] == 9


def test_one_that_is_cut_off_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:length])
        with pytest.raises(BackupError, match="damaged or cut off"):
            checked(tmp_path / "cut.zip")


def test_a_single_changed_byte_changes_nothing_or_is_found(whole: Path, tmp_path: Path) -> None:
    """Some bytes of a zip file mean nothing, such as the time of an entry. Any other is found out."""
    content, expected = bytearray(whole.read_bytes()), checked(whole)
    places = random.Random(1).sample(range(len(content)), 150)
    found = 0
    for place in [*places, *range(len(content) - 22, len(content))]:
        damaged = content.copy()
        damaged[place] ^= 1 << place % 8
        (tmp_path / "damaged.zip").write_bytes(damaged)
        try:
            assert checked(tmp_path / "damaged.zip") == expected
        except BackupError:
            found += 1
    assert found > 140


def test_a_missing_picture_is_named(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"lacks files, .*: media/pictures/"):
        checked(resealed_without_digests(whole, tmp_path / "lacking.zip"))


def resealed_without_digests(path: Path, target: Path) -> Path:
    with zipfile.ZipFile(path) as file, zipfile.ZipFile(target, "w") as copy:
        gone = next(name for name in file.namelist() if name.startswith("media/"))
        for name in file.namelist():
            if name != gone:
                copy.writestr(name, file.read(name))
    return target


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("letter.txt", "Hej")
    with pytest.raises(BackupError, match="no backup of the site"):
        checked(tmp_path / "other.zip")
    with pytest.raises(BackupError, match="No such file"):
        checked(tmp_path / "nothing.zip")
    with pytest.raises(BackupError, match="Is a directory"):
        checked(tmp_path)


def test_an_encrypted_one_opens_with_its_key_alone(whole: Path, key: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked.zip.age"
    encryption.encrypt(whole, locked, key)
    assert checked(locked, key) == checked(whole)
    with pytest.raises(BackupError, match="name its key with --key-file"):
        checked(locked)
    with pytest.raises(BackupError, match="cannot be opened with this key"):
        checked(locked, write_key(tmp_path / "other.txt"))
    content = locked.read_bytes()
    for damaged in (content[:-1], content[: len(content) // 2], content[:50], content + b"x"):
        locked.write_bytes(damaged)
        with pytest.raises(BackupError, match="or is damaged"):
            checked(locked, key)
    for place in random.Random(1).sample(range(len(encryption.MAGIC), len(content)), 50):
        locked.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(BackupError, match="or is damaged"):
            checked(locked, key)


def test_a_key_file_that_is_none_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be read \\(No such file"):
        encryption.read_key(tmp_path / "none.txt")
    for content in ("", "AGE-SECRET-KEY-1QQQ", "hemligt\nhemligt", "\xff"):
        (tmp_path / "bad.txt").write_bytes(content.encode("latin-1"))
        with pytest.raises(BackupError, match="should hold one identity") as error:
            encryption.read_key(tmp_path / "bad.txt")
        assert not content or content not in str(error.value)


def test_nothing_is_left_beside_the_data(whole: Path, key: Path, tmp_path: Path, settings: Any) -> None:
    locked = tmp_path / "locked.zip.age"
    encryption.encrypt(whole, locked, key)
    checked(locked, key)
    assert os.listdir(settings.DATA_DIR) == [".backup.lock"]
    (settings.DATA_DIR / ".backup").mkdir()
    (settings.DATA_DIR / ".backup/half").write_text("left by one that was killed")
    checked(locked, key)
    assert os.listdir(settings.DATA_DIR) == [".backup.lock"]
