"""A database has one folder of pictures, which its machines share."""

from pathlib import Path
from typing import Any

import pytest

from backup.errors import BackupError
from backup.media import MARK, claim_folder
from backup.models import MediaFolder

pytestmark = pytest.mark.django_db


def test_first_start_ties_folder_and_database(settings: Any) -> None:
    claim_folder()
    assert (settings.MEDIA_ROOT / MARK).read_text() == MediaFolder.objects.get().key
    claim_folder()


def test_another_folder_is_refused_until_it_is_confirmed(settings: Any, tmp_path: Path) -> None:
    claim_folder()
    settings.MEDIA_ROOT = tmp_path / "another"
    with pytest.raises(BackupError, match="är inte den bildmapp som hör till databasen") as refused:
        claim_folder()
    key = MediaFolder.objects.get().key
    assert key in str(refused.value)
    assert not (settings.MEDIA_ROOT / MARK).exists()
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / MARK).write_text(f"{key}\n")
    claim_folder()


def test_new_database_takes_the_folder_that_is_there(settings: Any) -> None:
    claim_folder()
    key = MediaFolder.objects.get().key
    MediaFolder.objects.all().delete()
    claim_folder()
    assert MediaFolder.objects.get().key == key
