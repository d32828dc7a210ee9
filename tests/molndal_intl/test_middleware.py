"""Middleware of the whole site."""

import gzip
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from molndal_intl.middleware import CompressText

FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
def test_pages_are_compressed_where_accepted(client: Client, fronts: object) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.django_db
def test_null_bytes_are_refused() -> None:
    odd = "a\0b"
    for path in ("/admin/", "/admin/login/", "/konto/", "/sok/"):
        for name in ("sessionid", "csrftoken", "other"):
            client = Client()
            client.cookies[name] = odd  # sent as "a\000b", as a cookie may be written
            assert client.get(path).status_code == 400, (path, name)
            assert Client().get(path, headers={"cookie": f"{name}={odd}"}).status_code == 400, (path, name)
        for header in ("x-forwarded-for", "user-agent", "accept-language"):
            assert Client().get(path, headers={header: odd}).status_code == 400, (path, header)
        assert Client().get(path, {"q": odd}).status_code == 400
    assert Client().get("/admin/%00/").status_code == 404


@pytest.mark.django_db
def test_unexpected_proxy_is_logged_once(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    for count, forwarded, warnings in (
        (0, {}, 0),
        (1, {"x-forwarded-for": "192.0.2.1"}, 0),
        (0, {"x-forwarded-for": "192.0.2.1"}, 1),
    ):
        settings.TRUSTED_PROXY_COUNT = count
        client = Client()
        for _request in range(2):
            client.get("/admin/login/", headers=forwarded)
        assert caplog.text.count("TRUSTED_PROXY_COUNT is 0, but X-Forwarded-For arrived") == warnings


@pytest.mark.django_db
def test_large_posts_to_public_forms_are_refused(client: Client) -> None:
    text = "x" * 2_700_000
    for path in ("/aterkoppling/", "/aterkoppling/varfor/", "/en/feedback/", "/"):
        assert client.post(path, {"comment": text}).status_code == 400, path
        assert client.post(path, f"comment={text}", content_type=FORM).status_code == 400, path


def test_pictures_are_not_compressed_again() -> None:
    def picture(request: object) -> HttpResponse:
        return HttpResponse(b"0" * 5000, content_type="image/png")

    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in CompressText(picture)(request).headers
