"""A content as it would be on its public page, without ever saving it."""

from typing import Any

from django.apps import apps
from django.conf import settings
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
    # The addresses of the preview in each language, from any of them.
    readers.preview_languages = [(code, name, f"../{code}/") for code, name in settings.LANGUAGES]  # type: ignore[attr-defined]
    return readers


def public_page(request: HttpRequest, model_admin: Any, saved: Any, language: str) -> str:
    """The HTML that readers would get in a language. Raises Http404."""
    with translation.override(language):
        readers = readers_request(request, model_admin.preview_address(saved), language)
        assert readers.resolver_match
        view, args, kwargs = readers.resolver_match
        return str(view(readers, *args, **kwargs).content.decode())


def render_pages(
    request: HttpRequest, model_admin: Any, form: Any, formsets: list[Any], change: bool
) -> dict[str, str]:
    """The public page in every language as it would be if the valid form were saved. Raises Http404.

    The form is saved and the transaction rolled back. This holds SQLite's write lock, so it is done once, when an
    editor asks for the preview; whoever looks at it only reads.
    """
    with transaction.atomic():
        try:
            saved = model_admin.save_form(request, form, change=change)
            model_admin.save_model(request, saved, form, change)
            model_admin.save_related(request, form, formsets, change)
            if isinstance(saved, Publishable):
                one = type(saved)._base_manager.filter(pk=saved.pk)
                one.update(published_at=timezone.now(), unpublished_at=None)
            return {code: public_page(request, model_admin, saved, code) for code, _name in settings.LANGUAGES}
        finally:
            transaction.set_rollback(True)


def answer_page(preview: Preview, language: str) -> HttpResponse:
    """The finished page of a preview in a language, marked as nothing to store or to index."""
    if language not in preview.pages:
        raise Http404
    response = HttpResponse(preview.pages[language])
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
