"""The site with Django's own page cache instead of the front, for `make bench` to compare with."""

from collections.abc import Callable
from typing import Any

from molndal_intl.settings import *  # noqa: F403
from molndal_intl.settings import MIDDLEWARE as OURS

MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "tests.pagecache.bench_settings.forget_cache_control",
    *OURS,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def forget_cache_control(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Django's middleware keeps no page that says it is private, as ours do where there is no front."""

    def middleware(request: Any) -> Any:
        response = get_response(request)
        del response.headers["Cache-Control"]
        return response

    return middleware
