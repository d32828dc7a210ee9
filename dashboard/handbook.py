"""The coordinator's handbook (docs/samordnare.md) as a page of the admin, and which chapter is about which page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.files.images import get_image_dimensions
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

FILE = settings.BASE_DIR / "docs" / "samordnare.md"

LOGIN, DESK, TEXT = "Logga in", "Se vad som väntar", "Rätta en text"
LIST, HISTORY, DELETING = "Publicera eller avpublicera flera", "Se vad som ändrats, och ångra", "Radera"
ANSWERS, ACCOUNTS = "Läs vad besökarna tycker", "Vem som får göra vad"
# By the name of an address; else by what is done there, by the model, or by "" for anything else.
CHAPTERS = {
    "admin:index": DESK,
    "admin:password_change": LOGIN,
    "admin:password_change_done": LOGIN,
    "mfa_index": LOGIN,
    "admin:networks_network_add": "Lägga till ett nätverk",
    "admin:networks_network_changelist": LIST,
    "admin:networks_focusarea_changelist": LIST,
    "admin:twinning_town_changelist": LIST,
    "admin:pages_page_changelist": LIST,
    "admin:news_article_changelist": LIST,
    "admin:feedback_report": ANSWERS,
    "editing:preview": "Förhandsgranska",
    "history": HISTORY,
    "restore": HISTORY,
    "deleted": HISTORY,
    "discard": "Spara ett utkast",
    "delete": DELETING,
    "partnership": "Ändra ett vänortsavtal",
    "exchange": "Visa vem som kan delta i ett utbyte",
    "project": "Berätta mer om ett utbyte eller ett projekt",
    "article": "Skriv en nyhet, en händelse eller en möjlighet",
    "statement": "Gå igenom tillgänglighetsredogörelsen",
    "report": "Ta hand om ett rapporterat tillgänglighetsproblem",
    "confirmation": "Låt partnern bekräfta",
    "contact": "Byta kontaktperson",
    "oldaddress": "Byta en sidas adress",
    "note": "Reda ut det som är oklart",
    "synonyms": "Hjälp läsarna att hitta",
    "answer": ANSWERS,
    "retention": ANSWERS,
    "purge": ANSWERS,
    "user": ACCOUNTS,
    "loginrecord": ACCOUNTS,
    "": TEXT,
}

# A piece of a line: its kind (text, strong, code or link), what it says, and where a link leads.
Piece = tuple[str, str, str]
PIECE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>.+?)`|\[(?P<link>[^\]]+)\]\((?P<url>[^)\s]+)\)")
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(images/(?P<name>[\w.-]+)\)")
ITEM = re.compile(r"^(?:-|\d+\.) ", re.MULTILINE)


@dataclass
class Block:
    """A paragraph, a list ("ul" or "ol", a row for each item) or a picture."""

    kind: str
    rows: list[list[Piece]] = field(default_factory=list)
    picture: str = ""
    alt: str = ""
    size: tuple[int | None, int | None] = (None, None)


@dataclass
class Chapter:
    title: str
    blocks: list[Block]

    @property
    def anchor(self) -> str:
        return slugify(self.title, allow_unicode=True)


def pieces(text: str) -> Iterator[Piece]:
    """The words of a line or of several that belong together."""
    text, end = " ".join(text.split()), 0
    for found in PIECE.finditer(text):
        kind = str(found.lastgroup).replace("url", "link")
        yield "text", text[end : found.start()], ""
        yield kind, found[kind], found["url"] or ""
        end = found.end()
    yield "text", text[end:], ""


def block(text: str) -> Block:
    if found := PICTURE.fullmatch(text.strip()):
        size = get_image_dimensions(FILE.parent / "images" / found["name"])
        return Block("picture", picture=f"handbook/{found['name']}", alt=found["alt"], size=size)
    if ITEM.match(text):
        rows = [list(pieces(row)) for row in ITEM.split(text)[1:]]
        return Block("ul" if text.startswith("-") else "ol", rows)
    return Block("p", [list(pieces(text))])


@cache
def chapters() -> list[Chapter]:
    """The handbook, whose Markdown is headings, paragraphs, lists and pictures, with bold words, code and links."""
    found = [Chapter("", [])]
    for part in re.split(r"\n\s*\n", FILE.read_text("utf-8").strip()):
        if part.startswith("#"):
            found.append(Chapter(part.lstrip("# "), []))
        else:
            found[-1].blocks.append(block(part))
    return found[1:]


def chapter_of(view_name: str) -> str:
    """The anchor of the chapter about an address, by its name."""
    words = view_name.split("_")
    keys = (view_name, words[-1], words[1] if len(words) > 1 else "", "")
    title = next(CHAPTERS[key] for key in keys if key in CHAPTERS)
    return slugify(title, allow_unicode=True)


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    introduction, *rest = chapters()
    context: dict[str, Any] = {"title": introduction.title, "introduction": introduction, "chapters": rest}
    return render(request, "dashboard/handbook.html", admin.site.each_context(request) | context)
