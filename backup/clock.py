"""Nothing is deleted by a clock that is more than a day from the last run: it may be wrong.

A clock ten years ahead would delete every comment, and then the backups that hold them. Whether the site has only been
switched off is for a person to say (`nightly --clock-is-right`).
"""

from datetime import timedelta

from django.utils import timezone

from backup.models import LastRun, last_run, note_run

# The night on which summer time ends has 25 hours.
LONGEST = timedelta(hours=26)


def wrong_clock() -> str:
    """What is wrong with the clock; empty where nothing is."""
    last, now = last_run(LastRun.CLOCK), timezone.now()
    if last is None or abs(now - last) <= LONGEST:
        return ""
    then, here = (f"{timezone.localtime(moment):%Y-%m-%d %H.%M}" for moment in (last, now))
    return (
        f"Klockan är {here}, men senaste körningen var {then}: mer än ett dygn ifrån, så inget gallras och inga"
        " säkerhetskopior tas bort. Går klockan rätt, kör bin/molndal nightly --clock-is-right."
    )


def note_first_run() -> None:
    """From the first start on, the clock can be compared."""
    LastRun.objects.get_or_create(name=LastRun.CLOCK, defaults={"at": timezone.now()})


def check_clock() -> str:
    """As `wrong_clock()`; notes the run where nothing is wrong."""
    problem = wrong_clock()
    if not problem:
        note_run(LastRun.CLOCK)
    return problem
