from typing import Self, TypeVar

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from publishing.dates import PastDateField, YearOrDateField
from publishing.illustrated import Illustrated
from publishing.models import Content, Publishable, PublishableQuerySet, in_list_order, is_public, summary_field
from publishing.plain import LETTERS
from publishing.richtext import RichTextField
from publishing.validators import OPTIONAL, WebAddressField, in_order, is_sensible_year, require_order

A = TypeVar("A", bound="Activity")


class FocusArea(Publishable, Answerable):
    """A field that networks and towns work on together: waste, schools, culture."""

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("Write as in the middle of a sentence, that is in lower case: “sustainable transport”."),
    )
    summary = summary_field()
    body = RichTextField(_("text"), blank=True)

    objects = PublishableQuerySet["FocusArea"].as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("focus_area", args=[self.slug])

    @property
    def public_projects(self) -> "list[Project]":
        """Those of public networks; prefetch `projects__network`."""
        return [project for project in self.projects.all() if project.network.is_published]

    @property
    def public_networks(self) -> "list[Network]":
        """The networks that work on it; prefetch `networks` too."""
        return in_list_order({*self.networks.all(), *(project.network for project in self.projects.all())})

    @property
    def heading(self) -> str:
        return capfirst(self.name)

    @property
    def description(self) -> str:
        text = gettext("Networks, projects and exchanges on %(area)s.")
        return self.summary or text % {"area": self.name}


class NetworkQuerySet(PublishableQuerySet["Network"]):
    def members_first(self) -> Self:
        """Those that the city is a member of before those it has left. The same rule as `Network.is_former`."""
        left = Q(member_until__lt=timezone.localdate())
        return self.alias(left=Case(When(left, then=1), default=0)).in_list_order("left")

    def current(self) -> Self:
        """Those that the city is a member of."""
        return self.exclude(member_until__lt=timezone.localdate())

    def working_on(self, area: FocusArea) -> Self:
        """Those that list the area, or have a project that does."""
        return self.filter(Q(pk__in=area.networks.values("pk")) | Q(pk__in=area.projects.values("network")))

    def with_areas(self) -> Self:
        """Read what `Network.areas` needs."""
        return self.prefetch_related("focus_areas", "projects__focus_areas")


class Network(Publishable, Illustrated, Answerable):
    """A network of cities that the city is or was a member of."""

    name = models.CharField(_("name"), max_length=120, help_text=_("The short name, for example Eurotowns."))
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    summary = summary_field()
    body = RichTextField(_("about the network"), blank=True)
    focus_intro = models.CharField(
        _("sentence before the focus areas"),
        max_length=250,
        blank=True,
        help_text=_("For example “The organisation works in areas such as:”. The list is filled in by itself."),
    )
    participation = RichTextField(_("what the municipality has done"), blank=True)
    focus_areas = models.ManyToManyField(FocusArea, verbose_name=_("focus areas"), blank=True, related_name="networks")
    website = WebAddressField(_("website"), blank=True)
    founded = models.PositiveSmallIntegerField(_("year founded"), **OPTIONAL)
    member_from = YearOrDateField(
        _("member from"), **OPTIONAL, help_text=_("A date, or only the year. Only the year is shown.")
    )
    member_until = YearOrDateField(
        _("member until"),
        is_last=True,
        **OPTIONAL,
        help_text=_(
            "The last day, or the year alone: then until the end of the year. Filled in when the "
            "municipality leaves the network."
        ),
    )

    objects = NetworkQuerySet.as_manager()

    is_proper_name = True

    class Meta(Publishable.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("network")
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            in_order("networks_network_membership", "member_from", "member_until"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("network", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        message = _("The membership cannot end before it begins. Change one of the dates.")
        require_order(self.member_from, self.member_until, "member_until", message)

    @property
    def heading(self) -> str:
        """The name with what it stands for: "SERN – Sweden Emilia-Romagna Network"."""
        return f"{self.name} – {self.full_name}" if self.full_name else self.name

    @property
    def areas(self) -> list[FocusArea]:
        """The public areas that it or one of its projects works on (`with_areas`)."""
        of_projects = (area for project in self.projects.all() for area in project.focus_areas.all())
        return in_list_order({*self.focus_areas.all(), *of_projects})

    @property
    def is_former(self) -> bool:
        """Whether the city has left the network."""
        return self.member_until is not None and self.member_until < timezone.localdate()


class ActivityQuerySet(models.QuerySet[A]):
    def published(self) -> Self:
        """Those with a page of their own. It has no publishing time; the last change stands in for it."""
        return self.filter(body_sv__gt="").annotate(published_at=F("updated_at"))


class Activity(Content, Illustrated):
    """An activity over some years: a project of a network, an exchange between towns.

    It has a page of its own when it has a text. Its address follows its name; the key in it stays.
    """

    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("description"), max_length=600, blank=True)
    body = RichTextField(
        _("text"),
        blank=True,
        help_text=_("With a text it gets a page of its own, to which the name in the lists leads."),
    )
    focus_areas = models.ManyToManyField(
        FocusArea, verbose_name=_("focus areas"), blank=True, related_name="%(class)ss"
    )
    started = models.PositiveSmallIntegerField(_("from year"), **OPTIONAL)
    ended = models.PositiveSmallIntegerField(_("until year"), **OPTIONAL)
    website = WebAddressField(_("website"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        constraints = [
            *Illustrated.Meta.constraints,
            in_order("%(app_label)s_%(class)s_years", "started", "ended"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        message = _("The last year cannot be before the first. Change one of the years.")
        require_order(self.started, self.ended, "ended", message)

    @property
    def heading(self) -> str:
        return capfirst(self.name)

    @property
    def has_page(self) -> bool:
        """The same rule as `ActivityQuerySet.published`, for one activity that readers see."""
        return bool(self.body_sv)  # type: ignore[attr-defined]

    @property
    def name_in_address(self) -> str:
        return slugify(self.name.translate(LETTERS)) or str(self._meta.model_name)


class ProjectQuerySet(ActivityQuerySet["Project"]):
    def published(self) -> Self:
        return super().published().filter(is_public("network__")).select_related("network")


class Project(Activity):
    """A project that the city took part in through a network. Named as in a sentence: "avfallshantering"."""

    network = models.ForeignKey(Network, verbose_name=_("network"), on_delete=models.CASCADE, related_name="projects")

    objects = ProjectQuerySet.as_manager()

    class Meta(Activity.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("project")

    def __str__(self) -> str:
        """With its network, as several may have one of that name."""
        return f"{self.name} ({self.network})"

    def get_absolute_url(self) -> str:
        """Its own page, or its network's."""
        if not self.has_page:
            return self.network.get_absolute_url()
        return reverse("project", args=[self.network.slug, self.pk, self.name_in_address])


class Fact(Content):
    """A figure about a network, with the day on which it was checked."""

    network = models.ForeignKey(Network, verbose_name=_("network"), on_delete=models.CASCADE, related_name="facts")
    label = models.CharField(_("what"), max_length=120, help_text=_("For example “Member cities”."))
    value = models.CharField(_("value"), max_length=120, help_text=_("For example “18 cities in 8 countries”."))
    as_of = PastDateField(
        _("retrieved on"),
        validators=[is_sensible_year],
        help_text=_("The day when you retrieved or checked the fact. Shown on the page."),
    )
    source = models.CharField(_("source"), max_length=250, help_text=_("Where the information comes from."))
    source_url = WebAddressField(_("link to the source"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label
