"""Throttle answers per sender without storing who that is.

A sender is a digest of the client's address with a secret of the day (RFC 2104). The secret is deleted the day after,
so no digest can be made again. Nothing here refers to an answer.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from feedback.models import DailySalt, Sender
from feedback.report import midnight
from publishing.clients import address

# A day's worth for a school or an office behind one address.
MOST_ANSWERS = 200
MOST_COMMENTS = 60
# A second click on the same button, by an impatient hand on a slow line.
DOUBLE_CLICK = timedelta(seconds=3)


def secret_of(moment: datetime) -> str:
    """The secret of a day. Making it deletes those of earlier days; of two processes that make it, the first wins."""
    salts = DailySalt.objects.filter(day=timezone.localdate(moment))
    salt = salts.first()
    if not salt:
        made = DailySalt(day=timezone.localdate(moment), secret=secrets.token_hex(32))
        DailySalt.objects.bulk_create([made], ignore_conflicts=True)
        forget_before(moment)
        salt = salts.get()
    return salt.secret


def forget_before(moment: datetime) -> None:
    """Delete the secrets and senders of all days before."""
    DailySalt.objects.filter(day__lt=timezone.localdate(moment)).delete()
    Sender.objects.filter(day__lt=timezone.localdate(moment)).delete()


def count(*what: str, within: timedelta | None = None) -> int:
    """Count `what` once more. Returns its count of today, or since the first time within `within`.

    The row stays locked until the transaction ends: none of two who send at once is lost.
    """
    now = timezone.now()
    digest = hmac.digest(secret_of(now).encode(), "\n".join(what).encode("utf-8", "replace"), "sha256").hex()
    with transaction.atomic():
        new = {"day": timezone.localdate(now), "latest_at": now}
        sender, _made = Sender.objects.select_for_update().get_or_create(digest=digest, defaults=new)
        if within and sender.latest_at < now - within:
            sender.count, sender.latest_at = 0, now
        sender.count += 1
        sender.save()
        return sender.count


def is_second_click(request: HttpRequest, visit: str, page: str, helped: str) -> bool:
    """Whether this is the answer that the same reader has just sent.

    Pupils of a class share an address and often a kind of browser, and all of them count. So site.js sends a random
    number of its own for each time a page is opened: with it, an answer is the same all day, even if it is sent again
    because the line broke. Without JavaScript, address and browser have to do, and only for three seconds: of a class
    that has none of it, few answer the same about the same page in that time. All of this exists in the digest only.
    """
    browser = "" if visit else request.headers.get("User-Agent", "")
    within = None if visit else DOUBLE_CLICK
    return count("click", address(request), visit, browser, page, helped, within=within) > 1


def seconds_left() -> int:
    """Seconds until the counts start over, at midnight in Sweden."""
    tomorrow = midnight(timezone.localdate() + timedelta(days=1))
    return int((tomorrow - timezone.now()).total_seconds()) + 1
