"""Two machines serve one site: one PostgreSQL and one folder of pictures, and a data folder of each one's own."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest

from backup.media import MARK
from tests.accounts.conftest import LOGIN
from tests.browser.test_kill import LOG_IN
from tests.editing.load import Editors
from tests.servers import ROOT, free_port, start, stop
from tests.template import DATABASES, Template

KEY = "abcde" * 12
TOKEN = "x" * 32


@dataclass
class Machine:
    folder: Path
    database_url: str
    port: int

    def ask(self, path: str, fields: dict[str, str] | None = None, cookies: str = "") -> tuple[int, bytes]:
        """The answer to a GET, or to a POST of the fields."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": "127.0.0.1", "Cookie": f"csrftoken={TOKEN}; {cookies}"}  # one name, as a proxy gives it
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN}) if fields else None
        connection.request("POST" if fields else "GET", path, body, headers)
        answer = connection.getresponse()
        answered = answer.status, answer.read()
        connection.close()
        return answered

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {"DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url, "SECRET_KEY": KEY}
        command = [sys.executable, "manage.py", *arguments]
        environment = os.environ | environment | {"PORT": str(self.port)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def machines(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Machine]]:
    """Two that serve, with `media` of the second leading to that of the first, and one that does not share it."""
    root = tmp_path_factory.mktemp("machines")
    with ExitStack() as stack:
        url = stack.enter_context(template.copied_site(root / "1"))
        for name in ("2", "3"):
            shutil.copytree(root / "1/static", root / name / "static")
        (root / "2/media").symlink_to(root / "1/media")
        found = [Machine(root / name, url, free_port()) for name in ("1", "2", "3")]
        for machine in found[:2]:
            process, _printed = start(machine.folder, url, machine.port, SECRET_KEY=KEY)
            stack.callback(stop, process)
        yield found


@pytest.fixture
def session(machines: list[Machine]) -> str:
    """The session of the coordinator, who has logged in."""
    return machines[0].manage("shell", "-v", "0", "-c", LOG_IN).stdout.split()[-1]


if "postgresql" in DATABASES:

    def test_session_holds_on_both_machines(machines: list[Machine], session: str) -> None:
        for machine in machines[:2]:
            assert machine.ask("/admin/", cookies=f"sessionid={session}")[0] == 200
            assert machine.ask("/admin/")[0] == 302

    def test_upload_on_either_is_shown_by_both(machines: list[Machine], session: str) -> None:
        for number, (saving, other) in enumerate([machines[:2], machines[1::-1]]):
            editors = Editors(f"http://127.0.0.1:{saving.port}", session, 0)
            assert saving.ask("/vill-du-delta/")[0] == other.ask("/vill-du-delta/")[0] == 200
            assert editors.save(f"maskin-{number}", random.Random(number)) == 302
            listed = sorted(
                (machines[0].folder / "media/pictures").glob("*.png"), key=lambda path: path.stat().st_mtime
            )
            answers = [machine.ask(f"/media/pictures/{listed[-1].name}") for machine in (saving, other)]
            assert answers[0] == answers[1]
            assert answers[0][0] == 200

    def test_edit_on_one_is_shown_by_the_other_in_a_second(machines: list[Machine], session: str) -> None:
        first, second = machines[:2]
        assert second.ask("/natverk/sern/")[0] == 200, "kept in memory from here on"
        edit = "from networks.models import Network; n = Network.objects.get(slug='sern');"
        done = first.manage("shell", "-v", "0", "-c", f"{edit} n.summary_sv = 'Ändrat på den ena.'; n.save()")
        assert done.returncode == 0, done.stderr
        sleep(1)
        assert "Ändrat på den ena." in second.ask("/natverk/sern/")[1].decode()

    def test_tries_to_log_in_are_counted_together(machines: list[Machine]) -> None:
        wrong = {"login": "kim", "password": "fel"}
        answers = [machines[number % 2].ask(LOGIN, wrong) for number in range(6)]
        assert [status for status, _page in answers] == [200] * 6
        told = ["För många försök härifrån." in page.decode() for _status, page in answers]
        assert told == [False] * 5 + [True]

    def test_machine_with_a_folder_of_its_own_is_refused(machines: list[Machine]) -> None:
        done = machines[2].manage("serve")
        assert done.returncode == 1
        assert done.stderr.startswith(
            f"DATA_DIR: {machines[2].folder}/media är inte den bildmapp som hör till databasen"
        )
        assert not (machines[2].folder / "media" / MARK).exists()
