"""The form of an object and the formsets of its parts: read, bound to form data, and shown without being saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import reversion
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from editing.form_data import FormData, kept_pictures, posted_data, settle
from editing.forms import ContentForm, FriendlyFields

Forms = tuple[Any, list[Any]]


class FormAdmin(FriendlyFields, TranslationAdmin):
    """The base of the mixins of `ContentAdmin`."""

    form = ContentForm
    # The relations to parts that are edited on this form and kept with each version of the object.
    kept_parts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Some are shared by several admins, and modeltranslation changes them in place.
        self.fieldsets = deepcopy(self.fieldsets)  # type: ignore[misc]

    @property
    def url_name(self) -> str:
        """The first part of the names of this admin's addresses."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}"

    def page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> HttpResponse:
        """A page of the admin beside the form."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, template, {**shared, **context})

    @contextmanager
    def new_revision(self, request: HttpRequest, comment: str = "") -> Iterator[None]:
        """Save what changes as a version, by this user."""
        with reversion.create_revision():
            reversion.set_user(request.user)
            reversion.set_comment(comment)
            yield

    @property
    def relations(self) -> list[Any]:
        return [self.model._meta.get_field(name) for name in self.kept_parts]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editing.publish")

    def is_live(self, obj: Any) -> bool:
        """Whether readers see what is saved, now or at a moment that is set."""
        return True

    def may_save(self, request: HttpRequest, obj: Any) -> bool:
        """Whether a change of this object may be saved, and not only kept as a draft."""
        return self.has_publish_permission(request) or not self.is_live(obj)

    def stored(self, request: HttpRequest, object_id: str | None) -> Any:
        """The object as it is in the database now; None for a new one or one that is gone."""
        return self.get_object(request, unquote(object_id)) if object_id else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.shown_data = getattr(request, "shown_data", None)
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        shown = getattr(request, "shown_data", None)
        return kwargs if shown is None else {**kwargs, "data": shown, "files": request.FILES}

    def forms_of(self, request: HttpRequest, object_id: str | None) -> Forms:
        """The unbound form and its formsets."""
        obj = self.stored(request, object_id)
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=obj is not None, fields=fields)(instance=obj)
        formsets = []
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            kwargs = self.get_formset_kwargs(request, form.instance, inline, formset.get_default_prefix())
            formsets.append(formset(**{**kwargs, "data": None, "files": None}))
        return form, formsets

    def bound_forms(self, request: HttpRequest, unbound: Forms, data: FormData) -> Forms:
        """The same forms with form data."""
        form, formsets = unbound
        posted = settle(data, form, formsets), request.FILES
        return type(form)(*posted, instance=form.instance), [
            type(formset)(*posted, instance=form.instance, prefix=formset.prefix, queryset=formset.queryset)
            for formset in formsets
        ]

    def posted_forms(self, request: HttpRequest, object_id: str | None) -> tuple[FormData, Forms]:
        """The form data of a post, and the forms bound to it, of which the main one has been validated."""
        form, formsets = unbound = self.forms_of(request, object_id)
        data = posted_data(form, [formset for formset in formsets if not formset.is_read_only], request.POST)
        bound = self.bound_forms(request, unbound, data)
        bound[0].full_clean()  # which stores a picture that was chosen
        return data | kept_pictures(bound[0]), bound

    def show_data(
        self, request: HttpRequest, object_id: str | None, data: FormData, form_url: str = "", **context: Any
    ) -> HttpResponse:
        """Show the form with this data in it. Nothing is saved."""
        request.shown_data = settle(data, *self.forms_of(request, object_id))  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, context)

    def show_posted(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Show the form again as it was posted."""
        messages.info(request, _("This is what you wrote. It is not saved yet."))
        return self.show_data(request, object_id, self.posted_forms(request, object_id)[0])

    def show_as_new(self, request: HttpRequest) -> HttpResponse:
        """Show what was typed about an object that has been deleted meanwhile, in the form of a new one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        messages.error(
            request, _("Someone deleted this while you were writing. What you wrote is kept as something new.")
        )
        data = {name: [str(value) for value in values] for name, values in request.POST.lists()}
        return self.show_data(request, None, data, reverse(f"{self.url_name}_add"))
