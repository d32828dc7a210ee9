"""Guesses are held, and the right person is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.audit import forget_old
from accounts.models import LoginRecord, Remembered
from tests.accounts.conftest import PASSWORD, is_in, try_login

HELD = "För många försök härifrån."
THIEF, HOME = "198.51.100.7", "192.0.2.1"


def test_throttle_does_not_lock_the_owner_out(client: Client, robin: User) -> None:
    thief = Client()
    told = [HELD in try_login(thief, "robin", f"gissning {n}", THIEF).content.decode() for n in range(8)]
    assert told == [False] * 5 + [True] * 3
    try_login(thief, "robin", PASSWORD, THIEF)
    assert not is_in(thief), "a guess that is right comes too late"
    try_login(client, "robin", PASSWORD, HOME)
    assert is_in(client)


def test_one_address_tries_thirty_times_whatever_the_names(client: Client, robin: User) -> None:
    told = [HELD in try_login(client, f"namn-{n}", "fel", THIEF).content.decode() for n in range(29)]
    assert not any(told)
    try_login(client, "robin", "fel", THIEF)
    assert client.get("/admin/login/").status_code == 200
    held = try_login(client, "annan", "fel", THIEF)
    assert held.status_code == 429 or HELD in held.content.decode()
    assert "många försök" in held.content.decode()
    other = Client()
    try_login(other, "robin", PASSWORD, HOME)
    assert is_in(other)


def test_an_unknown_name_is_held_as_a_known_one_is(client: Client, robin: User) -> None:
    for name in ("robin", "nobody"):
        texts = [try_login(client, name, "fel", THIEF).content.decode() for _ in range(6)]
        assert [HELD in text for text in texts] == [False] * 5 + [True], name


def test_forged_forwarded_header_does_not_avoid_the_throttle(client: Client, robin: User, settings: Any) -> None:
    for n in range(6):
        answer = client.post(
            "/admin/login/",
            {"login": "robin", "password": "fel"},
            REMOTE_ADDR=THIEF,
            HTTP_X_FORWARDED_FOR=f"203.0.113.{n}",
        )
    assert HELD in answer.content.decode()


def test_behind_a_proxy_the_address_is_what_the_proxy_says(client: Client, robin: User, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(6):
        headers = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{n}, {THIEF}"}
        answer = client.post("/admin/login/", {"login": "robin", "password": "fel"}, REMOTE_ADDR="10.0.0.1", **headers)
    assert HELD in answer.content.decode()
    for headers in ({"HTTP_X_FORWARDED_FOR": HOME}, {}):
        answer = client.post("/admin/login/", {"login": "robin", "password": "fel"}, REMOTE_ADDR="10.0.0.1", **headers)
        assert HELD not in answer.content.decode()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    answer = client.post("/admin/login/", {"login": "robin", "password": "fel"}, HTTP_X_FORWARDED_FOR="192.0.2.9")
    assert answer.status_code == 200, "fewer proxies than promised are no error of the server's"


def test_codes_of_the_second_step_are_not_guessed(client: Client, robin: User, secret: str) -> None:
    try_login(client, "robin", PASSWORD)
    texts = [client.post("/konto/andra-steget/", {"code": f"{n:06}"}).content.decode() for n in range(7)]
    assert [HELD in text for text in texts] == [False] * 5 + [True] * 2


def test_throttle_counts_in_the_database_and_expires(client: Client, robin: User) -> None:
    try_login(client, "robin", "fel", THIEF)
    rows = list(Remembered.objects.values_list("cache_key", "value", "expires"))
    assert rows
    assert all(expires < timezone.now() + timedelta(minutes=16) for _key, _value, expires in rows)
    assert not any(told in str(rows) for told in (THIEF, "robin")), "of who tried, digests only"
    assert "would be" in forget_old(dry_run=True)
    Remembered.objects.update(expires=timezone.now() - timedelta(seconds=1))
    forget_old(dry_run=False)
    assert not Remembered.objects.exists()
    assert LoginRecord.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"login": "robin"}, {"password": "x"}, {"login": "\ud83d" * 9, "password": "x"}])
def test_half_a_form_is_no_error(client: Client, db: None, body: dict[str, str]) -> None:
    typed = {name: value.encode("utf-8", "replace").decode() for name, value in body.items()}
    assert client.post("/admin/login/", typed).status_code == 200
