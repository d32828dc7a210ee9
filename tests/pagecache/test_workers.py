"""Several real workers on one database: what was changed anywhere is shown everywhere, a second later at the latest.

The second is no guess about speed: a worker may answer from memory only what it knows to have been true within the last
second. So a request that begins a second after a change must show it, however slow the machine is.
"""

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import psycopg

from tests.pagecache.conftest import Workers, wait_for
from tests.servers import ROOT

PAGE = "/natverk/sern/"
SESSION = {"Cookie": f"sessionid={'x' * 32}"}


def change(workers: Workers, words: str) -> None:
    workers.execute("UPDATE networks_network SET summary_sv = %s WHERE slug = 'sern'", words)


def test_a_change_is_shown_by_every_worker_a_second_later(workers: Workers) -> None:
    for _ in range(4):
        workers.start()
    for number in range(3):
        change(workers, f"Ändring {number}.")
        time.sleep(1)
        for worker in range(4):
            status, html = workers.get(worker, PAGE)
            assert status == 200
            assert f"Ändring {number}." in html


def test_a_change_by_a_command_is_shown(workers: Workers) -> None:
    workers.start()
    workers.get(0, PAGE)
    code = "from networks.models import Network; Network.objects.filter(slug='sern').update(summary_sv='Av kommando.')"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    subprocess.run(command, cwd=ROOT, env=workers.environment, check=True)
    time.sleep(1)
    assert "Av kommando." in workers.get(0, PAGE)[1]


def test_who_is_logged_in_does_not_wait(workers: Workers) -> None:
    workers.start()
    for number in range(5):
        change(workers, f"Direkt {number}.")
        assert f"Direkt {number}." in workers.get(0, PAGE, **SESSION)[1]
        workers.get(0, PAGE)


def test_a_listener_that_is_cut_off_misses_nothing(workers: Workers) -> None:
    """On SQLite nobody listens, and there is nothing to cut: a writer that is killed after its commit is the like."""
    for _ in range(2):
        workers.start()
    for number in range(3):
        for worker in range(2):
            workers.get(worker, PAGE)
        if workers.database_url:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            listeners = workers.execute(f"{cut} current_database()")
            assert len(listeners) >= 2
            change(workers, f"Klippt {number}.")
        else:
            code = (
                "import os, signal, sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); "
                "c.execute('UPDATE networks_network SET summary_sv = ?', [sys.argv[2]]); c.commit(); "
                "os.kill(os.getpid(), signal.SIGKILL)"
            )
            writer = [sys.executable, "-c", code, workers.folder / "db.sqlite3", f"Klippt {number}."]
            assert subprocess.run(writer, check=False).returncode == -9
        time.sleep(1)
        for worker in range(2):
            assert f"Klippt {number}." in workers.get(worker, PAGE)[1]


def test_a_schedule_is_kept_to_by_every_worker(workers: Workers) -> None:
    for _ in range(2):
        workers.start()
    moment = datetime.now(UTC) + timedelta(seconds=3)
    stored = moment if workers.database_url else moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    workers.execute("UPDATE networks_network SET unpublished_at = %s WHERE slug = 'sern'", stored)
    try:
        assert [workers.get(worker, PAGE)[0] for worker in range(2)] == [200, 200]
        time.sleep(max(0, moment.timestamp() - time.time()) + 0.05)
        assert [workers.get(worker, PAGE)[0] for worker in range(2)] == [404, 404]
    finally:
        workers.execute("UPDATE networks_network SET unpublished_at = NULL WHERE slug = 'sern'")


def test_a_worker_outlives_its_database(workers: Workers) -> None:
    """PostgreSQL that lets nobody in for a while. A SQLite file cannot go away under an open connection."""
    if not workers.database_url:
        return
    workers.start()
    change(workers, "Innan.")
    time.sleep(1)
    assert "Innan." in workers.get(0, PAGE)[1]
    url, _slash, name = workers.database_url.rpartition("/")
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(1)
            for _ in range(3):
                status, html = workers.get(0, PAGE)
                assert status == 200
                assert "Innan." in html
            assert workers.get(0, "/sok/?q=sern")[0] == 503
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    change(workers, "Efteråt.")
    wait_for(lambda: "Efteråt." in workers.get(0, PAGE)[1], 10)


def test_odd_paths_over_the_wire(workers: Workers) -> None:
    workers.start()
    for path in (f"/{'a' * 8000}/", "//", "//evil.example/", "/natverk%2Fsern/", "/%2e%2e/%2e%2e/etc/"):
        for _ in range(2):
            status, html = workers.get(0, path)
            assert status in {200, 404}
            assert "evil.example" not in html
            assert (status == 200) == (path == "/natverk%2Fsern/")


def test_a_worker_says_what_it_keeps_to_a_proxy(workers: Workers) -> None:
    """HEAD over the wire, and a page that is asked for by halves."""
    workers.start()
    connection = HTTPConnection("127.0.0.1", workers.ports[0])
    for method, headers in (
        ("GET", {}),
        ("HEAD", {}),
        ("GET", {"Range": "bytes=0-9"}),
        ("HEAD", {"Accept-Encoding": "br"}),
    ):
        connection.request(method, PAGE, headers=headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200
        assert (len(body) == int(response.headers["Content-Length"])) == (method == "GET")
        assert re.fullmatch(r'W/"[0-9a-f]{32}"', response.headers["ETag"])
    connection.close()
