"""Backups in an S3 store: Amazon's, or any that speaks the same language (MinIO, Ceph, most hosters').

The address is s3://BUCKET/FOLDER. Where the store is and who we are is boto3's own environment: AWS_ENDPOINT_URL,
AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backup.errors import BackupError

SCHEME = "s3://"


@dataclass(frozen=True)
class Kept:
    """A backup in a bucket."""

    bucket: "Bucket"
    name: str

    def __str__(self) -> str:
        return f"{self.bucket}{self.name}"

    def fetch(self, to: Path) -> Path:
        """Copy it into a folder. Raises BackupError where it cannot be had."""
        with told(f"{self} cannot be fetched"):
            self.bucket.client.download_file(self.bucket.name, f"{self.bucket.folder}{self.name}", str(to / self.name))
        return to / self.name


@dataclass(frozen=True)
class Bucket:
    """A bucket, and a folder in it: empty, or with a slash at its end."""

    name: str
    folder: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.name}/{self.folder}"

    @cached_property
    def client(self) -> Any:
        # Not for everyone: it takes half a second and 30 MB.
        import boto3
        from botocore.config import Config

        return boto3.client("s3", config=Config(connect_timeout=10, retries={"total_max_attempts": 3}))

    def keep(self, file: Path) -> Kept:
        """Copy the file into the bucket: the store shows it under its name when it has all of it, and not before."""
        with told(f"{file.name} cannot be kept in {self}"):
            self.client.upload_file(str(file), self.name, f"{self.folder}{file.name}")
        return Kept(self, file.name)

    def names(self) -> list[str]:
        """What is in the folder itself."""
        with told(f"{self} cannot be read"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.name, Prefix=self.folder, Delimiter="/"
            )
            return [found["Key"].removeprefix(self.folder) for page in pages for found in page.get("Contents", [])]

    def remove(self, name: str) -> None:
        with told(f"{name} cannot be removed from {self}"):
            self.client.delete_object(Bucket=self.name, Key=f"{self.folder}{name}")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn what boto3 raises into a sentence."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise BackupError(f"{what}: {error}") from None


def bucket(address: str) -> Bucket:
    """Raises BackupError for what is no address of a bucket."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or ".." in parts.path.split("/"):
        raise BackupError(f"{address} is no address of a bucket: write s3://BUCKET/FOLDER.")
    folder = parts.path.strip("/")
    return Bucket(parts.netloc, f"{folder}/" if folder else "")


def place(address: Path | str) -> Path | Bucket:
    """Where backups are kept."""
    return bucket(address) if isinstance(address, str) and address.startswith(SCHEME) else Path(address)


def one(address: str) -> Path | Kept:
    """A backup, by its path or its address."""
    if not address.startswith(SCHEME):
        return Path(address)
    folder, _slash, name = address.rpartition("/")
    return Kept(bucket(folder), name)
