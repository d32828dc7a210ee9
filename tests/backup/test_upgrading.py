"""Upgrades from 1.0.0 to a later release (tests/backup/next_release)."""

import os
import subprocess
import sys
from collections.abc import Callable
from signal import SIGKILL

import psycopg

from backup.upgrading import LOCK
from tests.backup.conftest import Place
from tests.browser.test_kill import ask
from tests.servers import ROOT, free_port
from tests.template import DATABASES

# Upgrades the database; kills itself before the first statement that contains the argument.
UPGRADE = """
import os, sys, django
django.setup()
from django.db import connection
from backup.upgrading import upgrade
def watch(execute, sql, *arguments):
    if sys.argv[1] and sys.argv[1] in sql:
        os.kill(os.getpid(), 9)
    return execute(sql, *arguments)
with connection.execute_wrapper(watch):
    upgrade(print)
"""


def upgrade(site: Place, kill_at: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | site.environment | {"DJANGO_SETTINGS_MODULE": "tests.backup.next_settings"} | environment
    command = [sys.executable, "-c", UPGRADE, kill_at]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_upgrade_keeps_all_rows_and_backs_up_first(site: Place) -> None:
    before = site.rows()
    done = upgrade(site)
    assert done.returncode == 0, done.stderr
    (path,) = (site.folder / "backups").iterdir()
    assert path.name.endswith("-upgrade.zip"), "rotation would remove it"
    assert done.stdout == f"Databasen ska ändras. Säkerhetskopia från före ändringen: {path}\n"
    after = site.rows()
    assert all(row.pop('"address"') == row['"email"'] for row in after["contacts_contact"])
    assert len(after["django_migrations"]) == len(before["django_migrations"]) + 1
    changed = {"django_migrations", "pagecache_contentversion"}
    assert [table for table in after if table not in changed and after[table] != before[table]] == []
    assert upgrade(site).stdout == "", "nothing was to be changed, and it was backed up"


def test_nothing_is_changed_where_no_backup_can_be_made(site: Place) -> None:
    before = site.rows()
    done = upgrade(site, BACKUP_DIR="/dev/null/folder")
    assert "BackupError: Ingen säkerhetskopia gjordes: Not a directory" in done.stderr
    assert site.rows() == before


def test_killed_upgrade_can_be_started_again(site: Place) -> None:
    before = site.rows()
    for statement in ("ALTER TABLE", 'UPDATE "contacts_contact"', 'INSERT INTO "django_migrations"'):
        assert upgrade(site, kill_at=statement).returncode == -SIGKILL, statement
        assert site.rows() == before, statement
    assert upgrade(site).returncode == 0
    assert '"address"' in site.rows()["contacts_contact"][0]


if "postgresql" in DATABASES:

    def test_second_machine_waits_for_the_first(place: Callable[[str], Place]) -> None:
        site = place("postgresql")
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        environment = os.environ | site.environment | {"PORT": str(free_port())}
        with psycopg.connect(site.database_url, autocommit=True) as first:
            first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            command = [sys.executable, "manage.py", "serve"]
            with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as second:
                try:
                    while first.execute(waiting).fetchone() != (1,):
                        assert second.poll() is None
                    assert ask(
                        site.folder, site.database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
                    ) == (0,)
                    first.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
                    while first.execute("SELECT to_regclass('pages_page') IS NOT NULL").fetchone() != (True,):
                        assert second.poll() is None
                finally:
                    os.killpg(second.pid, SIGKILL)
