"""Making, keeping, verifying and rotating backups."""

import os
import re
import sqlite3
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

from accessibility.models import Report
from backup import archive, database, service
from backup.errors import BackupError
from backup.models import LastRun, VerifiedBackup, last_verified
from backup.places import Folder
from editing.models import Draft, Proposal
from feedback.models import Answer
from networks.models import Network
from tests.backup.conftest import public
from tests.factories import ContactFactory, NetworkFactory

DAY = timedelta(days=1)
KINDS = (service.BY_HAND, service.BEFORE_UPGRADE)


def name_of(moment: datetime) -> str:
    return f"molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.age"


def test_newest_of_days_weeks_and_months_are_kept() -> None:
    now = datetime(2026, 11, 25, 3, 10, tzinfo=UTC)  # a Wednesday
    moments = [now - number * DAY for number in range(800)]
    moments += [now - timedelta(minutes=4 * number) for number in range(1, 750)]  # every four for 50 hours
    made = {name_of(moment): moment for moment in moments}
    kept = sorted({*made} - {*service.superfluous(made)}, reverse=True)
    assert [name[13:24] for name in kept[:24]] == [f"{now - timedelta(hours=hour):%Y%m%dT%H}" for hour in range(24)]
    assert [name[13:21] for name in kept[24:]] == [
        *("20261123", "20261122", "20261121", "20261120", "20261119"),
        *("20261115", "20261108"),  # Sundays; those of the weeks before are among the days
        *("20261031", "20260930", "20260831", "20260731", "20260630", "20260531"),
        *("20260430", "20260331", "20260228", "20260131", "20251231"),
    ]
    assert kept[0] == name_of(now)
    few = {str(day): datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 6)}
    assert service.superfluous(few) == [], "a long pause costs no backup"


@pytest.mark.django_db
def test_rotation_leaves_other_files_alone(tmp_path: Path) -> None:
    others = ["molndal_intl-20200101T000000Z.zip.part", "notes.txt", "molndal_intl-2020.zip", "x-20200101T000000Z.zip"]
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + number * DAY / 1440 for number in range(24)]
    of_another_site = name_of(datetime(2026, 1, 1, 0, 22, 30, tzinfo=UTC))
    by_hand = [name_of(moments[3]).replace("Z", f"Z{kind}") for kind in KINDS]
    future = timezone.now() + 3650 * DAY
    folder = tmp_path / "kept"
    folder.mkdir()
    for moment in [*moments, future]:
        VerifiedBackup.objects.create(name=name_of(moment), made_at=moment)
    stay = [*others, *by_hand, of_another_site, name_of(future)]
    for name in [*stay, *map(name_of, moments)]:
        (folder / name).touch()
    assert len(service.rotate(Folder(folder))) == 23
    assert {*os.listdir(folder)} == {*stay, name_of(moments[-1])}


def test_backup_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "source.zip").write_bytes(b"x")
    Folder(tmp_path / "new/folder").keep(tmp_path / "source.zip")
    assert (tmp_path / "new/folder/source.zip").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def folder(settings: Any, tmp_path: Path, key: Path) -> Path:
    """BACKUP_DIR, with three old backups of one hour."""
    settings.BACKUP_DIR, settings.BACKUP_RECIPIENT = str(tmp_path / "kept"), [public(key)]
    (tmp_path / "kept").mkdir()
    for minute in range(3):
        made_at = datetime(2020, 1, 1, 0, minute, tzinfo=UTC)
        (tmp_path / "kept" / name_of(made_at)).touch()
        VerifiedBackup.objects.create(name=name_of(made_at), made_at=made_at)
    return tmp_path / "kept"


