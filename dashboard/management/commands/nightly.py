import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import forget_old
from backup.clock import check_clock, wrong_clock
from backup.database import site_lock
from backup.models import LastRun, note_run
from backup.service import nightly as back_up
from dashboard.letters import send_digests, send_reminders
from dashboard.models import NightlyStep
from editing.models import Presence, Preview
from feedback.retention import purge, purge_limit
from feedback.throttling import forget_before
from publishing import removal
from quality.checking import check_links
from quality.pages import count_remarks
from search.index import update_all_indexes
from search.models import Miss

logger = logging.getLogger(__name__)
LOCK = 1_835_822_189  # beside that of backup/upgrading.py


def forget_senders(dry_run: bool) -> str:
    """Delete the throttle's secrets of past days, also where no answer has done so."""
    if dry_run:
        return "gårdagens hemlighet skulle tas bort"
    forget_before(timezone.now())
    return "gårdagens hemlighet är borttagen"


def deleting(what: str, old: Callable[[], QuerySet[Any]]) -> Callable[[bool], str]:
    """A step that deletes old rows."""

    def step(dry_run: bool) -> str:
        return f"{old().count()} {what} skulle tas bort" if dry_run else f"{old().delete()[0]} {what} är borttagna"

    return step


def left_open() -> QuerySet[Presence]:
    return Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1))


def remove_pictures(dry_run: bool) -> str:
    """Pictures that no content shows: no longer served, and deleted when the retention decision says so."""
    unused = removal.unused(timezone.now() - timedelta(days=90))
    limit = purge_limit()
    expired = removal.removed_before(limit) if limit else []
    if not dry_run:
        removal.remove(*unused)
        for name in expired:
            default_storage.delete(name)
    would = "skulle " if dry_run else ""
    return f"{would}sluta visas: {', '.join(unused) or 'inga'}; {would}tas bort: {', '.join(expired) or 'inga'}"


def write_search_index(dry_run: bool) -> str:
    """Update all languages, so that words of unpublished pages do not stay until the next search."""
    if dry_run:
        return "sökregistret skulle uppdateras"
    update_all_indexes()
    return "sökregistret är uppdaterat"


# By name. A step gets whether to only say what it would do, and returns a line.
STEPS = {
    "gallring": purge,
    "avsändare": forget_senders,
    "förhandsvisningar": deleting(
        "utgångna förhandsvisningar", lambda: Preview.objects.filter(expires_at__lte=timezone.now())
    ),
    "öppna formulär": deleting("noteringar om öppna formulär", left_open),
    "sessioner": deleting("utgångna sessioner", lambda: Session.objects.filter(expire_date__lt=timezone.now())),
    "bilder": remove_pictures,
    "inloggningar": forget_old,
    "sökregister": write_search_index,
    "sökningar": deleting("sökningar utan träff", Miss.objects.old),
    "förbättringar": count_remarks,
    "veckobrev": send_digests,
    "påminnelser": send_reminders,
    "säkerhetskopia": back_up,
    "länkar": check_links,  # last, as it may take half an hour
}


# They delete by the clock, and wait where it may be wrong. The backup knows itself.
DELETING = {
    "gallring", "avsändare", "förhandsvisningar", "öppna formulär", "sessioner", "bilder", "inloggningar", "sökningar",
}  # fmt: skip


class Command(BaseCommand):
    help = "Gör allt som görs på natten. Kör det en gång per natt; ett steg som misslyckas stoppar inte de andra."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--if-due", action="store_true", help="leave out what was done in the last three hours")
        parser.add_argument("--clock-is-right", action="store_true", help="after days without a run: go on")

    def handle(
        self, *, dry_run: bool = False, if_due: bool = False, clock_is_right: bool = False, **options: Any
    ) -> None:
        with nullcontext() if dry_run else site_lock("nightly", LOCK):
            if clock_is_right and not dry_run:
                note_run(LastRun.CLOCK)
            problem = wrong_clock() if dry_run else check_clock()
            if not dry_run:
                NightlyStep.objects.bulk_create([NightlyStep(name=name) for name in STEPS], ignore_conflicts=True)
                NightlyStep.objects.exclude(name__in=STEPS).delete()
            recently = (timezone.now() - timedelta(hours=3), timezone.now())
            recent = NightlyStep.objects.filter(succeeded_at__range=recently).values_list("name", flat=True)
            done = set(recent) if if_due else set()
            held = [name for name in STEPS if problem and name in DELETING]
            failed = [name for name in STEPS if name not in done and (name in held or not self.does(name, dry_run))]
        if held:
            self.stderr.write(problem)
        if failed:
            raise CommandError(f"misslyckades: {', '.join(failed)}")

    def does(self, name: str, dry_run: bool) -> bool:
        """Do a step and say so. Returns whether it succeeded."""
        try:
            self.stdout.write(f"{name}: {STEPS[name](dry_run)}")
        except CommandError as error:
            self.stderr.write(f"{name}: {error}")
            return False
        except Exception:
            logger.exception("Nattkörningens steg %s misslyckades", name)
            return False
        if not dry_run:
            NightlyStep.objects.filter(name=name).update(succeeded_at=timezone.now())
        return True
