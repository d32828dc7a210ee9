"""Cross-site scripting: every vector in every text field, in real Chromium without our CSP.

Pages are made by Django in this process and shown to Chromium as they are, but for their policies: what is to hold here
is that the text is cleaned and escaped, even where a browser knows no policy. `J` is the counter.
"""

import re
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from html import escape
from itertools import cycle
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Dialog, Error, Route

from editing.models import Preview
from feedback.models import Answer
from networks.models import Network
from publishing.richtext import clean_html, has_described_pictures, has_usable_links
from tests.browser.conftest import launched
from tests.factories import (
    FAR_OFF,
    ArticleFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    ShortcomingFactory,
    StatementFactory,
    TownFactory,
)
from tests.feedback.test_views import TOKEN, WHY, answered, send
from tests.forms import SAME_ORIGIN, errors, filled_in
from tests.servers import ROOT

ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|[nrt\\])")
ORIGIN = "http://xss.test"
SKIPPED = ("slug", "target")
# Swedish and another language; the same code makes the fields and pages of the rest.
LANGUAGES = ["sv", "pl"]
OTHERS = ("_en", "_da", "_de", "_it", "_cs", "_fr")

# Everything in a page that would run if somebody used it is used, without leaving the page.
USE = """() => {
  for (const element of document.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (/^on/i.test(name)) element.dispatchEvent(new Event(name.slice(2).toLowerCase()));
    }
    const address = element.href?.baseVal ?? element.href ?? element.formAction ?? element.action;
    if (typeof address === "string" && /^(javascript|vbscript|data):/i.test(address)) {
      element instanceof HTMLFormElement ? element.submit() : element.click?.();
    }
  }
}"""


def vectors() -> list[str]:
    """The lines of tests/data/xss.txt, which says how they are written."""
    lines = (ROOT / "tests/data/xss.txt").read_text("utf-8").splitlines()

    def plain(match: re.Match[str]) -> str:
        code = match[1]
        return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}.get(code) or chr(int(code[1:], 16))

    return [ESCAPE.sub(plain, line) for line in lines if line and not line.startswith("# ")]


VECTORS = vectors()
# No database and no form takes a null byte (test_richtext.py has these too).
TYPED = [vector for vector in VECTORS if "\0" not in vector]


def is_storable(vector: str) -> bool:
    """Whether formatted text takes it, cleaned; some links and pictures are refused."""
    try:
        has_usable_links(vector)
        has_described_pictures(vector)
    except ValidationError:
        return False
    return True


STORABLE = [vector for vector in TYPED if is_storable(vector)]


class Dealer:
    """Deals the vectors in turn, so that all of them come to every kind of field."""

    def __init__(self) -> None:
        self.rich, self.plain = cycle(STORABLE), deque(TYPED)
        self.dealt: dict[str, set[str]] = {"rich": set(), "plain": set()}

    def formatted(self, number: int = 12) -> str:
        """Some to be cleaned, each in a paragraph of its own behind a word that stays."""
        taken = [next(self.rich) for _ in range(number)]
        self.dealt["rich"].update(taken)
        return "".join(f"<p>ord</p>{vector}" for vector in taken)

    def text(self, longest: int | None) -> str:
        """As many as there is room for."""
        room, found = min(longest or 400, 400), ""
        while not found or len(found) + len(self.plain[0]) <= room:
            found += self.plain[0]
            self.dealt["plain"].add(self.plain[0])
            self.plain.rotate(-1)
        return found[:room]


def text_fields(client: Client, url: str) -> dict[str, tuple[bool, int | None]]:
    """The names of a form's text fields: whether they are formatted, and how long they may be."""
    context = client.get(url).context
    found = [context["adminform"].form]
    found += [form for inline in context["inline_admin_formsets"] for form in inline.formset.forms if form.instance.pk]
    return {
        bound.html_name: (isinstance(bound.field, EDITOR), bound.field.max_length)
        for form in found
        for bound in form
        if (type(bound.field) is forms.CharField or isinstance(bound.field, (EDITOR, forms.URLField)))
        and not bound.html_name.startswith(SKIPPED)
        and not bound.html_name.endswith(OTHERS)
    }


