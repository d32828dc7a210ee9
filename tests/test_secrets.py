"""The scan of `make check` finds what must not be in the repository.

What it looks for is put together here, or it would find this file.
"""

import subprocess
from pathlib import Path

from tests.servers import ROOT

HOST = "packages." + "example.internal"
PLANTED = {
    "-----BEGIN " + "PRIVATE KEY-----": "a private key",
    "AGE-SECRET-" + "KEY-1" + "Q" * 58: "a private key",
    "aws = AK" + "IAIOSFODNN7EXAMPLE": "an access token",
    "gh" + "p_" + "a1B2" * 9: "an access token",
    "DATABASE_URL=postgres://webb:" + "Sommar26@db.example.se/site": "a password in an address",
    'PASSWORD = "' + 'Sommaren2026"': "a password",
    "key: " + "q8Zr2Lw0Vt6Xy4Nc1Kd9" + "Hb7Mf3Js5Gp": "a random string",
    "cd /ho" + "me/anna/site": "a path of one machine",
    f"packages come from {HOST}": "the host of a package index",
}


def scan(*files: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "PIP_INDEX_URL": f"https://{HOST}/simple",
    }
    command = [str(ROOT / ".venv/bin/python"), str(ROOT / "tools/secrets"), *map(str, files)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_is_planted_is_found_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("\n".join(PLANTED))
    done = scan(tmp_path / "file.txt")
    assert done.returncode == 1
    for number, (line, what) in enumerate(PLANTED.items(), 1):
        assert f"file.txt:{number}: {what}\n" in done.stdout
        assert line.rsplit(maxsplit=1)[-1] not in done.stdout


def test_what_is_no_secret_is_left_alone(tmp_path: Path) -> None:
    lines = [
        "postgres://user:password@host:5432/database",
        "--hash=sha256:0023348c448140a6ea71615eba331835c971d38ae8acf8a89b4e963b1f38f131",
        "test_every_acknowledged_answer_is_there_after_a_kill_of_2_servers_Today",
        'password = os.environ["DATABASE_PASSWORD"]',
        "https://example.org/ho" + "me/page",
    ]
    (tmp_path / "file.txt").write_text("\n".join(lines))
    assert scan(tmp_path / "file.txt").stdout == ""


def test_the_repository_holds_none() -> None:
    done = scan()
    assert (done.returncode, done.stdout) == (0, "")
