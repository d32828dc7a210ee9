"""Start and stop real server processes: this site as `make run` starts it, and local stand-ins for others."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
PROXY = {"X-Forwarded-Proto": "https"}  # what a proxy sends for a request over HTTPS; a local site does not read it


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_answers(process: "subprocess.Popen[bytes]", url: str) -> str:
    """Wait until a process answers at the address. Returns why it does not; empty where it does."""
    why, until = "no answer", time.monotonic() + 240  # a busy machine starts it slowly
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(Request(url, headers=PROXY), timeout=20):
                return ""
        except OSError as error:
            why = repr(error)
            time.sleep(0.05)
    return f"{why}, exit code {process.poll()}"


def start(data_dir: Path, database_url: str, port: int, **environment: str) -> tuple["subprocess.Popen[bytes]", Path]:
    """Start the site as `make run` does and wait until it answers. Returns it and the file of what it prints."""
    environment = (
        os.environ | {"DATA_DIR": str(data_dir), "PORT": str(port), "DATABASE_URL": database_url} | environment
    )
    printed = data_dir / f"printed-{port}.txt"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that a test can kill all of its processes at once
        )
    why = wait_until_answers(process, f"http://127.0.0.1:{port}/")
    assert not why, f"{why}\n{printed.read_text()}"
    return process, printed


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(60)


@contextmanager
def serving(answers_at: str, *module: str) -> Iterator[None]:
    """Run a Python module with its arguments, from when it answers at the address until the end."""
    command = [sys.executable, "-W", "ignore", "-m", *module]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        why = wait_until_answers(process, answers_at)
        assert not why, f"{module[0]}: {why}"
        yield
    finally:
        with suppress(ProcessLookupError):
            stop(process)
