"""The lists of the admin: as fast with two hundred rows as with three, and found however the letters are written."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import LoginRecord
from contacts.models import Contact
from editing.admin import ContentAdmin
from feedback.models import Answer, Purge
from networks.models import FocusArea, Network
from pages.models import OldAddress, Page
from tests.factories import (
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    TownFactory,
)
from twinning.models import Exchange, Partnership, Town

pytestmark = pytest.mark.django_db

# How to make many of each. Of the statement and the decision on retention a site has one.
MAKE: dict[Any, Callable[[int], Any]] = {
    Network: NetworkFactory.create_batch,
    FocusArea: FocusAreaFactory.create_batch,
    Town: TownFactory.create_batch,
    Page: PageFactory.create_batch,
    Contact: ContactFactory.create_batch,
    Partnership: PartnershipFactory.create_batch,
    Exchange: ExchangeFactory.create_batch,
    Answer: lambda number: Answer.objects.bulk_create(
        Answer(page="networks.network:1", page_title="SERN", language="sv", helped="no", revision=timezone.now())
        for _ in range(number)
    ),
    OldAddress: lambda number: [network.delete() for network in NetworkFactory.create_batch(number)],
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
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_list_is_tried() -> None:
    assert {model.__name__ for model in admin.site._registry} == {model.__name__ for model in MAKE} | ONE


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model.__name__)
@pytest.mark.parametrize("query", ["", "?q=a"])
def test_list_queries_equal_for_3_and_200_rows(editor: Client, model: Any, query: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(list_url(model) + query).status_code == 200
        return len(captured)

    MAKE[model](3)
    queries()
    few = queries()
    MAKE[model](197)
    assert queries() <= few


NAMES = {
    "Åsa Öberg": ["åsa", "ÅSA", "öberg", "ÖBERG", "Åsa Öberg", "åsa öberg", "ÅSA ÖBERG"],
    "Říčany": ["říčany", "ŘÍČANY", "Říčany"],
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


@pytest.mark.parametrize("model", NAMED, ids=lambda model: model.__name__)
def test_a_search_knows_the_letters(editor: Client, model: Any) -> None:
    model_admin: Any = admin.site.get_model_admin(model)
    assert isinstance(model_admin, ContentAdmin)
    made = {name: NAMED[model](name) for name in NAMES}
    for name, typed in NAMES.items():
        for text in [*typed, *(FOLDED.get(name, []) if model_admin.sort_keys else [])]:
            html = editor.get(list_url(model), {"q": text}).content.decode()
            assert set(re.findall(r"/(\d+)/change/", html)) == {str(made[name].pk)}, text


def test_odd_searches_break_nothing(editor: Client) -> None:
    for text in (
        "%",
        "_",
        "\\",
        "'\"",
        "ß",
        "ŉ",
        "İ",
        "a" * 5000,
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ):
        for model in NAMED:
            assert editor.get(list_url(model), {"q": text}).status_code == 200, text


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
