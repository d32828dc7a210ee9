"""A site moves from SQLite to PostgreSQL with every row."""

import html
import json
import re
from collections.abc import Callable

from django.conf import settings

from tests.backup.conftest import Place
from tests.template import DATABASES

WRITE = """
from django.contrib.auth.models import User
from django.utils import timezone
from editing.models import Draft
from feedback.models import Answer
from networks.models import Network
from pages.models import OldAddress, Page
user = User.objects.create_superuser("samordnare", password="x")
Draft.objects.create(model="pages.page", object_id=2**62, data={"å": ["Ř 🙂", None, 1.5, True]}, user=user)
Answer.objects.create(page="a:1", language="sv", revision=timezone.now(), helped="no", comment="' \\\\ \\u2028")
network = Network.objects.first()
network.slug = "nytt"
network.save()
OldAddress.objects.create(path="/natverk/nytt/", page="networks.network:99")  # as after hiding it until a date
print(Page.objects.create(title_sv="Borttagen", slug="borttagen", published_at=timezone.now()).delete() and "")
"""
NEW_PAGE = "from pages.models import Page; print('key', Page.objects.create(title_sv='Ny', slug='ny').pk)"


def rows(site: Place) -> list[str]:
    """Every row, as Django's XML serializer writes it.

    PostgreSQL orders the keys of JSON objects in its own way, and Django cuts fractions of seconds in JSON.
    """

    def in_order(field: re.Match[str]) -> str:
        return f"{field[1]}{json.dumps(json.loads(html.unescape(field[2])), sort_keys=True)}"

    excluded = [f"--exclude={label}" for label in [*settings.BACKUP_LEFT_OUT, "pagecache.contentversion"]]
    dumped = site.manage("dumpdata", "--all", "--format=xml", "--indent=1", *excluded)
    dumped = re.sub(r"(T\d\d:\d\d:\d\d)\.\d+", r"\1", dumped)
    return re.sub('(type="JSONField">)([^<]+)', in_order, dumped).splitlines()


if "postgresql" in DATABASES:

    def test_site_moves_to_postgresql_with_every_row(place: Callable[[str], Place]) -> None:
        old, new = place("sqlite"), place("postgresql")
        old.manage("migrate", "--verbosity=0")
        old.manage("load_content")
        old.manage("shell", "-v0", "-c", WRITE)
        printed = new.manage("move_database", old.folder / "db.sqlite3")
        assert "med lika många rader som förut" in printed
        assert rows(new) == rows(old)
        keys = [site.manage("shell", "-v0", "-c", NEW_PAGE).split()[-1] for site in (old, new)]
        assert keys[0] == keys[1], "the key of a deleted page is given out again"
        again = new.try_to_manage("move_database", old.folder / "db.sqlite3")
        assert (again.returncode, "har redan tabeller" in again.stderr) == (1, True)


def test_database_moves_to_postgresql_only(place: Callable[[str], Place]) -> None:
    done = place("sqlite").try_to_manage("move_database", "db.sqlite3")
    assert (done.returncode, "Ange PostgreSQL-databasen i DATABASE_URL" in done.stderr) == (1, True)
