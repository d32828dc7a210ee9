"""A file is stored whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from publishing.images import keep


def test_a_file_is_stored_under_its_name(settings: Any) -> None:
    assert default_storage.save("pictures/a.png", ContentFile(b"whole")) == "pictures/a.png"
    assert (settings.MEDIA_ROOT / "pictures/a.png").read_bytes() == b"whole"
    assert os.listdir(settings.MEDIA_ROOT / "pictures") == ["a.png"]
    assert (settings.MEDIA_ROOT / "pictures/a.png").stat().st_mode & 0o777 == 0o644


def test_one_that_is_cut_off_is_not_there_for_the_next_upload(settings: Any) -> None:
    class Broken(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
            yield b"ha"
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        keep(Broken(b"half", name="x.png"))
    kept = keep(ContentFile(b"half", name="x.png"))
    assert Path(settings.MEDIA_ROOT / str(kept.name)).read_bytes() == b"half"
