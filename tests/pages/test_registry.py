"""The one list of all content."""

import pytest
from django.apps import apps

from pages.registry import REGISTRY, all_published
from publishing.models import Publishable
from tests.factories import FocusAreaFactory, NetworkFactory, PageFactory, TownFactory


def test_every_publishable_model_is_listed_once() -> None:
    models = [model for model in apps.get_models() if issubclass(model, Publishable)]
    assert sorted(str(kind.model) for kind in REGISTRY) == sorted(map(str, models))


def test_named_fields_are_translated_fields_of_the_model() -> None:
    for kind in REGISTRY:
        for name in (kind.model.title_field, kind.summary, *kind.texts):
            assert kind.model._meta.get_field(f"{name}_cs"), kind.model


@pytest.mark.django_db
def test_lists_what_is_public_and_has_a_page() -> None:
    shown = [PageFactory(), NetworkFactory(), TownFactory(), FocusAreaFactory()]
    TownFactory(home=True)
    NetworkFactory(published_at=None)
    assert [item for _kind, item in all_published()] == shown
