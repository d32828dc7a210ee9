"""Whatever changes what readers see raises the content version, in the same transaction; nothing else does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from contacts.models import Contact
from networks.models import Network
from pagecache.models import current_number
from pagecache.triggers import install, installed, seen_models, wanted
from tests.factories import (
    AnswerFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PartnershipFactory,
    TownFactory,
)
from twinning.models import Town

pytestmark = pytest.mark.django_db


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "save": lambda network: network.save(),
    "update": lambda network: Network.objects.update(website="https://example.org/"),
    "bulk_create": lambda network: Contact.objects.bulk_create([Contact(name="A"), Contact(name="B")]),
    "bulk_update": lambda network: Network.objects.bulk_update([network], ["slug"]),
    "many to many": lambda network: network.focus_areas.add(1),
    "delete": lambda network: network.delete(),
    "raw": lambda network: raw("UPDATE networks_network SET website = 'https://example.org/'"),
    "agreement": lambda network: PartnershipFactory(),
    "exchange's towns": lambda network: ExchangeFactory(towns=[TownFactory()]),
}


def test_every_change_raises_the_version() -> None:
    FocusAreaFactory(pk=1)
    for name, change in CHANGES.items():
        network = NetworkFactory()
        before = current_number()
        change(network)
        assert current_number() > before, name


def test_what_is_rolled_back_raises_nothing() -> None:
    network = NetworkFactory()
    before = current_number()
    with transaction.atomic():
        network.delete()
        assert current_number() > before
        transaction.set_rollback(True)
    assert current_number() == before


def test_what_no_reader_sees_raises_nothing(client: Client, fronts: Any) -> None:
    User.objects.create_superuser("samordnare", password="x")
    before = current_number()
    client.login(username="samordnare", password="x")
    client.get("/")
    client.get("/sok/?q=text")
    AnswerFactory()
    assert current_number() == before


def test_every_model_of_ours_is_watched_or_named_as_unseen() -> None:
    named = settings.PAGECACHE_UNSEEN
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    models = {model for app in ours for model in app.get_models(include_auto_created=True)}
    unseen = {model for model in models if {model._meta.app_label, model._meta.label_lower} & named}
    assert models - unseen == set(seen_models())
    assert {Network, Network.focus_areas.through, Town, Contact} <= set(seen_models())
    assert installed().keys() == wanted().keys()
    labels = {app.label for app in ours} | {model._meta.label_lower for model in models}
    assert named <= labels, "an unseen model is no more"


def test_triggers_come_back_after_a_migration_that_lost_them() -> None:
    there = installed()
    name, (table, _sql) = next(iter(there.items()))
    raw(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert installed().keys() == there.keys() - {name}
    before = current_number()
    call_command("migrate", verbosity=0)
    assert installed() == there
    assert current_number() > before  # a migration may have changed anything


def test_triggers_that_are_not_wanted_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PAGECACHE_UNSEEN", settings.PAGECACHE_UNSEEN | {"contacts"})
    assert any("contacts_contact" in name for name in installed())
    install()
    assert not any("contacts_contact" in name for name in installed())
    before = current_number()
    Contact.objects.create(name="Ny")
    assert current_number() == before
