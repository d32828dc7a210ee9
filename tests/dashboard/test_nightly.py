"""The nightly command."""

from datetime import timedelta
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from backup.models import LastRun
from dashboard.management.commands import nightly
from dashboard.models import NightlyStep
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
    with pytest.raises(CommandError, match="misslyckades: first, third") as error:
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
    assert "förhandsvisningar: 1 utgångna" in said
    assert "öppna formulär: 1 noteringar" in said
    assert Preview.objects.get().expires_at > now
    assert Presence.objects.get().object_id == 1


def test_nightly_deletes_expired_sessions() -> None:
    now = timezone.now()
    for key, hours in (("expired", -1), ("valid", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(hours=hours))
    run()
    assert Session.objects.get().session_key == "valid"


def test_wrong_clock_deletes_nothing_until_confirmed() -> None:
    old = timezone.now() - timedelta(days=400)
    Miss.objects.create(word="sopor", language="sv", day=old.date())
    LastRun.objects.create(name=LastRun.CLOCK, at=timezone.now() - timedelta(days=3650))
    for _night in range(2):
        err = StringIO()
        with pytest.raises(CommandError, match=r"misslyckades: gallring, .*sökningar"):
            call_command("nightly", stdout=StringIO(), stderr=err)
        assert "mer än ett dygn ifrån" in err.getvalue()
        assert Miss.objects.exists()
    run(clock_is_right=True)
    assert not Miss.objects.exists()
    assert "mer än" not in run()


def test_all_steps_that_delete_by_the_clock_are_held() -> None:
    assert set(nightly.STEPS) > nightly.DELETING
    kept = {"sökregister", "förbättringar", "veckobrev", "påminnelser", "säkerhetskopia", "länkar"}
    assert set(nightly.STEPS) - nightly.DELETING == kept, "does the new step delete by the clock?"


@pytest.mark.django_db(transaction=True)
def test_second_machine_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on another machine: a thread, with a connection of its own."""
    said: list[str] = []
    second = Thread(target=lambda: (run(), connection.close()))

    def step(dry_run: bool) -> str:
        said.append("begins")
        if not second.ident:
            second.start()
            second.join(2)
        said.append("ends")
        return ""

    monkeypatch.setattr(nightly, "STEPS", {"step": step})
    run()
    second.join()
    assert said == ["begins", "ends"] * 2


def test_what_another_machine_has_just_done_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def fail_once(dry_run: bool) -> str:
        done.append("fails")
        return str(1 / (len(done) - 1))

    steps = {"fails": fail_once, "works": lambda dry_run: str(done.append("works"))}
    monkeypatch.setattr(nightly, "STEPS", steps)
    with pytest.raises(CommandError, match="misslyckades: fails"):
        run(if_due=True)
    run(if_due=True)
    assert done == ["fails", "works", "fails"]
    NightlyStep.objects.update(succeeded_at=timezone.now() - timedelta(hours=23))
    run(if_due=True)
    assert done[3:] == ["fails", "works"]


def test_expected_failure_is_one_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(dry_run: bool) -> str:
        raise CommandError("disken är full")

    monkeypatch.setattr(nightly, "STEPS", {"säkerhetskopia": fail})
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("nightly", stdout=StringIO(), stderr=err)
    assert (err.getvalue(), caplog.text) == ("säkerhetskopia: disken är full\n", "")


def test_nightly_deletes_searches_of_more_than_90_days_ago() -> None:
    today = timezone.localdate()
    for ago in (0, 90, 91, 400):
        Miss.objects.create(word="sopor", language="sv", day=today - timedelta(days=ago))
    assert "sökningar: 2 sökningar utan träff" in run()
    assert {(today - day).days for day in Miss.objects.values_list("day", flat=True)} == {0, 90}
