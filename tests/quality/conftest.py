from collections.abc import Iterator
from typing import Any

import pytest

from quality import fetching
from tests.quality.servers import Site, website


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server that the link check may ask, and no time to lose."""
    monkeypatch.setattr(fetching, "PAUSE", 0)
    with website() as server:
        settings.LINK_CHECK_TEST_SERVERS = [("127.0.0.1", server.port)]
        yield server