def editor_field() -> Any:
    field: Any = Network._meta.get_field("body")
    return type(field.formfield())


EDITOR = editor_field()


def fill(client: Client, url: str, dealer: Dealer, pages: "Pages", **how: str) -> int:
    """Post vectors into every text field of a form, those that are refused too. Returns how many fields took them."""
    as_it_was = filled_in(client, url)
    fields = text_fields(client, url)
    if how:  # a draft keeps what is no address too, and could not be previewed or saved
        fields = {name: about for name, about in fields.items() if not name.endswith(("website", "source_url", "link"))}
    typed = {name: dealer.formatted() if rich else dealer.text(longest) for name, (rich, longest) in fields.items()}
    for _time in range(3):
        answer = client.post(url, as_it_was | typed | how)
        if answer.status_code == 302:
            return len(typed)
        pages.keep(f"{url}?refused={len(typed)}", answer)
        bad = set(errors(answer)) & set(typed)
        assert bad, (url, errors(answer))
        typed = {name: value for name, value in typed.items() if name not in bad}
    raise AssertionError(errors(answer))


def refuse(client: Client, url: str, dealer: Dealer, pages: "Pages", **how: str) -> Any:
    """Post vectors that are not saved, and keep the page that shows them beside what is stored."""
    fields = text_fields(client, url)
    typed = {name: dealer.formatted() if rich else dealer.text(longest) for name, (rich, longest) in fields.items()}
    answer = client.post(url, filled_in(client, url) | typed | how)
    pages.keep(f"{url}?{urlencode(how)}", answer)
    return answer


class Pages:
    """The pages to open, as Django answered with them."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, str, bytes]] = {}

    def keep(self, path: str, answer: Any) -> None:
        assert answer.status_code in {200, 403, 404, 409}, (path, answer.status_code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.kept[path] = (answer.status_code, answer.headers["Content-Type"], body)

    def fetch(self, client: Client, *paths: str) -> None:
        for path in paths:
            self.keep(path, client.get(path))

    def answer(self, route: Route) -> None:
        """What Chromium asks for: a page that was kept, a static file, or nothing."""
        address = urlsplit(route.request.url)
        path = address.path + (f"?{address.query}" if address.query else "")
        if path in self.kept and route.request.url.startswith(ORIGIN):
            status, kind, body = self.kept[path]
            headers = {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}
            route.fulfill(status=status, headers=headers, body=body)
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=str(file))
        else:
            route.abort()


def open_in_chromium(pages: Pages, paths: Iterable[str]) -> list[str]:
    """Open the pages in a browser in which J counts, wherever it is called: in a frame, in a page that was opened.

    Returns the addresses that it was called from; stops at the first page that has any.
    """
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # a form that warns before typed text is lost
            ran.append(dialog.message)
        dialog.accept()

    with launched() as browser:
        context = browser.new_context(bypass_csp=True, locale="sv-SE")
        context.expose_binding("J", lambda source, *_args: ran.append(source["frame"].url))
        context.route("**/*", pages.answer)
        page = context.new_page()
        page.on("dialog", note)
        for path in paths:
            with suppress(Error) if path.endswith(".vcf") else nullcontext():  # which is no page, but a download
                page.goto(ORIGIN + path)
            for frame in page.frames[:]:
                if not frame.is_detached():
                    with suppress(Error):  # a frame of a control that has gone elsewhere
                        frame.evaluate(USE)
            if ran:
                break
        context.close()
    return ran


def ran(pages: Pages) -> list[str]:
    """Open every page that was kept. In a thread of its own: Django asks no database where Playwright's loop runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(open_in_chromium, pages, list(pages.kept)).result()


@pytest.fixture
def pages() -> Pages:
    return Pages()


