"""What lies outside this site, in processes of its own: the city's login, an S3 store."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

from tests.browser.conftest import ROOT


@contextmanager
def serving(answers_at: str, *module: str) -> Iterator[None]:
    """Run a Python module with its arguments, from when it answers at the address until the end."""
    command = [sys.executable, "-W", "ignore", "-m", *module]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert process.poll() is None, f"{module[0]} did not start"
            with suppress(OSError), urlopen(answers_at, timeout=10):
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"{module[0]} does not answer at {answers_at}")
        yield
    finally:
        process.terminate()
        process.wait(20)