@pytest.mark.django_db(transaction=True)
class TestMaking:
    def test_nightly_backup_is_verified_and_rotates(self, folder: Path, key: Path) -> None:
        old = {*os.listdir(folder)}
        assert service.nightly(dry_run=True) == f"en säkerhetskopia skulle göras i {folder}"
        assert ({*os.listdir(folder)}, str(last_verified())) == (old, max(old))
        began = timezone.now()
        done = service.nightly(dry_run=False)
        (new,) = {*os.listdir(folder)} - old
        assert {*os.listdir(folder)} == {new, max(old)}
        assert done.startswith(f"{new} är gjord och kontrollerad: ")
        assert done.endswith("; 2 äldre är borttagna")
        noted = last_verified()
        assert noted
        assert noted.name == new
        assert began <= noted.made_at <= timezone.now()
        printed = StringIO()
        call_command("verify_backup", folder / new, "--key-file", key, stdout=printed)
        assert "är hel" in printed.getvalue()
        assert {*VerifiedBackup.objects.values_list("name", flat=True)} == {*os.listdir(folder)}

    def test_damaged_backup_replaces_none(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        old, keep = {*os.listdir(folder)}, Folder.keep

        def keep_badly(self: Folder, file: Path) -> None:
            keep(self, file)
            (self.path / file.name).write_bytes(file.read_bytes()[:-100])

        monkeypatch.setattr(Folder, "keep", keep_badly)
        with pytest.raises(BackupError, match="gav tillbaka något annat än det fick"):
            service.nightly(dry_run=False)
        assert str(last_verified()) == max(old)
        assert {*os.listdir(folder)} == old

    def test_wrong_clock_removes_none_and_alarms(self, folder: Path) -> None:
        for days in (-3650, -2, 2, 3650):
            LastRun.objects.update_or_create(name=LastRun.CLOCK, defaults={"at": timezone.now() - days * DAY})
            old = {*os.listdir(folder)}
            with pytest.raises(BackupError, match=r"är gjord och kontrollerad\. Klockan är .* mer än ett dygn ifrån"):
                service.nightly(dry_run=False)
            assert old < {*os.listdir(folder)}
            with pytest.raises(CommandError, match="mer än ett dygn ifrån"):
                call_command("backup", "--if-changed")  # nothing has changed, and it still says so
            for name in {*os.listdir(folder)} - old:
                (folder / name).unlink()
                VerifiedBackup.objects.filter(name=name).delete()
        LastRun.objects.update(at=timezone.now() - timedelta(hours=25, minutes=30))  # the end of summer time
        assert "2 äldre är borttagna" in service.nightly(dry_run=False)

    def test_backup_of_the_future_is_not_the_newest(self, folder: Path) -> None:
        VerifiedBackup.objects.create(name="future", made_at=timezone.now() + DAY, change_marks=service.change_mark())
        (folder / "future").touch()
        assert str(last_verified()) != "future"
        call_command("backup", "--if-changed", stdout=(printed := StringIO()))
        assert "är gjord och kontrollerad" in printed.getvalue()
        newest = str(last_verified())
        assert newest != "future"
        ahead = name_of(timezone.now().astimezone(UTC) + DAY)
        (folder / ahead).touch()
        assert service.newest(Folder(folder)) == str(folder / newest)

    def test_backup_by_hand_is_never_removed(self, folder: Path) -> None:
        call_command("backup", stdout=(printed := StringIO()))
        by_hand = Path(printed.getvalue().split(": ")[0])
        assert by_hand.name.endswith("-manual.zip.age")
        service.nightly(dry_run=False)
        assert by_hand.exists()

    def test_place_without_the_earlier_ones_is_refused(self, folder: Path) -> None:
        """As where a file system is not mounted; a backup by hand says that the place is right."""
        for name in os.listdir(folder):
            (folder / name).unlink()
        for _run in range(2):
            with pytest.raises(BackupError, match=r"de tidigare saknas i .* Är lagringen monterad\?"):
                call_command("backup", "--if-changed")
        assert os.listdir(folder) == []
        call_command("backup", stdout=StringIO())
        assert "är gjord och kontrollerad" in service.nightly(dry_run=False)

    def test_missing_picture_fails_and_removes_no_backup(self, folder: Path) -> None:
        Network.objects.filter(pk=NetworkFactory().pk).update(
            image="pictures/00112233445566778899.png", image_alt_sv="En bild"
        )
        with pytest.raises(BackupError, match=r"men 1 bilder saknas: pictures/00112233445566778899\.png"):
            service.nightly(dry_run=False)
        assert len([*folder.iterdir()]) == 4
        default_storage.save("pictures/00112233445566778899.png", ContentFile(b"x"))
        assert re.search("; [23] äldre är borttagna$", service.nightly(dry_run=False))  # one more in the next second

    def test_backup_without_a_folder_says_so(self, settings: Any) -> None:
        settings.BACKUP_DIR = None
        assert service.nightly(dry_run=False) == "BACKUP_DIR är inte satt, så ingen säkerhetskopia görs"
        with pytest.raises(CommandError, match="--to MAPP, eller BACKUP_DIR"):
            call_command("backup", to=None)

    def test_full_disk_is_told_and_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        moment = timezone.now().replace(microsecond=0)
        monkeypatch.setattr(service.timezone, "now", lambda: moment)
        (tmp_path / "full").mkdir()
        (tmp_path / f"full/molndal_intl-{moment:%Y%m%dT%H%M%SZ}.zip.part").symlink_to("/dev/full")
        with pytest.raises(BackupError, match="Ingen säkerhetskopia gjordes: disken är full"):
            service.make(Folder(tmp_path / "full"))
        assert os.listdir(tmp_path / "full") == []

    def test_full_disk_of_the_work_is_told_in_a_sentence(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fill_the_disk(path: Path) -> dict[str, int]:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(database, "dump", fill_the_disk)
        with pytest.raises(BackupError, match=r"^Ingen säkerhetskopia gjordes: disken är full\.$"):
            service.make(Folder(tmp_path / "kept"))

    def test_half_written_picture_is_left_out(self, tmp_path: Path) -> None:
        for name in ("pictures/a.png", "pictures/b.png.part"):
            default_storage.save(name, ContentFile(b"x"))
        _address, manifest = service.make(Folder(tmp_path / "kept"))
        assert [name for name in manifest["files"] if name.startswith("media/")] == ["media/pictures/a.png"]

    def test_left_out_tables_are_in_no_backup(self, tmp_path: Path, client: Any) -> None:
        client.force_login(User.objects.create_user("kim"))
        session = client.session.session_key
        ContactFactory(name="Cecilia Rignell")
        address, _manifest = service.make(Folder(tmp_path / "kept"))
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
            return "är gjord och kontrollerad" in printed.getvalue()

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

        def report_a_problem() -> None:
            Report.objects.create(problem="Filmen saknar text", language="sv")

        def propose_the_draft() -> None:
            draft = Draft.objects.get()
            Proposal.objects.create(draft=draft, asked_by=draft.user)

        def write_note() -> None:
            Answer.objects.update(note="Rättat")

        def change_password() -> None:
            User.objects.update(password="x")

        assert made()
        changes: list[Callable[[], Any]] = [
            NetworkFactory, write_answer, give_reason, mark_handled, write_note, purge_texts, write_draft,
            propose_the_draft, report_a_problem, change_password,
        ]  # fmt: skip
        for change in changes:
            assert not made(), change
            change()
            assert made(), change
