#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from molndal_intl import installation

if __name__ == "__main__":
    os.umask(0o077)  # what the site stores is its user's only
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")
    installation.enter()
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:  # the database is away, or its disk is full
        if "--traceback" in sys.argv:
            raise
        raise SystemExit(f"Databasen: {str(error).strip().splitlines()[0]}") from None
