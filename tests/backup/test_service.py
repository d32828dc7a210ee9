"""Making, keeping, verifying and rotating backups."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from backup import archive, service
from backup.errors import BackupError
from backup.models import VerifiedBackup, last_verified
from backup.places import Folder
from editing.models import Draft
from feedback.models import Answer
from tests.factories import ContactFactory, NetworkFactory

DAY = timedelta(days=1)


def name_of(moment: datetime) -> str:
    return f"molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.age"


def test_newest_of_days_weeks_and_months_are_kept() -> None:
    now = datetime(2026, 11, 25, 3, 10, tzinfo=UTC)  # a Wednesday
    names = [name_of(now - number * DAY) for number in range(800)]
    names += [name_of(now - timedelta(hours=1))]  # made by hand the same day
    kept = sorted({*names} - {*service.superfluous(names)}, reverse=True)
    assert [name[13:21] for name in kept] == [
        *("20261125", "20261124", "20261123", "20261122", "20261121", "20261120", "20261119"),
        *("20261115", "20261108"),  # Sundays; those of the weeks before are among the days
        *("20261031", "20260930", "20260831", "20260731", "20260630", "20260531"),
        *("20260430", "20260331", "20260228", "20260131", "20251231"),
    ]
    assert kept[0] == name_of(now)
    few = [name_of(datetime(2020, 1, day, tzinfo=UTC)) for day in range(1, 6)]
    assert service.superfluous(few) == [], "a long pause costs no backup"


@pytest.mark.django_db
def test_rotation_leaves_other_files_alone(tmp_path: Path) -> None:
    others = ["molndal_intl-20200101T000000Z.zip.part", "notes.txt", "molndal_intl-2020.zip", "x-20200101T000000Z.zip"]
    backups = [name_of(datetime(2026, 1, 1, tzinfo=UTC) + number * DAY / 24) for number in range(24)]
    folder = tmp_path / "kept"
    folder.mkdir()
    for name in [*others, *backups]:
        (folder / name).touch()
    assert len(service.rotate(Folder(folder))) == 23
    assert {*os.listdir(folder)} == {*others, backups[-1]}


def test_backup_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "source.zip").write_bytes(b"x")
    kept = Folder(tmp_path / "new/folder").keep(tmp_path / "source.zip")
    assert Path(kept).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def folder(settings: Any, tmp_path: Path, key: Path) -> Path:
    """BACKUP_DIR, with three old backups of one day."""
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = str(tmp_path / "kept"), key
    (tmp_path / "kept").mkdir()
    for hour in range(3):
        (tmp_path / "kept" / name_of(datetime(2020, 1, 1, hour, tzinfo=UTC))).touch()
    return tmp_path / "kept"


@pytest.mark.django_db(transaction=True)
class TestMaking:
    def test_nightly_backup_is_verified_and_rotates(self, folder: Path, key: Path) -> None:
        old = {*os.listdir(folder)}
        assert service.nightly(dry_run=True) == f"a backup would be made in {folder}"
        assert ({*os.listdir(folder)}, last_verified()) == (old, None)
        began = timezone.now()
        done = service.nightly(dry_run=False)
        (new,) = {*os.listdir(folder)} - old
        assert {*os.listdir(folder)} == {new, max(old)}
        assert done.startswith(f"{new} is made and verified: ")
        assert done.endswith("; 2 older ones removed")
        noted = last_verified()
        assert noted is not None
        assert began <= noted <= timezone.now()
        printed = StringIO()
        call_command("verify_backup", folder / new, "--key-file", key, stdout=printed)
        assert "is whole" in printed.getvalue()
        assert VerifiedBackup.objects.count() == 1

    def test_damaged_backup_replaces_none(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        old, keep = {*os.listdir(folder)}, Folder.keep

        def keep_badly(self: Folder, file: Path) -> str:
            file.write_bytes(file.read_bytes()[:-100])
            return keep(self, file)

        monkeypatch.setattr(Folder, "keep", keep_badly)
        with pytest.raises(BackupError, match="is damaged"):
            service.nightly(dry_run=False)
        assert last_verified() is None
        assert old < {*os.listdir(folder)}

    def test_backup_without_a_folder_says_so(self, settings: Any) -> None:
        settings.BACKUP_DIR = None
        assert service.nightly(dry_run=False) == "BACKUP_DIR is not set, so no backup is made"
        with pytest.raises(CommandError, match="--to FOLDER, or BACKUP_DIR"):
            call_command("backup", to=None)

    def test_full_disk_is_told_and_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        moment = timezone.now().replace(microsecond=0)
        monkeypatch.setattr(service.timezone, "now", lambda: moment)
        (tmp_path / "full").mkdir()
        (tmp_path / f"full/molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.part").symlink_to("/dev/full")
        with pytest.raises(BackupError, match="No backup was made: No space left on device"):
            service.make(Folder(tmp_path / "full"), None)
        assert os.listdir(tmp_path / "full") == []

    def test_half_written_picture_is_left_out(self, tmp_path: Path) -> None:
        for name in ("pictures/a.png", "pictures/b.png.part"):
            default_storage.save(name, ContentFile(b"x"))
        _address, manifest = service.make(Folder(tmp_path / "kept"), None)
        assert [name for name in manifest["files"] if name.startswith("media/")] == ["media/pictures/a.png"]

    def test_left_out_tables_are_in_no_backup(self, tmp_path: Path, client: Any) -> None:
        client.force_login(User.objects.create_user("kim"))
        session = client.session.session_key
        ContactFactory(name="Cecilia Rignell")
        address, _manifest = service.make(Folder(tmp_path / "kept"), None)
        with archive.opened(address, None) as (file, manifest):
            name = next(iter(manifest["files"]))
            content = Path(file.extract(name, tmp_path)).read_bytes()
        if name.endswith(".dump"):
            content = subprocess.run(
                ["pg_restore", "--file=-", tmp_path / name], capture_output=True, check=True
            ).stdout
        assert session.encode() not in content
        assert b"Cecilia Rignell" in content

    def test_if_changed_backs_up_only_what_is_new(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def made() -> bool:
            printed, later = StringIO(), timezone.now() + timedelta(seconds=len(os.listdir(folder)))
            monkeypatch.setattr(service.timezone, "now", lambda: later)
            call_command("backup", "--if-changed", stdout=printed)
            return "is made and verified" in printed.getvalue()

        def write_answer() -> None:
            Answer.objects.create(page="a:1", language="sv", revision=timezone.now(), helped="yes")

        def write_draft() -> None:
            user, _made = User.objects.get_or_create(username="kim")
            Draft.objects.create(model="pages.page", object_id=1, data={}, user=user)

        def give_reason() -> None:
            Answer.objects.update(reason="hard")

        def mark_handled() -> None:
            Answer.objects.update(status="handled")

        def purge_texts() -> None:
            Answer.objects.update(comment="", note="")

        def write_note() -> None:
            Answer.objects.update(note="Rättat")

        def change_password() -> None:
            User.objects.update(password="x")

        def lose_backups() -> None:
            for name in os.listdir(folder):
                (folder / name).unlink()

        assert made()
        changes: list[Callable[[], Any]] = [
            NetworkFactory, write_answer, give_reason, mark_handled, write_note, purge_texts, write_draft,
            change_password, lose_backups,
        ]  # fmt: skip
        for change in changes:
            assert not made(), change
            change()
            assert made(), change
