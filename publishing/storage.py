"""File storage for uploads that writes atomically."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Writes to a temporary name, syncs and renames, so that no partial file is ever found under its name.

    A server that is killed leaves no half of a picture under its name, where the next upload of it would find it.
    """

    def _save(self, name: str, content: Any) -> str:
        part, target = Path(self.path(super()._save(f"{name}.part", content))), Path(self.path(name))  # type: ignore[misc]
        sync(part)
        part.replace(target)
        sync(target.parent)
        return name


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
