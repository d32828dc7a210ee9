from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Answer(models.Model):
    """A reader's answer to "Hjälpte den här informationen dig?". Anonymous."""

    class Helped(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")

    class Reason(models.TextChoices):
        NOT_FOUND = "not_found", _("did not find what I was looking for")
        HARD = "hard", _("hard to understand")
        WRONG = "wrong", _("something is wrong")
        OTHER = "other", _("something else")

    class Status(models.TextChoices):
        NEW = "new", _("new")
        HANDLED = "handled", _("handled")
        ARCHIVED = "archived", _("archived")

    page = models.CharField(_("page"), max_length=100)
    page_title = models.CharField(_("heading of the page"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    revision = models.DateTimeField(_("version of the page"))
    helped = models.CharField(_("helped"), max_length=3, choices=Helped.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    comment = models.TextField(_("comment"), max_length=500, blank=True)
    # Stays true when the text has been purged, or folded into the same comment of another reader.
    commented = models.BooleanField(default=False, editable=False)
    repeats = models.PositiveIntegerField(_("repetitions"), default=0)
    created_at = models.DateTimeField(_("answered at"), default=timezone.now)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.NEW)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answer")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="feedback_answer_latest"),
            models.Index(fields=["page", "-created_at", "-id"], name="feedback_answer_page"),
            models.Index(fields=["status", "-created_at", "-id"], name="feedback_answer_status"),
            # All that the report counts by, in the order in which it groups.
            models.Index(
                fields=["page", "revision", "language", "helped", "reason", "commented", "created_at"],
                name="feedback_answer_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_title}: {self.get_helped_display()}"

    @transaction.atomic
    def explain(self, reason: str, comment: str) -> None:
        """Store the reason. A comment that others have written word for word about the page is added to theirs."""
        same = Answer.objects.filter(page=self.page, language=self.language, comment=comment).exclude(pk=self.pk)
        first = same.select_for_update().order_by("pk").first() if comment else None
        if first:
            first.repeats += 1
            first.save(update_fields=["repeats"])
        self.reason, self.comment, self.commented = reason, "" if first else comment, bool(comment)
        self.save(update_fields=["reason", "comment", "commented"])


class Sender(models.Model):
    """How often an anonymous sender has answered today, for the throttle.

    The digest is salted with a secret of the day (DailySalt). Neither refers to an answer; both are deleted the day
    after.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    day = models.DateField(db_index=True)
    count = models.PositiveIntegerField(default=0)
    latest_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class DailySalt(models.Model):
    """The secret in senders' digests of one day. Deleted the day after, so no digest can be made again."""

    day = models.DateField(primary_key=True)
    secret = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)


class Retention(models.Model):
    """The decision (gallringsbeslut) under which texts are deleted: one row, which the administrator can change.

    A first or a shorter time takes effect after a day, so that a slip can be corrected before anything is deleted.
    """

    DELAY = timedelta(hours=24)

    reference = models.CharField(
        _("decision"), max_length=120, help_text=_("The decision’s reference number, for example KS 123/2026.")
    )
    decided_on = models.DateField(_("decided on"))
    months = models.PositiveSmallIntegerField(
        _("months that comments are kept"),
        help_text=_(
            "Older comments, notes and reported problems are deleted every night. The statistics are "
            "kept. A shorter time applies after a day."
        ),
    )
    effective_at = models.DateTimeField(_("applies from"), null=True, editable=False)

    class Meta:
        verbose_name = _("retention decision")
        verbose_name_plural = _("retention decision")

    def __str__(self) -> str:
        return self.reference

    def save(self, **kwargs: Any) -> None:
        now = timezone.now()
        if self.needs_delay(now):
            self.effective_at = now + self.DELAY
        super().save(**kwargs)

    def is_in_force(self, now: datetime) -> bool:
        return self.effective_at is None or self.effective_at <= now

    def needs_delay(self, now: datetime) -> bool:
        """Whether answers could be deleted that the stored decision keeps."""
        stored = Retention.objects.filter(pk=self.pk).first()
        if not stored:
            return True
        return self.months < stored.months or (self.months != stored.months and not stored.is_in_force(now))


class Purge(models.Model):
    """How many texts a nightly run deleted, and under which decision. Kept as the record of the deletion."""

    ran_at = models.DateTimeField(_("ran at"), default=timezone.now)
    answers = models.PositiveIntegerField(_("cleared answers and problems"))
    older_than = models.DateTimeField(_("older than"))
    reference = models.CharField(_("decision"), max_length=120)

    class Meta:
        verbose_name = _("deletion by the retention decision")
        verbose_name_plural = _("deletions by the retention decision")
        ordering = ["-ran_at"]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d}: {self.answers}"
