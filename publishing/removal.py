"""Pictures that no content shows: kept for restoring, no longer served, and deleted when they have been unused long.

A file `removed/DIGEST` marks a picture and its variants, and holds the time. The media view asks for it rather than for
the database, so that pictures are served while that is down.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from pathlib import PurePosixPath
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from publishing.images import FOLDER, REMOVED, PictureField, mark_of
from publishing.imaging import FORMATS
from publishing.richtext import RichTextField, pictures_in

NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{20}}\.[a-z]+")


# Functions of higher apps: other texts that name pictures.
HOLDERS: list[Callable[[], Iterable[str]]] = []


def pictures_of(rows: QuerySet[Any]) -> set[tuple[str, int | None]]:
    """Name and width of the pictures that rows of a model hold, in fields of their own and in formatted texts."""
    fields = rows.model._meta.fields
    pictures = {field.name: str(field.width_field) for field in fields if isinstance(field, PictureField)}  # type: ignore[attr-defined]
    texts = [field.name for field in fields if isinstance(field, RichTextField)]
    if not pictures and not texts:
        return set()
    holding = [~Q(**{name: ""}) for name in pictures] + [Q(**{f"{name}__contains": "<img"}) for name in texts]
    found: set[tuple[str, int | None]] = set()
    for row in rows.filter(reduce(or_, holding)).values(*pictures, *pictures.values(), *texts):
        found |= {(row[name], row[width]) for name, width in pictures.items() if row[name]}
        found |= {picture for name in texts for picture in pictures_in(row[name] or "").items()}
    return found


def stored_pictures(content: Model) -> set[str]:
    """The names of the pictures that the database holds of one object."""
    return {name for name, _width in pictures_of(type(content)._base_manager.filter(pk=content.pk))}


def shown_pictures() -> set[tuple[str, int | None]]:
    """Name and width of every picture that a row holds."""
    return {picture for model in apps.get_models() for picture in pictures_of(model._base_manager.all())}


def held_pictures() -> set[str]:
    """The names of pictures that a row or another text holds, such as a draft."""
    others = (name for holder in HOLDERS for text in holder() for name in NAME.findall(text))
    return {name for name, _width in shown_pictures()} | set(others)


def stored_files(folder: str) -> list[str]:
    try:
        return sorted(f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def is_removed(name: str) -> bool:
    return default_storage.exists(mark_of(name))


def unused(uploaded_before: datetime) -> list[str]:
    """Return the pictures that nothing holds and that are not marked yet. An open form may hold one of the newer."""
    shown = held_pictures()
    originals = [name for name in stored_files(FOLDER) if PurePosixPath(name).suffix[1:] in FORMATS.values()]
    return [
        name
        for name in originals
        if "-" not in name and name not in shown and not is_removed(name)
        if default_storage.get_modified_time(name) < uploaded_before
    ]


def remove(*names: str) -> None:
    """Serve these pictures no longer, unless something still holds them."""
    shown = held_pictures() if names else set()
    for name in names:
        if name not in shown and not is_removed(name):
            default_storage.save(mark_of(name), ContentFile(timezone.now().isoformat()))


def removed_before(moment: datetime) -> list[str]:
    """Return the files of the pictures that were removed before the moment, each picture's mark last."""
    shown = set(map(mark_of, held_pictures()))
    marks = []
    for mark in stored_files(REMOVED):
        with default_storage.open(mark) as file:
            if mark not in shown and datetime.fromisoformat(file.read().decode()) < moment:
                marks.append(mark)
    return [name for name in stored_files(FOLDER) if mark_of(name) in marks] + marks
