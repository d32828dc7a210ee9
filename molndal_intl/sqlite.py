"""Options of SQLite: a committed transaction is on the disk, and the write-ahead log is used where it is safe."""

import sqlite3
from typing import Any


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset corruption bug (3.51.3, backported to 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def sqlite_options(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> dict[str, Any]:
    journal = "WAL" if wal_is_safe(version) else "DELETE"
    return {
        # Take the write lock when a transaction begins: upgrading later can fail at once, without waiting.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Each thread keeps its own: Python's 128 take 3 MB of each, and preparing one anew takes little.
        "cached_statements": 8,
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
    }
