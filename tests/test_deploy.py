"""The files in deploy/ fit the site: names, commands and addresses in them exist here."""

import re
from pathlib import Path

import pyrage
import pytest
import yaml
from django.core.management import get_commands

from molndal_intl import env, installation
from molndal_intl.health import ANSWERS
from tests.molndal_intl.test_settings import load
from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())


def test_example_of_an_environment_starts_once_it_has_a_key() -> None:
    example = installation.parse((DEPLOY / "env.example").read_text(), Path("env"))
    assert set(example) <= set(env.NAMES)
    with pytest.raises(SystemExit, match="SECRET_KEY: "):
        load(**example)
    settings = load(**example | {"SECRET_KEY": "abcde" * 10, "BACKUP_RECIPIENT": RECIPIENT})
    assert (settings["LOCAL"], settings["SITE_URL"]) == (False, "https://international.example.org")


def test_units_run_commands_that_exist() -> None:
    started = [re.findall(r"^ExecStart=(\S+)/bin/molndal (\w+)", path.read_text(), re.M) for path in units("service")]
    assert sorted(match for (match,) in started) == [
        ("/srv/molndal_intl/current", command) for command in ("backup", "nightly", "serve")
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


COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()


def test_composed_site_starts_once_its_secrets_are_there(tmp_path: Path) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    said = COMPOSE["services"]["site"]["environment"] | {"BACKUP_RECIPIENT": recipient}
    assert set(said) <= set(env.NAMES)
    secrets = {"SECRET_KEY": "abcde" * 10, "DATABASE_URL": "postgres://molndal:password@database:5432/molndal"}
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret)
        assert said[f"{name}_FILE"].removeprefix("/run/secrets/") in COMPOSE["services"]["site"]["secrets"]
    image = dict(pair.split("=") for pair in re.findall(r"^ENV (.+)", CONTAINERFILE, re.M)[0].split())
    ours = {name: value for name, value in image.items() if not name.startswith("PYTHON")}
    settings = load(**ours | said | {f"{name}_FILE": str(tmp_path / name) for name in secrets})
    assert (settings["LOCAL"], settings["DATA_DIR"], settings["HOST"]) == (False, Path("/data"), "0.0.0.0")
    assert settings["DATABASES"]["default"]["HOST"] == "database"


def test_containers_have_no_rights_and_a_read_only_root() -> None:
    (user,) = re.findall(r"^USER (\d+)", CONTAINERFILE, re.M)
    assert COMPOSE["services"]["site"]["user"] == f"{user}:{user}"
    for name, service in COMPOSE["services"].items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["user"].split(":")[0]) > 0, name
    written = {volume.split(":")[1] for volume in COMPOSE["services"]["site"]["volumes"]}
    assert written == {"/data", COMPOSE["services"]["site"]["environment"]["BACKUP_DIR"]}
    assert COMPOSE["networks"]["inside"]["internal"], "the database is not reached from outside"


def test_image_holds_pinned_packages_and_no_secret() -> None:
    assert "--require-hashes --only-binary :all: -r requirements.txt" in CONTAINERFILE
    (asked,) = re.findall(r"HEALTHCHECK.*urlopen\('http://127.0.0.1:8000(\S+)'", CONTAINERFILE, re.DOTALL)
    assert asked in ANSWERS
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".env", "var", "deploy/secrets"} <= {*left_out}
