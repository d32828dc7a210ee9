"""The secret key of a local run, made once and kept beside the database, readable by its owner only."""

import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def local_secret_key(path: Path) -> str:
    try:
        if not path.exists() or not path.read_text():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Whole or not at all (a temporary file is its owner's only), and of two starts the first decides.
            with NamedTemporaryFile("w", dir=path.parent) as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                if path.exists():
                    path.unlink()
                with suppress(FileExistsError):
                    path.hardlink_to(file.name)
        return path.read_text()
    except OSError as error:
        raise SystemExit(f"DATA_DIR: ska vara en mapp som går att skriva i ({error.strerror}: {path})") from None
