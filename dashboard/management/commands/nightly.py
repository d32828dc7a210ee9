import logging
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import forget_old
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


def forget_senders(dry_run: bool) -> str:
    """Delete the throttle's secrets of past days, also where no answer has done so."""
    if dry_run:
        return "yesterday's secret would be deleted"
    forget_before(timezone.now())
    return "yesterday's secret is deleted"


def delete(rows: QuerySet[Any], what: str, dry_run: bool) -> str:
    return f"{rows.count()} {what} would be deleted" if dry_run else f"{rows.delete()[0]} {what} are deleted"


def forget_previews(dry_run: bool) -> str:
    return delete(Preview.objects.filter(expires_at__lte=timezone.now()), "expired previews", dry_run)


def forget_presence(dry_run: bool) -> str:
    yesterday = timezone.now() - timedelta(days=1)
    return delete(Presence.objects.filter(seen_at__lt=yesterday), "notes of open forms", dry_run)


def forget_misses(dry_run: bool) -> str:
    return delete(Miss.objects.old(), "searches without a hit", dry_run)


def remove_pictures(dry_run: bool) -> str:
    """Pictures that no content shows: no longer served, and deleted when the retention decision says so."""
    unused = removal.unused(timezone.now() - timedelta(days=90))
    limit = purge_limit()
    expired = removal.removed_before(limit) if limit else []
    if not dry_run:
        removal.remove(*unused)
        for name in expired:
            default_storage.delete(name)
    done = "would be" if dry_run else "are"
    return (
        f"unused pictures that {done} removed: {', '.join(unused) or 'none'}; deleted: {', '.join(expired) or 'none'}"
    )


def write_search_index(dry_run: bool) -> str:
    """Update all languages, so that words of unpublished pages do not stay until the next search."""
    if dry_run:
        return "the search index would be updated"
    update_all_indexes()
    return "the search index is updated"


# By name. A step gets whether to only say what it would do, and returns a line.
STEPS = {
    "purge": purge,
    "senders": forget_senders,
    "previews": forget_previews,
    "presence": forget_presence,
    "pictures": remove_pictures,
    "logins": forget_old,
    "search": write_search_index,
    "searches": forget_misses,
    "remarks": count_remarks,
    "digest": send_digests,
    "reminders": send_reminders,
    "backup": back_up,
    "links": check_links,  # last, as it may take half an hour
}


class Command(BaseCommand):
    help = (
        "Does everything that is done by the clock. Run it once each night; a step that fails does not stop the rest."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, dry_run: bool = False, **options: Any) -> None:
        failed = []
        if not dry_run:
            NightlyStep.objects.bulk_create([NightlyStep(name=name) for name in STEPS], ignore_conflicts=True)
            NightlyStep.objects.exclude(name__in=STEPS).delete()
        for name, step in STEPS.items():
            try:
                self.stdout.write(f"{name}: {step(dry_run)}")
            except Exception:
                logger.exception("The nightly step %s failed", name)
                failed.append(name)
            else:
                if not dry_run:
                    NightlyStep.objects.filter(name=name).update(succeeded_at=timezone.now())
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
