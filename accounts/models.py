from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoginRecord(models.Model):
    """One try to log in, or a change of how an account logs in. Written by the site only; nobody can change it.

    Names and addresses are keyed hashes (accounts/audit.py), as a password may be typed where the name belongs.
    """

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("logged in")
        FAILED = "failed", _("wrong name or password")
        FAILED_SECOND = "failed_second", _("wrong code in the second step")
        RATE_LIMITED = "held", _("stopped: too many attempts")
        REFUSED = "refused", _("unknown to us, came from the city’s login")
        LOGGED_OUT = "logged_out", _("logged out")
        FACTOR_ADDED = "factor_added", _("added a second step")
        PASSWORD_CHOSEN = "password_chosen", _("chose a password with a link")
        FACTOR_REMOVED = "factor_removed", _("removed a second step")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("account"), null=True, related_name="login_records"
    )
    outcome = models.CharField(_("what"), max_length=20, choices=Outcome)
    method = models.CharField(_("how"), max_length=60)
    name_digest = models.CharField(_("the name, as a checksum"), max_length=16)
    sender_digest = models.CharField(_("the sender, as a checksum"), max_length=16)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H.%M} {self.get_outcome_display()}"


class Remembered(models.Model):
    """Django's cache in the database (CACHES), with the columns of `createcachetable`: allauth's counters."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_remembered"
        default_permissions = ()

    def __str__(self) -> str:
        return self.cache_key
