"""A content as it would be on its public page, without ever saving it."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone, translation

from editing.models import Preview
from publishing.models import Publishable


def admin_of(preview: Preview) -> Any:
    """The admin class that the previewed form belongs to."""
    return admin.site.get_model_admin(apps.get_model(preview.model))


def readers_request(request: HttpRequest, url: str, language: str) -> HttpRequest:
    """A reader's request for a page, known to nobody and with no cookie."""
    readers = HttpRequest()
    readers.method = "GET"
    names = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme")
    readers.META = {name: request.META[name] for name in names if name in request.META}
    readers.path = readers.path_info = url
    readers.user = AnonymousUser()
    readers.resolver_match = resolve(url)
    readers.LANGUAGE_CODE = language
    readers.is_preview = True  # type: ignore[attr-defined]
    return readers


def public_page(
    request: HttpRequest, preview: Preview, language: str, languages: Iterable[tuple[str, str, str]] = ()
) -> HttpResponse | None:
    """The page that readers would get, in a language. None where what is previewed cannot be saved any more.

    The form is saved, the page is rendered, and the transaction is rolled back. `languages` are the codes, names and
    addresses of the preview in each language, where nothing around the page leads there.
    """
    model_admin = admin_of(preview)
    editors: Any = copy(request)
    editors.user = preview.user
    with transaction.atomic():
        try:
            saved = model_admin.apply(editors, preview)
            if saved is None:
                return None
            if isinstance(saved, Publishable):
                one = type(saved)._base_manager.filter(pk=saved.pk)
                one.update(published_at=timezone.now(), unpublished_at=None)
            with translation.override(language):
                url = model_admin.preview_address(saved)
                readers = readers_request(request, url, language)
                readers.preview_languages = languages  # type: ignore[attr-defined]
                assert readers.resolver_match
                view, args, kwargs = readers.resolver_match
                page = view(readers, *args, **kwargs)
        except Http404:
            return None
        finally:
            transaction.set_rollback(True)
    # A new answer, so that nothing that marks the page as public goes with it.
    response = HttpResponse(page.content, content_type=page.headers["Content-Type"])
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
