from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from tests.factories import LONG_AGO, PartnershipFactory, TownFactory
from tests.pagecache.fill import fill
from twinning.countries import country_choices
from twinning.models import Partnership, Town
from twinning.relations import Relation

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def home() -> Town:
    return TownFactory(name_sv="Mölndal", slug="molndal", home=True)


def relation(town: Town) -> str:
    return Town.objects.with_relation().get(pk=town.pk).relation


def test_the_home_town_is_home(home: Town) -> None:
    assert relation(home) == Relation.HOME


def test_a_town_is_what_its_agreement_says(home: Town) -> None:
    for kind in ("twin", "friendship", "link"):
        for home_first in (True, False):
            town = TownFactory()
            PartnershipFactory(town_a=home if home_first else town, town_b=town if home_first else home, kind=kind)
            assert relation(town) == kind


def test_ending_an_agreement_moves_the_town_and_its_network(home: Town) -> None:
    town, beyond = TownFactory(), TownFactory()
    agreement = PartnershipFactory(town_a=home, town_b=town, since=date(1997, 1, 1))
    PartnershipFactory(town_a=town, town_b=beyond)
    assert (relation(town), relation(beyond)) == ("twin", "wider")
    agreement.until = TODAY
    agreement.save()
    assert (relation(town), relation(beyond)) == ("former", "none")


def test_an_agreement_ends_on_its_day_and_not_before(home: Town) -> None:
    town = TownFactory()
    agreement = PartnershipFactory(town_a=home, town_b=town, until=TODAY + timedelta(days=1))
    assert relation(town) == "twin"
    assert agreement.is_in_force
    assert list(Partnership.objects.in_force()) == [agreement]


def test_an_agreement_that_has_not_begun_is_not_in_force(home: Town) -> None:
    agreement = PartnershipFactory(town_a=home, town_b=TownFactory(), since=TODAY + timedelta(days=1))
    assert not agreement.is_in_force
    assert not Partnership.objects.in_force().exists()
    assert relation(agreement.other(home)) == "none"


def test_an_agreement_may_turn_into_a_friendship_and_be_renewed(home: Town) -> None:
    town = TownFactory()
    PartnershipFactory(town_a=home, town_b=town, since=date(1997, 1, 1), until=date(2020, 6, 1))
    assert relation(town) == "former"
    friendship = PartnershipFactory(town_a=home, town_b=town, kind="friendship", since=date(2020, 6, 1))
    assert relation(town) == "friendship"
    friendship.until = TODAY
    friendship.save()
    PartnershipFactory(town_a=home, town_b=town, since=TODAY)
    assert relation(town) == "twin"
    assert Partnership.objects.of(town).count() == 3


def test_a_former_twin_that_friends_are_tied_to_stays_former(home: Town) -> None:
    former, twin = TownFactory(), TownFactory()
    PartnershipFactory(town_a=home, town_b=former, until=TODAY)
    PartnershipFactory(town_a=home, town_b=twin)
    PartnershipFactory(town_a=former, town_b=twin)
    assert relation(former) == "former"


def test_two_steps_count_and_three_do_not(home: Town) -> None:
    near, far, farther = TownFactory(), TownFactory(), TownFactory()
    for one, other in [(home, near), (near, far), (far, farther)]:
        PartnershipFactory(town_a=one, town_b=other)
    assert [relation(town) for town in (near, far, farther)] == ["twin", "wider", "none"]


def test_the_two_towns_are_kept_in_one_order() -> None:
    first, second = TownFactory(), TownFactory()
    agreement = PartnershipFactory(town_a=second, town_b=first)
    agreement.refresh_from_db()
    assert (agreement.town_a, agreement.town_b) == (first, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=agreement.pk).update(town_a=second, town_b=first)


def test_a_town_has_no_agreement_with_itself() -> None:
    town = TownFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipFactory(town_a=town, town_b=town)
    with pytest.raises(ValidationError, match="två olika orter"):
        Partnership(town_a=town, town_b=town).full_clean()


def test_an_agreement_ends_after_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipFactory(since=date(2000, 1, 1), until=date(1999, 12, 31))
    PartnershipFactory(since=date(2000, 1, 1), until=date(2000, 1, 1))


def test_two_towns_have_one_open_agreement() -> None:
    agreement = PartnershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipFactory(town_a=agreement.town_b, town_b=agreement.town_a)


def test_there_is_one_home_town(home: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TownFactory(home=True)


def test_agreements_with_hidden_towns_are_not_shown(home: Town) -> None:
    PartnershipFactory(town_a=home, town_b=TownFactory(published_at=None))
    shown = PartnershipFactory(town_a=home, town_b=TownFactory())
    assert list(Partnership.objects.shown()) == [shown]


def test_an_agreement_names_the_home_town_first(home: Town) -> None:
    later = TownFactory(name_sv="Borken", position=1)
    assert str(PartnershipFactory(town_a=later, town_b=home)) == "Mölndal – Borken"


def test_countries_are_named_and_ordered_in_the_readers_language() -> None:
    assert country_choices()[-1] == ("AT", "Österrike")
    with translation.override("en"):
        assert country_choices()[0] == ("AL", "Albania")
        assert TownFactory(country="CZ").get_country_display() == "Czechia"


def test_only_twins_and_friends_open_the_wider_network(home: Town) -> None:
    for kind, expected in (("twin", "wider"), ("friendship", "wider"), ("link", "none")):
        between, beyond = TownFactory(), TownFactory()
        PartnershipFactory(town_a=home, town_b=between, kind=kind)
        PartnershipFactory(town_a=between, town_b=beyond)
        assert relation(beyond) == expected


def test_a_hidden_twin_opens_nothing(home: Town) -> None:
    hidden, beyond = TownFactory(published_at=None), TownFactory()
    PartnershipFactory(town_a=home, town_b=hidden)
    PartnershipFactory(town_a=hidden, town_b=beyond)
    assert relation(beyond) == "none"


def test_a_removed_agreement_dates_both_towns() -> None:
    agreement = PartnershipFactory()
    Town.objects.update(updated_at=LONG_AGO)
    agreement.delete()
    assert all(town.updated_at > LONG_AGO for town in Town.objects.all())


def test_lists_and_pages_agree_on_the_relation(client: Client, seeded: None) -> None:
    """Of many towns with agreements of all kinds and times."""
    fill(60)
    found = {town.slug: town.relation for town in Town.objects.with_relation()}
    assert set(found.values()) == set(Relation.values)
    nearest = [town.relation for town in Town.objects.nearest_first()]
    assert nearest == sorted((its for its in found.values() if its != "none"), key=list(Relation.values).index)
    for slug, relation in found.items():
        if relation != Relation.HOME:
            assert client.get(f"/vanorter/{slug}/").context["relation"] == relation, slug
