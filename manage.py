#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys

from django.core.management import execute_from_command_line

from molndal_intl import installation

if __name__ == "__main__":
    os.umask(0o077)  # what the site stores is its user's only
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")
    installation.enter()
    execute_from_command_line(sys.argv)
