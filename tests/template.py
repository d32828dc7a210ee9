"""Databases and a data folder that are made once per test run; each test worker copies them.

`empty` is migrated, `seeded` holds the real content as well, `site` is what `make run` leaves: content, first login,
pictures and static files. With `--reuse-db` they are kept between runs, until a migration or the content changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.servers import ROOT, free_port, start, stop

# The database server of this run; empty for SQLite.
SUITE = os.environ.get("DATABASE_URL", "")
DATABASES = ["postgresql", "sqlite"] if SUITE.startswith("postgres") else ["sqlite"]
RUN = "MOLNDAL_TEST_RUN"  # names the run for its workers
# One of each kind, as the content as shipped has none.
ADD_PAGES = """
from tests.pagecache.fill import fill_articles, fill_pages_of_activities
fill_articles(3)
fill_pages_of_activities()
"""
# What a partner town is asked, and has answered.
ASK_A_PARTNER = """
from django.utils import timezone
from partners.models import Confirmation
from twinning.models import Town
borken = Town.objects.get(slug="borken")
Confirmation.objects.create(town=borken, language="de", key="fraga")
Confirmation.objects.create(town=borken, language="de", key="aterkallad", revoked_at=timezone.now())
answered = Confirmation.objects.create(town=borken, language="de", key="besvarad", answered_at=timezone.now())
answered.suggestions.create(field="introduction", before="Förr", proposed="Borken im Münsterland")
"""
# An address that answers 410.
DELETE_A_PAGE = """
from django.utils import timezone
from pages.models import Page
Page.objects.create(title_sv="Borttagen", slug="borttagen", published_at=timezone.now()).delete()
"""


def name_of_reused() -> str:
    """The name of templates that are kept: another for each state of migrations and content."""
    files = [*ROOT.glob("*/migrations/*.py"), *(path for path in ROOT.glob("content/**/*") if path.is_file())]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files)))
    return f"reused_{digest.hexdigest()[:12]}"


def execute(statement: str) -> list[tuple[str, ...]]:
    """Run a statement on the server of the suite, outside the databases under test."""
    with psycopg.connect(SUITE, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return list(cursor.fetchall()) if cursor.description else []


def drop_databases(run: str) -> None:
    """Drop the PostgreSQL databases of a run."""
    for (name,) in execute(f"SELECT datname FROM pg_database WHERE datname LIKE 'molndal\\_{run}\\_%'"):
        execute(f"DROP DATABASE {name} WITH (FORCE)")


def url_of(name: str) -> str:
    """The URL of a PostgreSQL database on the server of the suite."""
    # Not urlunsplit: it takes the empty host out of postgres:///name.
    return f"postgres://{urlsplit(SUITE).netloc}/{name}"


@contextmanager
def own_database(kind: str = DATABASES[0], template: str = "template0") -> Iterator[str]:
    """The URL of a new PostgreSQL database, dropped at the end; empty for SQLite, whose file is in the data folder."""
    if kind == "sqlite":
        yield ""
        return
    name = f"molndal_{os.environ[RUN]}_{uuid4().hex}"
    execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield url_of(name)
    finally:
        execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Template:
    """The folder of the templates. On PostgreSQL it holds pictures and static files only."""

    folder: Path

    def database(self, state: str) -> str:
        """The name of the template database of a state on PostgreSQL."""
        return f"molndal_{os.environ[RUN]}_{state}"

    def make(self) -> None:
        """Make what is missing; one worker does it, the others wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.folder / "finished").exists():
                self.build()
                (self.folder / "finished").touch()

    def build(self) -> None:
        if SUITE:
            drop_databases(os.environ[RUN])
            execute(f"CREATE DATABASE {self.database('site')} TEMPLATE template0")
        shutil.rmtree(self.folder / "site", ignore_errors=True)
        (self.folder / "site").mkdir()
        self.manage("migrate", "--verbosity=0")
        self.save("empty")
        self.manage("load_content")
        self.save("seeded")
        process, _printed = start(self.folder / "site", self.site_url(), free_port())
        stop(process)
        self.manage("shell", "-v0", "-c", ADD_PAGES + ASK_A_PARTNER + DELETE_A_PAGE)
        (printed,) = (self.folder / "site").glob("printed-*.txt")
        printed.rename(self.folder / "site/printed.txt")

    def site_url(self) -> str:
        return url_of(self.database("site")) if SUITE else ""

    def manage(self, *arguments: str) -> None:
        environment = os.environ | {"DATA_DIR": str(self.folder / "site"), "DATABASE_URL": self.site_url()}
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)

    def save(self, state: str) -> None:
        """Keep a copy of the database as it is now."""
        if SUITE:
            execute(f"CREATE DATABASE {self.database(state)} TEMPLATE {self.database('site')}")
        else:
            shutil.copyfile(self.folder / "site/db.sqlite3", self.folder / f"{state}.sqlite3")

    @contextmanager
    def copied(self, state: str, folder: Path) -> Iterator[str]:
        """A copy of a database for Django's setting NAME."""
        if not SUITE:
            yield shutil.copyfile(self.folder / f"{state}.sqlite3", folder / f"{state}.sqlite3").as_posix()
            return
        with own_database(template=self.database(state)) as url:
            yield url.rpartition("/")[2]

    @contextmanager
    def copied_site(self, folder: Path) -> Iterator[str]:
        """Make a folder what `make run` leaves; yields the URL of its database, empty for SQLite."""
        shutil.copytree(self.folder / "site", folder, dirs_exist_ok=True)
        with own_database(template=self.database("site")) as url:
            yield url
