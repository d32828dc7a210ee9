"""Translations that have not followed a change of the Swedish text."""

from collections.abc import Container, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from editing.drafts import DraftMixin
from editing.filters import OTHER_LANGUAGES
from editing.models import OutdatedTranslation


def changes(obj: Any, changed: Container[str]) -> Iterator[tuple[str, str, bool]]:
    """The name and language of each translation that a change concerns, and whether it has become outdated."""
    for name in translator.get_options_for_model(type(obj)).all_fields:
        for code, _language in OTHER_LANGUAGES:
            column = f"{name}_{code}"
            if column in changed or not getattr(obj, column):
                yield name, code, False
            elif f"{name}_sv" in changed and name != "slug" and not obj.minor_change:
                yield name, code, True


def note_outdated(obj: Any, changed: Container[str]) -> None:
    """Store which translations are older than the Swedish text, and forget those that are not.

    `changed` are the columns of the saved object that were changed.
    """
    about = {"model": obj._meta.label_lower, "object_id": obj.pk}
    renewed = Q(pk__in=[])
    outdated = []
    for name, code, is_outdated in changes(obj, changed):
        if is_outdated:
            outdated.append(OutdatedTranslation(**about, field=name, language=code))
        else:
            renewed |= Q(field=name, language=code)
    OutdatedTranslation.objects.filter(renewed, **about).delete()
    OutdatedTranslation.objects.bulk_create(outdated, ignore_conflicts=True)


class TranslationsMixin(DraftMixin):
    @property
    def buttons(self) -> dict[str, Any]:
        return super().buttons | {"_translated": self.mark_translated}

    def outdated(self, obj: Any) -> dict[str, list[str]]:
        """The labels of the object's outdated texts, by language."""
        rows = OutdatedTranslation.objects.filter(model=self.opts.label_lower, object_id=obj.pk if obj else 0)
        stored = set(rows.values_list("language", "field"))
        fields = translator.get_options_for_model(self.model).all_fields
        opts: Any = self.opts
        labels = {name: str(capfirst(opts.get_field(name).verbose_name)) for name in fields}
        found = {code: [labels[name] for name in fields if (code, name) in stored] for code, _name in OTHER_LANGUAGES}
        return {code: names for code, names in found.items() if names}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context = {"outdated": self.outdated(context["original"]), **context}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note_outdated(form.instance, form.changed_data)

    def mark_translated(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Note that the translations are still right. What was typed stays in the form."""
        obj = self.stored(request, object_id)
        if obj and self.may_save(request, obj):
            OutdatedTranslation.objects.filter(model=self.opts.label_lower, object_id=obj.pk).delete()
            messages.success(request, _("Översättningarna räknas som aktuella."))
        data, _forms = self.posted_forms(request, object_id)
        return self.show_data(request, object_id, data, **self.shown_draft(request, object_id))
