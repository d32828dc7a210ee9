import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from contacts.models import Contact
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def test_the_chosen_contact_answers_else_the_main_one() -> None:
    assert Contact.objects.responsible_for(None) is None
    main = ContactFactory(is_main=True)
    other = ContactFactory()
    assert Contact.objects.responsible_for(None) == main
    assert Contact.objects.responsible_for(other.pk) == other
    assert Contact.objects.responsible_for(main.pk) == main


def test_contacts_are_sorted_in_swedish() -> None:
    names = ["anna", "Émile", "Zara", "Åke", "Ärla", "östen"]
    for name in reversed(names):
        contact = ContactFactory(name="Bo")
        contact.name = name
        contact.save(update_fields=["name"])
    ContactFactory(name="Ö-växeln", is_main=True)
    assert [contact.name for contact in Contact.objects.all()] == ["Ö-växeln", *names]


def test_marking_a_contact_as_main_moves_the_mark() -> None:
    first = ContactFactory()
    assert first.is_main  # there is never none
    second = ContactFactory()
    assert not second.is_main
    second.is_main = True
    second.full_clean()
    second.save()
    assert list(Contact.objects.filter(is_main=True)) == [second]
    assert ContactFactory(is_main=True) == Contact.objects.get(is_main=True)


def test_the_mark_of_the_main_contact_is_not_removed() -> None:
    contact = ContactFactory(is_main=True)
    contact.is_main = False
    with pytest.raises(ValidationError) as caught:
        contact.full_clean()
    assert "måste vara ordinarie" in caught.value.message_dict["is_main"][0]
    contact.save()
    contact.refresh_from_db()
    assert contact.is_main
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.bulk_create([Contact(name="B", is_main=True)])


def test_phone_numbers_are_derived_from_what_was_typed() -> None:
    swedish = ("+46313151000", "031-315 10 00", "+46 31 315 10 00")
    danish = ("+4543686868", "+45 43 68 68 68", "+45 43 68 68 68")
    for typed, (number, national, international) in {
        "031-315 10 00": swedish,
        "0313151000": swedish,
        "+46 (0)31-315 10 00": swedish,
        "0046 31 315 10 00": swedish,
        "+46 31 315 10 00": swedish,
        "031–315.10\u00a000": swedish,
        "+45 43 68 68 68": danish,
        "0045 43686868": danish,
        "0765-12 34 56": ("+46765123456", "076-512 34 56", "+46 76 512 34 56"),
        "112": ("112", "112", "112"),
        "": ("", "", ""),
    }.items():
        contact = ContactFactory(phone=typed)
        contact.refresh_from_db()
        assert (contact.phone, contact.phone_number) == (typed, number)
        with translation.override("sv"):
            assert contact.phone_text == national, typed
        for language in ("en", "de"):
            with translation.override(language):
                assert contact.phone_text == international, typed


def test_wrong_phone_numbers_are_refused() -> None:
    for phone in ("ring mig", "031-315<script>", "031-1", "0" * 30, "031-FLOWERS", "(((", "+0 12 34 56"):
        with pytest.raises(ValidationError) as caught:
            Contact(name="A", phone=phone).full_clean()
        assert "Skriv numret med riktnummer" in str(caught.value.message_dict["phone"]), phone
    Contact(name="A", phone="+46 (0)31-315 10 00", role_sv="B").full_clean()


def test_phone_number_is_shown_in_the_language_of_the_page(client: Client, fronts: Any) -> None:
    Contact.objects.update(phone="0046 31 315 10 00")
    for language, text in (("sv", "031-315 10 00"), ("en", "+46 31 315 10 00"), ("pl", "+46 31 315 10 00")):
        with translation.override(language):
            html = client.get(reverse("contact")).content.decode()
        assert f">{text}</a>" in re.sub("<span.*?</span>", "", html)
        assert 'href="tel:+46313151000"' in html
    assert '"telephone": "+46313151000"' in client.get("/").content.decode()


def test_stand_in_answers_on_the_days_of_absence() -> None:
    today, day = timezone.localdate(), timedelta(days=1)
    anna = ContactFactory(stand_in=ContactFactory(name="Bo"))
    for first, last, is_absent in (
        (today, today, True),
        (today - day, today + day, True),
        (today + day, today + day, False),
        (today - day, today - day, False),
        (None, None, False),
    ):
        anna.absent_from, anna.absent_until = first, last
        anna.full_clean()
        assert (anna.is_absent, anna.reachable.name == "Bo") == (is_absent, is_absent), first
    anna.absent_from, anna.absent_until, anna.stand_in = today, today, None
    assert anna.reachable == anna  # nobody else


def test_odd_absences_are_refused_at_their_field() -> None:
    today, anna = timezone.localdate(), ContactFactory()
    for values, field in (
        ({"absent_from": today, "absent_until": None}, "absent_until"),
        ({"absent_from": None, "absent_until": today}, "absent_from"),
        ({"absent_from": today, "absent_until": today - timedelta(days=1)}, "absent_until"),
        ({"absent_from": None, "absent_until": None, "stand_in": anna}, "stand_in"),
    ):
        for name, value in values.items():
            setattr(anna, name, value)
        with pytest.raises(ValidationError) as caught:
            anna.full_clean()
        assert field in caught.value.message_dict, values


def test_absence_is_told_with_whom_to_reach(client: Client, fronts: object) -> None:
    today = timezone.localdate()
    bo = ContactFactory(name="Bo Ek", phone="031-315 10 00", hours_sv="Måndag 9–15")
    ContactFactory(
        name="Anna Al", is_main=True, absent_from=today, absent_until=today, stand_in=bo, phone="031-11 11 11"
    )
    for path in ("/natverk/", "/kontakt/"):
        html = client.get(path).content.decode()
        assert "Anna Al är borta till och med" in html
        assert "Bo Ek svarar i stället:" in html
        assert "031-315 10 00" in html
        assert "Telefontid: Måndag 9–15" in html
        assert "031-11 11 11" not in html
