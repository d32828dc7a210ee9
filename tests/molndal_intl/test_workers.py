"""The server's workers: as many as the settings say, and replaced when they die."""

import os
import time
from pathlib import Path
from signal import SIGKILL

from tests.servers import free_port, start, stop, wait_until_answers


def workers(server: int) -> set[str]:
    return {*Path(f"/proc/{server}/task/{server}/children").read_text().split()}


def test_killed_worker_is_replaced(copied_site: tuple[Path, str]) -> None:
    port = free_port()
    process, _printed = start(*copied_site, port, WORKERS="1", WORKER_THREADS="3")
    try:
        (killed,) = workers(process.pid)
        os.kill(int(killed), SIGKILL)
        until = time.monotonic() + 60
        while workers(process.pid) <= {killed} and time.monotonic() < until:
            time.sleep(0.05)
        assert wait_until_answers(process, f"http://127.0.0.1:{port}/") == ""
        assert len(workers(process.pid) - {killed}) == 1
    finally:
        stop(process)
