"""The page that most tests of editing change."""

import pytest

from contacts.models import Contact
from networks.models import Network
from tests.factories import NetworkFactory


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den publicerade texten.")
