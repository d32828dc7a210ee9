from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from networks.models import Network
from tests.factories import FocusAreaFactory, NetworkFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def test_the_title_says_what_the_name_stands_for() -> None:
    assert (
        Network(name="SERN", full_name="Sweden Emilia-Romagna Network").heading
        == "SERN – Sweden Emilia-Romagna Network"
    )
    assert Network(name="Eurotowns").heading == "Eurotowns"


def test_membership_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkFactory(member_from=date(2004, 1, 1), member_until=date(2003, 1, 1))
    today = timezone.localdate()
    left = NetworkFactory(name_sv="A", member_until=today - timedelta(days=1))
    leaving = NetworkFactory(name_sv="B", member_until=today)
    assert (leaving.is_former, left.is_former) == (False, True)
    assert list(Network.objects.current()) == [leaving]
    assert list(Network.objects.members_first()) == [leaving, left]
    assert not NetworkFactory(member_until=date(2999, 1, 1)).is_former


def test_project_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectFactory(started=2010, ended=2009)


def test_network_works_on_areas_of_its_projects(client: Client, fronts: object) -> None:
    schools, waste = FocusAreaFactory(name_sv="skola", slug="skola"), FocusAreaFactory(name_sv="avfall", slug="avfall")
    town, other = (
        NetworkFactory(name_sv="Eurotowns", slug="eurotowns", focus_areas=[schools]),
        NetworkFactory(name_sv="SERN"),
    )
    for network in (town, town, NetworkFactory(name_sv="Dold", published_at=None)):
        ProjectFactory(network=network, name_sv="projekt").focus_areas.set([waste, schools])
    ProjectFactory(network=other, name_sv="annat")
    works_on = {network.name: network.areas for network in Network.objects.published()}
    assert works_on == {"Eurotowns": [waste, schools], "SERN": []}
    assert list(Network.objects.published().working_on(waste)) == [town]

    for path in ("/fokusomraden/avfall/", "/fokusomraden/", "/natverk/eurotowns/"):
        html = client.get(path).content.decode().split("<main")[1]
        assert ("Eurotowns" in html, "SERN" in html, "Dold" in html) == (True, False, False), path
    assert html.count('href="/fokusomraden/avfall/"') == 1
    data = {n["name"]["sv"]: n["focus_areas"] for n in client.get("/data/networks.json").json()}
    assert data == {"Eurotowns": [{"sv": "avfall"}, {"sv": "skola"}], "SERN": []}


def test_areas_are_those_that_are_public() -> None:
    shown, hidden = FocusAreaFactory(), FocusAreaFactory(published_at=None)
    NetworkFactory(focus_areas=[shown, hidden])
    (network,) = Network.objects.with_areas()
    with CaptureQueriesContext(connection) as captured:
        assert network.areas == [shown]
    assert not captured
