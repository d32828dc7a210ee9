"""Every place that a new kind of content, language or feedback reason needs (docs/architecture.md, "Adding things")."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import resolve, translate_url
from django.utils import translation
from django.utils.translation import gettext

from editing.admin import PublishableAdmin
from feedback.forms import WhyForm
from feedback.models import Answer
from pages.registry import PAGES, REGISTRY
from search.words import stems
from tests.browser.page_kinds import KINDS
from tests.pagecache.fill import fill_articles, fill_pages_of_activities

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_every_kind_of_content_has_an_admin_form() -> None:
    for kind in REGISTRY:
        assert isinstance(admin.site.get_model_admin(kind.model), PublishableAdmin), kind.model


@pytest.mark.django_db
def test_every_kind_of_content_is_checked_in_browsers(seeded: None) -> None:
    """Accessibility, validity, weight and headers are tested on the pages in tests/browser/page_kinds.py."""
    fill_articles(1)
    fill_pages_of_activities()
    tested = {
        resolve(kind.path.partition("?")[0]).url_name for kind in KINDS if kind.status == 200 and kind.language == "sv"
    }
    for kind in PAGES:
        page = kind.published().first()
        assert page, kind.model
        assert resolve(page.get_absolute_url()).url_name in tested, kind.model


def test_every_language_has_its_words() -> None:
    for code in LANGUAGES:
        assert stems("ord", code), code  # Snowball has no stemmer for some languages
        with translation.override(code):
            assert code == "sv" or gettext("Twin towns") != "Vänorter", code
        assert translate_url("/kontakt/", code).startswith("/kontakt/" if code == "sv" else f"/{code}/"), code


def test_every_reason_is_offered_to_readers() -> None:
    offered = [value for value, _label in WhyForm.base_fields["reason"].choices]  # type: ignore[attr-defined]
    assert offered == Answer.Reason.values
