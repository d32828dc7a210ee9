from functools import reduce
from operator import or_
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from networks.models import FocusArea, Network, Project
from publishing.illustrated import Illustrated
from publishing.models import Publishable, PublishableQuerySet, summary_field
from publishing.richtext import RichTextField
from publishing.slugs import slugs_of
from publishing.validators import OPTIONAL, WebAddressField, in_order, require_order
from twinning.models import Exchange, Town

# What an article may be about and has a page: by model, the relations from it to its articles.
SUBJECTS: dict[Any, tuple[str, ...]] = {
    Town: ("articles", "exchanges__articles"),
    Network: ("articles", "projects__articles"),
    FocusArea: ("articles",),
    Project: ("articles",),
    Exchange: ("articles",),
}

# The most of them on the start page and on the page of a town, a network or a focus area.
SHOWN = 3


class ArticleQuerySet(PublishableQuerySet["Article"]):
    def current(self) -> Self:
        """Without past events and closed opportunities. The same rule as `Article.is_over`."""
        now = timezone.localtime()
        ended = Q(ends_at__lte=now) | Q(ends_at=None, starts_at__date__lt=now.date())
        closed = Q(kind=Article.Kind.OPPORTUNITY, closes_on__lt=now.date())
        return self.exclude(closed).exclude(ended, kind=Article.Kind.EVENT)

    def due_for_review(self) -> Self:
        """Without stories and what is over, which stay as they were."""
        return super().due_for_review().current().exclude(kind=Article.Kind.STORY)

    def about(self, page: Publishable) -> Self:
        """Those tied to a town, a network or a focus area, or to its exchanges or projects."""
        rows: Any = type(page)._default_manager.filter(pk=page.pk)
        return self.filter(
            reduce(or_, (Q(pk__in=rows.values(tie)) for tie in SUBJECTS.get(type(page), ())), Q(pk__in=[]))
        )

    def events(self) -> Self:
        return self.filter(kind=Article.Kind.EVENT)

    def years(self) -> list[int]:
        """The years in which they were published, the latest first."""
        return [moment.year for moment in self.datetimes("published_at", "year", order="DESC")]


class Article(Publishable, Illustrated, Answerable):
    """A story, an event or an opportunity. Only the fields of its kind are shown."""

    class Kind(models.TextChoices):
        STORY = "story", _("Story")
        EVENT = "event", _("Event")
        OPPORTUNITY = "opportunity", _("Opportunity")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.STORY)
    title = models.CharField(_("heading"), max_length=150)
    summary = summary_field()
    body = RichTextField(_("text"), blank=True)
    starts_at = models.DateTimeField(_("begins"), **OPTIONAL, help_text=_("Swedish time."))
    ends_at = models.DateTimeField(
        _("ends"),
        **OPTIONAL,
        help_text=_("Then the event disappears from the lists. Leave empty if it lasts the whole day."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    audience = models.CharField(_("who can apply"), max_length=200, blank=True)
    opens_on = models.DateField(_("opens"), **OPTIONAL)
    closes_on = models.DateField(
        _("last day to apply"),
        **OPTIONAL,
        help_text=_(
            "The day after, the opportunity disappears from the lists, and the page says that applications are closed."
        ),
    )
    amount = models.CharField(_("amount"), max_length=120, blank=True, help_text=_("For example “at most SEK 20,000”."))
    link = WebAddressField(
        _("link"),
        blank=True,
        help_text=_("The organiser’s page, the e-service or the form. Leads away from the website."),
    )
    towns = models.ManyToManyField(Town, verbose_name=_("towns"), blank=True, related_name="articles")
    networks = models.ManyToManyField(Network, verbose_name=_("network"), blank=True, related_name="articles")
    focus_areas = models.ManyToManyField(FocusArea, verbose_name=_("focus areas"), blank=True, related_name="articles")
    projects = models.ManyToManyField(
        Project,
        verbose_name=_("project"),
        blank=True,
        related_name="articles",
        help_text=_("Shown on the network’s page."),
    )
    exchanges = models.ManyToManyField(
        Exchange,
        verbose_name=_("exchanges"),
        blank=True,
        related_name="articles",
        help_text=_("Shown on the pages of the towns."),
    )

    objects = ArticleQuerySet.as_manager()

    title_field = "title"

    class Meta(Publishable.Meta):
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")
        # Said outright, as SQLite and PostgreSQL put what has no date at different ends.
        ordering = [F("published_at").desc(nulls_first=True), "-pk"]
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            models.CheckConstraint(
                name="news_article_event_starts", condition=~Q(kind="event") | Q(starts_at__isnull=False)
            ),
            models.CheckConstraint(
                name="news_article_opportunity_closes", condition=~Q(kind="opportunity") | Q(closes_on__isnull=False)
            ),
            in_order("news_article_times", "starts_at", "ends_at"),
            in_order("news_article_days", "opens_on", "closes_on"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        for name, slug in slugs_of(self):
            if slug.isdecimal():
                message = _("Include at least one letter: digits alone are a year in the archive.")
                raise ValidationError({name: message}, code="year")
        if self.kind == self.Kind.EVENT and not self.starts_at:
            raise ValidationError({"starts_at": _("Fill in when the event begins.")}, code="required")
        if self.kind == self.Kind.OPPORTUNITY and not self.closes_on:
            raise ValidationError({"closes_on": _("Fill in the last day to apply.")}, code="required")
        message = _("The event cannot end before it begins. Change one of the times.")
        require_order(self.starts_at, self.ends_at, "ends_at", message)
        message = _("The last day cannot be before the day when applications open. Change one of the dates.")
        require_order(self.opens_on, self.closes_on, "closes_on", message)

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def is_over(self) -> bool:
        """Whether the event has ended (without an end, its day), or the last day of the opportunity has been."""
        now = timezone.localtime()
        if self.kind == self.Kind.EVENT and self.starts_at:
            return self.ends_at <= now if self.ends_at else timezone.localdate(self.starts_at) < now.date()
        return self.kind == self.Kind.OPPORTUNITY and self.closes_on is not None and self.closes_on < now.date()

    @property
    def is_to_open(self) -> bool:
        """Whether the first day to apply for the opportunity is still to come."""
        return self.opens_on is not None and self.opens_on > timezone.localdate()

    @property
    def subjects(self) -> list[Any]:
        """The public pages that it is about, on which it is shown (the home town has none). A query for each kind."""
        found: list[Any] = []
        for model, ties in SUBJECTS.items():
            tied = reduce(or_, (Q((tie, self.pk)) for tie in ties))
            pages = model._default_manager.published().filter(tied).distinct()
            found += [page for page in pages if not getattr(page, "home", False)]
        return found


def articles_about(page: Publishable) -> dict[str, list[Article]]:
    """The latest news to show on the page of a town, a network or a focus area (`publishing.views.ADDITIONS`)."""
    return {"articles": list(Article.objects.published().current().about(page)[:SHOWN])}
