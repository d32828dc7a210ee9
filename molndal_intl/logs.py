"""Log lines: time, level, request and message, as text or JSON; no traceback where a sentence tells all of it."""

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="-")
DETAIL = re.compile(r"^DETAIL:.*\n?", re.MULTILINE)
FROM_A_PROXY = re.compile(r"[\w-]{8,64}")


def identify(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an id for its log lines: that of our proxy (X-Request-ID), or a random one.

    It holds until the thread's next request, as Django logs an answer after all middleware.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_COUNT else ""
        request_id.set(sent if FROM_A_PROXY.fullmatch(sent) else secrets.token_hex(8))
        return get_response(request)

    return middleware


class Line(logging.Formatter):
    """One line for each record. A traceback follows only where an error is unexpected.

    What a mail server or PostgreSQL says of an address or a row is left out: it may be about a person.
    """

    def parts(self, record: logging.LogRecord) -> dict[str, str]:
        from django.db import Error, InterfaceError, OperationalError  # not before the settings are read

        message, error = record.getMessage(), record.exc_info[1] if record.exc_info else None
        is_silence = isinstance(error, OperationalError | InterfaceError | SMTPException)
        if is_silence:
            said = "" if isinstance(error, SMTPException) else f": {error}"
            message += f" ({type(error).__name__}{said})"
        parts = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "request": request_id.get(),
            "logger": record.name,
            "message": " ".join(message.split()),
        }
        if record.exc_info and not is_silence and not isinstance(error, SuspiciousOperation):
            traceback = self.formatException(record.exc_info)
            parts["traceback"] = DETAIL.sub("", traceback) if isinstance(error, Error) else traceback
        return parts

    def format(self, record: logging.LogRecord) -> str:
        parts = self.parts(record)
        traceback = parts.pop("traceback", "")
        return " ".join(parts.values()) + (f"\n{traceback}" if traceback else "")


class JsonLine(Line):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.parts(record), ensure_ascii=False)


def configuration(kind: str) -> dict[str, Any]:
    """Django's setting LOGGING, for "text" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonLine if kind == "json" else Line}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
    }
