"""A filled database comes from the first schema to today's, backed up before; whoever is killed can start again."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from signal import SIGKILL
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from backup import archive
from backup.errors import BackupError
from backup.upgrading import LOCK, upgrade
from tests.backup.conftest import Place
from tests.browser.test_kill import ask
from tests.servers import ROOT, free_port
from tests.template import DATABASES

LONG_AGO = datetime(2020, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
# As it was when the site was first released: our rooms' first migrations, and what others had.
FIRST = [
    *((room, "0001_initial") for room in ("contacts", "networks", "twinning", "pages", "feedback", "accessibility")),
    *((room, "0001_initial") for room in ("dashboard", "editing")),
]
NEWER = ["backup", "pagecache"]
# What has another name today.
TABLES = {"dashboard_sentdigest": "dashboard_sentletter"}
COLUMNS = {"dashboard_sentdigest.week": "period"}


def value(field: models.Field, number: int) -> Any:
    """Something that the field holds, another for each number where it has to be unique."""
    if isinstance(field, models.ForeignKey):
        return number
    if field.name == "slug":
        return f"sida-{number}"
    if field.choices:
        return field.flatchoices[(number - 1) % len(field.flatchoices)][0]
    kinds: dict[type[models.Field], Any] = {
        models.FileField: "",
        models.BooleanField: number == 1,
        models.DateTimeField: LONG_AGO,
        models.DateField: date(2020, 1, number),
        models.JSONField: {"ö": [str(number)]},
        models.FloatField: 50 + number / 3,
        models.IntegerField: number,
        models.CharField: f"{number}å Ř{' lång' * 60}"[: min(field.max_length or 0, 250)],
        models.TextField: f"<p>Text {number}</p>\n\"'\\ 🙂",
    }
    return next(found for kind, found in kinds.items() if isinstance(field, kind))


@transaction.atomic
def fill(old: Any) -> list[type[models.Model]]:
    """Three rows in every table that there was, with something in every column that can have it."""
    rooms = {room for room, _name in FIRST}
    found = [model for model in old.get_models(include_auto_created=True) if model._meta.app_label in rooms]
    for model, number in itertools.product([old.get_model("auth.User"), *found], (1, 2, 3)):
        fields = [f for f in model._meta.local_concrete_fields if not isinstance(f, models.AutoField)]
        values = {f.attname: value(f, number) for f in fields if f.name not in {"unpublished_at", "ended_on", "until"}}
        if model._meta.label == "twinning.Partnership":
            values |= dict(zip(("town_a_id", "town_b_id"), ((1, 2), (1, 3), (2, 3))[number - 1], strict=True))
        model._base_manager.bulk_create([model(pk=number, **values)])
    return found


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def first_schema() -> Any:
    """The models of the first schema, in a database that has that and no more."""
    rooms = {room for room, _name in FIRST}
    for room in [*NEWER, *rooms]:
        call_command("migrate", room, "zero", verbosity=0)
    executor = MigrationExecutor(connection)
    yield executor.migrate(FIRST).apps
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_filled_database_comes_from_the_first_schema_to_todays(
    first_schema: Any, settings: Any, client: Client
) -> None:
    filled = fill(first_schema)
    before = {model._meta.db_table: rows(model._meta.db_table) for model in filled}
    assert len(before) > 15
    said: list[str] = []
    upgrade(said.append)
    call_command("migrate", "--check", verbosity=0)
    for table, old in before.items():
        now = rows(TABLES.get(table, table))
        renamed = [{COLUMNS.get(f"{table}.{name}", name): content for name, content in row.items()} for row in old]
        assert [{name: row[name] for name in was} for row, was in zip(now, renamed, strict=True)] == renamed
    (answers,) = ask_here("SELECT count(*) FROM feedback_answer")
    assert answers == 3
    call_command("index_search")
    assert "1å Ř" in client.get("/natverk/").content.decode()

    (path,) = (settings.DATA_DIR / "backups").iterdir()
    assert said == [f"The database is about to be changed. Backed up before: {path}"]
    with archive.opened(path, None) as file:
        manifest = archive.check(file)
    assert ("pages", "0002_search") not in manifest["migrations"]
    assert manifest["tables"]["dashboard.sentdigest"] == 3
    upgrade(said.append)
    assert len(said) == 1, "there was nothing to change, and it was backed up"


def ask_here(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_backed_up_is_not_changed(first_schema: Any, settings: Any) -> None:
    settings.BACKUP_DIR = Path("/dev/null/folder")
    with pytest.raises(BackupError, match="No backup was made: Not a directory"):
        upgrade(print)
    assert "pages_searchentry" not in connection.introspection.table_names()


# Kills


KILLED = """
import os, sys, django
django.setup()
from django.db import connection
from backup.upgrading import LOCK, upgrade
left = int(sys.argv[1])
def count(execute, *arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
    return execute(*arguments)
with connection.execute_wrapper(count):
    upgrade(print)
"""


def upgraded(place: Place, statement: int) -> "subprocess.CompletedProcess[str]":
    """Upgrade, and be killed before so many statements."""
    environment = os.environ | place.environment | {"DJANGO_SETTINGS_MODULE": "molndal_intl.settings"}
    command = [sys.executable, "-c", KILLED, str(statement)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def count(place: Place, table: str) -> int:
    (number,) = ask(place.folder, place.database_url, f"SELECT count(*) FROM {table}")
    return int(number)


def old_site(place: Place) -> None:
    """Content, with the schema of an earlier version."""
    place.manage("migrate", "--verbosity=0")
    place.manage("load_content")
    for room in ("pages", "feedback", "twinning", "dashboard"):
        place.manage("migrate", room, "0001", "--verbosity=0")
    place.manage("migrate", "backup", "zero", "--verbosity=0")


def test_whoever_is_killed_while_upgrading_can_start_again(place: Callable[[str], Place]) -> None:
    site = place(DATABASES[0])
    old_site(site)
    networks, migrations = count(site, "networks_network"), count(site, "django_migrations")
    kills, statement = 0, 60
    while (died := upgraded(site, statement)).returncode == -SIGKILL:
        assert count(site, "django_migrations") == migrations, "half of an upgrade was kept"
        kills, statement = kills + 1, round(statement * 1.3)
    assert died.returncode == 0, died.stderr
    assert kills > 4
    site.manage("migrate", "--check")
    assert count(site, "networks_network") == networks
    assert site.manage("load_content").startswith("0 created")


# One machine at a time

if "postgresql" in DATABASES:

    def test_a_second_machine_waits_for_the_first(place: Callable[[str], Place]) -> None:
        site = place("postgresql")
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        environment = os.environ | site.environment | {"DJANGO_SETTINGS_MODULE": "molndal_intl.settings"}
        with psycopg.connect(site.database_url, autocommit=True) as first:
            first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            command = [sys.executable, "-m", "molndal_intl.serve"]
            with subprocess.Popen(
                command, cwd=ROOT, env=environment | {"PORT": str(free_port())}, start_new_session=True
            ) as second:
                try:
                    while first.execute(waiting).fetchone() != (1,):
                        assert second.poll() is None
                    tables = first.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
                    assert tables == (0,)
                    first.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
                    while first.execute("SELECT to_regclass('pages_page') IS NOT NULL").fetchone() != (True,):
                        assert second.poll() is None
                finally:
                    os.killpg(second.pid, SIGKILL)
