"""Pictures of deleted content are kept for restoring, not served, and deleted with the retention decision."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from dashboard.management.commands.nightly import remove_pictures
from feedback.models import Retention
from publishing.images import keep, mark_of
from publishing.variants import files_of
from tests.factories import NetworkFactory, TownFactory
from tests.publishing.test_images import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def stored(size: tuple[int, int] = (60, 40)) -> str:
    return str(keep(ContentFile(picture("PNG", size), name="x.png")).name)


def status(client: Client, name: str) -> int:
    response = client.get(f"/media/{name}")
    b"".join(response)  # type: ignore[arg-type]  # read to its end, which closes the file
    return response.status_code


def statuses(client: Client, name: str) -> set[int]:
    return {status(client, file) for file in (name, *files_of(name, 60))}


def deleted_town(commit: Any, removed_days_ago: int = 0) -> str:
    name = stored()
    town = TownFactory(image=name, image_alt_sv="Torget")
    with commit():
        town.delete()
    moment = timezone.now() - timedelta(days=removed_days_ago)
    Path(default_storage.path(mark_of(name))).write_text(moment.isoformat())
    return name


def decide(months: int) -> None:
    Retention.objects.create(reference="KS 123/2026", decided_on=timezone.localdate(), months=months)
    Retention.objects.update(effective_at=timezone.now())


def test_picture_of_deleted_content_is_not_served(client: Client, editor: Client, commit: Any) -> None:
    name = deleted_town(commit)
    assert statuses(client, name) == {404}
    response = editor.get(f"/media/{name}")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    b"".join(response)
    with commit():
        TownFactory(image=name, image_alt_sv="Torget")  # brought back
    assert statuses(client, name) == {200}


def test_picture_that_another_page_shows_is_served(client: Client, commit: Any) -> None:
    name = stored()
    town, network = (make(image=name, image_alt_sv="Torget") for make in (TownFactory, NetworkFactory))
    with commit():
        town.delete()
    assert statuses(client, name) == {200}
    with commit():
        type(network).objects.filter(pk=network.pk).delete()  # without the model's delete()
    assert statuses(client, name) == {404}


def test_replaced_picture_is_not_served(client: Client, commit: Any) -> None:
    first, second = stored(), stored((60, 41))
    town = TownFactory(image=first, image_alt_sv="Torget")
    for image, served in ((second, [404, 200]), ("", [404, 404]), (first, [200, 404])):
        town.image = image
        with commit():
            town.save()
        assert [status(client, name) for name in (first, second)] == served, image


def test_removed_picture_is_deleted_by_the_decision(commit: Any) -> None:
    old, shown = deleted_town(commit, 400), stored((60, 41))
    TownFactory(image=shown, image_alt_sv="Torget")
    files = [old, *files_of(old, 60), mark_of(old)]
    call_command("nightly", verbosity=0)
    assert all(map(default_storage.exists, files)), "there is no decision"
    decide(24)
    assert "tas bort: inga" in remove_pictures(dry_run=False)
    Retention.objects.update(months=12)
    assert old in remove_pictures(dry_run=True)
    assert all(map(default_storage.exists, files)), "a dry run"
    assert old in remove_pictures(dry_run=False)
    assert not any(map(default_storage.exists, files))
    assert all(map(default_storage.exists, [shown, *files_of(shown, 60)]))


def test_upload_that_was_never_saved_is_removed_in_time(client: Client) -> None:
    new, old = stored(), stored((60, 41))
    for name, days in ((new, 0), (old, 100)):
        uploaded = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(default_storage.path(name), (uploaded, uploaded))
    remove_pictures(dry_run=False)
    assert [status(client, name) for name in (new, old)] == [200, 404]
    assert stored((60, 41)) == old
    assert status(client, old) == 200, "uploaded again"
