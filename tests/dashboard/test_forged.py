"""Nothing is reached through another page, kind, maker or key than its own."""

from itertools import product

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from reversion.models import Version

from editing.models import Draft, Preview
from tests.dashboard.world import (
    KINDS,
    SECRET,
    SHARED,
    UNSHARED,
    World,
    client_of,
    planted,
    rolled_back,
    words,
    world,
)
from tests.factories import PartnershipFactory
from tests.forms import filled_in
from twinning.models import Partnership

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db


def test_part_is_not_changed_through_another_page(world: World) -> None:
    network = world.hidden["networks/network"]
    theirs = world.public["networks/network"].projects.get()
    url = f"/admin/networks/network/{network.pk}/change/"
    row = {"id": theirs.pk, "name_sv": "Stulet", "network": network.pk, "position": 1}
    for role, initial, delete in product(("Redaktör", "Samordnare"), "01", ({}, {"DELETE": "on"})):
        client = client_of(world, role)
        data = filled_in(client, url) | {f"projects-0-{name}": value for name, value in (row | delete).items()}
        data |= {"projects-TOTAL_FORMS": "1", "projects-INITIAL_FORMS": initial, "_save": "1"}
        assert client.post(url, data).status_code < 500
        theirs.refresh_from_db()
        assert theirs.network == world.public["networks/network"]
        assert SECRET in theirs.name_sv


def test_agreement_is_changed_on_its_own_towns_alone(world: World) -> None:
    """By the coordinator, and not by the editor, who only reads agreements."""
    town, foreign = world.hidden["twinning/town"], world.public["twinning/partnership"]
    url = f"/admin/twinning/town/{town.pk}/change/"
    own = planted(PartnershipFactory, town_a=town)
    changes: tuple[dict[str, str], ...] = ({"until": "2001"}, {"since": "1999"}, {"DELETE": "on"})
    for role, agreement, change in product(("Redaktör", "Samordnare"), (own, foreign), changes):
        with rolled_back():
            client = client_of(world, role)
            row = {"id": agreement.pk, "partner": agreement.town_b.pk, "kind": agreement.kind, **change}
            data = filled_in(client, url) | {f"partnerships-0-{name}": value for name, value in row.items()}
            client.post(url, data | {"partnerships-TOTAL_FORMS": "1", "partnerships-INITIAL_FORMS": "1", "_save": "1"})
            there = Partnership.objects.filter(pk=agreement.pk, since=None, until=None, town_a=agreement.town_a)
            assert there.exists() is not (role == "Samordnare" and agreement == own), (role, agreement, change)


def test_version_and_draft_belong_to_their_kind(world: World) -> None:
    client = client_of(world, "Administratör")
    part = Version.objects.get_for_object(world.public["networks/network"].facts.get())[0].pk
    for kind in KINDS:
        others = [pk for versions in (world.version, world.deleted) for of, pk in versions.items() if of != kind]
        for version in [*others, part]:
            assert client.post(f"/admin/{kind}/restore/{version}/").status_code == 404
    drafts = Draft.objects.count()
    for kind in KINDS:  # of an object that has no draft
        client.post(f"/admin/{kind}/{world.public[kind].pk + 1000}/discard/", {"sure": "1"})
    assert Draft.objects.count() == drafts


def test_preview_is_resumed_by_its_maker_only(world: World) -> None:
    preview = Preview.objects.get(key=UNSHARED)
    Preview.objects.filter(pk=preview.pk).update(data={**preview.data, "summary_sv": ["Förhandsordet"]})
    network, hidden = world.public["networks/network"], world.hidden["networks/network"]
    urls = [f"/admin/networks/network/{obj.pk}/change/" for obj in (network, hidden)]
    urls += ["/admin/networks/network/add/", f"/admin/pages/page/{world.public['pages/page'].pk}/change/"]
    for role in ("Redaktör", "Samordnare", "Administratör"):
        for url in urls:
            shown = "Förhandsordet" in words(client_of(world, role).get(url, {"preview": UNSHARED}))
            assert shown is (role == "Samordnare" and url == urls[0]), (role, url)


def test_link_shows_only_a_shared_preview(world: World) -> None:
    reader = client_of(world, "anonym")
    paths = [f"{code}/" for code, _name in settings.LANGUAGES]
    for path in paths:
        assert SECRET in words(reader.get(f"/forhandsvisning/{SHARED}/{path}"))
    for key in (UNSHARED, SHARED[:-1], SHARED.upper(), f"{SHARED}%00", f"{SHARED}' OR 1=1 --"):
        assert reader.get(f"/forhandsvisning/{key}/sv/").status_code == 404, key
    for path in ("", "xx/", "sv/en/", "../", "%2e%2e/", f"{UNSHARED}/"):
        response = reader.get(f"/forhandsvisning/{SHARED}/{path}")
        assert response.status_code == 404
        assert SECRET not in words(response)
    for change in ({"is_shared": False}, {"expires_at": timezone.now()}):
        with rolled_back():
            Preview.objects.filter(key=SHARED).update(**change)
            for path in paths:
                response = reader.get(f"/forhandsvisning/{SHARED}/{path}")
                assert response.status_code == 404
                assert SECRET not in words(response)


def test_link_ends_with_the_role_of_its_maker(world: World) -> None:
    reader, maker = client_of(world, "anonym"), world.accounts["Samordnare"]
    with rolled_back():
        maker.groups.clear()
        assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 404
    assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 200
    User.objects.filter(pk=maker.pk).update(is_active=False)
    assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 404
