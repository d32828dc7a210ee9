"""The lists of the admin: queries that do not grow with the rows, search in any spelling, Swedish order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accessibility.models import Report
from accounts.models import LoginRecord
from contacts.models import Contact
from dashboard.models import Note
from editing.admin import ContentAdmin
from feedback.models import Answer, Purge
from networks.models import FocusArea, Network, Project
from news.models import Article
from pages.models import OldAddress, Page
from partners.models import Confirmation
from quality.models import CheckedLink, Spelling
from search.models import Synonyms
from tests.factories import (
    ArticleFactory,
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    TownFactory,
)
from tests.forms import admin_url
from twinning.models import Exchange, Partnership, Town

pytestmark = pytest.mark.django_db

# How to make many of each. Of the statement and the decision on retention a site has one.
MAKE: dict[Any, Callable[[int], Any]] = {
    Network: NetworkFactory.create_batch,
    FocusArea: FocusAreaFactory.create_batch,
    Town: TownFactory.create_batch,
    Article: ArticleFactory.create_batch,
    Page: PageFactory.create_batch,
    Contact: ContactFactory.create_batch,
    Partnership: PartnershipFactory.create_batch,
    Exchange: ExchangeFactory.create_batch,
    Project: ProjectFactory.create_batch,
    Answer: lambda number: Answer.objects.bulk_create(
        Answer(page="networks.network:1", page_title="SERN", language="sv", helped="no", revision=timezone.now())
        for _ in range(number)
    ),
    Report: lambda number: Report.objects.bulk_create(Report(problem="a", language="sv") for _ in range(number)),
    Confirmation: lambda number: Confirmation.objects.bulk_create(
        Confirmation(town=TownFactory(), language="de", answered_at=timezone.now()) for _ in range(number)
    ),
    OldAddress: lambda number: [network.delete() for network in NetworkFactory.create_batch(number)],
    Synonyms: lambda number: Synonyms.objects.bulk_create(
        Synonyms(words="skräp", found_as="avfall") for _ in range(number)
    ),
    CheckedLink: lambda number: CheckedLink.objects.bulk_create(
        CheckedLink(
            url=f"https://a{CheckedLink.objects.count() + n}.example/",
            problem="gone",
            used_by=[f"{model}:1" for model in ("networks.network", "twinning.partnership", "networks.project")],
        )
        for n in range(number)
    ),
    Spelling: lambda number: Spelling.objects.bulk_create(
        Spelling(wrong=f"fel{Spelling.objects.count() + n}", right="rätt") for n in range(number)
    ),
    Note: lambda number: Note.objects.bulk_create(
        Note(page=NetworkFactory().key, text="Oklart") for _ in range(number)
    ),
    Purge: lambda number: Purge.objects.bulk_create(
        Purge(answers=1, older_than=timezone.now(), reference="2026/1") for _ in range(number)
    ),
    LoginRecord: lambda number: LoginRecord.objects.bulk_create(
        LoginRecord(user=User.objects.get(username="samordnare"), outcome="succeeded") for _ in range(number)
    ),
    User: lambda number: [User.objects.create_user(f"user{User.objects.count()}") for _ in range(number)],
}
ONE = {"Statement", "Retention"}


def list_url(model: Any) -> str:
    return admin_url(model, "changelist")


def test_list_queries_equal_for_1_and_12_rows(editor: Client) -> None:
    assert {model.__name__ for model in admin.site._registry} == {model.__name__ for model in MAKE} | ONE

    def queries(model: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            for query in ("", "?q=a"):
                html = editor.get(list_url(model) + query).content.decode()
        assert "delete_selected" not in html, model
        return len(captured)

    for model, make in MAKE.items():
        make(1)
        queries(model)
        few = queries(model)
        make(11)
        assert queries(model) <= few, model


NAMES = {
    "Åsa Öberg": ["åsa", "ÅSA ÖBERG"],
    "Říčany": ["říčany", "ŘÍČANY"],
    "Łódź": ["łódź", "ŁÓDŹ"],
}
FOLDED = {"Říčany": ["ricany", "RICANY"], "Łódź": ["lodz"], "Åsa Öberg": ["ÅsA ÖbErG"]}
NAMED: dict[Any, Callable[[str], Any]] = {
    Network: lambda name: NetworkFactory(name_sv=name),
    FocusArea: lambda name: FocusAreaFactory(name_sv=name),
    Town: lambda name: TownFactory(name_sv=name),
    Page: lambda name: PageFactory(title_sv=name),
    Contact: lambda name: ContactFactory(name=name),
    Partnership: lambda name: PartnershipFactory(town_b=TownFactory(name_sv=name)),
    Exchange: lambda name: ExchangeFactory(name_sv=name),
}


def test_search_finds_names_in_any_spelling(editor: Client) -> None:
    """All of them among networks; one by one in the other lists, which search by the same code."""
    for model, make in NAMED.items():
        model_admin: Any = admin.site.get_model_admin(model)
        assert isinstance(model_admin, ContentAdmin)
        made = {name: make(name) for name in NAMES}
        for name, typed in NAMES.items():
            spellings = [*typed, *(FOLDED[name] if model_admin.sort_keys else [])]
            for text in spellings if model is Network else spellings[-1:]:
                html = editor.get(list_url(model), {"q": text}).content.decode()
                assert set(re.findall(r"/(\d+)/change/", html)) == {str(made[name].pk)}, (model, text)


def test_names_are_sorted_in_swedish_in_every_list(editor: Client) -> None:
    names = ["anna", "Bo", "Zara", "Åke", "ärla", "Östen"]
    ContactFactory(name="Växeln", is_main=True)  # comes first
    for model in (Network, FocusArea, Town, Page, Contact):
        made = {NAMED[model](name).pk: name for name in reversed(names)}
        html = editor.get(list_url(model), {"o": "1"}).content.decode()
        found = [made[int(pk)] for pk in re.findall(r"/(\d+)/change/", html) if int(pk) in made]
        assert list(dict.fromkeys(found)) == names, model
    User.objects.all().exclude(username="samordnare").delete()
    for name in reversed(names):
        User.objects.create_user(name, first_name=name)
    for order in ("", "1", "2"):
        html = editor.get(list_url(User), {"o": order} if order else {}).content.decode()
        assert [name for name in re.findall(r"/change/[^>]*>([^<]+)</a>", html) if name in names] == names, order


def test_lists_are_filtered(editor: Client) -> None:
    today = timezone.now()
    NetworkFactory(name_sv="Ute")
    NetworkFactory(name_sv="Snart", published_at=today + timezone.timedelta(days=1))
    NetworkFactory(name_sv="Borta", published_at=None)
    home = TownFactory(name_sv="Mölndal", home=True)
    PartnershipFactory(town_a=home, town_b=TownFactory(name_sv="Vän"))
    PartnershipFactory(town_a=home, town_b=TownFactory(name_sv="Förr"), until=timezone.localdate())
    TownFactory(name_sv="Ingen")
    for model, query, name in (
        (Network, {"status": "public"}, "Ute"),
        (Network, {"status": "planned"}, "Snart"),
        (Network, {"status": "hidden"}, "Borta"),
        (Town, {"relation": "twin"}, "Vän"),
        (Town, {"relation": "former"}, "Förr"),
        (Town, {"relation": "none"}, "Ingen"),
    ):
        html = editor.get(list_url(model), query).content.decode()
        names = ("Ute", "Snart", "Borta", "Vän", "Förr", "Ingen")
        assert [found for found in names if f">{found}</a>" in html] == [name], query
