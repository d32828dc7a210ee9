import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

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


def test_only_one_is_the_main_contact() -> None:
    ContactFactory(is_main=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(is_main=True)


@pytest.mark.parametrize(
    ("phone", "uri"),
    [("031-315 13 13", "tel:+46313151313"), ("+45 43 68 68 68", "tel:+4543686868"), ("112", "tel:112")],
)
def test_phone_numbers_can_be_called(phone: str, uri: str) -> None:
    assert Contact(phone=phone).phone_uri == uri


@pytest.mark.parametrize("phone", ["ring mig", "031-315<script>", "0" * 31])
def test_a_wrong_phone_number_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Contact(name="A", phone=phone).full_clean()
    assert "phone" in caught.value.message_dict


@pytest.mark.parametrize("typed", ["031–315 13 13", "031-315\u00a013\u00a013", "031-315.13.13"])
def test_what_word_made_of_a_number_is_put_right(typed: str) -> None:
    contact = Contact(name="A", phone=typed)
    contact.full_clean()
    assert contact.phone == "031-315 13 13"
