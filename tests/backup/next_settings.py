"""The settings of the release after this one: contacts has another migration."""

from molndal_intl.settings import *  # noqa: F403

MIGRATION_MODULES = {"contacts": "tests.backup.next_release"}
