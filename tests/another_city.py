"""Reads the site of another city as a reader, as an administrator and by its mail, in a process with its settings.

    CONTENT_DIR=… DATA_DIR=… python -m tests.another_city

prints as JSON what it read, and where it says a word or a colour of the city that this repository is about.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from html import unescape

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.files.storage import storages  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.passwords import send_link  # noqa: E402
from dashboard.letters import digest, reminder  # noqa: E402
from news.models import Article  # noqa: E402
from partners.models import Confirmation  # noqa: E402
from tests.pagecache.fill import fill_articles, fill_pages_of_activities  # noqa: E402
from twinning.map import project  # noqa: E402
from twinning.models import Town  # noqa: E402

FORBIDDEN = re.compile(r"m(ö|o|oe|%C3%B6|\\u00f6)lndal|#0a3a44|#0f5463", re.IGNORECASE)
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]*)|<loc>([^<]*)</loc>|<id>(http[^<]*)""")
STARTS = [
    *("/", "/en/", "/sitemap.xml", "/robots.txt", "/manifest.webmanifest", "/.well-known/security.txt", "/finns-inte/"),
    *("/sok/?q=neustadt", "/sok/?q=xyzzy", "/data/catalog.jsonld", "/data/catalog.rdf"),
    *("/admin/", "/admin/login/"),
]
OF_STAFF = ["/admin/arkiv/", "/admin/aret/", "/admin/lamna-over/", "/admin/help/"]
LEFT_OUT = ("/static/", "/media/", "/admin/logout/", "/admin/jsi18n/")


def read(client: Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Every address that a chain of links leads to, with its headers and text; in the admin one of each kind."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "replace")
        yield path, f"{dict(response.headers)}\n{text}"
        found = [unescape(next(filter(None, match), "")) for match in LINK.findall(text)]
        found.append(response.headers.get("Location", ""))
        for address in (one.removeprefix(settings.SITE_URL) for one in found):
            # One list sorted in every way would be thousands of addresses.
            kind = re.sub(r"\d+", "1", address) if address.startswith("/admin/") else address
            if re.match(r"/(?!/)", address) and not address.startswith(LEFT_OUT) and kind not in seen:
                seen.add(kind)
                if not (address.startswith("/admin/") and "?" in address):
                    waiting.append(address)


def letters(user: User, asked: list[Confirmation]) -> Iterator[tuple[str, str]]:
    """Every kind of letter."""
    yield from ((f"letter to a partner ({one.language})", str(one.letter().message())) for one in asked)
    send_link(user)
    send_link(User.objects.create_user("ny", email="ny@example.org", password="x", is_staff=True))
    yield from (("letter about an account", str(sent.message())) for sent in mail.outbox)
    town = asked[0].town
    yield "reminder", str(reminder(town.responsible, [town]).message())
    yield "digest", str(digest(town.responsible, timezone.localdate(), Counter(yes=1), []).message())


def add_content() -> list[Confirmation]:
    """One of each kind that the files have none of. Returns what a partner is asked in each language."""
    fill_articles(3)
    Article.objects.update(link="https://www.example.org/")
    fill_pages_of_activities()
    call_command("index_search", stdout=sys.stderr)
    town = Town.objects.get(slug="neustadt")
    return [Confirmation.objects.create(town=town, language=code, key=code) for code, _name in settings.LANGUAGES]


def main() -> None:
    setup_test_environment()
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    storages._storages = {}  # type: ignore[attr-defined]
    asked = add_content()
    user = User.objects.create_superuser("samordnare", "s@example.org", "x", last_login=timezone.now())
    starts = [*STARTS, *(one.address.removeprefix(settings.SITE_URL) for one in asked)]
    client = Client()
    client.force_login(user)
    texts = [*read(Client(), starts), *read(client, ["/admin/", *OF_STAFF]), *letters(user, asked)]
    wrong = [
        f"{path}: {text[max(0, hit.start() - 60) : hit.end() + 30]}"
        for path, text in texts
        for hit in FORBIDDEN.finditer(text)
    ]
    sys.stdout.write(json.dumps({"read": dict(texts), "wrong": wrong, "centre": project(60, 15)}))


if __name__ == "__main__":
    main()
