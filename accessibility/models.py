from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from publishing.dates import PastDateField, months_later
from publishing.models import Content, Publishable, PublishableQuerySet, always_public
from publishing.richtext import RichTextField
from publishing.validators import WebAddressField, is_sensible_year


class Statement(Publishable, Answerable):
    """The accessibility statement that lagen (2018:1937) om tillgänglighet till digital offentlig service asks for.

    Its parts follow Digg's regulation on accessibility statements (MDFFS 2019:2) and Digg's own template.
    """

    class Conformance(models.TextChoices):
        FULL = "full", _("fully compliant")
        PARTIAL = "partial", _("partly compliant")
        NONE = "none", _("not compliant")

    class Method(models.TextChoices):
        SELF = "self", _("self-assessment, that is our own testing")
        EXTERNAL = "external", _("review by someone outside the municipality")

    class Standard(models.TextChoices):
        V3 = "EN 301 549 V3.2.1", "EN 301 549 V3.2.1"
        V4 = "EN 301 549 V4.1.1", "EN 301 549 V4.1.1"

    title = models.CharField(_("heading"), max_length=150)
    summary = models.TextField(
        _("summary"), max_length=300, blank=True, help_text=_("One or two sentences. Shown in search engines.")
    )
    body_name = models.CharField(
        _("who is responsible"), max_length=120, help_text=_("The municipality's name, as it writes it.")
    )
    service = models.CharField(
        _("which service"), max_length=200, help_text=_("As in the middle of a sentence: “the website …”.")
    )
    conformance = models.CharField(
        _("how well the law is followed"),
        max_length=8,
        choices=Conformance.choices,
        help_text=_("You may only choose fully compliant when no shortcomings are known."),
    )
    assessed_on = PastDateField(
        _("latest assessment"), validators=[is_sensible_year], help_text=_("When someone last tested the website.")
    )
    revised_on = PastDateField(
        _("statement updated"), validators=[is_sensible_year], help_text=_("Go through the statement every year.")
    )
    launched_on = models.DateField(_("website published"), null=True, blank=True, validators=[is_sensible_year])
    method = models.CharField(_("how it was tested"), max_length=8, choices=Method.choices, default=Method.SELF)
    standard = models.CharField(
        _("which standard"),
        max_length=17,
        choices=Standard.choices,
        default=Standard.V3,
        help_text=_(
            "The one that the regulations of Digg refer to. Change it when the website has been assessed "
            "by a newer one."
        ),
    )
    method_text = RichTextField(_("how we have tested"), blank=True)
    alternative = RichTextField(
        _("if someone cannot use a part"),
        blank=True,
        help_text=_("How to get the content in another way, and how fast you usually reply."),
    )

    authority_name = models.CharField(
        _("authority"),
        max_length=120,
        help_text=_("The authority that checks that the law is followed. Write its short name too."),
    )
    authority_link = WebAddressField(
        _("link to the complaint form"),
        help_text=_("The page where one tells the authority that a website has shortcomings."),
    )

    objects = PublishableQuerySet["Statement"].as_manager()

    must_stay = True
    title_field = "title"

    class Meta(Publishable.Meta):
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statement")
        constraints = [*Publishable.Meta.constraints, always_public("accessibility_statement_is_public")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("accessibility")

    @property
    def is_due(self) -> bool:
        """Whether a year has passed since it was revised or assessed."""
        return timezone.localdate() >= months_later(min(self.revised_on, self.assessed_on), 12)


class Shortcoming(Content):
    """Something on the site that is not accessible, and why."""

    class Kind(models.TextChoices):
        FAULT = "fault", _("not compliant with the law")
        BURDEN = "burden", _("disproportionate burden to adapt (section 12)")
        EXEMPT = "exempt", _("not within the scope of the law (section 9)")

    class Situation(models.TextChoices):
        """Situations of use, in the order in which the page lists them. Readers see the labels."""

        NO_SIGHT = "no_sight", _("Without sight")
        LOW_VISION = "low_vision", _("Low vision")
        HEARING = "hearing", _("Without hearing or with limited hearing")
        MOBILITY = "mobility", _("Limited mobility")
        LANGUAGE = "language", _("Language difficulties")
        CONCENTRATION = "concentration", _("Limited concentration or memory")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="shortcomings")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.FAULT)
    situation = models.CharField(
        _("for whom it is an obstacle"),
        max_length=13,
        choices=Situation.choices,
        blank=True,
        help_text=_(
            "Shortcomings against the law are listed under this heading. If there are several: write one "
            "entry for each."
        ),
    )
    what = models.TextField(_("what is not accessible"), max_length=600, help_text=_("And for whom it is an obstacle."))
    why = models.TextField(
        _("why"), max_length=600, blank=True, help_text=_("Required if it is a disproportionate burden or exempted.")
    )
    remedy = models.CharField(
        _("when and how it is corrected"),
        max_length=250,
        blank=True,
        help_text=_("For example “Corrected by May 2027.”"),
    )
    criterion = models.CharField(
        _("criterion in WCAG"), max_length=60, blank=True, help_text=_("For example 1.2.5 Audio description.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("shortcoming or exception")
        verbose_name_plural = _("shortcomings and exceptions")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="accessibility_shortcoming_reason",
                condition=Q(kind="fault") | Q(why_sv__isnull=False) & ~Q(why_sv=""),
                violation_error_message=_("Write why in Swedish. The law requires a reason here."),
            )
        ]

    def __str__(self) -> str:
        return self.what


class Report(models.Model):
    """An accessibility problem that a reader has reported. Its texts are emptied under the gallringsbeslut."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        HANDLED = "handled", _("handled")

    page = models.CharField(_("page"), max_length=200, blank=True)
    problem = models.TextField(_("problem"), max_length=2000)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.NEW)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True, editable=False)

    class Meta:
        verbose_name = _("reported accessibility problem")
        verbose_name_plural = _("reported accessibility problems")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        """Nothing that the reader wrote: the log of the admin keeps it."""
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"
