from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Answerable
from publishing.illustrated import Illustrated
from publishing.models import Publishable, PublishableQuerySet, always_public, summary_field
from publishing.richtext import RichTextField


class Page(Publishable, Illustrated, Answerable):
    """A page of text: the front page of a section, or a page under /om/."""

    class Section(models.TextChoices):
        """The front pages; each value is also the name of its URL pattern."""

        START = "start", _("Start page")
        NETWORKS = "networks", _("Networks")
        TWIN_TOWNS = "twin_towns", _("Twin towns")
        FOCUS_AREAS = "focus_areas", _("Focus areas")
        TAKE_PART = "take_part", _("Take part")
        CONTACT = "contact", _("Contact")
        NEWS = "news", _("News")
        OPEN_DATA = "open_data", _("Open data")

    section = models.CharField(
        _("section"),
        max_length=20,
        blank=True,
        choices=Section.choices,
        help_text=_("Only for the front pages of the sections. Other texts get an address of their own below /om/."),
    )
    title = models.CharField(_("heading"), max_length=150)
    summary = summary_field()
    intro = RichTextField(
        _("introduction"),
        blank=True,
        help_text=_("The introductions of Networks and Twin towns are also shown on the start page."),
    )
    body = RichTextField(_("text"), blank=True)

    objects = PublishableQuerySet["Page"].as_manager()

    title_field = "title"

    class Meta(Publishable.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            *Publishable.Meta.constraints,
            *Illustrated.Meta.constraints,
            always_public("pages_page_front_is_public", unless=Q(section="")),
            models.UniqueConstraint(
                name="pages_page_one_per_section",
                fields=["section"],
                condition=~Q(section=""),
                violation_error_message=_("The section already has a front page."),
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
            raise ValidationError(
                {"section": _("The section’s front page cannot be moved from here.")}, code="must_stay"
            )

    def get_absolute_url(self) -> str:
        return reverse(self.section) if self.section else reverse("page", args=[self.slug])


class OldAddress(models.Model):
    """A former address of a page that was renamed, unpublished or deleted.

    The Swedish path; those of other languages follow from it. Written by `pages.redirects`.
    """

    path = models.CharField(_("old address"), max_length=200, unique=True)
    page = models.CharField(max_length=100, db_index=True, help_text="the key of the page that was there")
    title = models.CharField(_("the page that was there"), max_length=250)
    target = models.CharField(
        _("send readers on to"),
        max_length=100,
        blank=True,
        db_index=True,
        help_text=_("Used when the page is gone. Leave empty if no other page fits: then readers are told so."),
    )

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path
