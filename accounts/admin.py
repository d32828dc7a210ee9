from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

from accounts.models import LoginRecord
from publishing.permissions import never

# Secrets and identities are shown to nobody.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(LoginRecord)
class LoginRecordAdmin(admin.ModelAdmin):
    """Read only, for every role."""

    list_display = ["at", "user", "outcome", "method", "name_digest", "sender_digest"]
    list_filter = ["outcome", "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "name_digest", "sender_digest"]
    has_add_permission = has_change_permission = has_delete_permission = never
