"""The admin of contents: forms in eight languages with drafts, previews, locking, publishing and history."""

import json
from typing import Any

import reversion
from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from js_asset import Media
from modeltranslation.admin import TranslationStackedInline

from editing.deletion import DeletionMixin
from editing.filters import MissingTranslationFilter, ReviewFilter, StatusFilter
from editing.forms import FriendlyFields, is_key
from editing.history import HistoryMixin
from editing.models import register_presence
from editing.preview import PreviewMixin
from editing.proof import proof_of
from editing.publishing import PublishingMixin
from editing.sharing import shared_links
from editing.translations import TranslationsMixin, translated_fields
from editing.waiting import WaitingMixin
from publishing.sorting import sort_key

# The one style sheet that the editor (ProseMirror) puts into the page by itself.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
# The methods that answer a post with one of these names. None of them publishes what was posted.
BUTTONS = {
    "_restore": "show_posted",
    "_autosave": "autosave",
    "_preview": "start_preview",
    "_live": "live_preview",
    "_propose": "propose",
    "_return": "send_back",
    "_schedule": "schedule",
    "_translated": "mark_translated",
}
# In the session: by the key of an add form, the name and address of what was added with it.
ADDED = "editing.added"
# No list deletes in bulk: what was published is a public record, and is unpublished instead.
admin.site.disable_action("delete_selected")


def panel(title: Any, *fields: str) -> tuple[Any, Any]:
    """A fieldset that stands beside the text (change_form.html)."""
    return title, {"classes": ["panel", "collapse"], "fields": list(fields)}


WHEN_PUBLIC = ("published_at", "unpublished_at", "minor_change", "change_note", "slug")
PUBLISHING_FIELDSET = panel(_("Publication"), *WHEN_PUBLIC, "position", "reviewed_at")
IMAGE_FIELDSET = panel(_("Picture"), "image", "image_alt", "image_decorative")
YEARS = panel(_("When"), "started", "ended", "position", "minor_change")


class PartInline(FriendlyFields, TranslationStackedInline):
    """Parts of a content, edited on its form."""

    extra = 0
    max_num = 200
    view_on_site = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # As many rows as may be typed, and not a thousand more because a forged count says so.
        # (Django sets `max_num` of this inline to 0 for a user who may add none, and stored rows count too.)
        formset: Any = super().get_formset(request, obj, **kwargs, absolute_max=type(self).max_num)
        formset.is_read_only = not self.has_change_permission(request, obj)
        return formset


