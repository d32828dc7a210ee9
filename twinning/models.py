from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from networks.models import Activity, ActivityQuerySet
from publishing.city import names
from publishing.dates import YearOrDateField
from publishing.illustrated import Illustrated
from publishing.models import Content, Publishable, PublishableQuerySet, always_public, is_public
from publishing.richtext import RichTextField
from publishing.validators import OPTIONAL, WebAddressField, in_order, require_order
from twinning.countries import country_choices
from twinning.relations import Relation, derive_relations
from twinning.taking_part import TakingPart


def relations_to_home() -> dict[int, Relation]:
    """What each town is to the home town today, by primary key; one without any agreement may be left out."""
    towns = dict(Town.objects.published().values_list("pk", "home"))
    agreements = [(p.town_a_id, p.town_b_id, p.kind, p.is_in_force) for p in Partnership.objects.begun()]
    return derive_relations(towns, agreements)


class TownQuerySet(PublishableQuerySet["Town"]):
    def with_relation(self) -> Self:
        """Add `relation`, what each town is to the home town today."""
        found = relations_to_home()
        whens = [
            When(pk__in=[pk for pk, its in found.items() if its == relation], then=Value(relation))
            for relation in Relation
        ]
        return self.annotate(relation=Case(*whens, default=Value(Relation.NONE), output_field=models.CharField()))

    def nearest_first(self) -> Self:
        """Those with a relation to the home town, in the order of `Relation` and then of lists."""
        steps = [When(relation=relation, then=step) for step, relation in enumerate(Relation)]
        near = self.with_relation().exclude(relation=Relation.NONE)
        return near.in_list_order(Case(*steps, output_field=models.IntegerField()))


