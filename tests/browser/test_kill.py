"""Durability: what was acknowledged survives kill -9, and is stored once."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from signal import SIGKILL
from typing import Any

import psycopg
import pytest
from PIL import Image

from tests.editing.load import Editors
from tests.feedback.load import Readers
from tests.servers import ROOT, free_port, start, stop

READERS = 4
EDITORS = 4


def ask_all(data_dir: Path, database_url: str, question: str) -> list[Any]:
    """The rows of a query on the database of a site that is not of this process."""
    if database_url:
        with psycopg.connect(database_url) as connection:
            return connection.execute(question).fetchall()  # type: ignore[arg-type]
    with closing(sqlite3.connect(data_dir / "db.sqlite3")) as connection:
        return connection.execute(question).fetchall()


def ask(data_dir: Path, database_url: str, question: str) -> tuple[Any, ...]:
    """The only row of a query."""
    (row,) = ask_all(data_dir, database_url, question)
    return tuple(row)


LOG_IN = """
import time
from importlib import import_module
from accounts.middleware import LOGGED_IN_AT
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
user = User.objects.get(username="samordnare")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[LOGGED_IN_AT] = time.time()
session.create()
print("session", session.session_key)
"""


def test_everything_acknowledged_survives_a_kill(
    copied_site: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers, pages and pictures, sent at the same time."""
    folder, database_url = copied_site
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")  # the readers come from many addresses
    port = free_port()
    process, _printed = start(folder, database_url, port)
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database_url}
    shell = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LOG_IN]
    printed = subprocess.run(shell, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    (before,) = ask(folder, database_url, "SELECT count(*) FROM feedback_answer")
    readers = Readers(f"http://127.0.0.1:{port}", READERS)
    editors = Editors(f"http://127.0.0.1:{port}", printed.split()[-1], EDITORS)

    def kill() -> None:
        os.killpg(process.pid, SIGKILL)

    editors.run(2 * EDITORS, lambda: readers.run(1, kill, enough=2 * READERS))
    process.wait(60)
    process, said = start(folder, database_url, port)
    try:
        assert "cannot" not in said.read_text()
        (rows,) = ask(folder, database_url, "SELECT count(*) FROM feedback_answer")
        acknowledged = readers.answers["stored"]
        assert acknowledged > READERS
        # Each reader may have been waiting for one answer when the server died.
        assert acknowledged <= rows - before <= acknowledged + READERS, readers.answers
        stored = dict(ask_all(folder, database_url, "SELECT slug, image FROM pages_page WHERE slug LIKE 'sida-%'"))
        assert len(editors.acknowledged) > EDITORS
        assert editors.refused == []
        assert {*editors.acknowledged} <= {*stored}, "a page that was acknowledged is gone"
        assert len(stored) <= len(editors.acknowledged) + EDITORS
        pictures = [folder / "media" / name for name in stored.values()]
        for path in pictures:
            assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem)
            for variant in path.parent.glob(f"{path.stem}*"):
                with Image.open(variant) as image:
                    image.load()
        titles = "SELECT count(*) FROM reversion_version WHERE serialized_data LIKE '%Titel sida-%'"
        (versions,) = ask(folder, database_url, titles)
        assert versions == len(stored), "a page and its version are saved together"
    finally:
        stop(process)
