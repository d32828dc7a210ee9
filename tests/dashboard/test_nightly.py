"""The nightly command."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dashboard.management.commands import nightly
from editing.models import Presence, Preview
from search.models import Miss

pytestmark = pytest.mark.django_db


def run(**options: Any) -> str:
    out = StringIO()
    call_command("nightly", stdout=out, **options)
    return out.getvalue()


def test_every_step_prints_a_line(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    lines = run().splitlines()
    assert [line.split(":")[0] for line in lines] == list(nightly.STEPS)


def test_failing_step_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(dry_run: bool) -> str:
        raise ValueError("broken")

    done = []
    monkeypatch.setattr(
        nightly, "STEPS", {"first": fail, "second": lambda dry_run: str(done.append(dry_run)), "third": fail}
    )
    with pytest.raises(CommandError, match="failed: first, third") as error:
        run()
    assert error.value.returncode == 1
    assert done == [False]
    assert "broken" in caplog.text


def test_dry_run_reaches_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "STEPS", {"step": lambda dry_run: f"dry={dry_run}"})
    assert run(dry_run=True) == "step: dry=True\n"


def test_nightly_deletes_expired_previews_and_presence(django_user_model: Any) -> None:
    now, user = timezone.now(), django_user_model.objects.create_user("kim")
    for hours in (-1, 1):
        Preview.objects.create(model="networks.network", data={}, user=user, expires_at=now + timedelta(hours=hours))
    for number, hours in enumerate((25, 23)):
        seen = now - timedelta(hours=hours)
        Presence.objects.create(model="networks.network", object_id=number, user=user, seen_at=seen)
    run(dry_run=True)
    assert (Preview.objects.count(), Presence.objects.count()) == (2, 2)
    said = run()
    assert "previews: 1 expired" in said
    assert "presence: 1 notes" in said
    assert Preview.objects.get().expires_at > now
    assert Presence.objects.get().object_id == 1


def test_nightly_deletes_searches_of_more_than_90_days_ago() -> None:
    today = timezone.localdate()
    for ago in (0, 90, 91, 400):
        Miss.objects.create(word="sopor", language="sv", day=today - timedelta(days=ago))
    assert "searches: 2 searches without a hit" in run()
    assert {(today - day).days for day in Miss.objects.values_list("day", flat=True)} == {0, 90}
