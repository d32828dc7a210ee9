"""Throttle answers per sender without storing who that is.

A sender is a digest of the client's address with a secret of the day (RFC 2104). The secret is deleted the day after,
so no digest can be made again. Nothing here refers to an answer.
"""

import hmac
import secrets
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from feedback.models import DailySalt, Sender

# A day's worth for a school or an office behind one address.
MOST_ANSWERS = 200
MOST_COMMENTS = 60
# A second click on the same button, by an impatient hand on a slow line.
DOUBLE_CLICK = timedelta(seconds=3)
START_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(moment: datetime) -> date:
    """The day of a moment in Swedish time."""
    return timezone.localtime(moment).date()


def address(request: HttpRequest) -> str:
    """The client's address; of an IPv6 address the network (/64), as one household or telephone has all of it.

    X-Forwarded-For is what the sender says, but for what our own proxies have added at its end: TRUSTED_PROXY_COUNT
    tells how many those are.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    host = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    if host.startswith("["):
        host = host[1:].partition("]")[0]  # [2001:db8::1]:443
    elif host.count(":") == 1:
        host = host.partition(":")[0]  # 192.0.2.1:443
    try:
        ip = ip_address(host)
    except ValueError:
        return ""  # a proxy that tells us nothing: all are one sender
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
    return str(ip)


def secret_of(moment: datetime) -> str:
    """The secret of a day. Making it deletes those of earlier days; of two processes that make it, the first wins."""
    salts = DailySalt.objects.filter(day=day_of(moment))
    salt = salts.first()
    if not salt:
        made = DailySalt(day=day_of(moment), secret=secrets.token_hex(32))
        DailySalt.objects.bulk_create([made], ignore_conflicts=True)
        forget_before(moment)
        salt = salts.get()
    return salt.secret


def forget_before(moment: datetime) -> None:
    """Delete the secrets and senders of all days before."""
    DailySalt.objects.filter(day__lt=day_of(moment)).delete()
    Sender.objects.filter(day__lt=day_of(moment)).delete()


def count(*what: str, within: timedelta | None = None) -> int:
    """Count `what` once more. Returns its count of today, or since the first time within `within`.

    One upsert: reading and writing back loses counts when two send at once.
    """
    now = timezone.now()
    digest = hmac.digest(secret_of(now).encode(), "\n".join(what).encode("utf-8", "replace"), "sha256").hex()
    fields = {field.name: field for field in Sender._meta.concrete_fields}
    values = {"digest": digest, "day": day_of(now), "count": 1, "latest_at": now}
    since = now - within if within else START_OF_TIME
    table = Sender._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (digest, day, count, latest_at) VALUES (%s, %s, %s, %s) "  # noqa: S608
            "ON CONFLICT (digest) DO UPDATE SET "
            f"count = CASE WHEN {table}.latest_at < %s THEN 1 ELSE {table}.count + 1 END, "
            f"latest_at = CASE WHEN {table}.latest_at < %s THEN excluded.latest_at ELSE {table}.latest_at END "
            "RETURNING count",
            [
                *(fields[name].get_db_prep_save(value, connection) for name, value in values.items()),
                *[fields["latest_at"].get_db_prep_save(since, connection)] * 2,
            ],
        )
        return int(cursor.fetchone()[0])


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
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    return int(midnight.timestamp() - now.timestamp()) + 1
