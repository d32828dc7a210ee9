"""Publishing in the admin: times, buttons, the question before a page is hidden, and actions for many pages."""

from contextlib import suppress
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from editing.forms import ContentForm
from editing.history import HistoryMixin
from editing.locking import LockingMixin
from editing.models import ChangeNote
from publishing.models import Publishable
from publishing.slugs import OTHERS, free_slug, slugs_of

# Of the fields of publishing, what a page that must stay does not have: a front tells nothing of its own.
SLUGS = ("slug", "slug_sv", *(f"slug_{code}" for code in OTHERS))
FIXED = {"published_at", "unpublished_at", "change_note", "position", *SLUGS}
# The value of a button that confirms.
SURE = "sure"


class PublishingMixin(LockingMixin, HistoryMixin):
    actions = ["publish_now", "unpublish_now"]
    history_keeps: tuple[str, ...] = ("published_at", "unpublished_at", *SLUGS, "reviewed_at", "position")

    def is_live(self, obj: Any) -> bool:
        return bool(obj and obj.will_be_seen)

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """The object, with what it is in the database: a posted form may have changed its section."""
        obj: Any = super().get_object(*args, **kwargs)
        if obj:
            obj.is_fixed = obj.must_stay
        return obj

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        times = () if self.has_publish_permission(request) else ("published_at", "unpublished_at")
        return [*super().get_readonly_fields(request, obj), *times]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not getattr(obj, "is_fixed", False):
            return fieldsets
        return [(name, {**rest, "fields": [f for f in rest["fields"] if f not in FIXED]}) for name, rest in fieldsets]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if getattr(obj, "is_fixed", False) else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.must_stay))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        original, may_publish = context["original"], self.has_publish_permission(request)
        context["show_publish"] = may_publish and not (original and original.is_published)
        context["show_unpublish"] = may_publish and not (original and original.must_stay)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_posted(self, request: HttpRequest, object_id: str | None, form_url: str) -> HttpResponse:
        """Ask first where readers would no longer see a page that they see now."""
        obj = self.stored(request, object_id)
        buttons = {"_save", "_publish", "_unpublish"} & request.POST.keys()
        is_sure = SURE in [request.POST[name] for name in buttons]
        if obj and obj.is_published and not obj.must_stay and self.has_publish_permission(request) and not is_sure:
            data, (form, formsets) = self.posted_forms(request, object_id)
            self.set_times(request, form.instance)
            if form.is_valid() and all_valid(formsets) and not form.instance.is_published:
                begins = form.instance.published_at
                hides = {"until": begins if begins and begins > timezone.now() else None, "button": "".join(buttons)}
                return self.show_data(request, object_id, data, hides=hides)
        return super().save_posted(request, object_id, form_url)

    def set_times(self, request: HttpRequest, obj: Publishable) -> None:
        """Do what the buttons "Spara och publicera nu" and "Avpublicera" say, without saving."""
        if not self.has_publish_permission(request):
            return
        if "_publish" in request.POST:
            obj.publish()
        if "_unpublish" in request.POST and not obj.must_stay:
            obj.published_at = None

    def save_model(self, request: HttpRequest, obj: Publishable, form: ContentForm, change: bool) -> None:
        self.set_times(request, obj)
        super().save_model(request, obj, form, change)
        request.saved_page = obj  # type: ignore[attr-defined]
        if note := form.cleaned_data.get("change_note"):
            ChangeNote.objects.create(page=obj.key, text=note)

    def message_user(  # type: ignore[override]
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, **kwargs: Any
    ) -> None:
        """Say in what state a page was saved, where Django says that it was changed."""
        if level == messages.SUCCESS and hasattr(request, "saved_page"):
            message = self.state_in_words(request.saved_page, "_unpublish" in request.POST)
        super().message_user(request, message, level, **kwargs)

    def state_in_words(self, page: Publishable, is_hidden: bool) -> Any:
        """The state of a page that was just saved, with a link to what can be done about it."""
        form = reverse(f"{self.url_name}_change", args=[page.pk])
        state: Any = _("is saved. Readers do not see it.")
        leads_to, url = _("Continue editing"), form
        if page.is_published:
            state, leads_to, url = _("is published."), _("Show the page"), page.get_absolute_url()  # type: ignore[attr-defined]
        elif page.will_be_seen:
            moment = timezone.localtime(page.published_at)
            when = f"{date_format(moment, 'DATE_FORMAT')} kl. {moment:%H.%M}"
            state, leads_to = _("is published on %s.") % when, _("Change the time")
        elif is_hidden:
            state, leads_to = _("is unpublished. Readers do not see it."), _("Undo in the form")
        return format_html('”<a href="{}">{}</a>” {} <a href="{}">{}</a>', form, page, state, url, leads_to)

    def prepare_recovery(self, obj: Any) -> None:
        for name, slug in slugs_of(obj):
            setattr(obj, name, free_slug(obj, slug))

    def view_on_site(self, obj: Publishable) -> str | None:
        """The page's address; none while readers cannot see it either."""
        with suppress(NoReverseMatch):  # a refused form shows what was typed, an impossible address too
            return cast(str, obj.get_absolute_url()) if obj.is_published else None  # type: ignore[attr-defined]
        return None

    @admin.display(description=_("status"))
    def status(self, obj: Publishable) -> Any:
        if obj.is_published:
            return _("Published, with a draft") if obj.has_draft else _("Published")  # type: ignore[attr-defined]
        return _("Scheduled") if obj.published_at and obj.published_at > timezone.now() else _("Not published")

    @admin.action(description=_("Publish now"), permissions=["publish"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet) -> None:
        with self.new_revision(request):
            for item in queryset.select_for_update(of=["self"]):
                if not item.is_published:
                    item.publish()
                    item.save(update_fields=["published_at", "unpublished_at"])
        message = ngettext("%d page is now published.", "%d pages are now published.", len(queryset))
        self.message_user(request, message % len(queryset))

    @admin.action(description=_("Unpublish now"), permissions=["publish"])
    def unpublish_now(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        items = [item for item in queryset if not item.must_stay]
        if request.POST.get("sure") != SURE:
            kept = [item for item in queryset if item.must_stay]
            context = {"items": items, "kept": kept, "action_checkbox_name": ACTION_CHECKBOX_NAME}
            return self.page(request, "editing/unpublish.html", _("Do you want to unpublish?"), **context)
        with self.new_revision(request):
            for item in queryset.filter(pk__in=[item.pk for item in items]).select_for_update(of=["self"]):
                item.published_at = None
                item.save(update_fields=["published_at"])
        message = ngettext("%d page is unpublished.", "%d pages are unpublished.", len(items))
        self.message_user(request, message % len(items))
        return None
