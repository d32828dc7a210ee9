"""A contact that takes over after another."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, take_over_due
from pagecache.watch import Watch
from pages.registry import publish_and_look_ahead
from tests.factories import ContactFactory, ExchangeFactory, NetworkFactory, TownFactory
from tests.forms import admin_url, filled_in, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> Contact:
    ContactFactory(name="Växeln", is_main=True)
    return ContactFactory(name="Cecilia")


@pytest.fixture
def new(old: Contact) -> Contact:
    return ContactFactory(name="Åsa")


def hand_over(editor: Client, old: Contact, new: Contact, days: int) -> str:
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    url = admin_url(old)
    data = filled_in(editor, url, successor=new.pk, succeeded_on=day)
    page: Any = editor.post(url, data, follow=True)
    return str(page.content.decode())


def test_contact_is_replaced_on_every_page_at_once(editor: Client, old: Contact, new: Contact) -> None:
    pages = [make(contact=old) for make in (NetworkFactory, TownFactory, ExchangeFactory)]
    untouched = NetworkFactory()
    away = ContactFactory(stand_in=old)
    assert "Åsa har tagit över efter Cecilia på 3 sidor." in hand_over(editor, old, new, 0)
    for item in [*pages, untouched, away, old]:
        item.refresh_from_db()
    assert {item.contact for item in pages} == {new}
    assert (untouched.contact, away.stand_in) == (None, new)
    assert (old.successor, old.succeeded_on) == (None, None)


def test_contact_is_replaced_on_its_day_without_cron(editor: Client, old: Contact, new: Contact) -> None:
    network = NetworkFactory(contact=old)
    assert "har tagit över" not in hand_over(editor, old, new, 2)
    Watch(publish_and_look_ahead).ask()
    assert "Cecilia" in Client().get(network.get_absolute_url()).content.decode()
    Contact.objects.filter(pk=old.pk).update(succeeded_on=timezone.localdate())
    Watch(publish_and_look_ahead).ask()
    assert "Åsa" in Client().get(network.get_absolute_url()).content.decode()
    assert take_over_due() == []


def test_main_contact_hands_over_the_mark(editor: Client, old: Contact, new: Contact) -> None:
    main = Contact.objects.get(is_main=True)
    hand_over(editor, main, new, 0)
    assert Contact.objects.get(is_main=True) == new


def test_half_and_circular_takeovers_are_explained(editor: Client, old: Contact, new: Contact) -> None:
    today = timezone.localdate().isoformat()
    assert "vilken dag" in refused(editor, old, successor=new.pk)["succeeded_on"][0]
    assert "vilken dag" in refused(editor, old, succeeded_on=today)["successor"][0]
    assert "Välj någon annan" in refused(editor, old, successor=old.pk, succeeded_on=today)["successor"][0]
    hand_over(editor, old, new, 2)
    third = ContactFactory(name="Tredje")
    assert "ska lämna över till den här" in refused(editor, new, successor=third.pk, succeeded_on=today)["successor"][0]
    assert "ska själv lämna över" in refused(editor, third, successor=old.pk, succeeded_on=today)["successor"][0]
