"""The doctor tells what the site depends on, a line each, and ends with a code for monitoring."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from backup.models import VerifiedBackup
from molndal_intl.management.commands import doctor
from tests.servers import free_port


@pytest.fixture
def healthy(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings of a site with nothing wrong."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT.mkdir()
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_KEY_FILE = None
    VerifiedBackup.objects.create(name="a", made_at=timezone.now(), change_marks="")
    monkeypatch.setattr(doctor, "read_key", lambda path: None)
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


def test_healthy_site_has_no_error(healthy: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    healthy.BACKUP_KEY_FILE = tmp_path / "key"
    code, said = examined(capsys)
    assert (said["VARNING"], said["FEL"]) == ([], [])
    assert code < 2
    assert "Version 1.0.0, miljö local" in said["OK"]
    assert any(line.endswith("alla ändringar är införda") for line in said["OK"])


def test_doctor_warns_of_servers_that_do_not_answer(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    healthy.EMAIL_HOST, healthy.EMAIL_PORT = "127.0.0.1", free_port()
    healthy.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    code, said = examined(capsys)
    assert (code, said["FEL"]) == (1, [])
    assert [line.split(":")[0] for line in said["VARNING"]] == ["Säkerhetskopior", "E-post", "Stadens inloggning"]


def test_doctor_says_when_backups_are_old_or_from_the_future(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for days in (-3, 1):
        VerifiedBackup.objects.update(made_at=timezone.now() + timedelta(days=days))
        code, said = examined(capsys)
        assert code == 2
        assert said["FEL"][0].startswith("Säkerhetskopior: den senaste är från ")


def test_doctor_says_what_cannot_be_written(healthy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.MEDIA_ROOT.rmdir()
    code, said = examined(capsys)
    assert (code, said["FEL"]) == (2, [f"Lagring: {healthy.MEDIA_ROOT} går inte att skriva i"])
