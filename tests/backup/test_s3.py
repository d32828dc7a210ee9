"""Backups in an S3 store: one that speaks its language (moto), in a process of its own, over HTTP."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.management import call_command

from backup import service
from backup.errors import BackupError
from backup.models import VerifiedBackup, last_verified
from backup.places import Bucket, Folder, place, split
from tests.backup.conftest import Place, public
from tests.backup.test_service import name_of
from tests.factories import ContactFactory
from tests.servers import ROOT, free_port, serving
from tests.template import DATABASES

NAME = "backups-of-molndal"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    url = f"http://127.0.0.1:{(port := free_port())}"
    with serving(url, "moto.server", "--host", "127.0.0.1", "--port", str(port)):
        yield url


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The store with an empty bucket, as an administrator sees it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "molndal",
        "AWS_SECRET_ACCESS_KEY": "not-so-secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    yield client
    for key in keys(client):
        client.delete_object(Bucket=NAME, Key=key)
    client.delete_bucket(Bucket=NAME)


def keys(client: Any) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=NAME).get("Contents", [])]


@pytest.mark.django_db(transaction=True)
def test_nightly_backup_in_a_bucket_is_verified_and_rotates(store: Any, settings: Any, key: Path) -> None:
    settings.BACKUP_DIR, settings.BACKUP_RECIPIENT = f"s3://{NAME}/site/", [public(key)]
    day = datetime(2020, 1, 1, tzinfo=UTC)
    old = [name_of(day + timedelta(minutes=minute)) for minute in range(3)]
    for name in old:
        VerifiedBackup.objects.create(name=name, made_at=day)
    others = [f"site/below/{old[0]}", f"site-of-others/{old[0]}", "site/notes.txt"]
    for name in [*(f"site/{name}" for name in old), *others]:
        store.put_object(Bucket=NAME, Key=name, Body=b"x")
    ContactFactory()
    assert service.nightly(dry_run=True) == f"en säkerhetskopia skulle göras i s3://{NAME}/site/"
    line = service.nightly(dry_run=False)
    (new,) = {*keys(store)} - {*others, f"site/{old[2]}"}
    assert line.startswith(f"{new.removeprefix('site/')} är gjord och kontrollerad: ")
    assert line.endswith("; 2 äldre är borttagna")
    assert f"site/{last_verified()}" == new
    assert store.get_object(Bucket=NAME, Key=new)["Body"].read(21) == b"age-encryption.org/v1"
    printed = StringIO()
    call_command("verify_backup", f"s3://{NAME}/{new}", "--key-file", key, stdout=printed)
    assert "är hel" in printed.getvalue()


def test_site_is_restored_from_the_store(
    store: Any, filled: Place, place: Callable[[str], Place], key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_RECIPIENT", public(key))
    printed = filled.manage("backup", "--to", f"s3://{NAME}/a/b")
    (stored,) = keys(store)
    assert printed.startswith(f"s3://{NAME}/{stored}: ")
    assert stored.startswith("a/b/molndal_intl-")
    target = place(DATABASES[0])
    assert "Återställt" in target.manage("restore", f"s3://{NAME}/{stored}", "--key-file", key)
    assert target.rows()["pages_page"] == filled.rows()["pages_page"]
    again = target.try_to_manage("restore", f"s3://{NAME}/{stored}", "--key-file", key)
    assert "inget skrivs över" in again.stderr
    assert again.returncode == 1


@pytest.mark.django_db(transaction=True)
def test_failing_store_is_told_in_a_sentence(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: str) -> str:
        with pytest.raises(BackupError) as error:
            call_command(*arguments)
        return str(error.value)

    assert "The specified bucket does not exist" in refused("backup", "--to", "s3://no-such-bucket/x")
    assert "Not Found" in refused("verify_backup", f"s3://{NAME}/gone.zip")
    assert keys(store) == []
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    assert "Could not connect to the endpoint URL" in refused("backup", "--to", f"s3://{NAME}")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    boto3.setup_default_session()  # it remembers credentials
    assert "Unable to locate credentials" in refused("backup", "--to", f"s3://{NAME}")


def test_addresses_name_a_bucket_or_a_folder() -> None:
    assert place("s3://b") == Bucket("b", "")
    assert place("s3://b/x/y/") == Bucket("b", "x/y/")
    assert split("s3://b/x/y.zip") == (Bucket("b", "x/"), "y.zip")
    assert place("/backup/s3:/x") == Folder(Path("/backup/s3:/x"))
    assert split("backup.zip") == (Folder(Path()), "backup.zip")
    for address in ("s3://", "s3:///x", "s3://b?x", "s3://b/x#y", "s3://b/../x"):
        with pytest.raises(BackupError, match="är ingen adress till en hink"):
            place(address)


def test_boto3_is_loaded_for_buckets_only() -> None:
    code = (
        "import django, sys; django.setup(); import molndal_intl.urls, backup.upgrading; print('boto3' in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "molndal_intl.settings", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
