"""Log lines: time, level and request, one line where a sentence tells all of it."""

import json
import logging
import re
import sys
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse

from molndal_intl.logs import JsonLine, Line, identify, request_id

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d ERROR \S+ site (.*)", re.DOTALL)


def logged(error: Exception, formatter: logging.Formatter) -> str:
    """What is written of a record with an error that has been raised."""
    try:
        raise error
    except type(error):
        record = logging.LogRecord("site", logging.ERROR, "", 1, "Fault:\n%s", ("/sok/",), sys.exc_info())
    return formatter.format(record)


def test_known_faults_are_one_line_without_traceback() -> None:
    for error, expected in (
        (DisallowedHost("odd.example"), "Fault: /sok/"),
        (
            OperationalError("connection failed:\nno route"),
            "Fault: /sok/ (OperationalError: connection failed: no route)",
        ),
        (SMTPRecipientsRefused({"anna@example.se": (550, b"no")}), "Fault: /sok/ (SMTPRecipientsRefused)"),
    ):
        match = LINE.fullmatch(logged(error, Line()))
        assert match
        assert match[1] == expected


def test_unknown_fault_keeps_its_traceback() -> None:
    text = logged(ValueError("surprise"), Line())
    assert text.count("\n") > 2
    assert text.endswith("ValueError: surprise")


def test_row_of_a_person_is_left_out() -> None:
    text = logged(IntegrityError("duplicate key\nDETAIL:  Key (email)=(anna@example.se) already exists.\n"), Line())
    assert "duplicate key" in text
    assert "anna" not in text


def test_json_line_holds_the_same() -> None:
    text = logged(ValueError("överraskning"), JsonLine())
    assert "\n" not in text
    said = json.loads(text)
    assert list(said) == ["time", "level", "request", "logger", "message", "traceback"]
    assert said["traceback"].endswith("ValueError: överraskning")


@pytest.mark.parametrize(
    ("count", "sent", "is_kept"), [(1, "proxy-1234", True), (0, "proxy-1234", False), (1, "a b", False)]
)
def test_request_has_the_id_of_its_proxy(settings: Any, count: int, sent: str, is_kept: bool) -> None:
    settings.TRUSTED_PROXY_COUNT = count
    request = HttpRequest()
    request.META["HTTP_X_REQUEST_ID"] = sent
    identify(lambda request: HttpResponse())(request)
    assert (request_id.get() == sent) is is_kept
    assert re.fullmatch(r"[\w-]{8,64}", request_id.get())
