"""Pictures that no content shows: kept for restoring, no longer served, and deleted when they have been unused long.

A file `removed/DIGEST` marks a picture and its variants, and holds the time. The media view asks for it rather than for
the database, so that pictures are served while that is down.
"""

from datetime import datetime
from pathlib import PurePosixPath

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from publishing.images import FOLDER, REMOVED, PictureField, mark_of
from publishing.imaging import FORMATS


def shown_pictures() -> set[tuple[str, int | None]]:
    """Return name and width of every picture that a row holds."""
    return {
        row
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, PictureField)
        for row in model._base_manager.exclude(**{field.name: ""}).values_list(field.name, field.width_field)  # type: ignore[attr-defined]
    }


def stored_files(folder: str) -> list[str]:
    try:
        return sorted(f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def is_removed(name: str) -> bool:
    return default_storage.exists(mark_of(name))


def unused(uploaded_before: datetime) -> list[str]:
    """Return the pictures that no row holds and that are not marked yet. A draft may hold one of the newer."""
    shown = {name for name, _width in shown_pictures()}
    originals = [name for name in stored_files(FOLDER) if PurePosixPath(name).suffix[1:] in FORMATS.values()]
    return [
        name
        for name in originals
        if "-" not in name and name not in shown and not is_removed(name)
        if default_storage.get_modified_time(name) < uploaded_before
    ]


def remove(*names: str) -> None:
    """Serve these pictures no longer, unless a row still holds them."""
    shown = {name for name, _width in shown_pictures()}
    for name in names:
        if name not in shown and not is_removed(name):
            default_storage.save(mark_of(name), ContentFile(timezone.now().isoformat()))


def restore(name: str) -> None:
    """Serve a picture again."""
    default_storage.delete(mark_of(name))


def removed_before(moment: datetime) -> list[str]:
    """Return the files of the pictures that were removed before the moment, each picture's mark last."""
    shown = {mark_of(name) for name, _width in shown_pictures()}
    marks = []
    for mark in stored_files(REMOVED):
        with default_storage.open(mark) as file:
            if mark not in shown and datetime.fromisoformat(file.read().decode()) < moment:
                marks.append(mark)
    return [name for name in stored_files(FOLDER) if mark_of(name) in marks] + marks
