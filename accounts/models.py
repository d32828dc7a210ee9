from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoginRecord(models.Model):
    """One try to log in, or a change of how an account logs in. Written by the site only; nobody can change it.

    Names and addresses are keyed hashes (accounts/audit.py), as a password may be typed where the name belongs.
    """

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("loggade in")
        FAILED = "failed", _("fel namn eller lösenord")
        FAILED_SECOND = "failed_second", _("fel kod i andra steget")
        RATE_LIMITED = "held", _("stoppad: för många försök")
        REFUSED = "refused", _("okänd hos oss, kom från stadens inloggning")
        LOGGED_OUT = "logged_out", _("loggade ut")
        FACTOR_ADDED = "factor_added", _("lade till ett andra steg")
        PASSWORD_CHOSEN = "password_chosen", _("valde ett lösenord med en länk")
        FACTOR_REMOVED = "factor_removed", _("tog bort ett andra steg")

    at = models.DateTimeField(_("när"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("konto"), null=True, related_name="login_records"
    )
    outcome = models.CharField(_("vad"), max_length=20, choices=Outcome)
    method = models.CharField(_("hur"), max_length=60)
    name_digest = models.CharField(_("namnet, som kontrollsumma"), max_length=16)
    sender_digest = models.CharField(_("avsändaren, som kontrollsumma"), max_length=16)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        verbose_name = _("inloggning")
        verbose_name_plural = _("inloggningar")

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
