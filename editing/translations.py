"""The status of translations: missing, outdated, not reviewed, or right."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib import messages
from django.db.models import Q, TextField
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from editing.drafts import DraftMixin
from editing.form_data import rows
from editing.models import TranslationStatus

State = TranslationStatus.State
SOURCE = settings.LANGUAGE_CODE
# Codes, and names in the language of the user.
OTHER_LANGUAGES = [(code, _(LANG_INFO[code]["name"])) for code, _name in settings.LANGUAGES[1:]]


def translated_fields(model: type[Any]) -> list[str]:
    """The names of a model's translated texts, without the address, which follows the title."""
    is_translated = model in translator.get_registered_models(abstract=False)
    found = translator.get_options_for_model(model).all_fields if is_translated else ()
    return [field.name for field in model._meta.concrete_fields if field.name in found and field.name != "slug"]


def is_missing(obj: Any, name: str, language: str) -> bool:
    """Whether a text is there in Swedish and not in the language. A proper name is the same in both."""
    is_name = obj.is_proper_name and name == obj.title_field
    return bool(getattr(obj, f"{name}_{SOURCE}") and not getattr(obj, f"{name}_{language}") and not is_name)


def is_same(obj: Any, name: str, language: str) -> bool:
    """Whether a short text, such as a name, says the same as the Swedish."""
    is_long = isinstance(obj._meta.get_field(name), TextField)
    return not is_long and getattr(obj, f"{name}_{language}") == getattr(obj, f"{name}_{SOURCE}")


def note_changes(obj: Any, changed: Mapping[str, Any], is_reviewed: bool = False) -> None:
    """Store which translations of a saved object are outdated or not reviewed after a change.

    `changed` has the earlier values of the columns that were changed. A short translation that says the same as the
    Swedish needs no review, and one of the Swedish that it is again is not outdated.
    """
    about = {"model": obj._meta.label_lower, "object_id": obj.pk}
    stored = TranslationStatus.objects.filter(**about)
    ended, new = Q(pk__in=[]), []
    for name in translated_fields(type(obj)):
        swedish = getattr(obj, f"{name}_{SOURCE}")
        ended |= Q(field=name, state=State.OUTDATED, before=swedish or "") & ~Q(before="")
        for code, _language in OTHER_LANGUAGES:
            of_text = Q(field=name, language=code)
            text, is_changed = getattr(obj, f"{name}_{code}"), f"{name}_{code}" in changed
            status = TranslationStatus(**about, field=name, language=code)
            if not text or is_same(obj, name, code) or (is_changed and is_reviewed):
                ended |= of_text
            elif is_changed:
                ended |= of_text & Q(state=State.OUTDATED)
                status.state = State.UNREVIEWED
                new.append(status)
            elif f"{name}_{SOURCE}" in changed and not obj.minor_change:
                status.before = changed[f"{name}_{SOURCE}"] or ""
                new.append(status)
    TranslationStatus.objects.bulk_create(new, ignore_conflicts=True)  # what was translated first stays `before`
    stored.filter(ended).delete()


def changed_texts(obj: Any) -> dict[str, Any]:
    """What the database has of the translated texts in which an object differs from it, by column."""
    names = translated_fields(type(obj))
    columns = [f"{name}_{code}" for name in names for code, _language in settings.LANGUAGES]
    stored = type(obj)._base_manager.filter(pk=obj.pk).values(*columns).first() or dict.fromkeys(columns)
    return {name: text for name, text in stored.items() if (text or "") != (getattr(obj, name) or "")}


@receiver(post_delete)
def forget_status(instance: Any, **kwargs: Any) -> None:
    """Remove the status of a deleted object's texts."""
    if translated_fields(type(instance)):
        TranslationStatus.objects.filter(model=instance._meta.label_lower, object_id=instance.pk).delete()


def mark_reviewed(objects: Iterable[Any], languages: Iterable[str], states: Sequence[str] = State.values) -> None:
    """Note that translations are right."""
    TranslationStatus.objects.filter(about(objects), language__in=languages, state__in=states).delete()


def about(objects: Iterable[Any]) -> Q:
    """Filter the status of the texts of these objects."""
    keys: dict[str, list[int]] = {}
    for obj in objects:
        keys.setdefault(obj._meta.label_lower, []).append(obj.pk)
    found = Q(pk__in=[])
    for model, pks in keys.items():
        found |= Q(model=model, object_id__in=pks)
    return found


class TranslationsMixin(DraftMixin):
    def outdated(self, obj: Any) -> dict[str, list[str]]:
        """The labels of the object's outdated texts, by language."""
        rows = TranslationStatus.objects.filter(about([obj] if obj else []), state=State.OUTDATED)
        stored = set(rows.values_list("language", "field"))
        fields = translated_fields(self.model)
        opts: Any = self.opts
        labels = {name: str(capfirst(opts.get_field(name).verbose_name)) for name in fields}
        found = {code: [labels[name] for name in fields if (code, name) in stored] for code, _name in OTHER_LANGUAGES}
        return {code: names for code, names in found.items() if names}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {"outdated": self.outdated(context["original"]), **context}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for row in rows(form, formsets):
            if row.instance.pk and row.changed_data:
                note_changes(row.instance, {name: row.initial.get(name) for name in row.changed_data})

    def mark_translated(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Note that outdated translations are still right. What was typed stays in the form."""
        if refused := self.refuse_unseen(request, object_id):
            return refused
        obj = self.stored(request, object_id)
        if obj and self.may_save(request, obj):
            mark_reviewed([obj], dict(OTHER_LANGUAGES), [State.OUTDATED])
            messages.success(request, _("The translations count as up to date."))
        data, _forms = self.posted_forms(request, object_id)
        return self.show_data(request, object_id, data, **self.shown_draft(request, object_id))
