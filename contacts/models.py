import re
from collections.abc import Iterable
from typing import Any

import phonenumbers
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from publishing.models import Content
from publishing.sorting import sort_key
from publishing.validators import OPTIONAL, require_order


def parse_phone(typed: str) -> PhoneNumber | None:
    """Return the number that was typed, a Swedish one where no country is given; None where it is none."""
    try:
        number = phonenumbers.parse(typed, "SE")
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def is_phone(typed: str) -> None:
    if not re.fullmatch(r"[\d\s()+./–—-]+", typed) or not parse_phone(typed):
        raise ValidationError(_("Write the number with its area code, for example 031-315 10 00 or +45 43 68 68 68."))


class ContactQuerySet(models.QuerySet["Contact"]):
    def responsible_for(self, contact_id: int | None) -> "Contact | None":
        """The chosen contact of a page, else the main one; None while there is neither."""
        return self.filter(Q(pk=contact_id) | Q(is_main=True)).select_related("stand_in").order_by("is_main").first()


class Contact(Content):
    """A person or an office to write to or call. One record, shown on every page it answers for."""

    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("title"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    phone = models.CharField(
        _("telephone"),
        max_length=30,
        blank=True,
        validators=[is_phone],
        help_text=_("For example 031-315 10 00. In other languages it is shown as +46 31 315 10 00."),
    )
    email = models.EmailField(
        _("email"), blank=True, help_text=_("Preferably a shared mailbox that more than one person reads.")
    )
    hours = models.CharField(
        _("telephone hours"), max_length=120, blank=True, help_text=_("For example “Monday to Thursday 9–15”.")
    )
    absent_from = models.DateField(_("away from"), **OPTIONAL)
    absent_until = models.DateField(
        _("away until and including"),
        **OPTIONAL,
        help_text=_("Readers see when the contact is back. After that day the text disappears by itself."),
    )
    stand_in = models.ForeignKey(
        "self",
        verbose_name=_("stand-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whom readers reach in the meantime."),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown instead on every page, from that day. Add them among the contacts first."),
    )
    succeeded_on = models.DateField(_("takes over on"), **OPTIONAL, help_text=_("At once? Choose today’s date."))
    is_main = models.BooleanField(
        _("regular contact"),
        default=False,
        help_text=_(
            "Shown on every page where you have not chosen someone else. If you tick another contact, "
            "the tick moves there."
        ),
    )

    sort_key = models.CharField(max_length=250, editable=False, db_index=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_main", "sort_key", "id"]
        constraints = [
            models.UniqueConstraint(name="contacts_contact_one_main", fields=["is_main"], condition=Q(is_main=True)),
            models.CheckConstraint(
                name="contacts_contact_absence", condition=Q(absent_until=None) | Q(absent_until__gte=F("absent_from"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def other_main(self) -> ContactQuerySet:
        """The main contact, where that is another one than this."""
        return Contact.objects.filter(is_main=True).exclude(pk=self.pk)

    def clean(self) -> None:
        super().clean()
        if bool(self.absent_from) != bool(self.absent_until):
            missing = "absent_until" if self.absent_from else "absent_from"
            raise ValidationError({missing: _("Fill in both the first and the last day.")}, code="one_day")
        require_order(self.absent_from, self.absent_until, "absent_until", _("The last day is before the first."))
        if bool(self.successor_id) != bool(self.succeeded_on):
            missing = "succeeded_on" if self.successor_id else "successor"
            raise ValidationError({missing: _("Fill in both who takes over and which day.")}, code="half")
        if self.successor_id and self.successor_id == self.pk:
            raise ValidationError({"successor": _("Choose someone else than the contact itself.")}, code="self")
        before = Contact.objects.filter(successor=self.pk).first() if self.pk and self.successor_id else None
        if before:
            handing = _("%s is to hand over to this contact. Change that first.") % before
            raise ValidationError({"successor": handing}, code="chain")
        if self.successor and self.successor.successor_id:
            chain = _("%s is to hand over to somebody else. Choose them instead.") % self.successor
            raise ValidationError({"successor": chain}, code="chain")
        if self.stand_in_id and self.stand_in_id == self.pk:
            raise ValidationError({"stand_in": _("Choose someone else than the contact itself.")}, code="self")
        if self.pk and not self.is_main and not self.other_main().exists():
            message = _(
                "One contact must be the regular one. Tick the box at the one that takes over, and the tick moves."
            )
            raise ValidationError({"is_main": message}, code="no_main")

    def validate_constraints(self, exclude: Any = None) -> None:
        """Another main contact is no error: `save` moves the mark."""
        super().validate_constraints({*(exclude or ()), "is_main"})

    @transaction.atomic
    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save with exactly one main contact: a mark set here is removed from the other, and the first one gets it."""
        other = list(self.other_main().select_for_update())
        if self.is_main:
            self.other_main().update(is_main=False)
        self.is_main = self.is_main or not other
        self.sort_key = sort_key(self.name)[:250]
        update_fields = None if update_fields is None else {*update_fields, "sort_key", "is_main"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_absent(self) -> bool:
        """Whether today is one of the days away, the first and the last among them."""
        first, last = self.absent_from, self.absent_until
        return bool(first and last and first <= timezone.localdate() <= last)

    @property
    def reachable(self) -> "Contact":
        """The contact that readers reach today: the stand-in while the contact is away, if there is one."""
        return self.stand_in if self.is_absent and self.stand_in else self

    @property
    def phone_number(self) -> str:
        """The number for programs (E.164), such as +46313151000."""
        number = parse_phone(self.phone)
        if not number:  # stored before numbers were checked
            return re.sub(r"[^\d+]", "", self.phone)
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    @property
    def phone_text(self) -> str:
        """The number for readers: a Swedish one in the national form in Swedish, else in the international form."""
        number = parse_phone(self.phone)
        if not number:
            return self.phone
        is_national = number.country_code == 46 and get_language() == "sv"
        form = PhoneNumberFormat.NATIONAL if is_national else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form)


class Answerable(models.Model):
    """Content with a contact of its own."""

    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("Leave empty for the regular contact."),
    )

    class Meta:
        abstract = True

    @property
    def responsible(self) -> Contact | None:
        """The contact shown on its page: its own, else the main one."""
        return Contact.objects.responsible_for(self.contact_id)


def take_over_due() -> list[tuple[Contact, Contact, int]]:
    """Replace the contacts whose day has come. Returns (old, new, number of pages) for each."""
    due = Contact.objects.filter(succeeded_on__lte=timezone.localdate(), successor__isnull=False)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(of=["self"]).select_related("successor").order_by("pk"))
        return [(old, old.successor, take_over(old, old.successor)) for old in rows if old.successor]


def take_over(old: Contact, new: Contact) -> int:
    """Replace a contact by another everywhere. Returns the number of objects changed."""
    answerable: list[Any] = [model for model in apps.get_models() if issubclass(model, Answerable)]
    number = sum(model._base_manager.filter(contact=old).update(contact=new) for model in answerable)
    Contact.objects.filter(stand_in=old).exclude(pk=new.pk).update(stand_in=new)
    Contact.objects.filter(pk=old.pk).update(successor=None, succeeded_on=None)
    if old.is_main:
        new.is_main = True
        new.save()
    return number
