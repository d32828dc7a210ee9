"""Triggers that raise the content version when anything that readers see changes, also by raw SQL.

A signal of Django's would miss `.update()`, `bulk_create()`, raw SQL and what a restored history does; a trigger misses
nothing, and is part of the same transaction, so that the new number is seen exactly when the new content is.
"""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

RAISE = """INSERT INTO pagecache_contentversion (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = pagecache_contentversion.number + 1"""
FUNCTION = f"""CREATE OR REPLACE FUNCTION pagecache_raise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {RAISE};
        RETURN NULL;
    END $$"""
# Before the statement: a transaction holds the version before any row that readers see, so that two of them wait for
# each other in one order and never in a circle.
POSTGRESQL = """CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION pagecache_raise()"""
SQLITE = "CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {action}; END"


def seen_models() -> list[type[Model]]:
    """The models of our own apps whose rows readers see: all but those that settings name as unseen."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    return [
        model
        for app in ours
        if app.label not in settings.PAGECACHE_UNSEEN
        for model in app.get_models(include_auto_created=True)
        if model._meta.label_lower not in settings.PAGECACHE_UNSEEN
    ]


def wanted() -> dict[str, tuple[str, str]]:
    """The table and the statement of each trigger, by name."""
    tables = {*connection.introspection.table_names()} & {model._meta.db_table for model in seen_models()}
    if connection.vendor == "postgresql":
        names = {f"pagecache_{table}": table for table in tables}
        return {name: (table, POSTGRESQL.format(name=name, table=table)) for name, table in names.items()}
    return {
        f"pagecache_{table}_{event}".lower(): (
            table,
            SQLITE.format(name=f"pagecache_{table}_{event}".lower(), event=event, table=table, action=RAISE),
        )
        for table in tables
        for event in ("INSERT", "UPDATE", "DELETE")
    }


def installed() -> dict[str, tuple[str, str]]:
    """What there is: the table of each trigger and, on SQLite, its statement."""
    found = {
        "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'pagecache_*'",
        "postgresql": r"SELECT tgname, tgrelid::regclass::text, '' FROM pg_trigger WHERE tgname LIKE 'pagecache\_%'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(found)
        return {name: (table, sql) for name, table, sql in cursor.fetchall()}


@transaction.atomic
def install(**kwargs: Any) -> None:
    """Make the triggers that are missing, remove those that are not wanted, and raise the version.

    Runs after every migration: on SQLite one that rebuilds a table drops its triggers, and any may change content.
    """
    there, has_version = installed(), "pagecache_contentversion" in connection.introspection.table_names()
    should = wanted() if has_version else {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
            there = {name: should.get(name, found) for name, found in there.items()}
        for name, (table, sql) in there.items():
            if should.get(name) != (table, sql):
                cursor.execute(f"DROP TRIGGER {name}{f' ON {table}' if connection.vendor == 'postgresql' else ''}")
        for name, (table, sql) in should.items():
            if there.get(name) != (table, sql):
                cursor.execute(sql)
        if has_version:
            cursor.execute(RAISE)
