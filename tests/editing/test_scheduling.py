"""Drafts that are published at a set time, and those that could not be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from reversion.models import Version

from contacts.models import Contact
from editing.models import Draft, Schedule
from editing.waiting import publish, publish_due
from networks.models import Network
from pagecache.watch import Watch
from pages.registry import next_boundary, publish_and_look_ahead
from tests.factories import NetworkFactory, ProjectFactory
from tests.forms import admin_url, filled_in, save

pytestmark = pytest.mark.django_db

LATER = datetime(2199, 5, 1, 8, 0, tzinfo=UTC)
TYPED = "2199-05-01T10:00"  # the same in Sweden


@pytest.fixture
def network(contact: Contact) -> Network:
    network = NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den nuvarande texten.")
    ProjectFactory(network=network, name_sv="Gamla projektet")
    return network


def schedule(editor: Client, network: Network, typed: str = TYPED, follow: bool = False, **changes: Any) -> Any:
    url = admin_url(network)
    data = filled_in(editor, url, **{"summary_sv": "Den nya texten.", **changes})
    return editor.post(url, data | {"_schedule": "1", "schedule-publish_at": typed}, follow=follow)


def seen(network: Network) -> str:
    return Client().get(f"/natverk/{network.slug}/").content.decode()


def refusal() -> str:
    return Schedule.objects.get().refusal


def test_draft_is_published_at_its_minute(editor: Client, network: Network) -> None:
    answer = schedule(editor, network, follow=True, **{"projects-0-name_sv": "Nya projektet"})
    assert "Utkastet publiceras 1 maj 2199 10:00" in answer.content.decode()
    assert "<strong>Utkastet publiceras 1 maj 2199 10:00.</strong>" in editor.get(admin_url(network)).content.decode()
    assert next_boundary(LATER - timedelta(minutes=1)) == LATER
    publish_due(LATER - timedelta(seconds=1))
    assert "Den nuvarande texten." in seen(network)
    publish_due(LATER)
    assert "Den nya texten." in seen(network)
    assert "Nya projektet" in seen(network)
    assert not Draft.objects.exists()
    newest = Version.objects.get_for_object(network)[0]
    assert (newest.revision.user, newest.field_dict["summary_sv"]) == (User.objects.get(), "Den nya texten.")


def test_first_worker_to_learn_the_time_publishes(editor: Client, network: Network) -> None:
    schedule(editor, network)
    Schedule.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    late = Schedule.objects.select_related("draft").get()
    Watch(publish_and_look_ahead).ask()
    assert "Den nya texten." in seen(network)
    publish(late)  # another one, which had learnt it too
    assert Version.objects.get_for_object(network).count() == 1


def test_page_changed_meanwhile_keeps_both_texts(editor: Client, network: Network) -> None:
    schedule(editor, network)
    url = admin_url(network)
    live = editor.get(f"{url}?live=1").content.decode()
    assert "Det ska publiceras 1 maj 2199 10:00. Sparar du här publiceras det inte." in live
    Network.objects.filter(pk=network.pk).update(summary_sv="Någon annans text.")
    publish_due(LATER)
    assert refusal() == Schedule.Refusal.CHANGED
    assert "Någon annans text." in seen(network)
    form = editor.get(url).content.decode()
    assert "Utkastet skulle publiceras 1 maj 2199 10:00, men det gick inte." in form
    assert "</span>Någon annans text</del>" in form
    assert "</span>Den nya texten</ins>" in form
    publish_due(LATER)
    assert "Någon annans text." in seen(network)


def test_draft_that_cannot_be_published_says_why(editor: Client, network: Network) -> None:
    schedule(editor, network, slug="nytt-namn")
    taken = NetworkFactory(slug="nytt-namn")
    publish_due(LATER)
    assert refusal() == Schedule.Refusal.INVALID
    taken.delete()
    Schedule.objects.update(refusal="")
    User.objects.update(is_superuser=False)
    publish_due(LATER)
    assert refusal() == Schedule.Refusal.FORBIDDEN
    Schedule.objects.update(refusal="")
    network.delete()
    publish_due(LATER)
    assert refusal() == Schedule.Refusal.DELETED


def test_failing_draft_does_not_stop_the_next(editor: Client, network: Network) -> None:
    broken = Draft.objects.create(model="gone.model", object_id=1, user=User.objects.get())
    Schedule.objects.create(draft=broken, publish_at=LATER - timedelta(days=1))
    schedule(editor, network)
    publish_due(LATER)
    assert refusal() == Schedule.Refusal.FAILED
    assert "Den nya texten." in seen(network)


def test_wrong_time_is_refused_and_the_text_kept(editor: Client, network: Network) -> None:
    for typed, problem in (
        ("2001-05-01T10:00", "Tiden har redan varit"),
        ("", "Detta fält måste fyllas i"),
        ("igår", "Fyll i ett giltigt datum"),
    ):
        page = schedule(editor, network, typed).content.decode()
        assert problem in page, typed
        assert "Den nya texten.</textarea>" in page
        assert not Draft.objects.exists()


def test_invalid_draft_gets_no_time(editor: Client, network: Network) -> None:
    page = schedule(editor, network, name_sv="").content.decode()
    assert "Rätta det här" in page
    assert f'value="{TYPED}"' in page
    assert not Schedule.objects.exists()


def test_form_of_an_older_version_gets_no_time(editor: Client, network: Network) -> None:
    url = admin_url(network)
    typed = filled_in(editor, url) | {"_schedule": "1", "schedule-publish_at": TYPED}
    save(editor, network, summary_sv="Någon annans text.")
    assert "nyare version" in editor.post(url, typed).content.decode()
    assert not Schedule.objects.exists()


def test_saving_the_draft_removes_its_time(editor: Client, network: Network) -> None:
    """It may be unfinished. What is only typed is not kept either."""
    schedule(editor, network)
    url = admin_url(network)
    typed = filled_in(editor, url, summary_sv="Halv")
    answer = editor.post(url, typed | {"_autosave": "1"})
    assert (answer.status_code, Schedule.objects.count()) == (409, 1)
    editor.post(url, typed | {"_draft": "1"})
    assert Draft.objects.get().data["summary_sv"] == ["Halv"]
    assert not Schedule.objects.exists()


def test_user_who_may_not_publish_sets_no_time(editor: Client, network: Network) -> None:
    writer = User.objects.create_user("redaktor", is_staff=True)
    writer.user_permissions.set(Permission.objects.filter(codename__in=["change_network", "view_network"]))
    other = Client()
    other.force_login(writer)
    assert "_schedule" not in other.get(admin_url(network)).content.decode()
    assert schedule(other, network).status_code == 403
    assert not Schedule.objects.exists()
