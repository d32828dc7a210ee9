"""bin/molndal and manage.py act on the installation that an environment file describes."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from molndal_intl import installation
from tests.servers import ROOT, free_port

GOOD = """
# The site of a city
ENVIRONMENT=local
  SITE_URL=http://example.org
DEFAULT_FROM_EMAIL='Mölndals stad <webb@example.org>'
OIDC_NAME="Stadens # inloggning"
EMAIL_HOST=
"""
ME = pwd.getpwuid(os.geteuid()).pw_name


def test_environment_file_is_read_as_systemd_reads_it() -> None:
    assert installation.parse(GOOD, Path("env")) == {
        "ENVIRONMENT": "local",
        "SITE_URL": "http://example.org",
        "DEFAULT_FROM_EMAIL": "Mölndals stad <webb@example.org>",
        "OIDC_NAME": "Stadens # inloggning",
        "EMAIL_HOST": "",
    }


def test_line_that_is_read_in_two_ways_is_refused() -> None:
    for line in ("export PORT=1", "PORT", "PORT = 1", "A='b", 'A=b"c', "A=b\\nc", "1A=b"):
        with pytest.raises(SystemExit, match=r"^env, rad 2: ska vara NAMN=VÄRDE"):
            installation.parse(f"PORT=1\n{line}", Path("env"))


def molndal(file: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run bin/molndal as the user of the tests."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME")}
    return subprocess.run(
        [str(ROOT / "bin/molndal"), *arguments],
        env=clean | {"MOLNDAL_ENV": str(file)} | environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_database_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(
        f"ENVIRONMENT=local\nSERVICE_USER={ME}\nDATA_DIR={tmp_path}\n"
        f"DATABASE_URL=postgres://webb:password@127.0.0.1:{free_port()}/molndal\n"
    )
    done = molndal(file, "nightly")
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["Miljö", "Databas", "Databasen"]


def test_command_says_where_it_acts_and_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(
        f"ENVIRONMENT=local\nSERVICE_USER={ME}\nDATA_DIR={tmp_path}\nEMAIL_HOST_USER=någon\n"
        "DATABASE_URL=postgres://webb:password@db.example/molndal\n"
    )
    done = molndal(file, "shell", "-v0", "-c", "import os; print(os.environ['EMAIL_HOST_USER'])")
    assert (done.returncode, done.stdout) == (0, "någon\n"), done.stderr
    assert done.stderr == (f"Miljö: local ({file}), användare: {ME}\nDatabas: postgresql molndal på db.example\n")
    done = molndal(file, "check", DATABASE_URL=f"sqlite:///{tmp_path}/other.sqlite3")
    assert f"Databas: sqlite3 {tmp_path}/other.sqlite3\nAnnat än i filen: DATABASE_URL\n" in done.stderr


def test_command_without_its_file_does_nothing(tmp_path: Path) -> None:
    file = tmp_path / "env"
    for text, line in {
        None: f"{file}: miljöfilen går inte att läsa (No such file or directory). Kör som root (sudo).\n",
        "PORT=8001\n": f"{file}: ENVIRONMENT saknas, ange production (eller local)\n",
        "ENVIRONMENT=local\nSERVICE_USER=no-such-user\n": "SERVICE_USER: användaren no-such-user finns inte här\n",
    }.items():
        if text:
            file.write_text(text)
        done = molndal(file, "check")
        assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


def test_manage_py_uses_the_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "environ", {"PATH": "/bin"})
    monkeypatch.setattr(installation, "LOCAL_FILE", tmp_path / ".env")
    installation.enter()
    assert (os.environ, capsys.readouterr().err) == ({"PATH": "/bin"}, "")
    (tmp_path / ".env").write_text(f"ENVIRONMENT=local\nSERVICE_USER={ME}\n")
    installation.enter()
    assert os.environ["ENVIRONMENT"] == "local"
    assert capsys.readouterr().err.startswith(f"Miljö: local ({tmp_path}/.env), användare: {ME}\n")


def test_file_that_systemd_has_read_need_not_be_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service user may not read it; systemd hands its variables on."""
    monkeypatch.setattr(os, "environ", {"MOLNDAL_ENV": str(tmp_path / "env"), "SERVICE_USER": ME})
    with pytest.raises(SystemExit, match="miljöfilen går inte att läsa"):
        installation.enter()
    os.environ["ENVIRONMENT"] = "local"
    installation.enter()
    assert capsys.readouterr().err.startswith(f"Miljö: local ({tmp_path}/env), användare: {ME}\n")


def test_root_leaves_no_files_in_another_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, pwd.getpwnam("nobody").pw_uid, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(installation, "LOCAL_FILE", tmp_path / ".env")
    monkeypatch.setattr(os, "environ", {"DATA_DIR": str(tmp_path)})
    installation.enter()  # a local run
    os.environ["ENVIRONMENT"] = "production"
    with pytest.raises(SystemExit, match=r"DATA_DIR: .* ägs av en annan användare"):
        installation.enter()


BECOME = """
import os, sys
from molndal_intl.installation import become
become(sys.argv[1])
print(os.getresuid(), os.getresgid(), os.getgroups())
"""


def test_root_becomes_the_service_user() -> None:
    """Others than root are refused, unless they are the service user."""
    other = "nobody" if os.geteuid() == 0 else "root"
    command = [sys.executable, "-c", BECOME, other]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if os.geteuid():
        assert done.stderr == "SERVICE_USER: kör som root, eller som root (sudo)\n"
        return
    user = pwd.getpwnam("nobody")
    uids, gids = (user.pw_uid,) * 3, (user.pw_gid,) * 3
    assert done.stdout == f"{uids} {gids} [{user.pw_gid}]\n", done.stderr
