"""bin/release updates a serving site without a failed request, and goes back."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

import pytest

from tests.servers import ROOT, free_port, wait_until_answers
from tests.template import Template

# What a later release adds: a column, which the earlier one does not know and goes on without.
MIGRATION = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("backup", "LAST")]
    operations = [migrations.AddField("mediafolder", "place", models.TextField(null=True))]
"""


class Site:
    """A site's root with a clone, its environment file and its server. `mark` is what its pages say of the release."""

    def __init__(self, folder: Path, data: Path, database_url: str) -> None:
        self.source, self.root, self.port = folder / "source", folder / "srv", free_port()
        self.env, self.systemctl = folder / "env", folder / "systemctl"
        lines = ["ENVIRONMENT=local", f"DATA_DIR={data}", f"PORT={self.port}", "WORKERS=1"]
        lines += [f"SERVICE_USER={pwd.getpwuid(os.geteuid()).pw_name}"]
        lines += [f"DATABASE_URL={database_url}"] if database_url else []
        self.env.write_text("\n".join(lines))
        version = subprocess.run([sys.executable, "-V"], capture_output=True, check=True).stdout
        packages = hashlib.sha256(version + (ROOT / "requirements.txt").read_bytes()).hexdigest()[:12]
        (self.root / "venvs").mkdir(parents=True)
        (self.root / "venvs" / packages).symlink_to(sys.prefix)  # installed already

    def run(self, *command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        names = {"MOLNDAL_ROOT": self.root, "MOLNDAL_ENV": self.env, "MOLNDAL_SYSTEMCTL": self.systemctl}
        names |= {"PYTHON": sys.executable} | environment
        said = {name: str(value) for name, value in names.items()}
        # What the tests themselves say of the database is not the installation's.
        others = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA_DIR"}}
        return subprocess.run(command, env=others | said, capture_output=True, text=True, timeout=300, check=False)

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=Kim", "-c", "user.email=kim@example.org"]
        done = self.run("git", "-C", self.source, *who, *arguments)
        assert done.returncode == 0, done.stderr

    def commit(self, mark: str) -> None:
        """Make a version whose pages hold the mark, and tag it so."""
        base = self.source / "templates/base.html"
        base.write_text((ROOT / "templates/base.html").read_text().replace("</body>", f"<!-- {mark} --></body>"))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", mark)
        self.git("tag", mark)

    def release(self, argument: str, fails: bool = False) -> str:
        done = self.run(ROOT / "bin/release", argument)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stdout + done.stderr

    def page(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/", timeout=60) as answer:
            return answer.read().decode()

    def wait_for(self, mark: str) -> None:
        """Wait until no worker serves another release: a dozen connections in a row reach those that there are."""
        until = time.monotonic() + 120
        while not all(f"<!-- {mark} -->" in self.page() for _ in range(12)):
            assert time.monotonic() < until, mark
            time.sleep(0.2)

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [self.root / "current/bin/molndal", "serve"]
        environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA_DIR"}}
        with subprocess.Popen(command, env=environment | {"MOLNDAL_ENV": str(self.env)}) as server:
            self.systemctl.write_text(
                f'#!/bin/sh\n[ "$*" = "reload-or-restart molndal-intl" ] && kill -HUP {server.pid}\n'
            )
            self.systemctl.chmod(0o755)
            try:
                assert wait_until_answers(server, f"http://127.0.0.1:{self.port}/") == ""
                yield
            finally:
                server.terminate()


@contextmanager
def readers(site: Site, failures: list[Any], number: int = 2) -> Iterator[None]:
    """Readers who open one page after the other, each over a new connection."""
    stopped = Event()

    def read() -> None:
        while not stopped.is_set():
            try:
                site.page()
            except OSError as error:
                failures.append(error)
            time.sleep(0.02)

    threads = [Thread(target=read) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


@pytest.fixture(scope="module")
def site(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A root with the clone of this version, which is installed as release `one`."""
    folder = tmp_path_factory.mktemp("update")
    with template.copied_site(folder / "data") as database_url:
        site = Site(folder, folder / "data", database_url)
        listed = site.run("git", "-C", ROOT, "ls-files", "-co", "--exclude-standard").stdout
        for name in listed.splitlines():
            if not name.startswith("tests/") and (ROOT / name).is_file():
                (site.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, site.source / name)
        site.git("init", "--quiet", "--initial-branch=main")
        site.commit("one")
        assert site.run("git", "clone", "--quiet", site.source, site.root / "repo").returncode == 0
        site.release("main")
        yield site


def test_update_and_going_back_fail_no_request(site: Site) -> None:
    left = site.root / "releases/20200101T000000Z-0000000"
    left.mkdir()
    failures: list[Any] = []
    with site.serving(), readers(site, failures):
        site.wait_for("one")
        last = max((site.source / "backup/migrations").glob("0*.py"))
        last.with_name("9999_place.py").write_text(MIGRATION.replace("LAST", last.stem))
        site.commit("two")
        assert "Säkerhetskopia från före ändringen" in site.release("two")
        site.wait_for("two")
        assert not left.exists()
        site.release("--back")
        site.wait_for("one")
        assert "no release to go back to" in site.release("--back", fails=True)
    assert failures == []


def test_release_that_does_not_work_is_not_switched_to(site: Site) -> None:
    current = (site.root / "current").resolve()
    views = site.source / "pages/views.py"
    views.write_text("raise RuntimeError('broken')\n")
    site.commit("broken")
    shutil.copy(ROOT / "pages/views.py", views)
    assert "broken" in site.release("broken", fails=True)
    assert (site.root / "current").resolve() == current


def test_unknown_version_is_named(site: Site) -> None:
    assert "v9: no such version in " in site.release("v9", fails=True)
