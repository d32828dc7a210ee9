"""Guesses of passwords and codes are limited, and the right person still gets in."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.audit import forget_old
from accounts.models import LoginRecord, Remembered
from tests.accounts.conftest import LOGIN, PASSWORD, is_in, try_login

HELD = "För många försök härifrån."
THIEF, HOME = "198.51.100.7", "192.0.2.1"


def test_throttle_does_not_lock_the_owner_out(client: Client, robin: User) -> None:
    thief = Client()
    for name in ("nobody", "robin"):
        told = [HELD in try_login(thief, name, f"gissning {n}", THIEF).content.decode() for n in range(8)]
        assert told == [False] * 5 + [True] * 3, name
    try_login(thief, "robin", PASSWORD, THIEF)
    assert not is_in(thief), "a guess that is right comes too late"
    try_login(client, "robin", PASSWORD, HOME)
    assert is_in(client)


def test_one_address_tries_thirty_times_in_all(client: Client, robin: User) -> None:
    told = [HELD in try_login(client, f"namn-{n}", "fel", THIEF).content.decode() for n in range(29)]
    assert not any(told)
    try_login(client, "robin", "fel", THIEF)
    assert client.get(LOGIN).status_code == 200
    assert "många försök" in try_login(client, "annan", "fel", THIEF).content.decode()
    other = Client()
    try_login(other, "robin", PASSWORD, HOME)
    assert is_in(other)


def test_throttle_trusts_proxies_only(client: Client, robin: User, settings: Any) -> None:
    def is_held(address: str, forwarded: str | None) -> bool:
        headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
        answer = client.post(LOGIN, {"login": "robin", "password": "fel"}, REMOTE_ADDR=address, **headers)
        assert answer.status_code == 200
        return HELD in answer.content.decode()

    assert [is_held(THIEF, f"203.0.113.{n}") for n in range(6)] == [False] * 5 + [True], "a forged header"
    assert [is_held(f"2001:db8::{n}", None) for n in range(6)] == [False] * 5 + [True], "one network"
    settings.TRUSTED_PROXY_COUNT = 1
    proxied = [is_held("10.0.0.1", f"203.0.113.{n}, 198.51.100.8") for n in range(6)]
    assert proxied == [False] * 5 + [True], "the address that the proxy tells"
    assert not is_held("10.0.0.1", HOME)
    settings.TRUSTED_PROXY_COUNT = 3
    assert not is_held("10.0.0.2", "192.0.2.9"), "fewer proxies than promised are no error"


def test_tries_with_another_port_count_together(robin: User, settings: Any) -> None:
    settings.LOCAL = False
    settings.SITE_URL = "https://testserver"
    answers = [
        Client(HTTP_HOST=f"testserver:{port}").post(LOGIN, {"login": "robin", "password": "fel"}, REMOTE_ADDR=THIEF)
        for port in range(1, 7)
    ]
    assert [HELD in answer.content.decode() for answer in answers] == [False] * 5 + [True]


def test_login_on_a_full_disk_is_not_too_many_tries(robin: User) -> None:
    def refuse_writes(execute: Any, sql: str, *arguments: Any) -> Any:
        if not sql.startswith("SELECT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *arguments)

    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(refuse_writes):
        answer = try_login(client, "robin", PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_codes_of_the_second_step_are_not_guessed(client: Client, robin: User, secret: str) -> None:
    try_login(client, "robin", PASSWORD)
    texts = [client.post("/konto/andra-steget/", {"code": f"{n:06}"}).content.decode() for n in range(7)]
    assert [HELD in text for text in texts] == [False] * 5 + [True] * 2


def test_throttle_counts_hashes_that_expire(client: Client, robin: User) -> None:
    try_login(client, "robin", "fel", THIEF)
    rows = list(Remembered.objects.values_list("cache_key", "value", "expires"))
    assert rows
    assert all(expires < timezone.now() + timedelta(minutes=16) for _key, _value, expires in rows)
    assert not any(told in str(rows) for told in (THIEF, "robin"))
    assert "skulle" in forget_old(dry_run=True)
    Remembered.objects.update(expires=timezone.now() - timedelta(seconds=1))
    forget_old(dry_run=False)
    assert not Remembered.objects.exists()
    assert LoginRecord.objects.count() == 1
