"""The picture that stands beside a shared link (https://ogp.me/): the page's heading in the site's colours.

Drawn when it is asked for. Its address holds a digest of all that is drawn: an edited heading, or another design, gives
another address, so a picture never changes and readers may keep it for good.
"""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from pagecache.decorators import public
from pages.registry import PAGES
from publishing.city import names
from publishing.models import Publishable
from publishing.views import answer_file

YEAR = 365 * 24 * 60 * 60
WIDTH = 1200
MARGIN = 80
INK = "#ffffff"
# 1200 × 630, the size that Facebook, LinkedIn and Mastodon show whole; tools/icons draws it in the city's colours.
BACKGROUND = Path(str(finders.find("site/share_background.png")))
FONTS = Path(__file__).parent / "fonts"
# Everything the fonts in fonts/ can draw; anything else (emoji, Arabic) is left out, as it would show as boxes.
UNDRAWABLE = re.compile(
    r"[^\u0020-\u007e\u00a0-\u0148\u014a-\u017f\u0192\u0218-\u021b\u02c6-\u02dd\u0370-\u0377\u037a-\u037f\u0384-\u038a"
    r"\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u045f\u0490\u0491\u1e9e\u2010-\u2027\u2030\u2032\u2033\u2039\u203a\u2044"
    r"\u20ac\u2116\u2122\u2212]"
)
HEADING_SIZES = range(120, 43, -4)
HEADING_HEIGHT = 300


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


@cache
def design() -> bytes:
    """A digest of this module, the background and the fonts, so that a new design gives new addresses."""
    files = [Path(__file__), BACKGROUND, *sorted(FONTS.glob("*.otf"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


def drawable(text: str) -> str:
    """The text as the fonts can draw it, blanks folded."""
    return " ".join(UNDRAWABLE.sub("", unicodedata.normalize("NFC", text)).split())


def wrapped(text: str, face: ImageFont.FreeTypeFont, lines: int) -> list[str]:
    """The text in at most so many lines that fit the width, cut off with an ellipsis where it is longer."""
    for letters in range(60, 0, -1):
        found = wrap(text, letters, max_lines=lines, placeholder="…", break_on_hyphens=False)
        if all(face.getlength(line) <= WIDTH - 2 * MARGIN for line in found):
            return found
    return []


def fit(text: str) -> tuple[list[str], ImageFont.FreeTypeFont, int]:
    """The heading in lines, as large as it fits whole; cut off where it does not fit at any size."""
    for size in HEADING_SIZES:
        face, height = font("InterDisplay-Bold.otf", size), round(size * 1.14)
        lines = wrapped(text, face, HEADING_HEIGHT // height)
        if " ".join(lines) == text:
            break
    return lines, face, height


@lru_cache(64)
def draw(heading: str, site: str) -> bytes:
    """The picture as PNG."""
    image = Image.open(BACKGROUND).convert("RGB")
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN + 92, 102), drawable(site), INK, font("Inter-Medium.otf", 34), "lm")
    lines, face, height = fit(drawable(heading))
    top = 200 + (HEADING_HEIGHT - len(lines) * height) / 2
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * height), line, INK, face, "la")
    out = BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def words(item: Publishable) -> tuple[str, str]:
    """What a page's picture says in the active language: its heading and the site's name."""
    return item.heading, names()["site"]


def share_picture_path(item: Publishable) -> str:
    """The address of a page's picture in the active language."""
    digest = hashlib.sha256(design() + "\0".join(words(item)).encode()).hexdigest()[:20]
    return reverse("share_picture", args=[item._meta.model_name, item.pk, digest])


@public
def share_picture(request: HttpRequest, model: str, pk: int, digest: str) -> HttpResponse:
    """The picture of a public page. An old address redirects to the current one."""
    kind = next((kind for kind in PAGES if kind.model._meta.model_name == model), None)
    if kind is None:
        raise Http404
    item = get_object_or_404(kind.published(), pk=pk)
    address = share_picture_path(item)
    if request.path != address:
        return redirect(address)
    return answer_file(request, draw(*words(item)), "image/png", max_age=YEAR)
