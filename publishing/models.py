"""What every kind of content shares: when it last changed, when it is public."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from publishing.dates import PastDateField
from publishing.removal import remove, stored_pictures
from publishing.slugs import add_slugs, refuse_taken
from publishing.sorting import SWEDISH, sort_key
from publishing.validators import OPTIONAL, is_address, is_sensible_year

# A change to these alone is nothing a reader would notice.
UNSEEN = {"id", "updated_at", "reviewed_at", "sort_key"}

MUST_STAY_PUBLIC = _(
    "This page must always be published. Fill in a time in the past at Published from, and leave "
    "Unpublished from empty."
)

# Somebody looks through every page that often.
REVIEW_AFTER = timedelta(days=365)


class Content(models.Model):
    """Anything that readers see and that has its own date of change.

    `updated_at` moves when something that readers see has changed, however it was saved. Set `minor_change` before
    `save()` to correct a typo without moving it.
    """

    minor_change = False

    # Set where the site cannot do without it: a page at a fixed address, always public.
    must_stay = False

    # The translated field that holds the heading; its Swedish text is what lists are ordered by.
    title_field = "name"

    # A name that is the same in every language, and so is not marked as Swedish (WCAG 3.1.2 exempts proper names).
    is_proper_name = False

    updated_at = models.DateTimeField(_("last updated"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if self.pk and not self.minor_change and self.is_changed(update_fields):
            self.updated_at = timezone.now()
            update_fields = None if update_fields is None else {*update_fields, "updated_at"}
        replaced = stored_pictures(self)
        super().save(*args, update_fields=update_fields, **kwargs)
        transaction.on_commit(lambda: remove(*replaced))

    def full_clean(self, exclude: Any = None, validate_unique: bool = True, validate_constraints: bool = True) -> None:
        """Check the constraints last: `clean` says what they say in words and at a field, one fault at a time."""
        super().full_clean(exclude, validate_unique, validate_constraints=False)
        if validate_constraints:
            self.validate_constraints(exclude)

    def is_changed(self, names: Iterable[str] | None = None) -> bool:
        """Whether a field that readers see (of the given names) differs from what the database holds."""
        fields = [f for f in self._meta.concrete_fields if f.name not in UNSEEN and (names is None or f.name in names)]
        # A translated field's original column only repeats the Swedish one, under the active language's name.
        originals = {f.translated_field.name for f in fields if hasattr(f, "translated_field")}
        fields = [f for f in fields if f.name not in originals]
        if not fields:
            return False
        stored = type(self)._base_manager.filter(pk=self.pk).values_list(*(f.attname for f in fields)).first()
        return stored is not None and any(
            (field.value_from_object(self) or None) != (value or None)
            for field, value in zip(fields, stored, strict=True)
        )

    @property
    def heading(self) -> str:
        """The page's heading, in the active language."""
        return str(self)

    @property
    def description(self) -> str:
        """What search engines and shared links say about the page, in the active language."""
        return getattr(self, "summary", "") or self.heading

    @property
    def key(self) -> str:
        """A permanent name of this page: "networks.network:3"."""
        return f"{self._meta.label_lower}:{self.pk}"

    def touch(self) -> None:
        """Move the date of change, where something that belongs to this was changed (a list of areas, a fact)."""
        self.updated_at = timezone.now()
        type(self)._base_manager.filter(pk=self.pk).update(updated_at=self.updated_at)


P = TypeVar("P", bound="Publishable")


def summary_field() -> models.TextField:
    """What lists and search engines show below a page's heading."""
    return models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences. Shown in lists and in search engines."),
    )


def to_the_minute(moment: datetime | None) -> datetime | None:
    """Publishing times are whole minutes, as forms show them: saving a form untouched then changes nothing."""
    return moment and moment.replace(second=0, microsecond=0)


def is_public(prefix: str = "") -> Q:
    """What readers may see now: `published_at <= now < unpublished_at`. The only place that says so.

    `prefix` leads to the content from another model: "town_a__".
    """
    now = timezone.now()
    ended, begun = f"{prefix}unpublished_at", f"{prefix}published_at"
    return (Q((ended, None)) | Q((f"{ended}__gt", now))) & Q((f"{begun}__lte", now))


def always_public(name: str, unless: Q | None = None) -> models.CheckConstraint:
    """A constraint on content that must stay: published, without an end; `unless` are rows that need not stay."""
    condition = Q(unpublished_at=None, published_at__isnull=False)
    return models.CheckConstraint(
        name=name, condition=unless | condition if unless else condition, violation_error_message=MUST_STAY_PUBLIC
    )


