"""Several real workers on one database: what was changed anywhere is shown everywhere, a second later at the latest.

The second is no guess about speed: a worker may answer from memory only what it knows to have been true within the last
second. So a request that begins a second after a change must show it, however slow the machine is.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import psycopg

from tests.pagecache.conftest import Workers, wait_for

PAGE = "/natverk/sern/"


def change(workers: Workers, words: str) -> None:
    workers.execute("UPDATE networks_network SET summary_sv = %s WHERE slug = 'sern'", words)


def test_a_change_is_shown_by_every_worker_a_second_later(workers: Workers) -> None:
    for number in range(2):
        change(workers, f"Ändring {number}.")
        time.sleep(1)
        for worker in range(2):
            status, html = workers.get(worker, PAGE)
            assert status == 200
            assert f"Ändring {number}." in html


def test_a_schedule_is_kept_to_by_every_worker(workers: Workers) -> None:
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
    for path in (f"/{'a' * 8000}/", "//", "//evil.example/", "/natverk%2Fsern/", "/%2e%2e/%2e%2e/etc/"):
        for _ in range(2):
            status, html = workers.get(0, path)
            assert status in {200, 404}
            assert "evil.example" not in html
            assert (status == 200) == (path == "/natverk%2Fsern/")


def test_a_worker_says_what_it_keeps_to_a_proxy(workers: Workers) -> None:
    """HEAD over the wire, and a page that is asked for by halves."""
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
        assert re.fullmatch(r'W/"[0-9a-f]{12}"', response.headers["ETag"])
    connection.close()