class Town(Publishable, Illustrated, Answerable):
    """A town; the home town is one too (`home`). Its relation to that is derived from the partnerships."""

    name = models.CharField(_("name"), max_length=120, help_text=_("The town’s own spelling: Říčany, Bolków."))
    short_name = models.CharField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("For headings and maps. Leave empty if the name is short."),
    )
    other_names = models.CharField(
        _("other spellings"),
        max_length=250,
        blank=True,
        help_text=_("Not shown, but lets the search find the town. Separate them with commas."),
    )
    introduction = models.CharField(
        _("how the town is introduced"),
        max_length=200,
        help_text=_("The name and where the town lies, as in a list: “Borken, north of Düsseldorf, Germany”."),
    )
    body = RichTextField(_("about the town"), blank=True)
    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    latitude = models.FloatField(
        _("latitude"),
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north of the equator, for example 57.6554. Needed for the map."),
    )
    longitude = models.FloatField(
        _("longitude"),
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east of Greenwich, for example 12.0138. A minus in front means west."),
    )
    home = models.BooleanField(
        _("home town"), default=False, help_text=_("Only the city's own. Others are counted from it.")
    )
    website = WebAddressField(_("website"), blank=True)
    association_name = models.CharField(_("twinning association"), max_length=120, blank=True)
    association_website = WebAddressField(_("website of the twinning association"), blank=True)

    objects = TownQuerySet.as_manager()

    relation: str  # added by `with_relation`

    is_proper_name = True

    class Meta(Publishable.Meta):
        verbose_name = _("town")
        verbose_name_plural = _("towns")
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            always_public("twinning_town_home_is_public", unless=Q(home=False)),
            models.UniqueConstraint(
                name="twinning_town_one_home",
                fields=["home"],
                condition=Q(home=True),
                violation_error_message=_("There is already a home town."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def must_stay(self) -> bool:  # type: ignore[override]
        """Relations are derived from the home town."""
        return self.home

    def clean(self) -> None:
        super().clean()
        if not self.home and Town.objects.filter(pk=self.pk, home=True).exists():
            raise ValidationError({"home": _("All others are counted from the home town.")}, code="must_stay")

    def get_absolute_url(self) -> str:
        return reverse("twin_towns") if self.home else reverse("town", args=[self.slug])

    @property
    def description(self) -> str:
        text = gettext("%(town)s and %(city)s: what we do together, since when, and whom to contact.")
        return text % (names() | {"town": self.name})

    def reading_order(self) -> tuple[bool, int, str]:
        """Sorts towns as lists do, with the home town first."""
        return (not self.home, self.position, self.name_key)

    @property
    def label(self) -> str:
        """The shortest name, for headings and maps."""
        return self.short_name or self.name


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def in_force(self) -> Self:
        """Agreements that have begun and not ended, today."""
        today = timezone.localdate()
        return self.filter(Q(since=None) | Q(since__lte=today), Q(until=None) | Q(until__gt=today))

    def begun(self) -> Self:
        """In force or ended: one that is planned is not shown before its day."""
        today = timezone.localdate()
        return self.filter(Q(since=None) | Q(since__lte=today) | Q(until__lte=today))

    def of(self, *towns: Town) -> Self:
        """Agreements of any of the towns."""
        return self.filter(Q(town_a__in=towns) | Q(town_b__in=towns))

    def home_first(self) -> Self:
        """Those of the home town before others."""
        with_home = Q(town_a__home=True) | Q(town_b__home=True)
        return self.order_by(Case(When(with_home, then=0), default=1), F("since").asc(nulls_first=True), "id")

    def shown(self) -> Self:
        """Agreements whose two towns are both public."""
        return self.filter(is_public("town_a__"), is_public("town_b__")).select_related("town_a", "town_b")


class Partnership(Content):
    """An agreement between two towns. It has a beginning and an end, and stays when it has ended."""

    class Kind(models.TextChoices):
        TWIN = "twin", _("twinning agreement")
        FRIENDSHIP = "friendship", _("declaration of friendship")
        LINK = "link", _("contact without an agreement")

    town_a = models.ForeignKey(Town, verbose_name=_("town"), on_delete=models.PROTECT, related_name="+")
    town_b = models.ForeignKey(Town, verbose_name=_("other town"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.TWIN)
    since = YearOrDateField(_("from"), **OPTIONAL, help_text=_("A date, or only the year. Only the year is shown."))
    until = YearOrDateField(
        _("ended"),
        **OPTIONAL,
        help_text=_("Fill in when the partnership has ended. Then the town moves to former partnerships by itself."),
    )
    decision = models.CharField(
        _("decision"), max_length=120, blank=True, help_text=_("Reference number or section, if there is one.")
    )
    source = models.CharField(_("source"), max_length=250, blank=True, help_text=_("Where the information comes from."))
    source_url = WebAddressField(_("link to the source"), blank=True)
    note = models.TextField(_("note"), max_length=600, blank=True, help_text=_("Visible to everyone."))

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement between towns")
        verbose_name_plural = _("agreement between towns")
        # Said outright, as SQLite puts an unknown year first and PostgreSQL last.
        ordering = [F("since").asc(nulls_first=True), "id"]
        constraints = [
            # Kept in one order, so that one pair of towns is one pair however it was typed; this also keeps them apart.
            models.CheckConstraint(
                name="twinning_partnership_order",
                condition=Q(town_a__lt=F("town_b")),
                violation_error_message=_("An agreement is between two different towns."),
            ),
            in_order("twinning_partnership_dates", "since", "until"),
            models.UniqueConstraint(
                name="twinning_partnership_one_open",
                fields=["town_a", "town_b"],
                condition=Q(until=None),
                violation_error_message=_(
                    "The two towns already have an agreement in force. End it first, and then add the new one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return " – ".join(town.label for town in self.towns())

    def put_in_order(self) -> None:
        """Keep the two towns in one order, whichever was named first."""
        if self.town_a_id and self.town_b_id and self.town_a_id > self.town_b_id:
            self.town_a, self.town_b = self.town_b, self.town_a

    def clean(self) -> None:
        super().clean()
        self.put_in_order()
        message = _("The agreement cannot end before it begins. Change one of the dates.")
        require_order(self.since, self.until, "until", message)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.put_in_order()
        super().save(*args, **kwargs)

    @property
    def is_in_force(self) -> bool:
        """The same rule as `PartnershipQuerySet.in_force`, for one agreement."""
        return not self.is_former and (self.since is None or self.since <= timezone.localdate())

    @property
    def is_former(self) -> bool:
        """Whether it has ended; one that has not begun is neither former nor in force."""
        return self.until is not None and self.until <= timezone.localdate()

    def towns(self) -> list[Town]:
        """Its two towns in the order of lists, with the home town first."""
        return sorted([self.town_a, self.town_b], key=Town.reading_order)

    def reading_order(self) -> list[tuple[bool, int, str]]:
        """Sorts agreements by their first town, then by the other."""
        return [town.reading_order() for town in self.towns()]

    def other(self, town: Town) -> Town:
        """The partner of the given town."""
        return self.town_b if self.town_a_id == town.pk else self.town_a


class Exchange(Activity, TakingPart, Answerable):
    """Something people do together across the towns: a youth exchange, a school visit, a concert."""

    towns = models.ManyToManyField(Town, verbose_name=_("towns"), related_name="exchanges")

    objects = ActivityQuerySet["Exchange"].as_manager()

    class Meta(Activity.Meta):
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")

    def get_absolute_url(self) -> str:
        """Its own page, or the one that lists what one can take part in."""
        return reverse("exchange", args=[self.pk, self.name_in_address]) if self.has_page else reverse("take_part")

    @property
    def public_towns(self) -> list[Town]:
        """Its public towns, in the order of lists; prefetch `towns`."""
        return [town for town in self.towns.all() if town.is_published]


@receiver(post_delete, sender=Partnership)
def date_towns(instance: Partnership, **kwargs: Any) -> None:
    """Move the dates of both towns' pages when an agreement between them is deleted."""
    instance.town_a.touch()
    instance.town_b.touch()
