"""The files in deploy/ fit the site: names, commands and addresses in them exist here."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from molndal_intl import env, installation
from molndal_intl.health import ANSWERS
from tests.molndal_intl.test_settings import load
from tests.servers import ROOT

DEPLOY = ROOT / "deploy"


def test_example_of_an_environment_starts_once_it_has_a_key() -> None:
    example = installation.parse((DEPLOY / "env.example").read_text(), Path("env"))
    assert set(example) <= set(env.NAMES)
    with pytest.raises(SystemExit, match="SECRET_KEY: "):
        load(**example)
    settings = load(**example | {"SECRET_KEY": "abcde" * 10})
    assert (settings["LOCAL"], settings["SITE_URL"]) == (False, "https://international.example.org")


def test_units_run_commands_that_exist() -> None:
    started = [re.findall(r"^ExecStart=(\S+)/bin/molndal (\w+)", path.read_text(), re.M) for path in units("service")]
    assert sorted(match for (match,) in started) == [
        ("/srv/molndal_intl", command) for command in ("backup", "nightly", "serve")
    ]
    assert {command for ((_root, command),) in started} <= set(get_commands())
    assert {path.stem for path in units("timer")} < {path.stem for path in units("service")}


def units(kind: str) -> list[Path]:
    return sorted(DEPLOY.glob(f"*.{kind}"))


def test_units_are_hardened_alike() -> None:
    """What is between StateDirectory= and the next section."""
    said = {path.read_text().partition("StateDirectory=")[2].partition("\n[")[0].strip() for path in units("service")}
    assert len(said) == 1


def test_proxies_hide_the_addresses_of_monitoring() -> None:
    for name in ("nginx.conf", "Caddyfile"):
        (hidden,) = re.findall(r"^\s*(?:location ~|@monitoring path) (.*healthz.*)$", (DEPLOY / name).read_text(), re.M)
        assert all(address.strip("/") in hidden for address in ANSWERS), name
