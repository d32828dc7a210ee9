from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from publishing.models import Illustrated, Publishable, PublishableQuerySet, always_public
from publishing.richtext import RichTextField


class Page(Publishable, Illustrated, Answerable):
    """A page of text: the front page of a section, or a page under /om/."""

    class Section(models.TextChoices):
        """The front pages; each value is also the name of its URL pattern."""

        START = "start", _("Startsidan")
        NETWORKS = "networks", _("Nätverk")
        TWIN_TOWNS = "twin_towns", _("Vänorter")
        FOCUS_AREAS = "focus_areas", _("Fokusområden")
        TAKE_PART = "take_part", _("Vill du delta?")
        CONTACT = "contact", _("Kontakt")
        NEWS = "news", _("Aktuellt")
        OPEN_DATA = "open_data", _("Öppna data")

    section = models.CharField(
        _("avdelning"),
        max_length=20,
        blank=True,
        choices=Section.choices,
        help_text=_("Bara för avdelningarnas framsidor. Andra texter får en egen adress under /om/."),
    )
    title = models.CharField(_("rubrik"), max_length=150)
    summary = models.TextField(
        _("sammanfattning"),
        max_length=300,
        blank=True,
        help_text=_("En eller två meningar. Visas i listor och i sökmotorer."),
    )
    intro = RichTextField(
        _("inledning"),
        blank=True,
        help_text=_("Inledningarna till Nätverk och Vänorter visas också på startsidan."),
    )
    body = RichTextField(_("text"), blank=True)

    objects = PublishableQuerySet["Page"].as_manager()

    title_field = "title"

    class Meta(Publishable.Meta):
        verbose_name = _("sida")
        verbose_name_plural = _("sidor")
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            always_public("pages_page_front_is_public", unless=Q(section="")),
            models.UniqueConstraint(
                name="pages_page_one_per_section",
                fields=["section"],
                condition=~Q(section=""),
                violation_error_message=_("Avdelningen har redan en framsida."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def must_stay(self) -> bool:  # type: ignore[override]
        """Menus, paths and error pages lead to the front of every section."""
        return bool(self.section)

    def clean(self) -> None:
        super().clean()
        before = Page.objects.filter(pk=self.pk).values_list("section", flat=True).first()
        if before and before != self.section:
            raise ValidationError({"section": _("Avdelningens framsida kan inte flyttas härifrån.")}, code="must_stay")

    def get_absolute_url(self) -> str:
        return reverse(self.section) if self.section else reverse("page", args=[self.slug])


class OldAddress(models.Model):
    """A former address of a page that was renamed, unpublished or deleted.

    The Swedish path; those of other languages follow from it. Written by `pages.redirects`.
    """

    path = models.CharField(_("gammal adress"), max_length=200, unique=True)
    page = models.CharField(max_length=100, db_index=True, help_text="the key of the page that was there")
    title = models.CharField(_("sidan som fanns där"), max_length=250)
    target = models.CharField(
        _("skicka läsarna vidare till"),
        max_length=100,
        blank=True,
        db_index=True,
        help_text=_("Används när sidan är borta. Lämna tomt om ingen annan sida passar: då får läsarna veta det."),
    )

    class Meta:
        verbose_name = _("gammal adress")
        verbose_name_plural = _("gamla adresser")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path
