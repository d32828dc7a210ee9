"""The style sheet, inlined in every page to save a round trip before the first paint.

A strict Content-Security-Policy allows an inline style by its digest; it is computed here, from what is sent.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from rcssmin import cssmin

FOLDER = Path(__file__).parent.parent / "styles"
# Later files may override earlier ones.
FILES = ("tokens", "base", "header", "hero", "content", "map", "search", "page_end", "print")

STYLESHEET: str = cssmin("".join((FOLDER / f"{name}.css").read_text("utf-8") for name in FILES))
CSP_SOURCE = f"'sha256-{b64encode(sha256(STYLESHEET.encode()).digest()).decode()}'"
