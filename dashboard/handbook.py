"""The coordinator's handbook (docs/samordnare.md) as a page of the admin, and which chapter is about which page."""

import re
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.contrib import admin
from django.core.files.images import get_image_dimensions
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
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

PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(images/(?P<name>[\w.-]+)\)")
ITEM = re.compile(r"^(?:-|\d+\.) ", re.MULTILINE)


class Chapter(NamedTuple):
    title: str
    anchor: str
    html: SafeString


def anchor_of(title: str) -> str:
    return slugify(title, allow_unicode=True)


def words(text: str) -> str:
    """The words of a line or of several that belong together, as HTML."""
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(" ".join(text.split())))
    html = re.sub(r"`(.+?)`", r"<code>\1</code>", html)
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', html)


def block(text: str) -> str:
    """A paragraph, a list or a picture, as HTML."""
    if found := PICTURE.fullmatch(text.strip()):
        width, height = get_image_dimensions(FILE.parent / "images" / found["name"])
        address = static(f"handbook/{found['name']}")
        return format_html(
            '<p><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></p>', address, found["alt"], width, height
        )
    if ITEM.match(text):
        kind = "ul" if text.startswith("-") else "ol"
        return f"<{kind}>{''.join(f'<li>{words(row)}</li>' for row in ITEM.split(text)[1:])}</{kind}>"
    return f"<p>{words(text)}</p>"


@cache
def chapters() -> list[Chapter]:
    """The handbook, whose Markdown is headings, paragraphs, lists and pictures, with bold words, code and links."""
    found = []
    for part in re.split(r"^#+ ", FILE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, *texts = re.split(r"\n\s*\n", part.strip())
        html = mark_safe("\n".join(map(block, texts)))  # noqa: S308 (the words are escaped)
        found.append(Chapter(title, anchor_of(title), html))
    return found


def chapter_of(view_name: str) -> str:
    """The anchor of the chapter about an address, by its name."""
    words = view_name.split("_")
    keys = (view_name, words[-1], words[1] if len(words) > 1 else "", "")
    title = next(CHAPTERS[key] for key in keys if key in CHAPTERS)
    return anchor_of(title)


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    introduction, *rest = chapters()
    context = {"title": introduction.title, "introduction": introduction, "chapters": rest}
    return render(request, "dashboard/handbook.html", admin.site.each_context(request) | context)
