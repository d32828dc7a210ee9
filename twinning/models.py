from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Subquery, Value, When
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from networks.models import Activity
from publishing.dates import YearOrDateField
from publishing.models import Content, Illustrated, Publishable, PublishableQuerySet, always_public, is_public
from publishing.prepared import Given
from publishing.records import JSONList, record, revive
from publishing.richtext import RichTextField
from publishing.sorting import sort_key
from publishing.validators import WebAddressField, is_sensible_year, require_order

# ISO 3166-1 codes of the countries a European town can lie in; their names come from CLDR in every language.
COUNTRIES = (  # noqa: SIM905
    "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS SE SI SK SM TR UA VA XK"
).split()


def country_choices() -> list[tuple[str, str]]:
    """Codes and names of the countries, in the order of the active language's names."""
    names = Locale.parse(get_language() or "sv").territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda choice: sort_key(choice[1]))


class Relation(models.TextChoices):
    """What a town is to Mölndal. Derived from its partnerships, never typed in."""

    HOME = "home", _("hemstad")
    TWIN = "twin", _("vänort")
    FRIEND = "friendship", _("vänskapsstad")
    LINK = "link", _("kontakt")
    FORMER = "former", _("tidigare samarbete")
    WIDER = "wider", _("ingår i vänortsnätverket")
    NONE = "none", _("inget avtal")


DIRECT = (Relation.TWIN, Relation.FRIEND, Relation.LINK)
# Whose partners are the wider network: more than a mere link.
BETWEEN = (Relation.TWIN, Relation.FRIEND)


class TownQuerySet(PublishableQuerySet["Town"]):
    def with_relation(self, given: Given | None = None) -> Self:
        """Add `relation`, what each town is to the home town today (a Relation).

        An agreement with the home town decides; after that a former one; after that an agreement in force with a
        public town that is a twin or a friend of the home town.
        """
        whens = [When(condition, then=Value(relation)) for relation, condition in relations(given)]
        return self.annotate(relation=Case(*whens, default=Value(Relation.NONE), output_field=models.CharField()))

    def between_us(self, today: date | None = None, now: datetime | None = None) -> Self:
        """Public twin towns and friends of the home town: those whose partners are the wider network."""
        direct = agreements_with_home().in_force(today).exclude(kind=Partnership.Kind.LINK)
        return self.published(now).filter(pk__in=direct.values("partner"))

    def nearest_first(self, given: Given | None = None) -> Self:
        """Those with a relation to the home town, in the order of `Relation` and then of lists (`tell_relations`)."""
        steps = [When(condition, then=Value(step)) for step, (_relation, condition) in enumerate(relations(given))]
        far = len(steps)
        near = self.annotate(nearness=Case(*steps, default=Value(far), output_field=models.IntegerField()))
        return near.filter(nearness__lt=far).order_by("nearness", "position", "sort_key")


def tell_relations(towns: "list[Town]") -> "list[Town]":
    """Give towns that were fetched nearest first the `relation` that `with_relation` gives, at half its price."""
    for town in towns:
        town.relation = list(Relation)[town.nearness]  # type: ignore[attr-defined]
    return towns


def relations(given: Given | None = None) -> list[tuple[Relation, Q]]:
    """What makes a town each relation today, the first that is true deciding; in the order of `Relation`.

    Written with sets of towns and not with a question about each, so that a thousand towns cost hardly more than ten,
    and with plain query sets: nothing here is translated, and to look for that takes longer than the query.
    """
    given = given or Given(timezone.localdate(), timezone.now())
    with_home = agreements_with_home()
    current = with_home.in_force(given.today)
    between = TownQuerySet(Town).between_us(given.today, given.now).values("pk")
    wider = PartnershipQuerySet(Partnership).in_force(given.today)
    return [
        (Relation.HOME, Q(home=True)),
        *((kind, Q(pk__in=current.filter(kind=kind).values("partner"))) for kind in DIRECT),
        (Relation.FORMER, Q(pk__in=with_home.filter(until__lte=given.today).values("partner"))),
        (
            Relation.WIDER,
            Q(pk__in=wider.filter(town_a__in=between).values("town_b"))
            | Q(pk__in=wider.filter(town_b__in=between).values("town_a")),
        ),
    ]


