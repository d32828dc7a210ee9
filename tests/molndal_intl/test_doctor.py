"""The doctor tells what the site depends on, a line each, and ends with a code for monitoring."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from backup.models import LastRun, VerifiedBackup
from tests.servers import free_port


@pytest.fixture
def healthy(db: None, settings: Any, tmp_path: Path) -> Any:
    """The settings of a site with nothing wrong."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT.mkdir()
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_RECIPIENT = []
    VerifiedBackup.objects.create(name="a", made_at=timezone.now(), change_marks="")
    return settings


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and the sentences of each level."""
    code = 0
    try:
        call_command("doctor")
    except SystemExit as ended:
        code = int(str(ended.code))
    said: dict[str, list[str]] = {"OK": [], "VARNING": [], "FEL": []}
    for line in capsys.readouterr().out.splitlines():
        level, sentence = line[:7].strip(), line[8:]
        if "tidsservrar" not in sentence:  # as it is on the machine of the tests
            said[level].append(sentence)
    return code, said


def test_healthy_site_has_no_error(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.BACKUP_RECIPIENT = ["age1…"]
    code, said = examined(capsys)
    assert (said["VARNING"], said["FEL"]) == ([], [])
    assert code < 2
    assert "Version 1.0.0, miljö local" in said["OK"]
    assert any(line.endswith("alla ändringar är införda") for line in said["OK"])


def test_machine_without_timedatectl_has_no_error(
    healthy: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert examined(capsys)[1]["FEL"] == []


def test_doctor_warns_of_servers_that_do_not_answer(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    healthy.EMAIL_HOST, healthy.EMAIL_PORT = "127.0.0.1", free_port()
    healthy.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    code, said = examined(capsys)
    assert (code, said["FEL"]) == (1, [])
    assert [line.split(":")[0] for line in said["VARNING"]] == ["Säkerhetskopior", "E-post", "Stadens inloggning"]


def test_doctor_says_when_backups_are_old_or_from_the_future(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    VerifiedBackup.objects.update(made_at=timezone.now() - timedelta(days=3))
    Path(healthy.BACKUP_DIR).mkdir()
    ahead = "molndal_intl-29990101T000000Z-manual.zip"
    (Path(healthy.BACKUP_DIR) / ahead).touch()
    code, said = examined(capsys)
    assert code == 2
    assert said["FEL"][0].startswith(f"Säkerhetskopior: {ahead} är daterad i framtiden")
    assert said["FEL"][1].startswith("Säkerhetskopior: den senaste är från ")


def test_doctor_says_when_backups_do_not_run(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.LOCAL = False
    for minutes, failed in ((None, True), (20, True), (10, False)):
        if minutes:
            at = timezone.now() - timedelta(minutes=minutes)
            LastRun.objects.update_or_create(name=LastRun.BACKUP, defaults={"at": at})
        _code, said = examined(capsys)
        assert any("backup --if-changed lyckades senast" in line for line in said["FEL"]) == failed


def test_doctor_says_when_the_clock_is_far_from_the_last_run(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    LastRun.objects.create(name=LastRun.CLOCK, at=timezone.now() - timedelta(days=2))
    code, said = examined(capsys)
    assert code == 2
    assert "mer än ett dygn ifrån" in said["FEL"][0]


def test_doctor_says_when_restoring_was_last_tried(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    LastRun.objects.create(name=LastRun.DRILL, at=timezone.now() - timedelta(days=200))
    _code, said = examined(capsys)
    assert any(line.startswith("Återställning: övad senast ") for line in said["VARNING"])


def test_doctor_says_what_cannot_be_written(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.MEDIA_ROOT.rmdir()
    code, said = examined(capsys)
    assert (code, said["FEL"]) == (2, [f"Lagring: {healthy.MEDIA_ROOT} går inte att skriva i"])