class ContentAdmin(DeletionMixin, PreviewMixin, WaitingMixin, TranslationsMixin, HistoryMixin):
    """A post of the form is saved, kept as a draft, previewed or only shown again; what was typed is never lost."""

    # The folded names that a search also looks at.
    sort_keys: tuple[str, ...] = ()

    class Media:
        css = {"all": ["admin_site/form.css", "admin_site/editing.css"]}
        js = ["admin_site/languages.js", "admin_site/names.js", "admin_site/editing.js", "admin_site/live.js"]
        js += ["admin_site/copy.js"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request) and self.may_save(request, None))

    # Forms

    @method_decorator(csp_update({"style-src": [EDITOR_STYLE], "img-src": ["blob:"], "frame-src": [SELF]}))
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return self.show_stored(request, object_id, form_url)
        if not (self.has_change_permission(request) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        if request.FILES:  # a picture takes seconds, in which SQLite would let nobody else write
            self.posted_forms(request, object_id)
        with transaction.atomic():
            obj = self.lock(request, object_id)
            if object_id and obj is None:
                return self.show_as_new(request) if "_seen" in request.POST else redirect("admin:index")
            for button, answer in BUTTONS.items():
                if button in request.POST:
                    return getattr(self, answer)(request, object_id)
            if object_id and ("_draft" in request.POST or not self.may_save(request, obj)):
                return self.save_draft(request, object_id)
            return self.save_posted(request, object_id, form_url)

    def show_stored(self, request: HttpRequest, object_id: str | None, form_url: str) -> HttpResponse:
        """The form as it is stored, or with its draft or what was just previewed."""
        obj = self.stored(request, object_id)
        if not self.has_change_permission(request) or (object_id and obj is None):
            return super().changeform_view(request, object_id, form_url)
        # No draft is shown in an add form that is opened with values.
        is_begun = bool(object_id or not request.GET.keys() - {"_changelist_filters"})
        draft = self.draft_of(request, object_id) if is_begun else None
        if preview := self.own_preview(request, object_id):
            is_of_draft = draft and preview.data.get("_draft_seen") == [draft.version]
            context = self.draft_context(request, draft) if draft and is_of_draft else {"other_draft": draft}
            return self.show_data(request, object_id, preview.data, unsaved=True, **context)
        if draft and "live" not in request.GET:
            return self.show_data(request, object_id, draft.data, **self.draft_context(request, draft))
        # Hashed before the form reads the object: what is saved in between counts as not seen.
        context = {"other_draft": draft, "seen": self.version_of(obj)}
        return super().changeform_view(request, object_id, form_url, context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        # The editor's import map is an inline script: the only one that needs the nonce of our CSP.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))  # type: ignore[attr-defined]
        # Read again, as a bound form puts what was typed into its object.
        stored = self.stored(request, str(context["original"].pk)) if context["original"] else None
        if stored and self.has_change_permission(request):
            context["others"] = register_presence(stored, request.user)
        data = getattr(request, "shown_data", request.POST)
        draft = context.get("draft")
        defaults = {
            "is_content": True,
            "proof": proof_of(request.user, kwargs["form_url"] or request.path),
            "is_live": bool(stored and self.is_live(stored)),
            "is_public": bool(stored and getattr(stored, "is_published", True)),
            "may_save": self.may_save(request, stored),
            "may_schedule": self.may_schedule(request, stored) and self.has_change_permission(request),
            # The versions of the object and of the draft that the form shows: no other is saved over.
            "seen": data.get("_seen", ""),
            "draft_seen": draft.version if draft else data.get("_draft_seen", ""),
            # Typed and stored nowhere, as after a refused save; a draft is stored.
            "unsaved": bool(data) and not draft,
            "shared": shared_links(request.user, model=self.opts.label_lower, object_id=stored.pk) if stored else [],
            "add_key": "" if stored else get_random_string(12),
        }
        return super().render_change_form(request, {**defaults, **context}, *args, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask before saving the same form again, as after the browser's Back button."""
        added = request.session.get(ADDED, {}).get(request.POST.get("_add_key"))
        if added and not BUTTONS.keys() & request.POST.keys():
            return self.show_data(request, None, self.posted_forms(request, None)[0], added=added)
        return super().add_view(request, form_url, extra_context)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember which form the object came from (`add_view`), of the last ten."""
        if key := request.POST.get("_add_key"):
            url = reverse(f"{self.url_name}_change", args=[obj.pk])
            added = {**request.session.get(ADDED, {}), key: [str(obj), url]}
            request.session[ADDED] = dict(list(added.items())[-10:])
        return super().response_add(request, obj, *args, **kwargs)

    # Saving

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        obj = super().save_form(request, form, change)
        obj.minor_change = form.cleaned_data.get("minor_change", False)
        return obj

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for part in formset.forms:
            part.instance.minor_change = form.instance.minor_change
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Changed lists date the object they belong to; changed parts date the object whose form they are on."""
        super().save_related(request, form, formsets, change)
        if not change or form.instance.minor_change:
            return
        parts = [part for formset in formsets for part in formset.forms if part.instance.pk]
        for changed in [form, *parts]:
            if {field.name for field in changed.instance._meta.many_to_many} & set(changed.changed_data):
                changed.instance.touch()
        if any(formset.has_changed() for formset in formsets):
            form.instance.touch()

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Note in the version's comment which parts were added, changed or removed; their own fields tell the rest."""
        parts = [done for done in message if any("name" in what for what in done.values())]
        if parts:
            reversion.set_comment(LogEntry(change_message=json.dumps(parts)).get_change_message())
        return super().log_change(request, obj, message)

    # Lists

    def get_search_fields(self, request: HttpRequest) -> Any:
        """In lists every text in every language; what is chosen in a form is found by its names."""
        names = super().get_search_fields(request)
        if request.path == reverse("admin:autocomplete"):
            return names
        texts = translated_fields(self.model)
        return [*names, *(f"{name}_{code}" for name in texts for code, _language in settings.LANGUAGES)]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Also find names however their letters are written: "ricany" finds Říčany, "ÖREBRO" finds Örebro.

        SQLite folds the case of ASCII letters only.
        """
        search_term = " ".join(search_term.split()[:10])[:200]  # each word asks for each text in four spellings
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        for written in {search_term.lower(), search_term.upper(), search_term.title()} if search_term else ():
            found |= super().get_search_results(request, queryset, written)[0]
        for field in self.sort_keys if search_term else ():
            found |= queryset.filter(**{f"{field}__contains": sort_key(search_term)})
        return found, may_have_duplicates

    def response_action(self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any) -> Any:
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise SuspiciousOperation("a row that is no number")
        return super().response_action(request, queryset, *args, **kwargs)

    @admin.display(description=_("name"), ordering="sort_key")
    def listed_name(self, obj: Any) -> str:
        """The name, in a column that is sorted in Swedish."""
        return str(obj)

    @admin.display(description=_("last updated"), ordering="updated_at")
    def updated(self, obj: Any) -> str:
        """The day, as readers see it: the minute would not fit on a phone."""
        return date_format(timezone.localtime(obj.updated_at), "SHORT_DATE_FORMAT")


class PublishableAdmin(PublishingMixin, ContentAdmin):
    """Content with an address and times of publishing."""

    sort_keys = ("sort_key",)
    list_filter = [StatusFilter, ReviewFilter, MissingTranslationFilter]
