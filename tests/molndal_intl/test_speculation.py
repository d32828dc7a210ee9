"""Speculation rules: sent with public pages only."""

import json

import pytest
from django.test import Client

from molndal_intl.speculation import ADDRESS, rules
from tests.browser.page_kinds import FOR_ONE, KINDS

RULES = f'"{ADDRESS}"'


@pytest.mark.django_db
def test_public_pages_name_the_rules(client: Client, seeded: None) -> None:
    for kind in KINDS:
        if kind.status == 200 and not kind.made and not kind.path.startswith(FOR_ONE):
            assert client.get(kind.path).headers["Speculation-Rules"] == RULES, kind


@pytest.mark.django_db
def test_other_answers_name_no_rules(client: Client, seeded: None) -> None:
    others = [kind.path for kind in KINDS if kind.status != 200 and not kind.posted]
    others += ["/sok/?q=sern", "/en/search/", "/aterkoppling/tack/", "/admin/login/", "/konto/", "/natverk"]
    others += ["/data/networks.json", "/andringar/", "/aktuellt/calendar.ics", "/sitemap.xml", ADDRESS]
    for address in others:
        assert "Speculation-Rules" not in client.get(address).headers, address


@pytest.mark.django_db
def test_the_rules_are_a_file_of_their_own_type(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer.headers["Content-Type"] == "application/speculationrules+json"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert json.loads(answer.content) == rules()
