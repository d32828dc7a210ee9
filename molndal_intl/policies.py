"""Header policies: what a page may load and do (Content Security Policy), and which features of the browser."""

from typing import Any
from wsgiref.headers import Headers

from csp.constants import NONCE, NONE, SELF

from publishing.stylesheet import INTEGRITY, csp_source


def public_policy(media_origin: str, css: str) -> dict[str, list[Any]]:
    """Public pages have one script and one style sheet, both known by their digest; no script turns text into markup
    (Trusted Types).
    """
    return {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, media_origin] if media_origin else [SELF],
        "manifest-src": [SELF],
        "require-trusted-types-for": ["'script'"],
        "script-src": [f"'{INTEGRITY}'"],
        "style-src": [csp_source(css)],
        "trusted-types": [NONE],
    }


def staff_policy(media_origin: str, css: str) -> dict[str, list[Any]]:
    """The admin's scripts and styles are files of Django, the editor and ours. Trusted Types would stop jQuery 3."""
    policy = {name: value for name, value in public_policy(media_origin, css).items() if "trusted-types" not in name}
    return policy | {
        "script-src": [SELF, NONCE],
        "style-src": [SELF, csp_source(css)],
    }


# A file never runs scripts, whatever is in it.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def add_file_policy(headers: Headers, path: str, url: str) -> None:
    """For WhiteNoise."""
    headers["Content-Security-Policy"] = FILE_POLICY


# What a page can ask a reader for. Whatever else a browser offers is used by scripts only, and none but ours runs.
PERMISSIONS = "camera=(), geolocation=()"