class PublishableQuerySet(models.QuerySet[P]):
    """The query set of every Publishable: each model has `objects = PublishableQuerySet.as_manager()` or its own."""

    def published(self) -> Self:
        """What readers may see now (`is_public`)."""
        return self.filter(is_public())

    def in_list_order(self, *first: Any) -> Self:
        """As readers of the active language have it in lists, by something else first where that is given."""
        language, title = get_language() or SWEDISH, self.model.title_field
        if language == SWEDISH:
            return self.order_by(*first, "position", "sort_key")
        names = self.order_by().values_list("pk", f"{title}_{language}", f"{title}_{SWEDISH}")
        ordered = sorted(names, key=lambda row: (sort_key(row[1] or row[2], language), row[0]))
        places = [When(pk=pk, then=place) for place, (pk, *_names) in enumerate(ordered)]
        name = Case(*places, output_field=models.IntegerField()) if places else "sort_key"
        return self.order_by(*first, "position", name)

    def due_for_review(self) -> Self:
        """What is public and was last said to be right, or else published, a year ago or longer."""
        then = timezone.now() - REVIEW_AFTER
        never = Q(reviewed_at=None, published_at__lte=then)
        return self.published().filter(Q(reviewed_at__lte=timezone.localdate(then)) | never)


class Publishable(Content):
    """Content with an address of its own, and a time from and until which it is public."""

    slug = models.CharField(
        _("address"),
        max_length=80,
        unique=True,
        validators=[is_address],
        help_text=_("The last part of the page’s web address. Small letters, digits and hyphens."),
    )
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        validators=[is_sensible_year],
        help_text=_("From then on everyone sees the page. Leave empty while you are working on it. Swedish time."),
    )
    unpublished_at = models.DateTimeField(
        _("unpublished from"),
        null=True,
        blank=True,
        validators=[is_sensible_year],
        help_text=_("From then on the page is no longer shown. Leave empty if it is to stay."),
    )
    reviewed_at = PastDateField(
        _("reviewed"), **OPTIONAL, help_text=_("When someone last checked that the content is correct.")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Lower numbers are shown first. Equal numbers are sorted alphabetically.")
    )
    sort_key = models.CharField(max_length=250, editable=False, db_index=True)

    class Meta:
        abstract = True
        ordering = ["position", "sort_key"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_window",
                condition=Q(unpublished_at=None) | Q(published_at=None) | Q(unpublished_at__gt=F("published_at")),
            ),
        ]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.published_at, self.unpublished_at = to_the_minute(self.published_at), to_the_minute(self.unpublished_at)
        self.sort_key = sort_key(getattr(self, f"{self.title_field}_sv"))[:250]
        if update_fields is None and not self.must_stay:
            add_slugs(self)
        update_fields = None if update_fields is None else {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean(self) -> None:
        super().clean()
        refuse_taken(self)
        if self.published_at and self.unpublished_at and self.unpublished_at <= self.published_at:
            message = _("The page cannot be unpublished before it has been published. Change one of the times.")
            raise ValidationError({"unpublished_at": message}, code="order")
        # A start in the future too, which a constraint cannot compare with the time.
        if self.must_stay and (self.unpublished_at or not self.is_published):
            raise ValidationError(MUST_STAY_PUBLIC, code="must_stay")

    def publish(self) -> None:
        """Make it public from now on; an end that is still to come stays. Not saved."""
        self.published_at = timezone.now()
        if self.unpublished_at and self.unpublished_at <= self.published_at:
            self.unpublished_at = None

    @property
    def name_key(self) -> str:
        """What it is ordered by among others of the same position, in the active language."""
        language = get_language() or SWEDISH
        return self.sort_key if language == SWEDISH else sort_key(getattr(self, self.title_field), language)

    @property
    def last_reviewed(self) -> date | None:
        """The day of the last review, or of publication."""
        return self.reviewed_at or (self.published_at and timezone.localdate(self.published_at))

    @property
    def will_be_seen(self) -> bool:
        """Whether it is public, or is set to be."""
        ended = self.unpublished_at is not None and self.unpublished_at <= timezone.now()
        return self.published_at is not None and not ended

    @property
    def is_published(self) -> bool:
        """The same rule as `PublishableQuerySet.published`, for one object."""
        return self.will_be_seen and self.published_at is not None and self.published_at <= timezone.now()


def in_list_order(found: Iterable[P]) -> list[P]:
    """Those of these that are public, in the order of lists (`PublishableQuerySet.in_list_order`)."""
    return sorted(
        (item for item in found if item.is_published), key=lambda item: (item.position, item.name_key, item.pk)
    )


@receiver(pre_delete)
def remove_pictures(instance: models.Model, **kwargs: Any) -> None:
    """Stop serving the pictures of deleted content. They are kept for restoring."""
    if isinstance(instance, Content):
        names = stored_pictures(instance)
        transaction.on_commit(lambda: remove(*names))
