"""What somebody who wants to take part in an exchange needs to know."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class TakingPart(models.Model):
    """Its target group, and its terms."""

    for_schools = models.BooleanField(_("for schools"), default=False)
    for_associations = models.BooleanField(_("for associations"), default=False)
    for_residents = models.BooleanField(_("for residents"), default=False)
    # What readers see beside the description, if it is filled in.
    TERMS = ("who", "timing", "cost", "deadline", "example", "how_to_join")

    who = models.CharField(_("who can take part?"), max_length=300, blank=True)
    timing = models.CharField(_("when?"), max_length=300, blank=True)
    cost = models.CharField(_("cost and grants"), max_length=300, blank=True)
    deadline = models.CharField(_("last day to apply"), max_length=300, blank=True)
    example = models.CharField(_("example"), max_length=300, blank=True)
    how_to_join = models.TextField(
        _("how to take part"),
        max_length=600,
        blank=True,
        help_text=_("What those who want to take part should do, and when. Shown on the page Take part."),
    )

    class Meta:
        abstract = True

    @property
    def terms(self) -> list[tuple[str, str]]:
        """Name and label of each of TERMS that is filled in."""
        labels = {field.name: field.verbose_name for field in self._meta.fields}
        return [(name, capfirst(str(labels[name]))) for name in self.TERMS if getattr(self, name)]
