"""Where backups are kept: a folder, or an S3 store (s3://BUCKET/FOLDER).

The store is Amazon's or any that speaks its protocol. boto3 reads where it is and who we are from the environment:
AWS_ENDPOINT_URL, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backup.errors import BackupError, reason

SCHEME = "s3://"


@dataclass(frozen=True)
class Folder:
    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def keep(self, file: Path) -> None:
        """Copy the file here, for its owner only. It is named once it is whole and on disk."""
        self.path.mkdir(parents=True, exist_ok=True)
        part, target = self.path / f"{file.name}.part", self.path / file.name
        try:
            with file.open("rb") as source, open(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as copy:
                shutil.copyfileobj(source, copy)
                copy.flush()
                os.fsync(copy.fileno())
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)

    def names(self) -> list[str]:
        try:
            return os.listdir(self.path) if self.path.is_dir() else []
        except OSError as error:
            raise BackupError(f"{self} går inte att läsa ({reason(error)}).") from None

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def fetch(self, name: str, work: Path) -> Path:
        return self.path / name


@dataclass(frozen=True)
class Bucket:
    """A bucket, and a folder in it: empty, or with a slash at its end."""

    name: str
    folder: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.name}/{self.folder}"

    @cached_property
    def client(self) -> Any:
        # Imported here: it takes half a second and 30 MB.
        import boto3
        from botocore.config import Config

        return boto3.client("s3", config=Config(connect_timeout=10, retries={"total_max_attempts": 3}))

    def keep(self, file: Path) -> None:
        """Copy the file here. The store shows it when it has all of it."""
        with readable_errors(f"{file.name} kan inte sparas i {self}"):
            self.client.upload_file(str(file), self.name, self.folder + file.name)

    def names(self) -> list[str]:
        """What is in the folder itself."""
        with readable_errors(f"{self} går inte att läsa"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.name, Prefix=self.folder, Delimiter="/"
            )
            return [found["Key"].removeprefix(self.folder) for page in pages for found in page.get("Contents", [])]

    def remove(self, name: str) -> None:
        with readable_errors(f"{name} kan inte tas bort från {self}"):
            self.client.delete_object(Bucket=self.name, Key=self.folder + name)

    def fetch(self, name: str, work: Path) -> Path:
        """Copy a backup into the folder for work."""
        with readable_errors(f"{self}{name} kan inte hämtas"):
            self.client.download_file(self.name, self.folder + name, str(work / name))
        return work / name


@contextmanager
def readable_errors(what: str) -> Iterator[None]:
    """Turn what boto3 raises into a BackupError."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise BackupError(f"{what}: {reason(error)}") from None


def place(address: str) -> Folder | Bucket:
    """The place at an address. Raises BackupError for what is no address of a bucket."""
    if not address.startswith(SCHEME):
        return Folder(Path(address))
    parts = urlsplit(address)
    if not parts.netloc or parts.query or parts.fragment or ".." in parts.path.split("/"):
        raise BackupError(f"{address} är ingen adress till en hink: skriv s3://HINK/MAPP.")
    folder = parts.path.strip("/")
    return Bucket(parts.netloc, f"{folder}/" if folder else "")


def split(address: str) -> tuple[Folder | Bucket, str]:
    """The place and the name of a backup."""
    folder, name = os.path.split(address)
    return place(folder), name
