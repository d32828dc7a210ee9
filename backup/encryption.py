"""Encryption of backups in the age format (age-encryption.org/v1), so that the tool `age` opens them too.

The server holds public keys only, the recipients (BACKUP_RECIPIENT: age1…). Opening a backup takes the identity of one
of them (AGE-SECRET-KEY-1…), in a file as `age-keygen` writes it.
"""

import sys
from pathlib import Path

import pyrage
from django.conf import settings

from backup.errors import FULL, BackupError, reason

MAGIC = b"age-encryption.org/v1\n"
STDIN = Path("-")


def read_key(path: Path) -> pyrage.x25519.Identity:
    """Raises BackupError where the file cannot be read or holds no identity; its content is never shown."""
    try:
        text = sys.stdin.read() if path == STDIN else path.read_text()
        lines = [line.strip() for line in text.splitlines()]
        (line,) = [line for line in lines if line and not line.startswith("#")]
        return pyrage.x25519.Identity.from_str(line)
    except OSError as error:
        raise BackupError(f"Nyckelfilen {path} går inte att läsa ({error.strerror}).") from None
    except (ValueError, pyrage.IdentityError):
        raise BackupError(f"Nyckelfilen {path} ska ha en rad AGE-SECRET-KEY-1…, som age-keygen skriver den.") from None


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def encrypt(source: Path) -> Path:
    """Replace the file by one that is encrypted to the recipients."""
    target = source.with_name(f"{source.name}.age")
    recipients = [pyrage.x25519.Recipient.from_str(name) for name in settings.BACKUP_RECIPIENT]
    pyrage.encrypt_file(str(source), str(target), recipients)
    source.unlink()
    return target


def decrypt(source: Path, target: Path, key: Path | None) -> None:
    """Raises BackupError without the right key, and where a single byte of the file has changed."""
    if key is None:
        raise BackupError(f"{source.name} är krypterad: ange nyckelfilen med --key-file (- för standard in).")
    identity = read_key(key)
    try:
        pyrage.decrypt_file(str(source), str(target), [identity])
    except (pyrage.DecryptError, OSError) as error:
        why = reason(error)
        what = "kan inte packas upp" if why == FULL else "öppnas inte av den här nyckeln, eller är skadad"
        raise BackupError(f"{source.name} {what} ({why}).") from None
