"""The style sheet, inlined in every page to save a round trip before the first paint.

A strict Content-Security-Policy allows an inline style by its digest; it is computed here, from what is sent.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The public pages' only script, of which a page and the policy say that it is this very file and no other. A browser
# that does not know digests of files in a policy (Firefox before 116, Safari before 15.6) leaves it out, and everything
# works without it.
SCRIPT = ROOT / "static/site/site.js"
FOLDER = ROOT / "styles"
# Later files may override earlier ones.
FILES = ("tokens", "base", "header", "hero", "content", "map", "search", "page_end", "print")
COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);")


def digest(content: bytes) -> str:
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"


INTEGRITY = digest(SCRIPT.read_bytes())


def joined() -> str:
    return "".join((FOLDER / f"{name}.css").read_text("utf-8") for name in FILES)


def read_colours(file: Path) -> dict[str, tuple[str, str]]:
    """The city's colours by name, each in light and dark. Raises SystemExit where one is missing."""
    try:
        found = {name: (light, dark) for name, light, dark in COLOUR.findall(file.read_text("utf-8"))}
    except (OSError, ValueError) as error:
        raise SystemExit(f"CONTENT_DIR: {file} går inte att läsa ({getattr(error, 'strerror', error)})") from None
    css, tokens = joined(), (FOLDER / "tokens.css").read_text("utf-8")
    if missing := set(re.findall(r"var\(--([\w-]+)\)", css)) - set(re.findall(r"--([\w-]+):", tokens)) - set(found):
        raise SystemExit(f"CONTENT_DIR: {file} saknar {', '.join(sorted(missing))}")
    return found


def write_stylesheet(colours: dict[str, tuple[str, str]]) -> str:
    """All files with the colours before them, without comments and indentation.

    Colours are written out, as browsers before 2024 do not know light-dark().
    """
    css = joined()
    used = {name: pair for name, pair in colours.items() if f"var(--{name})" in css}
    light, dark = ("".join(f"--{name}:{pair[theme]};" for name, pair in used.items()) for theme in (0, 1))
    whole = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}{css}"
    return re.sub(r"/\*.*?\*/|(?<=[{};,])\s+|\s+(?=[{}])", "", whole, flags=re.DOTALL)


def csp_source(css: str) -> str:
    return f"'{digest(css.encode())}'"
