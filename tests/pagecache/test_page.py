"""What a finished page is made of, and to whom it is sent how."""

import gzip

import brotli

from pagecache.page import Page, best_encoding, may_be_shared

HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, max-age=0")]
BODY = "Vänorter och nätverk. ".encode() * 100


def test_the_best_encoding() -> None:
    for accepted, encoding in (
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("BR;q=1.0, gzip", "br"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("br; q=0.000, *", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity;q=0, *;q=0", ""),
        ("gzipped, brr", ""),
        (";;;,,q=,=\x00", ""),
        ("br;q=0.001", "br"),
    ):
        assert best_encoding(accepted) == encoding, accepted


def test_every_encoding_holds_the_same_page() -> None:
    page = Page("200 OK", HTML, BODY, 0)
    unpacked = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
    answers = page.answers | {"": page.unpacked()}
    assert answers.keys() == unpacked.keys()
    for name, (headers, body) in answers.items():
        assert unpacked[name](body[0]) == BODY  # type: ignore[operator]
        assert dict(headers).get("Content-Encoding", "") == name
        assert dict(headers)["Content-Length"] == str(len(body[0]))
        assert dict(headers)["Vary"] == "Accept-Encoding"


def test_pictures_are_not_packed() -> None:
    page = Page("200 OK", [("Content-Type", "image/png")], BODY, 0)
    assert page.answers.keys() == {""}
    assert page.unpacked()[1] == [BODY]


def test_memory_holds_no_unpacked_copy_of_what_is_packed() -> None:
    assert Page("200 OK", HTML, BODY, 0).size < len(BODY) + 2000


def test_an_answer_to_one_reader_is_not_shared() -> None:
    shareable = [("Content-Type", "text/html"), ("vary", "accept-encoding")]
    assert may_be_shared("200 OK", shareable)
    for header in (
        ("Set-Cookie", "a=b"),
        ("Vary", "Accept-Encoding, Cookie"),
        ("Vary", "Accept-Language"),
        ("Vary", "*"),
        ("Cache-Control", "private, no-cache"),
        ("Cache-Control", "no-store"),
        ("Content-Encoding", "gzip"),
        ("Content-Security-Policy", "script-src 'nonce-abc'"),
        ("WWW-Authenticate", "Basic"),
    ):
        assert not may_be_shared("200 OK", [*shareable, header]), header
    for status in ("404 Not Found", "500 Oops", "503 Service Unavailable", "206 Partial", "204 None"):
        assert not may_be_shared(status, HTML), status


def test_a_reader_who_holds_the_page_is_told_so() -> None:
    assert "Last-Modified" not in dict(Page("200 OK", HTML, BODY, 1_700_000_000).not_modified)
    page = Page("200 OK", [("Content-Type", "text/csv")], BODY, 1_700_000_000)
    date = dict(page.not_modified)["Last-Modified"]
    for held in (page.etag, page.etag.removeprefix("W/"), f'"x", {page.etag}', "*"):
        assert page.is_held_by({"HTTP_IF_NONE_MATCH": held})
    assert page.is_held_by({"HTTP_IF_MODIFIED_SINCE": date})
    for other in ("", '""', "junk", 'W/"', page.etag[:-2], ",,,", "\x00", "W/" * 4000):
        assert not page.is_held_by({"HTTP_IF_NONE_MATCH": other, "HTTP_IF_MODIFIED_SINCE": date}), other
    for moment in ("", "junk", "Tue, 14 Nov 2023 22:13:21 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"):
        assert not page.is_held_by({"HTTP_IF_MODIFIED_SINCE": moment}), moment
