"""Sites with a place of their own: a folder and a database, which a test fills, destroys and restores."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tests.browser.test_kill import ask_all
from tests.servers import ROOT
from tests.template import Template, own_database

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{}')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{}'",
}


@dataclass
class Place:
    """Where a site keeps its data: a folder, and a database unless that is SQLite's file in the folder."""

    folder: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url}

    def try_to_manage(self, *arguments: str | Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, question: str) -> list[Any]:
        """The rows of a query."""
        return ask_all(self.folder, self.database_url, question)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, by the names of its columns."""
        kind, found = "postgresql" if self.database_url else "sqlite", {}
        for (table,) in self.ask(TABLES[kind]):
            columns = [f'"{name}"' for (name,) in self.ask(COLUMNS[kind].format(table))]
            lines = self.ask(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1")
            found[table] = [dict(zip(columns, line, strict=True)) for line in lines]
        return found

    def is_empty(self) -> bool:
        files = {path.name for path in self.folder.rglob("*") if path.is_file()}
        return not self.rows() and files <= {"db.sqlite3", "secret_key", ".backup.lock"}

    def manage(self, *arguments: str | Path, stdin: str = "") -> str:
        """Run a command that must succeed. Returns what it prints."""
        done = self.try_to_manage(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Makes an empty place for a site, on the kind of database that is named."""
    with ExitStack() as stack:
        made: list[Place] = []

        def make(kind: str) -> Place:
            folder = tmp_path / f"place-{len(made)}"
            folder.mkdir()
            made.append(Place(folder, stack.enter_context(own_database(kind))))
            return made[-1]

        yield make


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key file, as age-keygen writes it."""
    return write_key(tmp_path / "key.txt")


def public(key: Path) -> str:
    """What a key file's backups are encrypted to."""
    return key.read_text().partition("public key: ")[2].split()[0]


def write_key(path: Path) -> Path:
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# created: 2026-11-25T04:10:00+01:00\n# public key: {identity.to_public()}\n{identity}\n")
    return path


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def site(copied_site: tuple[Path, str]) -> Place:
    """A site with the real content."""
    return Place(*copied_site)


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A site with the real content and a picture, that no test changes."""
    folder = tmp_path_factory.mktemp("filled")
    with template.copied_site(folder) as database_url:
        (folder / "media/pictures").mkdir(parents=True, exist_ok=True)
        (folder / "media/pictures/old.png").write_bytes(b"old")
        yield Place(folder, database_url)


@pytest.fixture(scope="module")
def whole(filled: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it that is not encrypted."""
    folder = tmp_path_factory.mktemp("whole")
    filled.manage("backup", "--to", folder)
    (path,) = folder.iterdir()
    return path
