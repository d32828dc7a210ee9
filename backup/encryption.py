"""Encryption of backups in the age format (age-encryption.org/v1), so that the tool `age` opens them too.

A key file is what `age-keygen` writes: a line with an identity (AGE-SECRET-KEY-1…), and comments. Backups are encrypted
to its public half; opening one takes the file.
"""

from pathlib import Path

import pyrage

from backup.errors import BackupError

MAGIC = b"age-encryption.org/v1\n"


def read_key(path: Path) -> pyrage.x25519.Identity:
    """Raises BackupError where the file cannot be read or holds no identity; its content is never shown."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        (line,) = [line for line in lines if line and not line.startswith("#")]
        return pyrage.x25519.Identity.from_str(line)
    except OSError as error:
        raise BackupError(f"The key file {path} cannot be read ({error.strerror}).") from None
    except (ValueError, pyrage.IdentityError):
        raise BackupError(f"The key file {path} should hold one identity, as age-keygen writes it.") from None


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def encrypt(source: Path, target: Path, key: Path) -> None:
    pyrage.encrypt_file(str(source), str(target), [read_key(key).to_public()])


def decrypt(source: Path, target: Path, key: Path | None) -> None:
    """Raises BackupError without the right key, and where a single byte of the file has changed."""
    if key is None:
        raise BackupError(f"{source.name} is encrypted: name its key with --key-file.")
    try:
        pyrage.decrypt_file(str(source), str(target), [read_key(key)])
    except (pyrage.DecryptError, OSError) as error:
        raise BackupError(f"{source.name} cannot be opened with this key, or is damaged ({error}).") from None
