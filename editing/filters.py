"""Filters of lists, such as what is left to do."""

from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from editing.models import OutdatedTranslation
from publishing.models import Publishable

# Codes, and names in the language of the user.
OTHER_LANGUAGES = [(code, _(LANG_INFO[code]["name"])) for code, _name in settings.LANGUAGES[1:]]


def lacks(model: type[Publishable], language: str) -> Q:
    """Pages of which a text is there in Swedish and not in the language, or older there.

    A proper name is the same in both.
    """
    names = set(translator.get_options_for_model(model).all_fields) - {"slug"}
    names -= {model.title_field} if model.is_proper_name else set()
    outdated = OutdatedTranslation.objects.filter(model=model._meta.label_lower, language=language)
    found = Q(pk__in=outdated.values("object_id"))
    for name in sorted(names):
        written = Q((f"{name}_{settings.LANGUAGE_CODE}__gt", ""))
        found |= written & (Q((f"{name}_{language}", "")) | Q((f"{name}_{language}", None)))
    return found


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        public, draft = ("public", _("Publicerad")), ("draft", _("Har utkast"))
        return [public, draft, ("planned", _("Schemalagd")), ("hidden", _("Inte publicerad"))]

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
    title = _("granskning")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("Dags att granska"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.due_for_review() if self.value() == "due" else queryset


class MissingTranslationFilter(admin.SimpleListFilter):
    title = _("översättning att göra")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, capfirst(name)) for code, name in OTHER_LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        value = self.value()
        return queryset.filter(lacks(queryset.model, value)) if value in dict(OTHER_LANGUAGES) else queryset
