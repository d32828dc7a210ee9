"""The form of articles."""

import pytest
from django.test import Client

from news.models import Article
from tests.factories import ArticleFactory, ProjectFactory, TownFactory
from tests.forms import admin_url, errors, filled_in, refused, save

pytestmark = pytest.mark.django_db
ADD = admin_url(Article, "add")


def test_a_refused_form_keeps_what_was_typed(editor: Client) -> None:
    empty = filled_in(editor, ADD)
    for typed, field, message in (
        ({"kind": "event"}, "starts_at", "Fyll i när händelsen börjar."),
        (
            {"kind": "event", "starts_at": "2150-06-01T18:00", "ends_at": "2150-06-01T17:00"},
            "ends_at",
            "Händelsen kan inte sluta innan den börjar. Ändra en av tiderna.",
        ),
        ({"kind": "opportunity"}, "closes_on", "Fyll i sista dagen att ansöka."),
        (
            {"kind": "opportunity", "opens_on": "2150-06-02", "closes_on": "2150-06-01"},
            "closes_on",
            "Sista dagen kan inte vara före den dag då ansökan öppnar. Ändra ett av datumen.",
        ),
        ({"link": "till e-tjänsten"}, "link", "Skriv en webbadress, till exempel https://www.example.org."),
        ({"title_sv": "x" * 400}, "title_sv", "som mest 150 tecken"),
    ):
        data = {"title_sv": "Ny", "slug_sv": "ny", "summary_sv": "Det jag skrev", "audience_sv": "Alla"} | typed
        response = editor.post(ADD, empty | data)
        (found,) = errors(response)[field]
        assert message in found, typed
        form = response.context["adminform"].form
        assert {name: form[name].value() for name in data} == data, typed
    assert not Article.objects.exists()


def test_several_faults_are_told_in_words(editor: Client) -> None:
    """The name of a constraint means nothing to an editor."""
    ended = {"kind": "event", "starts_at": "2150-06-01T18:00", "ends_at": "2150-06-01T17:00"}
    unpublished = {"published_at": "2150-06-02T12:00", "unpublished_at": "2150-06-01T12:00"}
    data = {"title_sv": "Ny", "slug_sv": "ny", "summary_sv": "x"}
    found = errors(editor.post(ADD, filled_in(editor, ADD, **data, **ended, **unpublished)))
    assert list(found) == ["unpublished_at"]
    found = errors(editor.post(ADD, filled_in(editor, ADD, **data, **ended)))
    assert list(found) == ["ends_at"]


def test_a_link_gets_the_scheme_that_was_left_out(editor: Client) -> None:
    article = ArticleFactory()
    save(editor, article, link="molndal.se/ansok")
    assert article.link == "https://molndal.se/ansok"
    assert list(refused(editor, article, link="javascript:alert(1)")) == ["link"]


def test_what_it_is_about_is_chosen_on_the_form(editor: Client) -> None:
    article, town, project = ArticleFactory(), TownFactory(), ProjectFactory()
    save(editor, article, towns=[town.pk], projects=[project.pk])
    assert (article.towns.get(), article.projects.get()) == (town, project)
    save(editor, article, projects=[project.pk, "9" * 30])  # too long a number for a database
    assert filled_in(editor, admin_url(article))["projects"] == [project.pk]
