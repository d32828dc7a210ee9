"""Previews: unsaved form data as a public page."""

from collections.abc import Iterable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from editing.form_admin import FormAdmin
from editing.form_data import FormData
from editing.models import Preview, tomorrow
from publishing.models import Publishable


def readers_request(request: HttpRequest, url: str, language: str) -> HttpRequest:
    """A reader's request for a page, without user and cookies."""
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


def answer(request: HttpRequest, url: str, language: str) -> Any:
    """The answer that readers would get to this address, without any part of the request that could name the editor."""
    view, args, kwargs = resolve(url)
    return view(readers_request(request, url, language), *args, **kwargs)


class PreviewMixin(FormAdmin):
    def preview_address(self, obj: Any) -> str:
        """The page to preview a change of the object on, in the active language."""
        return cast(str, obj.get_absolute_url())

    def public_page(self, request: HttpRequest, saved: Any, language: str) -> str:
        """The HTML that readers would get in a language. Raises Http404."""
        with translation.override(language):
            url = self.preview_address(saved)
            response = answer(request, url, language)
            if response.status_code == 302:  # where its address leads
                response = answer(request, response.url.partition("#")[0], language)
            return str(response.content.decode())

    def render_pages(
        self, request: HttpRequest, form: Any, formsets: list[Any], change: bool, languages: Iterable[str]
    ) -> dict[str, str]:
        """The public page in each language as if the valid form were saved. Raises Http404.

        The form is saved and the transaction rolled back. This holds SQLite's write lock, so it is done once, when an
        editor asks for the preview; who looks at it only reads.
        """
        with transaction.atomic():
            try:
                saved = self.save_form(request, form, change=change)
                self.save_model(request, saved, form, change)
                self.save_related(request, form, formsets, change)
                if isinstance(saved, Publishable):
                    one = type(saved)._base_manager.filter(pk=saved.pk)
                    one.update(published_at=timezone.now(), unpublished_at=None)
                return {code: self.public_page(request, saved, code) for code in languages}
            finally:
                transaction.set_rollback(True)

    def preview_posted(
        self, request: HttpRequest, object_id: str | None, languages: Iterable[str]
    ) -> tuple[FormData, dict[str, str], Any]:
        """What was posted, its public pages, and why there are none."""
        data, (form, formsets) = self.posted_forms(request, object_id)
        if not (form.is_valid() and all_valid(formsets)):
            return data, {}, _("Correct what is marked, and the page can be previewed.")
        try:
            return data, self.render_pages(request, form, formsets, object_id is not None, languages), ""
        except Http404:
            return data, {}, _("The page that shows this is not published and cannot be previewed.")

    def start_preview(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Store what was posted and its public pages for a day, if it is valid."""
        data, pages, problem = self.preview_posted(request, object_id, dict(settings.LANGUAGES))
        if problem:
            messages.error(request, problem)
            return self.show_data(request, object_id, data)
        preview = Preview.objects.create(
            model=self.opts.label_lower,
            object_id=object_id,
            data=data,
            pages=pages,
            user_id=request.user.pk,  # type: ignore[misc]
        )
        return redirect("editing:preview", preview.key)

    def live_preview(self, request: HttpRequest, object_id: str | None) -> JsonResponse:
        """Store the public page of what is being typed, in one language: one for each user and object. For live.js."""
        language = (
            request.POST["_live"] if request.POST["_live"] in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        )
        _data, pages, problem = self.preview_posted(request, object_id, [language])
        if problem:
            return JsonResponse({"problem": problem})
        label = self.opts.label_lower
        key = salted_hmac("editing.live", f"{request.user.pk} {label} {object_id}").hexdigest()
        values = {"model": label, "object_id": object_id, "user_id": request.user.pk}
        Preview.objects.update_or_create(key=key, defaults={**values, "pages": pages, "expires_at": tomorrow()})
        return JsonResponse({"url": reverse("editing:preview_page", args=[key, language])})

    def own_preview(self, request: HttpRequest, object_id: str | None) -> Preview | None:
        """The preview that this user comes back from, to go on editing."""
        if "preview" not in request.GET:
            return None
        found = Preview.objects.filter(model=self.opts.label_lower, key=request.GET["preview"], object_id=object_id)
        return found.filter(user_id=request.user.pk).first()  # type: ignore[misc]
