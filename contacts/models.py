from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from publishing.models import Content
from publishing.sorting import sort_key


class PhoneField(models.CharField):
    """A number as people write it. Dashes, dots and fixed blanks pasted from elsewhere become hyphens and blanks."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value and value.translate({ord("–"): "-", ord("—"): "-", ord("\u00a0"): " ", ord("."): " "})


class ContactQuerySet(models.QuerySet["Contact"]):
    def responsible_for(self, contact_id: int | None) -> "Contact | None":
        """The chosen contact of a page, else the main one; None while there is neither."""
        return self.filter(Q(pk=contact_id) | Q(is_main=True)).order_by("is_main").first()


class Contact(Content):
    """A person or an office to write to or call. One record, shown on every page it answers for."""

    name = models.CharField(_("namn"), max_length=120)
    role = models.CharField(_("titel"), max_length=120, blank=True)
    unit = models.CharField(_("enhet"), max_length=120, blank=True)
    phone = PhoneField(
        _("telefon"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^\+?[0-9][0-9 ()/-]{4,28}$",
                _("Skriv bara siffror, mellanslag, bindestreck och parenteser, till exempel 031-315 10 00."),
            )
        ],
        help_text=_("Skriv som det ska läsas, till exempel 031-315 10 00."),
    )
    email = models.EmailField(_("e-post"), blank=True)
    is_main = models.BooleanField(
        _("ordinarie kontakt"),
        default=False,
        help_text=_("Visas på alla sidor där du inte har valt någon annan. Bara en kan vara ordinarie."),
    )

    sort_key = models.CharField(max_length=250, editable=False, db_index=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("kontakt")
        verbose_name_plural = _("kontakter")
        ordering = ["-is_main", "sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                name="contacts_contact_one_main",
                fields=["is_main"],
                condition=Q(is_main=True),
                violation_error_message=_("Någon annan är redan ordinarie kontakt. Ta bort krysset där först."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)[:250]
        update_fields = None if update_fields is None else {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def phone_uri(self) -> str:
        """The number as a tel: address (RFC 3966); a Swedish number gets its country code."""
        digits = "".join(c for c in self.phone if c.isdigit())
        if self.phone.startswith("+"):
            return f"tel:+{digits}"
        return f"tel:+46{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


class Answerable(models.Model):
    """Content that someone answers for."""

    contact = models.ForeignKey(
        Contact,
        verbose_name=_("kontakt"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("Lämna tomt för ordinarie kontakt."),
    )

    class Meta:
        abstract = True
