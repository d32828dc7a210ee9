"""Backups are kept for a time that is told, made whole or not at all, and verified before others go."""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from backup import archive, service
from backup.errors import BackupError
from backup.models import VerifiedBackup, last_verified
from pages.models import Page
from tests.factories import ContactFactory, PageFactory

DAY = timedelta(days=1)


def name_of(moment: datetime) -> str:
    return f"molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.age"


def test_days_weeks_and_months_are_kept_by_their_newest_backup() -> None:
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


def test_a_long_pause_costs_no_backup() -> None:
    old = [name_of(datetime(2020, 1, day, tzinfo=UTC)) for day in range(1, 6)]
    assert service.superfluous(old) == []


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    others = ["molndal_intl-20200101T000000Z.zip.part", "notes.txt", "molndal_intl-2020.zip", "x-20200101T000000Z.zip"]
    backups = [name_of(datetime(2026, 1, 1, tzinfo=UTC) + number * DAY / 24) for number in range(24)]
    folder = tmp_path / "kept"
    folder.mkdir()
    for name in [*others, *backups]:
        (folder / name).touch()
    assert len(service.rotate(folder)) == 23
    assert {*os.listdir(folder)} == {*others, backups[-1]}


def test_what_cannot_be_kept_whole_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "source.zip").write_bytes(b"x" * 10_000)
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "source.zip.part").symlink_to("/dev/full")  # a disk without a byte to spare
    with pytest.raises(OSError, match="No space left"):
        service.keep(tmp_path / "source.zip", folder)
    assert os.listdir(folder) == []


def test_only_its_owner_reads_a_backup(tmp_path: Path) -> None:
    (tmp_path / "source.zip").write_bytes(b"x")
    assert service.keep(tmp_path / "source.zip", tmp_path / "new/folder").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
class TestMaking:
    def test_by_night_one_is_made_verified_and_noted(self, settings: Any, tmp_path: Path, key: Path) -> None:
        settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = tmp_path / "kept", key
        ContactFactory()
        assert last_verified() is None
        assert service.nightly(dry_run=True) == f"a backup would be made in {settings.BACKUP_DIR}"
        assert not settings.BACKUP_DIR.exists()
        began = timezone.now()
        line = service.nightly(dry_run=False)
        (path,) = settings.BACKUP_DIR.iterdir()
        assert line.startswith(f"{path.name} is made and verified: ")
        noted = last_verified()
        assert noted is not None
        assert began <= noted <= timezone.now()
        call_command("verify_backup", path, "--key-file", key, stdout=StringIO())
        assert VerifiedBackup.objects.count() == 1

    def test_damaged_backup_does_not_replace_older_ones(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.BACKUP_DIR = tmp_path / "kept"
        settings.BACKUP_DIR.mkdir()
        old = [name_of(datetime(2020, 1, 1, hour, tzinfo=UTC)) for hour in range(3)]
        for name in old:
            (settings.BACKUP_DIR / name).touch()
        keep = service.keep

        def keep_badly(file: Path, folder: Path) -> Path:
            kept = keep(file, folder)
            kept.write_bytes(kept.read_bytes()[:-100])
            return kept

        monkeypatch.setattr(service, "keep", keep_badly)
        with pytest.raises(BackupError, match="damaged or cut off"):
            service.nightly(dry_run=False)
        assert last_verified() is None
        assert {*old} < {*os.listdir(settings.BACKUP_DIR)}

    def test_without_a_folder_it_says_so(self, settings: Any) -> None:
        settings.BACKUP_DIR = None
        assert service.nightly(dry_run=False) == "BACKUP_DIR is not set, so no backup is made"
        with pytest.raises(CommandError, match="--to FOLDER, or BACKUP_DIR"):
            call_command("backup", to=None)

    def test_a_full_disk_is_told_and_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "full"
        folder.mkdir()
        moment = timezone.now().replace(microsecond=0)
        monkeypatch.setattr(service.timezone, "now", lambda: moment)
        (folder / f"molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.part").symlink_to("/dev/full")
        with pytest.raises(BackupError, match="No backup was made: No space left on device"):
            service.make(folder, None)
        assert os.listdir(folder) == []

    def test_a_picture_that_is_gone_is_told_and_hinders_nothing(self, tmp_path: Path) -> None:
        PageFactory(image="pictures/gone.png", image_alt_sv="x", image_width=1, image_height=1)
        _path, manifest = service.make(tmp_path / "kept", None)
        assert manifest["missing"] == ["pictures/gone.png"]
        assert "1 pictures that pages show were not there: pictures/gone.png" in service.described(manifest)

    def test_picture_being_written_is_left_for_the_next_backup(self, tmp_path: Path) -> None:
        moment = timezone.now()
        names = ["pictures/shown.png", "pictures/of-the-history.png", "pictures/coming.png"]
        shown, old, new = (default_storage.save(name, ContentFile(b"x")) for name in names)
        for name in (shown, new):  # written to later than the rows are read
            os.utime(default_storage.path(name), (0, moment.timestamp() + 9))
        os.utime(default_storage.path(old), (0, 0))
        PageFactory(image_alt_sv="x")
        Page.objects.update(image=shown)
        (tmp_path / "work").mkdir()
        manifest = archive.write(tmp_path / "work/x.zip", moment)
        stored = {name for name in manifest["files"] if name.startswith("media/")}
        assert {f"media/{shown}", f"media/{old}"} <= stored
        assert f"media/{new}" not in stored
