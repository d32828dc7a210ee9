"""A language is added and removed by the steps of docs/architecture.md, and no text of the others is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.servers import ROOT

FINNISH = """
[languages.fi]
language = "Suomi"
city = "Mölndal"
body = "Mölndalin kaupunki"
"""
TEXT = "Yhteistyötä, äö šž ŠŽ"
READ = f"""
import django; django.setup()
import json
from django.test import Client
from networks.models import Network
network = Network.objects.get(slug="sern")
network.summary_fi = {TEXT!r}
network.save()
client = Client(SERVER_NAME="127.0.0.1")
paths = ["/fi/", "/fi/networks/sern/", "/fi/search/?q=yhteistyötä", "/networks/", "/data/catalog.rdf", "/sitemap.xml"]
answers = [client.get(path) for path in paths]
print(json.dumps([[answer.status_code, {TEXT!r} in answer.content.decode()] for answer in answers]))
"""


class Project:
    """A copy of this project with a copy of its filled database."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.splitlines()
        names = [name for name in listed if not name.startswith("tests/") and (ROOT / name).is_file()]
        for name in [*names, *(path.relative_to(ROOT) for path in (ROOT / "locale").rglob("*.mo"))]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)

    def run(self, *arguments: str) -> str:
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        env |= {"DATA_DIR": str(self.data), "DJANGO_SETTINGS_MODULE": "molndal_intl.settings"}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def migrate(self) -> None:
        self.run("manage.py", "makemigrations", "-v0")
        self.run("manage.py", "migrate", "-v0")

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row but those of what Django notes of migrations and permissions, and of what is made again."""
        with closing(sqlite3.connect(self.data / "db.sqlite3")) as database:
            database.row_factory = sqlite3.Row
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                table: [dict(row) for row in database.execute(f'SELECT * FROM "{table}"')]
                for table in tables
                if not table.startswith(("django_", "auth_", "sqlite_", "search_", "reversion_", "pagecache_"))
            }


def without(rows: list[dict[str, Any]], ending: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if not name.endswith(ending)} for row in rows]


def test_language_is_added_and_removed_without_loss(copied_site: tuple[Path, str], tmp_path: Path) -> None:
    project = Project(tmp_path / "project", copied_site[0])
    before = project.rows()
    city = project.folder / "content/city.toml"
    shutil.copytree(project.folder / "locale/en", project.folder / "locale/fi")
    city.write_text(city.read_text() + FINNISH)
    project.migrate()
    for table, rows in project.rows().items():
        assert without(rows, "_fi") == before[table], table
    start, network, found, _swedish, catalogue, sitemap = json.loads(project.run("-c", READ))
    assert (start[0], network, found[0]) == (200, [200, True], 200)
    assert (catalogue[0], sitemap[0]) == (200, 200)
    city.write_text(city.read_text().replace(FINNISH, ""))
    project.migrate()
    after = project.rows()
    changed = {"updated_at", "sort_key"}
    assert set(after) == set(before)
    for table, rows in after.items():
        assert [{**row, **dict.fromkeys(changed & row.keys())} for row in rows] == [
            {**row, **dict.fromkeys(changed & row.keys())} for row in before[table]
        ], table
