"""Commands act on the installation: with its environment file, as its service user, and saying where.

`bin/molndal` names the file (MOLNDAL_ENV, else /etc/molndal-intl/env); manage.py takes `.env` beside it, where there is
one. Without a file, as on a developer's machine, nothing is changed and nothing said.
"""

import os
import pwd
import re
import sys
from pathlib import Path

LOCAL_FILE = Path(__file__).resolve().parent.parent / ".env"
# What systemd and we read in the same way.
LINE = re.compile(r"""([A-Za-z_]\w*)=("[^"\\]*"|'[^'\\]*'|[^"'\\]*)""")


def enter() -> None:
    """Load the environment file, if there is one, and become the service user. Raises SystemExit with one line."""
    named = os.environ.get("MOLNDAL_ENV", "")
    file = Path(named or LOCAL_FILE)
    if not named and not os.path.lexists(file):  # exists() fails for who may not look into its folder
        refuse_root()
        return
    try:
        # systemd reads it as root and hands it on.
        is_read = bool(os.environ.get("ENVIRONMENT")) and not os.access(file, os.R_OK)
        said = {} if is_read else parse(file.read_text("utf-8"), file)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "inte text")
        raise SystemExit(f"{file}: miljöfilen går inte att läsa ({reason}). Kör som root (sudo).") from None
    if not is_read and not said.get("ENVIRONMENT"):
        raise SystemExit(f"{file}: ENVIRONMENT saknas, ange production (eller local)")
    overridden = sorted(name for name, value in said.items() if os.environ.get(name, value) != value)
    os.environ.update({name: value for name, value in said.items() if name not in os.environ})
    become(os.environ.get("SERVICE_USER") or "molndal")
    say_where(file, overridden)


def parse(text: str, file: Path) -> dict[str, str]:
    """The variables of an environment file: NAME=VALUE, with or without quotes; no escapes, and # begins a line."""
    said = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not (match := LINE.fullmatch(line.strip())):
            raise SystemExit(f"{file}, rad {number}: ska vara NAMN=VÄRDE, utan \\ och udda citattecken")
        quoted = match[2][:1] in {'"', "'"}
        said[match[1]] = match[2][1:-1] if quoted else match[2]
    return said


def become(name: str) -> None:
    """Go on as the service user, so that no file of root's stops the site. Others than root may not."""
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise SystemExit(f"SERVICE_USER: användaren {name} finns inte här") from None
    if os.geteuid() == user.pw_uid:
        return
    if os.geteuid():
        raise SystemExit(f"SERVICE_USER: kör som {name}, eller som root (sudo)")
    os.initgroups(name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.environ.update(HOME=user.pw_dir, USER=name, LOGNAME=name)


def refuse_root() -> None:
    """Without a file that names the service user, root would leave files in its folder that stop the site."""
    folder = Path(os.environ.get("DATA_DIR") or LOCAL_FILE.parent / "var")
    if os.environ.get("ENVIRONMENT") == "production" and os.geteuid() == 0 and folder.exists() and folder.stat().st_uid:
        raise SystemExit(f"DATA_DIR: {folder} ägs av en annan användare. Kör bin/molndal, eller som den med sudo -u")


def say_where(file: Path, overridden: list[str]) -> None:
    """Print to standard error which installation the command acts on, without a secret."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    where = f"{database['NAME']}" + (f" på {database['HOST']}" if database.get("HOST") else "")
    lines = [
        f"Miljö: {settings.ENVIRONMENT} ({file}), användare: {pwd.getpwuid(os.geteuid()).pw_name}",
        f"Databas: {database['ENGINE'].rpartition('.')[2]} {where}",
    ]
    if overridden:
        lines.append(f"Annat än i filen: {', '.join(overridden)}")
    print(*lines, sep="\n", file=sys.stderr, flush=True)  # noqa: T201
