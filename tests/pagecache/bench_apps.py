"""The least that a WSGI application can do, for `make bench` to measure the site against: one answer out of a dict."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_PAGE"]).read_bytes()
HEADERS = [tuple(header) for header in json.loads(os.environ["BENCH_HEADERS"])]
PAGES = {os.environ["BENCH_PATH"]: (HEADERS, [BODY])}


def dictionary(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers, body = PAGES[environ["PATH_INFO"]]
    start_response("200 OK", headers)
    return body
