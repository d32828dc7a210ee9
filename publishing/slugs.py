"""The last part of a page's address: one, or one in each language where the model translates `slug`.

No two pages of a model share one in any language, so a page is found by any of its slugs.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import chain, count
from operator import or_
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from publishing.plain import LETTERS

M = TypeVar("M", bound=Model)
OTHERS = [code for code, _name in settings.LANGUAGES[1:]]


def slug_fields(model: type[Model] | Model) -> list[str]:
    """The names of the fields that hold slugs, the Swedish one first."""
    names = [field.name for field in model._meta.concrete_fields]
    return [name for name in (f"slug_{code}" for code, _name in settings.LANGUAGES) if name in names] or ["slug"]


def slugs_of(page: Any) -> Iterator[tuple[str, str]]:
    """The slugs that a page has, by field."""
    yield from ((name, slug) for name in slug_fields(page) if (slug := getattr(page, name)))


def has_slug(model: type[Model], slug: str) -> Q:
    return reduce(or_, (Q((name, slug)) for name in slug_fields(model)))


def find_page(pages: QuerySet[M], slug: str) -> M:
    """The page with this slug in any language. Raises Http404."""
    if page := pages.filter(has_slug(pages.model, slug)).first():
        return page
    raise Http404


def moved(page: Any) -> HttpResponse:
    """A permanent redirect to the page's address. Browsers must ask again, as it may change back."""
    response = redirect(page, permanent=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def free_slug(page: Any, slug: str) -> str:
    """The slug, or where another page has it the first of slug-2, slug-3 … that is free."""
    others = type(page)._base_manager.exclude(pk=page.pk)
    numbered = (f"{slug[:75]}-{number}" for number in count(2))
    return next(one for one in chain([slug], numbered) if not others.filter(has_slug(type(page), one)).exists())


def refuse_taken(page: Any) -> None:
    """Raise ValidationError where another page has one of the page's slugs, in any language."""
    for name, slug in slugs_of(page):
        if other := type(page)._base_manager.exclude(pk=page.pk).filter(has_slug(type(page), slug)).first():
            message = _("The address is already used by “%(page)s”. Choose another.")
            raise ValidationError({name: ValidationError(message, code="taken", params={"page": other})})


def add_slugs(page: Any) -> None:
    """Make the slug of each language whose title is translated and that has none."""
    for code in OTHERS:
        name = f"slug_{code}"
        if name not in slug_fields(page) or getattr(page, name):
            continue
        slug = slugify((getattr(page, f"{page.title_field}_{code}") or "").translate(LETTERS))[:80].strip("-")
        # A number alone could be a year of the archive.
        if slug and not slug.isdecimal() and slug != page.slug_sv:
            setattr(page, name, free_slug(page, slug))
