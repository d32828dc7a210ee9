"""Whatever is done in whatever order: no reader is shown a page that was replaced more than a second before."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.pagecache.conftest import Workers

PAGE = "/natverk/sern/"
GONE = "gone"


@dataclass
class Version:
    """What readers should see, and the earliest and the latest moment from which that may be."""

    state: str
    earliest: float
    latest: float


class History:
    """What was done to one page. Every read must show a version that was there at most a second before it began."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.number = 0
        self.versions: list[Version] = []
        self.text, self.public = "", True
        self.set("published_at", self.moment(0))
        self.set("unpublished_at", None)
        self.edit()
        time.sleep(1)  # what was there before is not part of it

    def moment(self, seconds: float) -> object:
        at = datetime.fromtimestamp(seconds, UTC)
        return at if self.workers.database_url else at.strftime("%Y-%m-%d %H:%M:%S.%f")

    def set(self, column: str, value: object) -> None:
        self.workers.execute(f"UPDATE networks_network SET {column} = %s WHERE slug = 'sern'", value)

    def change(self, column: str, value: object) -> None:
        earliest = time.time()
        self.set(column, value)
        self.versions.append(Version(self.text if self.public else GONE, earliest, time.time()))

    def edit(self) -> None:
        self.number += 1
        self.text = f"Version {time.time_ns()}."
        self.change("summary_sv", self.text)

    def publish(self) -> None:
        self.public = True
        self.change("unpublished_at", None)

    def unpublish(self) -> None:
        self.public = False
        self.change("unpublished_at", self.moment(time.time() - 1))

    def schedule(self, seconds: float) -> None:
        """The page ends by itself in a while. Waits for that, reading on, so that what follows is simple to tell."""
        if not self.public:
            return
        end = time.time() + seconds
        self.change("unpublished_at", self.moment(end))
        self.versions.append(Version(GONE, end, end))
        self.public = False
        while time.time() < end + 0.3:
            self.read(0)
            self.read(1)

    def read(self, worker: int) -> None:
        began = time.time()
        status, html = self.workers.get(worker, PAGE)
        ended = time.time()
        assert status in {200, 404}
        replaced = [version.latest for version in self.versions[1:]] + [float("inf")]
        allowed = {
            version.state
            for version, until in zip(self.versions, replaced, strict=True)
            if until >= began - 1.0 and version.earliest <= ended
        }
        shown = GONE if status == 404 else next((state for state in allowed if state in html), "something older")
        note(f"worker {worker} shows {shown} of {allowed}")
        assert shown in allowed

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


STEPS = st.one_of(
    st.tuples(st.just("edit")),
    st.tuples(st.just("publish")),
    st.tuples(st.just("unpublish")),
    st.tuples(st.just("schedule"), st.sampled_from([0.2, 0.7])),
    st.tuples(st.just("read"), st.integers(0, 1)),
    st.tuples(st.just("read"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.4, 1.0])),
)


@pytest.fixture
def two(workers: Workers) -> Workers:
    workers.start()
    workers.start()
    return workers


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_no_page_is_older_than_a_second(two: Workers, steps: list[tuple[object, ...]]) -> None:
    history = History(two)
    try:
        for name, *values in steps:
            getattr(history, str(name))(*values)
        history.read(0)
        history.read(1)
        history.wait(1.0)
        history.read(0)
        history.read(1)
    finally:
        history.set("unpublished_at", None)
