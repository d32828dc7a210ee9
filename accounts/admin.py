from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import LoginRecord

# Secrets and identities are shown to nobody.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(LoginRecord)
class LoginRecordAdmin(admin.ModelAdmin):
    """Read only, for every role."""

    list_display = ["at", "user", "outcome", "method", "name_digest", "sender_digest"]
    list_filter = ["outcome", "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "name_digest", "sender_digest"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
