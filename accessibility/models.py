from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from publishing.dates import PastDateField
from publishing.models import Content, Publishable, PublishableQuerySet, always_public
from publishing.richtext import RichTextField
from publishing.validators import WebAddressField, is_sensible_year


def a_year_after(day: date) -> date:
    """The same day a year later; 28 February after a 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


class Statement(Publishable, Answerable):
    """The accessibility statement that lagen (2018:1937) om tillgänglighet till digital offentlig service asks for.

    Its parts follow Digg's regulation on accessibility statements (MDFFS 2019:2) and Digg's own template.
    """

    class Conformance(models.TextChoices):
        FULL = "full", _("helt förenlig")
        PARTIAL = "partial", _("delvis förenlig")
        NONE = "none", _("inte förenlig")

    class Method(models.TextChoices):
        SELF = "self", _("självskattning, alltså vår egen testning")
        EXTERNAL = "external", _("granskning av någon utanför kommunen")

    class Standard(models.TextChoices):
        V3 = "EN 301 549 V3.2.1", "EN 301 549 V3.2.1"
        V4 = "EN 301 549 V4.1.1", "EN 301 549 V4.1.1"

    title = models.CharField(_("rubrik"), max_length=150)
    summary = models.TextField(
        _("sammanfattning"), max_length=300, blank=True, help_text=_("En eller två meningar. Visas i sökmotorer.")
    )
    body_name = models.CharField(_("vem som står bakom"), max_length=120, help_text=_("Till exempel Mölndals stad."))
    service = models.CharField(
        _("vilken tjänst"), max_length=200, help_text=_("Som mitt i en mening: ”webbplatsen Mölndals stad …”.")
    )
    conformance = models.CharField(
        _("hur väl följs lagen"),
        max_length=8,
        choices=Conformance.choices,
        help_text=_("Helt förenlig får du bara välja när inga brister är kända."),
    )
    assessed_on = PastDateField(
        _("senaste bedömning"),
        validators=[is_sensible_year],
        help_text=_("När någon senast testade webbplatsen."),
    )
    revised_on = PastDateField(
        _("redogörelsen uppdaterad"),
        validators=[is_sensible_year],
        help_text=_("Gå igenom redogörelsen varje år."),
    )
    launched_on = models.DateField(_("webbplatsen publicerades"), null=True, blank=True, validators=[is_sensible_year])
    method = models.CharField(_("hur den har testats"), max_length=8, choices=Method.choices, default=Method.SELF)
    standard = models.CharField(
        _("vilken standard"),
        max_length=17,
        choices=Standard.choices,
        default=Standard.V3,
        help_text=_("Den som Diggs föreskrifter hänvisar till. Byt när webbplatsen är bedömd enligt en nyare."),
    )
    method_text = RichTextField(_("så har vi testat"), blank=True)
    alternative = RichTextField(
        _("om någon inte kan använda en del"),
        blank=True,
        help_text=_("Hur man får innehållet på annat sätt, och hur snabbt ni brukar svara."),
    )

    authority_name = models.CharField(
        _("myndighet"), max_length=120, help_text=_("Den som kontrollerar att lagen följs. Skriv även dess kortnamn.")
    )
    authority_link = WebAddressField(
        _("länk till anmälan"), help_text=_("Sidan där man anmäler till myndigheten att en webbplats brister.")
    )

    objects = PublishableQuerySet["Statement"].as_manager()

    must_stay = True
    title_field = "title"

    class Meta(Publishable.Meta):
        verbose_name = _("tillgänglighetsredogörelse")
        verbose_name_plural = _("tillgänglighetsredogörelse")
        constraints = [*Publishable.Meta.constraints, always_public("accessibility_statement_is_public")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("accessibility")

    @property
    def is_due(self) -> bool:
        """Whether a year has passed since it was revised or assessed."""
        return timezone.localdate() >= a_year_after(min(self.revised_on, self.assessed_on))


class Shortcoming(Content):
    """Something on the site that is not accessible, and why."""

    class Kind(models.TextChoices):
        FAULT = "fault", _("bristande förenlighet med lagkraven")
        BURDEN = "burden", _("oskäligt betungande att anpassa (12 §)")
        EXEMPT = "exempt", _("omfattas inte av lagen (9 §)")

    class Situation(models.TextChoices):
        """Situations of use, in the order in which the page lists them. Readers see the labels."""

        NO_SIGHT = "no_sight", _("Utan synförmåga")
        LOW_VISION = "low_vision", _("Nedsatt syn")
        HEARING = "hearing", _("Utan eller med nedsatt hörsel")
        MOBILITY = "mobility", _("Nedsatt rörlighet")
        LANGUAGE = "language", _("Språkliga svårigheter")
        CONCENTRATION = "concentration", _("Begränsad koncentration eller minne")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="shortcomings")
    kind = models.CharField(_("slag"), max_length=8, choices=Kind.choices, default=Kind.FAULT)
    situation = models.CharField(
        _("för vem det är ett hinder"),
        max_length=13,
        choices=Situation.choices,
        blank=True,
        help_text=_(
            "Brister mot lagkraven står under den här rubriken. Gäller det flera: skriv bristen en gång för var."
        ),
    )
    what = models.TextField(
        _("vad som inte är tillgängligt"), max_length=600, help_text=_("Och för vem det blir ett hinder.")
    )
    why = models.TextField(
        _("varför"), max_length=600, blank=True, help_text=_("Krävs om det är oskäligt betungande eller undantaget.")
    )
    remedy = models.CharField(
        _("när och hur det rättas"), max_length=250, blank=True, help_text=_("Till exempel ”Rättas senast i maj 2027.”")
    )
    criterion = models.CharField(
        _("kriterium i WCAG"), max_length=60, blank=True, help_text=_("Till exempel 1.2.5 Syntolkning.")
    )
    position = models.PositiveSmallIntegerField(_("ordning"), default=100)

    class Meta:
        verbose_name = _("brist eller undantag")
        verbose_name_plural = _("brister och undantag")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="accessibility_shortcoming_reason",
                condition=Q(kind="fault") | Q(why_sv__isnull=False) & ~Q(why_sv=""),
                violation_error_message=_("Skriv varför på svenska. Lagen kräver en motivering här."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Report(models.Model):
    """An accessibility problem that a reader has reported. Its texts are emptied under the gallringsbeslut."""

    class Status(models.TextChoices):
        NEW = "new", _("ny")
        HANDLED = "handled", _("hanterad")

    page = models.CharField(_("sida"), max_length=200, blank=True)
    problem = models.TextField(_("problem"), max_length=2000)
    reply_to = models.EmailField(_("svara till"), blank=True)
    language = models.CharField(_("språk"), max_length=10, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("rapporterades"), default=timezone.now)
    status = models.CharField(_("läge"), max_length=8, choices=Status.choices, default=Status.NEW)
    note = models.TextField(_("anteckning"), max_length=1000, blank=True)
    handled_at = models.DateTimeField(_("hanterades"), null=True, editable=False)

    class Meta:
        verbose_name = _("rapporterat tillgänglighetsproblem")
        verbose_name_plural = _("rapporterade tillgänglighetsproblem")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        """Nothing that the reader wrote: the log of the admin keeps it."""
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"
