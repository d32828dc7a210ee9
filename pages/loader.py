"""Loads the texts in content/ into the database, and never over what an editor has changed or deleted.

A folder is a model, a file is an object, its name the slug; a table [en] holds the English texts. What was written is
remembered per field (LoadedItem). On a later run a field that still holds what was written may be updated from a newer
file; a field that holds anything else is an editor's, and so is an object that is gone.
"""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import reversion
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from accessibility.models import Shortcoming, Statement
from contacts.models import Contact
from networks.models import Fact, FocusArea, Network, Project
from pages.models import LoadedItem, Page
from publishing.models import Content, Publishable
from twinning.models import Exchange, Partnership, Town

FOLDER = settings.BASE_DIR / "content"
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
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass
class Report:
    """What a run did: objects created and updated, fields and objects left as an editor made them."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def load_content(folder: Path = FOLDER) -> Report:
    """Load every file of the folder. All of it or, if a file is wrong, nothing."""
    report = Report()
    for name, model in MODELS.items():
        for path in sorted((folder / name).glob("*.toml")):
            data = tomllib.loads(path.read_text("utf-8"))
            parts = {part: data.pop(part, []) for part in PARTS}
            if issubclass(model, Publishable):
                data.setdefault("slug", path.stem)
            load_file(f"{name}/{path.stem}", model, data, parts, folder, report)
    return report


def load_file(
    key: str, model: type[Content], data: dict[str, Any], parts: dict[str, Any], folder: Path, report: Report
) -> None:
    """Load an object and its parts, and keep the version that this makes of them, if it changes anything."""
    done = len(report.created) + len(report.updated)
    with reversion.create_revision():
        reversion.set_comment(_("Inläst från filerna"))
        owner = load_item(key, model, data, folder, report)
        for part, rows in parts.items():
            for row in rows if owner else ():
                part_model, belongs_to = PARTS[part]
                values = {belongs_to: owner, **row}
                load_item(f"{key}/{part}/{values.pop('key')}", part_model, values, folder, report)
        if len(report.created) + len(report.updated) > done:
            reversion.add_to_revision(owner)  # also where only a part has changed


def load_item(key: str, model: type[Content], data: dict[str, Any], folder: Path, report: Report) -> Any:
    """Create or update one object and return it; None where an editor has deleted it or has one at its address."""
    values = {name: resolve(model, name, value, folder) for name, value in flat(data).items()}
    loaded = LoadedItem.objects.filter(item=key).first()
    instance = find(loaded, model) if loaded else new(model, values.get("slug"))
    refers_to_nothing = any(value is None for value in values.values())
    if instance is None or refers_to_nothing:
        report.kept.append(key)
        return None
    digests = loaded.digests if loaded else {}
    for name in list(values):
        if loaded and digests.get(name, digest(model(), name)) != digest(instance, name):
            report.kept.append(f"{key} {name}")
            del values[name]

    lists = {name: values.pop(name) for name in list(values) if model._meta.get_field(name).many_to_many}
    for name, value in values.items():
        setattr(instance, name, value)
    if "image" in values:
        model._meta.get_field("image").update_dimension_fields(instance, force=True)  # type: ignore[misc]
    instance.full_clean()
    changed = instance.is_changed() if loaded else True
    if changed:
        instance.save()
    for name, related in lists.items():
        if set(related) != set(getattr(instance, name).all()):
            getattr(instance, name).set(related)
            changed = True
    if changed:
        (report.updated if loaded else report.created).append(key)
        digests = digests | {name: digest(instance, name) for name in [*values, *lists]}
        LoadedItem.objects.update_or_create(item=key, defaults={"object_id": instance.pk, "digests": digests})
    return instance


def flat(data: dict[str, Any]) -> dict[str, Any]:
    """A file's values by field: the table [en] with a `name` becomes `name_en`.

    Texts in a language that the site no longer has are left out.
    """
    values = {name: value for name, value in data.items() if name not in LANG_INFO or not isinstance(value, dict)}
    for language in LANGUAGES:
        values |= {f"{name}_{language}": text.strip() for name, text in data.get(language, {}).items()}
    return values


def find(loaded: LoadedItem, model: type[Content]) -> Content | None:
    return model._default_manager.filter(pk=loaded.object_id).first()


def new(model: type[Content], slug: str | None) -> Content | None:
    """An object to fill, public from now on; None where the address is taken already."""
    instance = model()
    if isinstance(instance, Publishable):
        if type(instance)._default_manager.filter(slug=slug).exists():
            return None
        instance.publish()
    return instance


def resolve(model: type[Content], name: str, value: Any, folder: Path) -> Any:
    """What a value in a file stands for: slugs for objects, a path for a stored picture, else itself."""
    described = model._meta.get_field(name)
    if isinstance(described, models.ForeignKey) and isinstance(value, str):
        return referred(described.related_model, value)
    if described.many_to_many:
        found = [referred(described.related_model, slug) for slug in value]
        return [item for item in found if item]
    if isinstance(described, models.ImageField):
        content = (folder / value).read_bytes()
        stored = f"pictures/{hashlib.sha256(content).hexdigest()[:20]}{Path(value).suffix}"
        if not default_storage.exists(stored):
            default_storage.save(stored, ContentFile(content))
        return stored
    return value


def referred(model: Any, slug: str) -> Any:
    """The object that a file of this name was loaded into, whatever its address is now; None if an editor deleted it.

    Raises ObjectDoesNotExist where there never was such a file, unless an editor has made an object of that address.
    """
    (folder,) = (name for name, listed in MODELS.items() if listed is model)
    loaded = LoadedItem.objects.filter(item=f"{folder}/{slug}").first()
    return find(loaded, model) if loaded else model._default_manager.get(slug=slug)


def digest(instance: models.Model, name: str) -> str:
    """Identify a field's value, so that a later run can tell whether anyone has changed it."""
    described = instance._meta.get_field(name)
    if described.many_to_many:
        value: Any = sorted(getattr(instance, name).values_list("pk", flat=True)) if instance.pk else []
    else:
        value = described.value_from_object(instance)  # type: ignore[union-attr]
    return hashlib.sha256(str(value or "").encode()).hexdigest()[:16]
