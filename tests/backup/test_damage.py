"""A backup that is damaged or does not fit is refused with a sentence, and nothing is written."""

import errno
import hashlib
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backup import archive, encryption, restoring
from backup.database import FILES
from backup.errors import BackupError
from publishing.storage import WholeFileStorage
from tests.backup.conftest import Place, public, write_key
from tests.template import DATABASES

KIND = DATABASES[0]
DATABASE = FILES[KIND]


def changed(path: Path, target: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """A backup with something changed in its manifest and entries, and right digests, as if it had been made so."""
    with zipfile.ZipFile(path) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(entries[archive.MANIFEST])
    change(manifest, entries)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
    manifest["files"] = {name: digests.get(name, "") for name in manifest["files"]}
    entries[archive.MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return target


def from_a_newer_version(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["migrations"].append(["pages", "9999_future"])


def of_another_format(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["format"] = 1


def of_another_database(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    manifest["database"] = "oracle"


def with_a_broken_database(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    entries[DATABASE] = b"x" * len(entries[DATABASE])


def with_a_picture_outside(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    entries["media/../../outside.txt"] = b"x"
    manifest["files"]["media/../../outside.txt"] = ""


def without_a_picture(manifest: dict[str, Any], entries: dict[str, bytes]) -> None:
    del entries["media/pictures/old.png"]


AT_ONCE: dict[Callable[..., None], str] = {
    from_a_newer_version: r"som inte känner migreringarna pages\.9999_future",
    of_another_format: "har format 1",
    of_another_database: "Det här är en säkerhetskopia av oracle",
    without_a_picture: r"saknar filer, eller har andra än manifestet säger: media/pictures/old\.png",
}
WHILE_RESTORED: dict[Callable[..., None], str] = {
    with_a_broken_database: {"sqlite": "SQLite vägrar säkerhetskopian", "postgresql": "pg_restore misslyckades"}[KIND],
    with_a_picture_outside: "utanför mappen för bilder",
}


@pytest.mark.django_db
def test_misfit_is_refused_before_anything_is_written(whole: Path, tmp_path: Path, settings: Any) -> None:
    for change, message in AT_ONCE.items():
        with pytest.raises(BackupError, match=message):
            restoring.restore(str(changed(whole, tmp_path / "changed.zip", change)), None)
    assert not settings.MEDIA_ROOT.exists()


def test_backup_that_does_not_fit_is_refused(whole: Path, place: Callable[[str], Place], tmp_path: Path) -> None:
    target = place(KIND)
    for change, message in WHILE_RESTORED.items():
        done = target.try_to_manage("restore", changed(whole, tmp_path / "changed.zip", change))
        assert (done.returncode, message in done.stderr) == (1, True), (change.__name__, done.stderr)
        assert "Traceback" not in done.stderr
        assert target.is_empty(), change.__name__
        assert not [*tmp_path.rglob("outside.txt")]


@pytest.mark.django_db
def test_restore_on_a_full_disk_leaves_no_picture(whole: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(self: WholeFileStorage, name: str, content: Any) -> str:
        (settings.MEDIA_ROOT / "half.png.part").write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    settings.MEDIA_ROOT.mkdir()
    monkeypatch.setattr(WholeFileStorage, "_save", write_half)
    with pytest.raises(BackupError, match="disken är full"), archive.opened(str(whole), None) as (file, manifest):
        restoring.fill(file, manifest)
    assert [*archive.stored_files()] == []


def test_restore_overwrites_nothing(filled: Place, whole: Path, place: Callable[[str], Place]) -> None:
    before, target = filled.rows(), place(KIND)
    done = filled.try_to_manage("restore", whole)
    assert (done.returncode, "Databasen har redan tabeller" in done.stderr) == (1, True)
    assert filled.rows() == before
    picture = target.folder / "media/pictures/mine.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"mine")
    done = target.try_to_manage("restore", whole)
    assert (done.returncode, "är inte tom (pictures/mine.png)" in done.stderr) == (1, True)
    assert picture.read_bytes() == b"mine"
    picture.unlink()
    assert target.is_empty()


def checked(path: Path, key: Path | None = None) -> dict[str, Any]:
    with archive.opened(str(path), key) as (_file, manifest):
        return manifest


def test_cut_off_backup_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:length])
        with pytest.raises(BackupError, match="skadad eller avklippt"):
            checked(tmp_path / "cut.zip")


def test_changed_byte_means_nothing_or_is_found(whole: Path, tmp_path: Path) -> None:
    """Some bytes of a zip file mean nothing, such as the time of an entry."""
    content, expected, found = bytearray(whole.read_bytes()), checked(whole), 0
    places = [*random.Random(1).sample(range(len(content)), 60), *range(len(content) - 22, len(content))]
    for place in places:
        damaged = content.copy()
        damaged[place] ^= 1 << place % 8
        (tmp_path / "damaged.zip").write_bytes(damaged)
        try:
            assert checked(tmp_path / "damaged.zip") == expected
        except BackupError:
            found += 1
    assert found > 50


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("letter.txt", "Hej")
    for path, message in {
        tmp_path / "other.zip": "ingen säkerhetskopia av webbplatsen",
        tmp_path / "nothing.zip": "No such file",
        tmp_path: "Is a directory",
    }.items():
        with pytest.raises(BackupError, match=message):
            checked(path)


def test_encrypted_backup_opens_with_its_key_alone(whole: Path, key: Path, tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_RECIPIENT = [public(key), public(write_key(tmp_path / "of-another-administrator.txt"))]
    locked = encryption.encrypt(Path(shutil.copy(whole, tmp_path / "locked.zip")))
    assert os.listdir(tmp_path).count("locked.zip") == 0
    (settings.DATA_DIR / ".backup").mkdir(parents=True)
    (settings.DATA_DIR / ".backup/half").write_text("left by a process that was killed")
    assert checked(locked, key) == checked(whole)
    assert os.listdir(settings.DATA_DIR) == [".backup.lock"], "something decrypted was left"
    with pytest.raises(BackupError, match="ange nyckelfilen med --key-file"):
        checked(locked)
    with pytest.raises(BackupError, match="öppnas inte av den här nyckeln"):
        checked(locked, write_key(tmp_path / "other.txt"))
    content = locked.read_bytes()
    places = random.Random(1).sample(range(len(encryption.MAGIC), len(content)), 20)
    flipped = [content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in places]
    for damaged in (content[:-1], content[: len(content) // 2], content[:50], content + b"x", *flipped):
        locked.write_bytes(damaged)
        with pytest.raises(BackupError, match="eller är skadad"):
            checked(locked, key)


def test_bad_key_file_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="går inte att läsa \\(No such file"):
        encryption.read_key(tmp_path / "none.txt")
    for content in ("", "AGE-SECRET-KEY-1QQQ", "hemligt\nhemligt", "\xff"):
        (tmp_path / "bad.txt").write_bytes(content.encode("latin-1"))
        with pytest.raises(BackupError, match="ska ha en rad AGE-SECRET-KEY-1") as error:
            encryption.read_key(tmp_path / "bad.txt")
        assert not content or content not in str(error.value)
