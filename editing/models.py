"""Forms that were not saved: drafts and previews. Who has a form open. What editors tell readers about a change."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editing.templatetags.editing import person

# An open form sends a heartbeat every 30 seconds.
PRESENT_FOR = timedelta(seconds=90)


class TypedForm(models.Model):
    """A form as it was posted, with the object it is about."""

    model = models.CharField(max_length=100, help_text="the object's model, such as networks.network")
    data = models.JSONField(default=dict, help_text="by the name of each input, a list of what was typed")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id}"  # type: ignore[attr-defined]


class Draft(TypedForm):
    """A change of an object, kept until it is saved or thrown away; without an object what its user began to add."""

    object_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("draft")
        constraints = [models.UniqueConstraint(fields=["model", "object_id"], name="editing_draft_one_each")]
        permissions = [("publish", _("May publish"))]

    @property
    def version(self) -> str:
        """Changes whenever the draft is saved."""
        return self.saved_at.isoformat()


class Schedule(models.Model):
    """When a draft is published by itself, or why it was not."""

    class Refusal(models.TextChoices):
        CHANGED = "changed", _("The page has changed since the draft was written.")
        DELETED = "deleted", _("What the draft changes has been deleted.")
        INVALID = "invalid", _("Something in the draft needs to be corrected.")
        FORBIDDEN = "forbidden", _("The author of the draft may no longer publish.")
        FAILED = "failed", _("An error occurred. Try again, and tell the IT department if it does not work.")

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE)
    publish_at = models.DateTimeField(db_index=True)
    refusal = models.CharField(max_length=10, choices=Refusal, blank=True)

    def __str__(self) -> str:
        return f"{self.draft} {self.publish_at}"


class Proposal(models.Model):
    """That an editor has made a draft ready to be published, or that it was sent back."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals")
    asked_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    returned_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.draft}"


def drafted_texts() -> Iterator[str]:
    """The data of every draft, as text: it may name pictures that nothing else holds."""
    return (str(data) for data in Draft.objects.values_list("data", flat=True))


class ChangeNote(models.Model):
    """What is new on a page, told to its readers under "Senast uppdaterad" and in the feed. In Swedish only."""

    page = models.CharField(max_length=100, db_index=True, help_text="the page's key, such as networks.network:3")
    text = models.CharField(max_length=200)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return self.text


class TranslationStatus(models.Model):
    """What is left to do about a translated text, a row for each state. A text without any is reviewed, or missing."""

    class State(models.TextChoices):
        OUTDATED = "outdated", _("The Swedish has changed")
        UNREVIEWED = "unreviewed", _("Not reviewed")

    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.OUTDATED)
    before = models.TextField(blank=True, help_text="of an outdated one: the Swedish text that was translated")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "object_id", "field", "language", "state"], name="editing_translationstatus_one_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id} {self.field} {self.language}"


def change_notes(page: Any) -> dict[str, list[Any]]:
    """The latest notes to show on a page (`publishing.views.ADDITIONS`)."""
    return {"change_notes": [] if page.must_stay else list(ChangeNote.objects.filter(page=page.key)[:10])}


def new_key() -> str:
    return secrets.token_urlsafe(24)


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


class Preview(TypedForm):
    """A form to be looked at as the public page. Anyone with its key may see it once it is shared."""

    key = models.CharField(max_length=40, unique=True, default=new_key)
    object_id = models.BigIntegerField(null=True, help_text="empty while the object has never been saved")
    pages = models.JSONField(default=dict, help_text="the finished public page, by language")
    is_shared = models.BooleanField(default=False)
    expires_at = models.DateTimeField(default=tomorrow, db_index=True)


class Presence(models.Model):
    """That someone has an object's form open, as its page keeps telling us."""

    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "object_id", "user"], name="editing_presence_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.model}:{self.object_id}"


def register_presence(obj: models.Model, user: Any) -> list[str]:
    """Note that a user has an object's form open. Returns the names of the others who have."""
    now = timezone.now()
    at = {"model": obj._meta.label_lower, "object_id": obj.pk}
    Presence.objects.update_or_create(**at, user=user, defaults={"seen_at": now})
    others = Presence.objects.filter(**at, seen_at__gt=now - PRESENT_FOR).exclude(user=user)
    return [person(presence.user) for presence in others.select_related("user").order_by("since")]
