"""What every form and list of the admin shares: languages, pictures, dates, publishing."""

import json
from contextlib import suppress
from copy import copy
from typing import Any, cast

import reversion
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from js_asset import Media
from modeltranslation.admin import TranslationStackedInline
from reversion.models import Version

from editing.deletion import SafeDeletion
from editing.differences import Difference, differences, state_of_form
from editing.filters import MissingTranslationFilter, ReviewFilter
from editing.form_data import Typed, everything_in, settle, state
from editing.forms import ChooseManyInParts, ContentForm, FriendlyFields
from editing.history_admin import VersionedAdmin
from editing.models import Draft, Preview
from editing.presence import register_presence
from editing.preview import render_pages
from editing.proof import proof_of
from publishing.models import Publishable
from publishing.sorting import sort_key

# The one style sheet that the editor (ProseMirror) puts into the page by itself.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
PUBLISHING_FIELDSET: Any = (
    _("Publicering"),
    {"fields": ["published_at", "unpublished_at", "minor_change", "slug", "position", "reviewed_at"]},
)
# In the session: by the key of a form, the name and address of what was added with it.
ADDED = "editing.added"
# The value of a button on a question: "yes, I am sure".
SURE = "sure"
# Of these, what a page that must stay has no use for.
FIXED = {"published_at", "unpublished_at", "slug", "position"}
IMAGE_FIELDSET: Any = (_("Bild"), {"fields": ["image", "image_alt", "image_decorative"]})


class PartInline(FriendlyFields, TranslationStackedInline):
    """Parts of a content, edited on its form. It asks the database as often for twenty of them as for one."""

    choose_many = ChooseManyInParts
    extra = 0
    max_num = 200

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # As many rows as may be typed, and not a thousand more because a forged count says so.
        return super().get_formset(request, obj, **kwargs, absolute_max=self.max_num)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related(*self.get_autocomplete_fields(request))