def agreements_with_home() -> Any:
    """Agreements of Mölndal itself, each with the key of its `partner`.

    Mölndal's key is asked for by itself: one row. Where it is joined, PostgreSQL goes through all towns for each.
    """
    home = Subquery(TownQuerySet(Town).filter(home=True).order_by().values("pk"))
    partner = Case(When(town_a=home, then=F("town_b")), default=F("town_a"))
    return PartnershipQuerySet(Partnership).filter(Q(town_a=home) | Q(town_b=home)).annotate(partner=partner)


class Town(Publishable, Illustrated, Answerable):
    """A town, Mölndal too. What it is to Mölndal follows from its partnerships."""

    name = models.CharField(_("namn"), max_length=120, help_text=_("Stadens egen stavning: Říčany, Bolków."))
    short_name = models.CharField(
        _("kort namn"),
        max_length=60,
        blank=True,
        help_text=_("Till rubriker och kartor. Lämna tomt om namnet är kort."),
    )
    other_names = models.CharField(
        _("andra stavningar"),
        max_length=250,
        blank=True,
        help_text=_("Visas inte, men gör att sökningen hittar staden. Skilj dem åt med kommatecken."),
    )
    introduction = models.CharField(
        _("så presenteras staden"),
        max_length=200,
        help_text=_("Namnet och var staden ligger, som i en lista: ”Borken, norr om Düsseldorf, Tyskland”."),
    )
    body = RichTextField(_("om staden"), blank=True)
    country = models.CharField(_("land"), max_length=2, choices=country_choices)
    latitude = models.FloatField(
        _("latitud"),
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Grader norr om ekvatorn, till exempel 57,6554. Behövs för kartan."),
    )
    longitude = models.FloatField(
        _("longitud"),
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Grader öster om Greenwich, till exempel 12,0138. Minus framför betyder väster."),
    )
    home = models.BooleanField(
        _("hemstad"), default=False, help_text=_("Bara Mölndal. Andra städer räknas i förhållande till den.")
    )
    website = WebAddressField(_("webbplats"), blank=True)
    association_name = models.CharField(_("vänortsförening"), max_length=120, blank=True)
    association_website = WebAddressField(_("vänortsföreningens webbplats"), blank=True)

    objects = TownQuerySet.as_manager()

    is_proper_name = True

    class Meta(Publishable.Meta):
        verbose_name = _("stad")
        verbose_name_plural = _("städer")
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            always_public("twinning_town_home_is_public", unless=Q(home=False)),
            models.UniqueConstraint(
                name="twinning_town_one_home",
                fields=["home"],
                condition=Q(home=True),
                violation_error_message=_("Det finns redan en hemstad."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def must_stay(self) -> bool:  # type: ignore[override]
        """Every other town is what it is to this one."""
        return self.home

    def clean(self) -> None:
        super().clean()
        if not self.home and Town.objects.filter(pk=self.pk, home=True).exists():
            raise ValidationError({"home": _("Hemstaden är den som alla andra räknas från.")}, code="must_stay")

    def get_absolute_url(self) -> str:
        return reverse("twin_towns") if self.home else reverse("town", args=[self.slug])

    @property
    def description(self) -> str:
        text = gettext("%(town)s och Mölndal: vad städerna gör tillsammans, sedan när, och vem du kan kontakta.")
        return text % {"town": self.name}

    def relation_by(self, agreements: "Iterable[Partnership]") -> Relation:
        """The same rule as `TownQuerySet.with_relation`, for one town in hand: its agreements with home decide.

        Whoever gets NONE may yet be in the wider network; that takes a look at the agreements of its partners.
        """
        with_home = [agreement for agreement in agreements if agreement.other(self).home]
        kinds = {agreement.kind for agreement in with_home if agreement.is_in_force}
        former = Relation.FORMER if any(agreement.is_former for agreement in with_home) else Relation.NONE
        return next((kind for kind in DIRECT if kind in kinds), former)

    def reading_order(self) -> tuple[bool, int, str]:
        """Sorts towns as lists do, with Mölndal first."""
        return (not self.home, self.position, self.sort_key)

    @property
    def label(self) -> str:
        """The shortest name, for headings and maps."""
        return self.short_name or self.name


# An agreement of Mölndal itself.
WITH_HOME = Q(town_a__home=True) | Q(town_b__home=True)


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def in_force(self, today: date | None = None) -> Self:
        """Agreements that have begun and not ended, today."""
        today = today or timezone.localdate()
        return self.filter(Q(since=None) | Q(since__lte=today), Q(until=None) | Q(until__gt=today))

    def of(self, town: Town) -> Self:
        return self.filter(Q(town_a=town) | Q(town_b=town))

    def of_home(self) -> Self:
        """Agreements of Mölndal itself."""
        return self.filter(WITH_HOME)

    def begun(self, today: date | None = None) -> Self:
        """In force or ended: one that is planned is not told of before its day."""
        today = today or timezone.localdate()
        return self.filter(Q(since=None) | Q(since__lte=today) | Q(until__lte=today))

    def of_any(self, keys: Iterable[int | None]) -> Self:
        """Agreements of any of the towns with these keys; those with the home town first."""
        keys = list(keys)
        found = self.filter(Q(town_a__in=keys) | Q(town_b__in=keys))
        return found.order_by(Case(When(WITH_HOME, then=0), default=1), F("since").asc(nulls_first=True), "id")

    def among(self, towns: Iterable[Town]) -> list["Partnership"]:
        """Agreements between two of these towns, with the very objects."""
        by_pk = {town.pk: town for town in towns}
        found: list[Partnership] = list(self.filter(town_a__in=by_pk, town_b__in=by_pk))
        for partnership in found:
            partnership.town_a, partnership.town_b = by_pk[partnership.town_a_id], by_pk[partnership.town_b_id]
        return found

    def shown(self, now: datetime | None = None) -> Self:
        """Agreements whose two towns are both public."""
        return self.filter(is_public("town_a__", now), is_public("town_b__", now)).select_related("town_a", "town_b")


class Partnership(Content):
    """An agreement between two towns. It has a beginning and an end, and stays when it has ended."""

    class Kind(models.TextChoices):
        TWIN = "twin", _("vänortsavtal")
        FRIENDSHIP = "friendship", _("vänskapsförklaring")
        LINK = "link", _("kontakt utan avtal")

    town_a = models.ForeignKey(Town, verbose_name=_("stad"), on_delete=models.PROTECT, related_name="+")
    town_b = models.ForeignKey(Town, verbose_name=_("annan stad"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("slag"), max_length=12, choices=Kind.choices, default=Kind.TWIN)
    since = YearOrDateField(
        _("från"),
        null=True,
        blank=True,
        validators=[is_sensible_year],
        help_text=_("Datum, eller bara årtalet. Bara årtalet visas."),
    )
    until = YearOrDateField(
        _("upphörde"),
        null=True,
        blank=True,
        validators=[is_sensible_year],
        help_text=_("Fyll i när samarbetet har avslutats. Då flyttas staden av sig själv till tidigare samarbeten."),
    )
    decision = models.CharField(
        _("beslut"), max_length=120, blank=True, help_text=_("Diarienummer eller paragraf, om det finns.")
    )
    source = models.CharField(_("källa"), max_length=250, blank=True, help_text=_("Var uppgiften kommer ifrån."))
    source_url = WebAddressField(_("länk till källan"), blank=True)
    note = models.TextField(_("anteckning"), max_length=600, blank=True, help_text=_("Syns för alla."))

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("avtal mellan städer")
        verbose_name_plural = _("avtal mellan städer")
        # Said outright, as SQLite puts an unknown year first and PostgreSQL last.
        ordering = [F("since").asc(nulls_first=True), "id"]
        constraints = [
            # Kept in one order, so that one pair of towns is one pair however it was typed; this also keeps them apart.
            models.CheckConstraint(
                name="twinning_partnership_order",
                condition=Q(town_a__lt=F("town_b")),
                violation_error_message=_("Ett avtal är mellan två olika städer."),
            ),
            models.CheckConstraint(
                name="twinning_partnership_dates",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
            ),
            models.UniqueConstraint(
                name="twinning_partnership_one_open",
                fields=["town_a", "town_b"],
                condition=Q(until=None),
                violation_error_message=_(
                    "De två städerna har redan ett avtal som gäller. Avsluta det först, och lägg sedan till det nya."
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
        message = _("Avtalet kan inte upphöra innan det börjar. Ändra ett av datumen.")
        require_order(self.since, self.until, "until", message)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.put_in_order()
        super().save(*args, **kwargs)

    @property
    def is_in_force(self) -> bool:
        """The same rule as `PartnershipQuerySet.in_force`, for one agreement in hand."""
        today = timezone.localdate()
        return (self.since is None or self.since <= today) and (self.until is None or self.until > today)

    @property
    def is_former(self) -> bool:
        """Whether it has ended; one that has not begun is neither former nor in force."""
        return self.until is not None and self.until <= timezone.localdate()

    def towns(self) -> list[Town]:
        """Its two towns as readers meet them: Mölndal first, then as in lists."""
        return sorted([self.town_a, self.town_b], key=Town.reading_order)

    def reading_order(self) -> list[tuple[bool, int, str]]:
        """Sorts agreements by their first town, then by the other."""
        return [town.reading_order() for town in self.towns()]

    def other(self, town: Town) -> Town:
        """The partner of the given town."""
        return self.town_b if self.town_a_id == town.pk else self.town_a


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def with_towns(self, now: datetime | None = None) -> Self:
        """Fetch the public towns of each in the same query; see `Exchange.public_towns`."""
        names = ("id", "name", "short_name", "slug", "home", "position", "sort_key", "updated_at")
        shown = record(Town, *names, prefix="towns__")
        return self.annotate(town_records=JSONList(shown, filter=is_public("towns__", now)))


class Exchange(Activity, Answerable):
    """Something people do together across the towns: a youth exchange, a school visit, a concert."""

    towns = models.ManyToManyField(Town, verbose_name=_("städer"), related_name="exchanges")
    for_schools = models.BooleanField(_("för skolor"), default=False)
    for_associations = models.BooleanField(_("för föreningar"), default=False)
    for_residents = models.BooleanField(_("för invånare"), default=False)
    how_to_join = models.TextField(
        _("så är du med"),
        max_length=600,
        blank=True,
        help_text=_("Vad den som vill delta ska göra, och när. Visas på sidan Vill du delta?"),
    )

    objects = ExchangeQuerySet.as_manager()

    class Meta(Activity.Meta):
        verbose_name = _("utbyte")
        verbose_name_plural = _("utbyten")

    @cached_property
    def public_towns(self) -> list[Town]:
        """Its public towns as `ExchangeQuerySet.with_towns` fetched them, to name and to link."""
        towns = [revive(Town, found) for found in self.town_records or []]  # type: ignore[attr-defined]
        return sorted(towns, key=lambda town: (town.position, town.sort_key))


@receiver(post_delete, sender=Partnership)
def date_towns(instance: Partnership, **kwargs: Any) -> None:
    """An agreement that was removed changed both towns' pages, and is no longer there to say so."""
    instance.town_a.touch()
    instance.town_b.touch()
