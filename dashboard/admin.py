from smtplib import SMTPException
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminRadioSelect
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

import dashboard.note_admin  # noqa: F401
from accounts.audit import forget_factors
from accounts.passwords import password_link, send_link
from dashboard.roles import ROLES
from editing.locking import SeenAdmin, SeenForm
from publishing.permissions import never
from publishing.sorting import swedish


class RoleField(forms.ModelChoiceField):
    """One of the three roles, each with its description."""

    def __init__(self, **kwargs: Any) -> None:
        roles = Group.objects.filter(name__in=ROLES).order_by("pk")
        widget = AdminRadioSelect(attrs={"class": "radiolist"})
        super().__init__(roles, label=_("Role"), empty_label=None, widget=widget, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} – {ROLES[obj.name][0]}"


class NewAccountForm(UserCreationForm):
    """An account without a password: its user chooses one, with a link."""

    role = RoleField()
    password1 = password2 = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return forms.ModelForm.save(self, commit)


class AccountForm(SeenForm, UserChangeForm):
    role = RoleField()
    password = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role := self.fields.get("role"):  # missing for users with view permission only
            role.initial = self.instance.groups.filter(name__in=ROLES).first()
            role.required = not self.instance.is_superuser

    def held(self, obj: User, name: str) -> Any:
        """A role is a group of the account's."""
        return obj.groups.first() if name == "role" else super().held(obj, name)


ABOUT_PASSWORDS = _("Nobody but the user chooses the password. If it is forgotten, send a link from the list.")
ABOUT_NEW = _(
    "When you save, the user gets an email with a link to choose a password. If the website cannot send email, "
    "you are shown the link instead."
)
SENT = _("Sent a link to choose a password.")
SHOWN = _("Was shown a link to choose a password.")
admin.site.index_title = _("Your desk")
admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(SeenAdmin, UserAdmin):
    """Accounts and their roles. An account is closed and never deleted, as the history names it."""

    form = AccountForm
    add_form = NewAccountForm
    add_form_template = None
    list_display = ["account", "full_name", "email", "role", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    actions = ["send_links", "forget_second_step"]
    ordering = [swedish("username")]
    filter_horizontal = []
    has_delete_permission = never
    readonly_fields = ["last_login"]
    fieldsets = [
        (_("Account"), {"fields": ["username", "first_name", "last_name", "email"], "description": ABOUT_PASSWORDS}),
        (_("What the account may do"), {"fields": ["role", "is_active", "last_login"]}),
    ]
    add_fieldsets = [
        (_("Account"), {"fields": ["username", "first_name", "last_name", "email"], "description": ABOUT_NEW}),
        (_("What the account may do"), {"fields": ["role"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody closes their own account."""
        return [*self.readonly_fields, "is_active"] if obj == request.user else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "is_active":
            kwargs["help_text"] = _(
                "Remove the tick when someone has left. The account is not deleted, so the history is kept."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is changed only by another superuser."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True  # every account may log in here
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance != request.user:  # nobody changes their own role
            form.instance.groups.set(filter(None, [form.cleaned_data["role"]]))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Disabled: users choose their own passwords."""
        raise Http404

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        self.send_link(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def send_link(self, request: HttpRequest, user: User) -> None:
        """Send a user a link to choose a password, or show the link if no mail can be sent. Logged either way."""
        name, sent = user.get_full_name() or user.username, False
        if settings.EMAIL_HOST and user.email:
            try:
                send_link(user)
                sent = True
            except (SMTPException, OSError):
                messages.warning(request, _("The email to %s could not be sent.") % name)
        if sent:
            messages.success(request, _("%s has got an email with a link to choose a password.") % name)
        else:
            message = _("Give this link to {}, and nobody else. It is for choosing the password, once: {}")
            messages.warning(request, message.format(name, password_link(user)))
        self.log_change(request, user, str(SENT if sent else SHOWN))

    @admin.action(description=_("Send a link to choose a password"), permissions=["change"])
    def send_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            name = user.get_full_name() or user.username
            if self.has_change_permission(request, user) and user.is_active:
                self.send_link(request, user)
            else:
                messages.warning(request, _("You may not send a link to %s.") % name)

    @admin.action(description=_("Reset the second step (lost phone)"), permissions=["change"])
    def forget_second_step(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For users who lost both phone and codes: they set up a new second step at their next login."""
        for user in queryset:
            name = user.get_full_name() or user.username
            if not self.has_change_permission(request, user):
                messages.warning(request, _("You may not reset the second step for %s.") % name)
            elif not forget_factors(request, user):
                messages.warning(request, _("%s has no second step.") % name)
            else:
                self.log_change(request, user, str(_("Reset the second step.")))
                message = _("The second step has been reset for %s. A new one is chosen at the next login.")
                messages.success(request, message % name)

    @admin.display(description=_("user name"), ordering=swedish("username"))
    def account(self, obj: User) -> str:
        return obj.username

    @admin.display(description=_("name"), ordering=swedish("first_name"))
    def full_name(self, obj: User) -> str:
        return obj.get_full_name()

    @admin.display(description=_("role"))
    def role(self, obj: User) -> Any:
        return _("All permissions") if obj.is_superuser else ", ".join(group.name for group in obj.groups.all())