def change(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def public(*objects: Any) -> list[str]:
    """The addresses of objects in both languages."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            stored = [type(obj)._base_manager.get(pk=obj.pk) for obj in objects]  # with what forms have saved since
            found += [obj.get_absolute_url() for obj in stored]
    return found


def make_content() -> list[Any]:
    """One of everything that an editor writes, all tied together, so that each shows in the others."""
    area = FocusAreaFactory()
    network = NetworkFactory(focus_areas=[area])
    home, town = TownFactory(home=True, country="SE"), TownFactory()
    statement = StatementFactory(conformance="partial")
    ProjectFactory(network=network).focus_areas.set([area])
    FactFactory(network=network)
    ShortcomingFactory(statement=statement)
    partnership = PartnershipFactory(town_a=home, town_b=town)
    exchange = ExchangeFactory(towns=[town], for_schools=True)
    exchange.focus_areas.set([area])
    tied = {"towns": [town], "networks": [network], "focus_areas": [area]}
    event = ArticleFactory(kind="event", starts_at=FAR_OFF, about=tied)
    opportunity = ArticleFactory(kind="opportunity", closes_on=FAR_OFF.date(), about=tied)
    return [area, network, town, home, statement, PageFactory(), partnership, exchange, event, opportunity]


def spans() -> list[str]:
    return [
        "/", "/natverk/", "/vanorter/", "/fokusomraden/", "/vill-du-delta/", "/kontakt/", "/data/", "/andringar/",
        "/sitemap.xml", "/data/catalog.jsonld", "/data/towns.geojson", "/sok/?q=ord", "/sok/?q=J", "/en/search/?q=x",
        "/aktuellt/",
    ]  # fmt: skip


def test_the_counter_counts(pages: Pages) -> None:
    """So that 0 means something: the same vectors, neither cleaned nor escaped, do run in this browser."""
    frames = "".join(f'<iframe srcdoc="{escape(vector)}"></iframe>' for vector in VECTORS)
    pages.kept["/control/"] = (200, "text/html; charset=utf-8", f"<!doctype html>{frames}".encode())
    assert len(ran(pages)) > 150
    assert len(VECTORS) == len(set(VECTORS)) > 300


@pytest.mark.django_db
def test_nothing_runs_that_is_typed_into_the_forms(
    editor: Client, client: Client, fronts: Any, contact: Any, pages: Pages
) -> None:
    dealer = Dealer()
    content = make_content()
    fields = 0
    for obj in [*content, contact, fronts["start"], fronts["contact"]]:
        fields += fill(editor, change(obj), dealer, pages)
    shown = [obj for obj in content if hasattr(obj, "get_absolute_url") and not getattr(obj, "home", False)]
    pages.fetch(Client(), *public(*shown), *spans())
    for obj in content[:6]:
        lists = f"admin:{obj._meta.app_label}_{obj._meta.model_name}"
        pages.fetch(editor, change(obj), reverse(f"{lists}_changelist"), reverse(f"{lists}_delete", args=[obj.pk]))
    for obj in shown[1:3]:
        fill(editor, change(obj), dealer, pages)  # a second version, to compare the first with
        pages.fetch(editor, change(obj).replace("change/", "history/"))
        fill(editor, change(obj), dealer, pages, _draft="1")
        pages.keep(f"{change(obj)}?draft", editor.get(change(obj)))
        fill(editor, change(obj), dealer, pages, _preview="1")
        key = Preview.objects.order_by("-pk")[0].key
        pages.fetch(editor, f"/admin/editing/preview/{key}/", f"/admin/editing/preview/{key}/sv/")
        assert refuse(editor, change(obj), dealer, pages, _seen="x").context["conflict"]
        assert refuse(editor, change(obj), dealer, pages, _draft="1", _draft_seen="x").context["newer_draft"]
        typed = {"summary_sv": dealer.text(None), "body_sv": dealer.formatted()}
        typed["_proof"] = filled_in(editor, change(obj))["_proof"]
        kept = Client().post(change(obj), typed, headers=SAME_ORIGIN)
        pages.keep(f"{change(obj)}?lost", kept)
        assert len(kept.context["typed"]) == len(typed)
    refused = "".join(f"<p>ord</p>{vector}" for vector in TYPED if vector not in STORABLE)
    answer = editor.post(change(shown[1]), filled_in(editor, change(shown[1])) | {"body_sv": refused})
    assert "body_sv" in errors(answer)
    pages.keep(f"{change(shown[1])}?unusable", answer)
    pages.fetch(Client(), reverse("vcard", args=[contact.pk]))
    assert pages.kept[reverse("vcard", args=[contact.pk])][1] == "text/vcard; charset=utf-8"
    pages.fetch(editor, "/admin/")
    assert fields > 75
    assert dealer.dealt == {"rich": set(STORABLE), "plain": set(TYPED)}
    assert ran(pages) == []


@pytest.mark.django_db
def test_nothing_runs_that_is_saved_past_the_forms(fronts: Any, contact: Any, pages: Pages, editor: Client) -> None:
    """By `save()`, `update()` and plain SQL. What would become a link to no page is refused, or not shown."""
    dealer = Dealer()
    content = make_content()
    for obj in content:
        for field in obj._meta.concrete_fields:
            if (
                field.choices
                or field.name.endswith(("website", "source_url", "link", *OTHERS))
                or field.name.startswith(("slug", "sort_key", "image", "country"))
                or hasattr(field, "to_fields")
            ):
                continue
            if "Rich" in type(field).__name__:
                setattr(obj, field.attname, dealer.formatted(16))
            elif field.get_internal_type() in {"TextField", "CharField"}:
                setattr(obj, field.attname, dealer.text(field.max_length))
        obj.save()
    network = Network.objects.get(pk=content[1].pk)
    for address in ("javascript:J()", " javascript:J()", "java\tscript:J()", "data:text/html,x", "//x", "vbscript:J()"):
        network.website = address
        with pytest.raises(ValidationError), transaction.atomic():
            network.save()
        with pytest.raises(ValidationError), transaction.atomic():
            Network.objects.update(website=address)
    raw = "".join(TYPED[:150])
    with connection.cursor() as cursor:
        for table, column in (
            ("networks_network", "website"), ("networks_fact", "source_url"), ("networks_project", "website"),
            ("twinning_town", "website"), ("twinning_town", "association_website"),
            ("twinning_partnership", "source_url"), ("twinning_exchange", "website"), ("news_article", "link"),
        ):  # fmt: skip
            cursor.execute(f"UPDATE {table} SET {column} = 'javascript:J()'")
        cursor.execute("UPDATE networks_network SET body_sv = %s, participation_pl = %s", [raw, "".join(TYPED[150:])])
    shown = [obj for obj in content if hasattr(obj, "get_absolute_url") and not getattr(obj, "home", False)]
    pages.fetch(Client(), *public(*shown), *spans())
    pages.fetch(editor, *(change(obj) for obj in content), "/admin/networks/network/")
    each = "".join(clean_html(vector) for vector in VECTORS)
    pages.kept["/each/"] = (200, "text/html; charset=utf-8", f"<!doctype html>{each}".encode())
    assert ran(pages) == []


@pytest.mark.django_db
def test_nothing_runs_that_a_visitor_writes(client: Client, editor: Client, pages: Pages) -> None:
    """In a comment, in the search, in an address that does not exist."""
    dealer = Dealer()
    signed = answered(client)
    assert send(client, WHY, {"answer": signed, "reason": "other", "comment": dealer.text(500)}).status_code == 303
    while dealer.dealt["plain"] != set(TYPED):
        comment, title = dealer.text(500), dealer.text(200)
        about = {"page": TOKEN.page, "language": "sv", "revision": timezone.now(), "helped": "no", "note": comment}
        Answer.objects.create(**about, page_title=title, comment=comment, reason="other")
    pages.fetch(
        editor, "/admin/", "/admin/feedback/answer/", "/admin/feedback/answer/?p=2", change(Answer.objects.all()[0])
    )
    pages.fetch(editor, "/admin/feedback/answer/rapport/")
    url = change(Answer.objects.all()[1])
    refused = editor.post(url, filled_in(editor, url, note=dealer.text(500)) | {"_seen": "x"})
    assert "Där står nu" in errors(refused)["note"][0]
    pages.keep(f"{url}?refused", refused)
    for number in range(0, len(VECTORS), 25):
        typed = "".join(VECTORS[number : number + 25]).replace("\0", "")
        path = f"/sok/?{urlencode({'q': typed})}"
        pages.kept[f"/typed/{number}/"] = (200, "text/html; charset=utf-8", client.get(path).content)
    pages.fetch(client, *(f"/{urlencode({'': vector})[1:]}/" for vector in TYPED[::40]))
    assert ran(pages) == []
