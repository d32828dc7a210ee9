from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from networks.models import Network
from tests.factories import FactFactory, FocusAreaFactory, NetworkFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def test_the_title_says_what_the_name_stands_for() -> None:
    assert (
        Network(name="SERN", full_name="Sweden Emilia Romagna Network").title == "SERN - Sweden Emilia Romagna Network"
    )
    assert Network(name="Eurotowns").title == "Eurotowns"


def test_membership_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkFactory(member_from=date(2004, 1, 1), member_until=date(2003, 1, 1))
    assert NetworkFactory(member_until=timezone.localdate()).is_former
    assert not NetworkFactory(member_until=date(2999, 1, 1)).is_former


def test_project_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectFactory(started=2010, ended=2009)


def test_parts_are_what_the_page_shows() -> None:
    shown, hidden = FocusAreaFactory(), FocusAreaFactory(published_at=None)
    network = NetworkFactory(focus_areas=[shown, hidden])
    project, fact = ProjectFactory(network=network), FactFactory(network=network)
    assert Network.objects.with_parts().get().parts() == [shown, project, fact]
