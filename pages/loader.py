"""Load the texts in content/ into an empty database. What is loaded is the editor's from then on.

A folder is a model, a file is an object, its name the slug; a table [en] holds the English texts.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import reversion
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accessibility.models import Shortcoming, Statement
from contacts.models import Contact
from editing.translations import note_changes, translated_fields
from networks.models import Fact, FocusArea, Network, Project
from pages.models import Page
from publishing.models import Content, Publishable
from twinning.models import Exchange, Partnership, Town

FOLDER: Path = settings.CONTENT_DIR
# In the order they refer to one another.
MODELS: dict[str, type[Content]] = {
    "contacts": Contact,
    "focus_areas": FocusArea,
    "networks": Network,
    "towns": Town,
    "partnerships": Partnership,
    "exchanges": Exchange,
    "statements": Statement,
    "pages": Page,
}
# What is written in the file of the object it belongs to, and the name of the field that says so.
PARTS: dict[str, tuple[type[Content], str]] = {
    "facts": (Fact, "network"),
    "projects": (Project, "network"),
    "shortcomings": (Shortcoming, "statement"),
}
# Functions of higher apps: the rows that they ship in the folder, not saved.
OTHERS: list[Callable[[Path], Iterator[Model]]] = []
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Every language that a file may have a table of; a city may leave some out.
CATALOGUES = {path.name for path in (settings.BASE_DIR / "locale").iterdir()}
# Those whose shipped texts a person has read.
REVIEWED = {"sv", "en"}
Loaded = dict[tuple[Any, str], Content]


def load_content(folder: Path = FOLDER) -> int:
    """Load every file where there is no content yet. Returns how many objects were created."""
    if any(model._default_manager.exists() for model in MODELS.values()):
        return 0
    return load_files(folder)


@transaction.atomic
def load_files(folder: Path) -> int:
    """Load every file, or nothing if one is wrong. Each is a revision of its own, to go back to."""
    loaded: Loaded = {}
    created = 0
    for name, model in MODELS.items():
        for path in sorted((folder / name).glob("*.toml")):
            data = tomllib.loads(path.read_text("utf-8"))
            parts = [(part, row) for part in PARTS for row in data.pop(part, [])]
            if issubclass(model, Publishable):
                data = {"slug": path.stem} | data
            with reversion.create_revision():
                reversion.set_comment(_("Loaded from the files"))
                owner = loaded[model, path.stem] = create(model, data, loaded)
                for part, row in parts:
                    part_model, belongs_to = PARTS[part]
                    create(part_model, {belongs_to: owner} | row, loaded)
            created += 1 + len(parts)
    for row in (row for shipped in OTHERS for row in shipped(folder)):
        row.full_clean()
        row.save()
        created += 1
    return created


def create(model: type[Content], data: dict[str, Any], loaded: Loaded) -> Content:
    """Create one object, public from now on, as not reviewed. Raises where a file names what there is not."""
    values = by_field(data)
    lists = {name: values.pop(name) for name in list(values) if model._meta.get_field(name).many_to_many}
    instance = model()
    if isinstance(instance, Publishable):
        instance.publish()
    for name, value in values.items():
        field = model._meta.get_field(name)
        refers = field.is_relation and isinstance(value, str)
        setattr(instance, name, loaded[field.related_model, value] if refers else value)
    instance.full_clean()
    instance.save()
    for name, slugs in lists.items():
        related = model._meta.get_field(name).related_model
        getattr(instance, name).set([loaded[related, slug] for slug in slugs])
    unread = (f"{name}_{code}" for name in translated_fields(model) for code in set(LANGUAGES) - REVIEWED)
    note_changes(instance, dict.fromkeys(unread))
    return instance


def by_field(data: dict[str, Any]) -> dict[str, Any]:
    """A file's values by field: the table [en] with a `name` becomes `name_en`."""
    values = {name: value for name, value in data.items() if name not in CATALOGUES}
    for language in LANGUAGES:
        values |= {f"{name}_{language}": text.strip() for name, text in data.get(language, {}).items()}
    return values
