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

from tests.servers import ROOT
from tests.template import Template, own_database


@dataclass
class Place:
    """Where a site keeps its data: a folder, and a database unless that is SQLite's file in the folder."""

    folder: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url}

    def try_to_manage(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def manage(self, *arguments: str | Path) -> str:
        """Run a command that must succeed. Returns what it prints."""
        done = self.try_to_manage(*arguments)
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


def write_key(path: Path) -> Path:
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# created: 2026-11-25T04:10:00+01:00\n# public key: {identity.to_public()}\n{identity}\n")
    return path


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A site with the real content and a picture of its history, that no test changes."""
    folder = tmp_path_factory.mktemp("filled")
    with template.copied_site(folder) as database_url:
        picture = folder / "media/pictures/old.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(b"old")
        os.utime(picture, (0, 0))
        yield Place(folder, database_url)


@pytest.fixture(scope="module")
def whole(filled: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it that is not encrypted."""
    folder = tmp_path_factory.mktemp("whole")
    filled.manage("backup", "--to", folder)
    (path,) = folder.iterdir()
    return path
