"""Filters of lists, such as what is left to do."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from editing.models import TranslationStatus
from editing.translations import OTHER_LANGUAGES, SOURCE, translated_fields
from publishing.models import Publishable


def lacks_text(model: type[Any], language: str) -> Q:
    """Objects of which a text is there in Swedish and not in the language. A proper name is the same in both."""
    found = Q(pk__in=[])
    for name in translated_fields(model):
        if not (model.is_proper_name and name == model.title_field):
            is_empty = Q((f"{name}_{language}", "")) | Q((f"{name}_{language}", None))
            found |= Q((f"{name}_{SOURCE}__gt", "")) & is_empty
    return found


def lacks(model: type[Publishable], language: str) -> Q:
    """Pages of which a text is missing in the language, or older there than in Swedish."""
    outdated = TranslationStatus.objects.filter(
        model=model._meta.label_lower, language=language, state=TranslationStatus.State.OUTDATED
    )
    return lacks_text(model, language) | Q(pk__in=outdated.values("object_id"))


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        public, draft = ("public", _("Published")), ("draft", _("Has a draft"))
        return [public, draft, ("planned", _("Scheduled")), ("hidden", _("Not published"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        planned = Q(published_at__gt=timezone.now())
        match self.value():
            case "public":
                return queryset.published()
            case "planned":
                return queryset.filter(planned)
            case "draft":
                return queryset.filter(has_draft=True)
            case "hidden":
                return queryset.exclude(planned).exclude(pk__in=queryset.published().values("pk"))
        return queryset


class ReviewFilter(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("Due for review"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.due_for_review() if self.value() == "due" else queryset


class MissingTranslationFilter(admin.SimpleListFilter):
    title = _("translation to do")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, capfirst(name)) for code, name in OTHER_LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(lacks(queryset.model, value)) if value in dict(OTHER_LANGUAGES) else queryset