class ContentAdmin(SafeDeletion, FriendlyFields, VersionedAdmin):
    """A form in eight languages, of which one is shown at a time; what is typed in it is never lost.

    A post is saved, kept as a draft, previewed, or only shown again. Nothing is saved over a version that the one who
    typed has not seen.
    """

    form = ContentForm
    save_on_top = True

    # The folded names that a search also looks at.
    sort_keys: tuple[str, ...] = ()

    class Media:
        css = {"all": ["admin_site/form.css", "admin_site/editing.css"]}
        js = ["admin_site/languages.js", "admin_site/names.js", "admin_site/editing.js"]

    # Who may do what

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editing.publish")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """For the actions of lists."""
        return self.may_publish(request)

    def is_live(self, obj: Any) -> bool:
        """Whether readers see what is saved, now or at a moment that is set."""
        return True

    def may_save(self, request: HttpRequest, obj: Any) -> bool:
        """Whether a change of this object may be saved, and not only kept as a draft."""
        return self.may_publish(request) or not self.is_live(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request) and self.may_save(request, None))

    # Forms

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.held = getattr(request, "held", False)
        return form

    def forms_of(self, request: HttpRequest, obj: Any, data: QueryDict | None = None) -> tuple[Any, list[Any]]:
        """The form of an object (None for a new one) and the formsets of its parts, unbound or bound to `data`."""
        asked: Any = copy(request)
        asked.method, asked.POST, asked._files = "POST", data, request.FILES
        if data is None:
            asked.method, asked.POST = "GET", QueryDict()
        change = obj is not None
        fields = flatten_fieldsets(self.get_fieldsets(asked, obj))
        form_class = self.get_form(asked, obj, change=change, fields=fields)
        form = form_class(data, None if data is None else request.FILES, instance=obj)
        return form, self._create_formsets(asked, form.instance, change=change)[0]  # type: ignore[attr-defined]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return self.show_form(request, object_id, form_url, extra_context)
        if not (self.has_change_permission(request) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        obj = self.object_of(request, object_id)
        if object_id and obj is None:
            return self.show_as_new(request) if "_seen" in request.POST else redirect("admin:index")
        if "_restore" in request.POST:
            messages.info(request, _("Här är det du skrev. Det är inte sparat än."))
            return self.show_typed(request, object_id, self.typed_in(request, obj)[0], extra_context)
        if "_draft" in request.POST and obj:
            return self.save_draft(request, obj)
        if "_preview" in request.POST:
            return self.start_preview(request, obj)
        return self.save_form_posted(request, object_id, form_url, extra_context)

    def show_form(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> HttpResponse:
        """The form as it is stored, or with a draft or what was just previewed in it."""
        if not self.has_change_permission(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        mine = Preview.objects.filter(
            user_id=request.user.pk,  # type: ignore[misc]
            model=self.opts.label_lower,
            key=request.GET.get("preview"),
        )
        preview = mine.first() if "preview" in request.GET else None
        draft = self.draft_of(object_id)
        if preview and str(preview.object_id or "") == str(object_id or ""):
            # The draft that was being edited, else one that lies beside the public text.
            is_drafted = bool(draft and preview.data.get("_draft_seen") == [draft.saved_at.isoformat()])
            context: dict[str, Any] = {"draft" if is_drafted else "other_draft": draft, "unsaved": True}
            if draft and is_drafted:
                context["drafted"] = self.changes_of_draft(request, object_id, draft)
            return self.show_typed(request, object_id, preview.data, {**(extra_context or {}), **context})
        if draft and "live" not in request.GET:
            context = {"draft": draft, "drafted": self.changes_of_draft(request, object_id, draft)}
            return self.show_typed(request, object_id, draft.data, {**(extra_context or {}), **context})
        context = {"other_draft": draft}
        if obj := self.object_of(request, object_id):
            # Taken before the form is read: what is saved in between is taken for newer, never for seen.
            context["seen"] = self.state_of(request, obj)
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def show_typed(
        self,
        request: HttpRequest,
        object_id: str | None,
        typed: Typed,
        extra_context: Any = None,
        form_url: str = "",
    ) -> HttpResponse:
        """The form with what was typed in it, and not saved."""
        obj = self.object_of(request, object_id)
        if object_id and obj is None:
            if request.method == "POST":
                return self.show_as_new(request)
            return super().changeform_view(request, object_id, "", extra_context)
        asked: Any = copy(request)
        asked.method, asked.POST, asked.held = "POST", settle(typed, *self.forms_of(request, obj)), True
        if request.method != "POST":
            asked._files = MultiValueDict()
        return super().changeform_view(asked, object_id, form_url, extra_context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask before saving the same form again, as after the browser's Back button."""
        added = request.session.get(ADDED, {}).get(request.POST.get("_add_key"))
        if added and not {"_preview", "_restore"} & request.POST.keys():
            return self.show_typed(request, None, self.typed_in(request, None)[0], {"added": added})
        return super().add_view(request, form_url, extra_context)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember which form the object came from (`add_view`), of the last ten."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        if key := request.POST.get("_add_key"):
            added = {**request.session.get(ADDED, {}), key: [str(obj), url]}
            request.session[ADDED] = dict(list(added.items())[-10:])
        return super().response_add(request, obj, *args, **kwargs)

    def show_as_new(self, request: HttpRequest) -> HttpResponse:
        """What was typed about an object that somebody has deleted meanwhile, in the form of a new one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        messages.error(request, _("Någon har raderat det här medan du skrev. Det du skrev står kvar som något nytt."))
        typed = {name: [str(value) for value in request.POST.getlist(name)] for name in request.POST}
        add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return self.show_typed(request, None, typed, form_url=add)

    def save_form_posted(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Save what was posted as a new version, unless somebody else has saved one since the form was opened."""
        with reversion.create_revision():
            reversion.set_user(request.user)
            if object_id:
                # Locked, so that of two who save at once the second sees what the first has saved.
                list(self.model._base_manager.select_for_update().filter(pk=unquote(object_id)).values("pk"))
                obj = self.object_of(request, object_id)
                if obj is None:
                    return self.show_as_new(request)
                if not self.may_save(request, obj):
                    return self.save_draft(request, obj)  # it was published meanwhile
                if self.state_of(request, obj) != request.POST.get("_seen"):
                    return self.show_conflict(request, object_id, extra_context)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def state_of(self, request: HttpRequest, obj: Any) -> str:
        """A digest of everything that the form holds for one who may do all: the same whoever asks."""
        asked: Any = copy(request)
        asked.user = get_user_model()(is_active=True, is_superuser=True)
        return state(*self.forms_of(asked, obj))

    def show_conflict(self, request: HttpRequest, object_id: str, extra_context: Any) -> HttpResponse:
        """Both versions, field by field, over the form with what was typed; saving it again is then a choice."""
        typed = self.typed_in(request, self.object_of(request, object_id))[0]
        obj = self.object_of(request, object_id)
        theirs = self.forms_of(request, obj)
        mine = self.forms_of(request, self.object_of(request, object_id), settle(typed, *theirs))
        newest = Version.objects.get_for_object(obj).select_related("revision__user").first()
        context = {
            "conflict": differences(state_of_form(*theirs), state_of_form(*mine)),
            "newest": newest and newest.revision,
            "seen": self.state_of(request, obj),
        }
        return self.show_typed(request, object_id, typed, {**(extra_context or {}), **context})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # The editor's import map is an inline script: the only one that needs the nonce of our CSP.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))  # type: ignore[attr-defined]
        obj = context["original"]
        # Read again where what was typed stands in the other.
        stored = self.object_of(request, str(obj.pk)) if obj and request.method == "POST" else obj
        context.setdefault("seen", request.POST.get("_seen", ""))
        # Which draft the one who types has before her: no other is saved over, or gone when this form is saved.
        typed_in = request.POST.get("_draft_seen", "") if request.method == "POST" else ""
        draft = context.get("draft")
        context.setdefault("draft_seen", draft.saved_at.isoformat() if draft else typed_in)
        if obj and self.has_change_permission(request):
            context["others"] = register_presence(self.opts.label_lower, obj.pk, request.user)
        context["is_content"] = True
        context["proof"] = proof_of(request.user, kwargs["form_url"] or request.path)
        context["is_live"] = bool(stored and self.is_live(stored))
        context["is_public"] = bool(stored and getattr(stored, "is_published", True))
        context["may_save"] = self.may_save(request, stored)
        # Typed and stored nowhere, as after a refused save; a draft is stored.
        context.setdefault("unsaved", request.method == "POST" and not context.get("draft"))
        context["add_key"] = "" if obj else get_random_string(12)
        response = super().render_change_form(request, context, *args, **kwargs)
        response._csp_update = {"style-src": [EDITOR_STYLE], "img-src": ["blob:"]}  # type: ignore[attr-defined]
        return response

    # Drafts and previews

    def draft_of(self, object_id: str | int | None) -> Draft | None:
        if not object_id or not str(object_id).isdecimal():
            return None
        drafts = Draft.objects.filter(model=self.opts.label_lower, object_id=object_id).select_related("user")
        return drafts.first()

    def changes_of_draft(self, request: HttpRequest, object_id: str | None, draft: Draft) -> list[Difference]:
        """What a draft changes of what is stored."""
        live = self.forms_of(request, self.object_of(request, object_id))
        drafted = self.forms_of(request, self.object_of(request, object_id), settle(draft.data, *live))
        return differences(state_of_form(*live), state_of_form(*drafted))

    def typed_in(self, request: HttpRequest, obj: Any) -> tuple[Typed, Any, list[Any]]:
        """What was posted, complete, with the forms that were bound to it and validated."""
        form, formsets = self.forms_of(request, obj, request.POST)
        form.errors  # noqa: B018  # validates, which stores a picture that was chosen
        return everything_in(form, formsets, request.POST), form, formsets

    def save_draft(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Keep what was typed beside the public version. It may be unfinished, but a picture must be one."""
        typed, form, _formsets = self.typed_in(request, obj)
        if "image" in form.errors and request.FILES:
            messages.error(request, _("Utkastet är inte sparat, för bilden går inte att använda."))
            return self.show_typed(request, str(obj.pk), typed)
        with transaction.atomic():
            if not self.model._base_manager.select_for_update().filter(pk=obj.pk).values("pk"):
                return self.show_as_new(request)
            draft = self.draft_of(obj.pk)
            if draft and draft.saved_at.isoformat() != request.POST.get("_draft_seen"):
                return self.show_newer_draft(request, obj, draft, typed)
            # What this form does not show its user, an agreement or a time, stays as it was drafted.
            kept: Typed = draft.data if draft else {}
            Draft.objects.update_or_create(
                model=self.opts.label_lower,
                object_id=obj.pk,
                defaults={"data": kept | typed, "user_id": request.user.pk, "saved_at": timezone.now()},  # type: ignore[misc]
            )
        messages.success(request, _("Utkastet är sparat. Besökarna ser fortfarande den publicerade texten."))
        return redirect(request.path)

    def show_newer_draft(self, request: HttpRequest, obj: Any, draft: Draft, typed: Typed) -> HttpResponse:
        """A draft that the one who types has not seen, beside her own text."""
        theirs = self.forms_of(request, obj, settle(draft.data, *self.forms_of(request, obj)))
        mine = self.forms_of(request, obj, settle(typed, *self.forms_of(request, obj)))
        context = {
            "conflict": differences(state_of_form(*theirs), state_of_form(*mine)),
            "newer_draft": draft,
            "draft_seen": draft.saved_at.isoformat(),
        }
        return self.show_typed(request, str(obj.pk), typed, context)

    def start_preview(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Keep what was typed for a day and show it as a public page, if it could be saved as it is."""
        typed, form, formsets = self.typed_in(request, obj)
        if not (form.is_valid() and all_valid(formsets)):
            messages.error(request, _("Rätta det som är markerat, så går sidan att förhandsgranska."))
            return self.show_typed(request, obj and str(obj.pk), typed)
        object_id = obj and obj.pk
        try:
            pages = render_pages(request, self, form, formsets, change=obj is not None)
        except Http404:
            messages.error(request, _("Sidan som visar det här är inte publicerad och går inte att förhandsgranska."))
            return self.show_typed(request, object_id and str(object_id), typed)
        preview = Preview.objects.create(
            model=self.opts.label_lower,
            object_id=object_id,
            data=typed,
            pages=pages,
            user_id=request.user.pk,  # type: ignore[misc]
        )
        return redirect("editing:preview", preview.key)

    def preview_address(self, obj: Any) -> str:
        """The page to preview a change of the object on, in the active language."""
        return cast(str, obj.get_absolute_url())

    def discard_draft(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        draft = self.draft_of(object_id)
        # Sure of the draft that was named, and not of one that somebody has saved since.
        if request.method == "POST" and draft and request.POST.get("sure") != draft.saved_at.isoformat():
            context = {
                **self.admin_site.each_context(request),
                "title": _("Vill du kasta utkastet?"),
                "opts": self.opts,
                "draft": draft,
                "sure": draft.saved_at.isoformat(),
            }
            return render(request, "editing/discard.html", context)
        if request.method == "POST" and draft:
            draft.delete()
            messages.success(request, _("Utkastet är borta. Här är den publicerade texten."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def get_urls(self) -> list[Any]:
        discard = self.admin_site.admin_view(self.discard_draft)
        name = f"{self.opts.app_label}_{self.opts.model_name}_discard"
        return [path("<int:object_id>/discard/", discard, name=name), *super().get_urls()]

    # Lists

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Also find names however their letters are written: "ricany" finds Říčany, "ÖREBRO" finds Örebro.

        SQLite folds the case of ASCII letters only.
        """
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        for written in {search_term.lower(), search_term.upper(), search_term.title()} if search_term else ():
            found |= super().get_search_results(request, queryset, written)[0]
        for field in self.sort_keys if search_term else ():
            found |= queryset.filter(**{f"{field}__contains": sort_key(search_term)})
        return found, may_have_duplicates

    @admin.display(description=_("namn"), ordering="sort_key")
    def listed_name(self, obj: Any) -> str:
        """The name, in a column that is sorted in Swedish."""
        return str(obj)

    @admin.display(description=_("senast uppdaterad"), ordering="updated_at")
    def updated(self, obj: Any) -> str:
        """The day, as readers see it: the minute would not fit on a phone."""
        return date_format(timezone.localtime(obj.updated_at), "SHORT_DATE_FORMAT")

    # Saving

    def response_action(self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any) -> Any:
        """A row that is no number was not chosen in our list."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdecimal() and len(key) < 19 for key in chosen):
            raise SuspiciousOperation("a row that is no number")
        return super().response_action(request, queryset, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: what was published is a public record, and is unpublished instead."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for part in formset.forms:
            part.instance.minor_change = form.instance.minor_change
        super().save_formset(request, form, formset, change)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Note in the version's comment which parts were added, changed or removed; their own fields tell the rest."""
        parts = [done for done in message if any("name" in what for what in done.values())]
        if parts:
            reversion.set_comment(LogEntry(change_message=json.dumps(parts)).get_change_message())
        return super().log_change(request, obj, message)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Changed lists date the object they belong to; changed parts date the object whose form they are on."""
        super().save_related(request, form, formsets, change)
        draft = self.draft_of(form.instance.pk)
        if draft and draft.saved_at.isoformat() == request.POST.get("_draft_seen"):
            draft.delete()
        if not change or form.instance.minor_change:
            return
        parts = [part for formset in formsets for part in formset.forms if part.instance.pk]
        for changed in [form, *parts]:
            if {field.name for field in changed.instance._meta.many_to_many} & set(changed.changed_data):
                changed.instance.touch()
        if any(formset.has_changed() for formset in formsets):
            form.instance.touch()


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


class PublishableAdmin(ContentAdmin):
    """Content with an address: when it is public, and a link to see it as readers do."""

    actions = ["publish_now", "unpublish_now"]
    sort_keys = ("sort_key",)
    list_filter = [StatusFilter, ReviewFilter, MissingTranslationFilter]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        drafts = Draft.objects.filter(model=self.opts.label_lower, object_id=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_draft=Exists(drafts))

    def is_live(self, obj: Any) -> bool:
        return bool(obj and obj.will_be_seen)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """When something is public is decided by who may publish."""
        when = () if self.may_publish(request) else ("published_at", "unpublished_at")
        return [*super().get_readonly_fields(request, obj), *when]

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """The object, with what it is in the database: a posted form may have changed its section."""
        obj: Any = super().get_object(*args, **kwargs)
        if obj:
            obj.is_fixed = obj.must_stay
        return obj

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A page that must stay is always public, at a fixed address: there is nothing to fill in."""
        fieldsets = super().get_fieldsets(request, obj)
        if not getattr(obj, "is_fixed", False):
            return fieldsets
        return [(name, {**rest, "fields": [f for f in rest["fields"] if f not in FIXED]}) for name, rest in fieldsets]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if getattr(obj, "is_fixed", False) else super().get_prepopulated_fields(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        original = context["original"]
        stays = bool(original and original.must_stay)
        context["show_publish"] = self.may_publish(request) and not (original and original.is_published)
        context["show_unpublish"] = self.may_publish(request) and not stays
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.must_stay))

    def save_form_posted(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Ask first where readers would no longer see a page that they see now."""
        obj = self.object_of(request, object_id)
        buttons = {"_save", "_publish", "_unpublish"} & request.POST.keys()
        sure = SURE in [request.POST[name] for name in buttons]
        if obj and obj.is_published and not obj.must_stay and self.may_publish(request) and not sure:
            typed, form, formsets = self.typed_in(request, obj)
            self.set_times(request, form.instance)
            if form.is_valid() and all_valid(formsets) and not form.instance.is_published:
                begins = form.instance.published_at
                hides = {"until": begins if begins and begins > timezone.now() else None, "button": "".join(buttons)}
                return self.show_typed(request, object_id, typed, {**(extra_context or {}), "hides": hides})
        return super().save_form_posted(request, object_id, form_url, extra_context)

    def set_times(self, request: HttpRequest, obj: Publishable) -> None:
        """Do what the buttons "Spara och publicera nu" and "Avpublicera" say. Not saved."""
        if "_publish" in request.POST and self.may_publish(request):
            obj.publish()
        if "_unpublish" in request.POST and self.may_publish(request) and not obj.must_stay:
            obj.published_at = None

    def save_model(self, request: HttpRequest, obj: Publishable, form: ContentForm, change: bool) -> None:
        self.set_times(request, obj)
        super().save_model(request, obj, form, change)

    def view_on_site(self, obj: Publishable) -> str | None:
        """The page's address; none while readers cannot see it either."""
        with suppress(NoReverseMatch):  # a refused form shows what was typed, an impossible address too
            return cast(str, obj.get_absolute_url()) if obj.is_published else None  # type: ignore[attr-defined]
        return None

    @admin.display(description=_("status"))
    def status(self, obj: Publishable) -> Any:
        if obj.is_published:
            return _("Publicerad, med utkast") if obj.has_draft else _("Publicerad")  # type: ignore[attr-defined]
        return _("Schemalagd") if obj.published_at and obj.published_at > timezone.now() else _("Inte publicerad")

    @admin.action(description=_("Publicera nu"), permissions=["publish"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet) -> None:
        with reversion.create_revision():
            reversion.set_user(request.user)
            for item in queryset.select_for_update(of=["self"]):
                if not item.is_published:
                    item.publish()
                    item.save(update_fields=["published_at", "unpublished_at"])
        message = ngettext("%d sida är nu publicerad.", "%d sidor är nu publicerade.", len(queryset))
        self.message_user(request, message % len(queryset))

    @admin.action(description=_("Avpublicera nu"), permissions=["publish"])
    def unpublish_now(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        items = [item for item in queryset if not item.must_stay]
        if request.POST.get("sure") != SURE:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Vill du avpublicera?"),
                "opts": self.opts,
                "items": items,
                "kept": [item for item in queryset if item.must_stay],
                "action_checkbox_name": ACTION_CHECKBOX_NAME,
            }
            return render(request, "editing/unpublish.html", context)
        with reversion.create_revision():
            reversion.set_user(request.user)
            keys = [item.pk for item in items]
            for item in queryset.filter(pk__in=keys).select_for_update(of=["self"]):
                item.published_at = None
                item.save(update_fields=["published_at"])
        message = ngettext("%d sida är avpublicerad.", "%d sidor är avpublicerade.", len(items))
        self.message_user(request, message % len(items))
        return None
