"""Migrations make the schema from nothing; `make check` tells that no model change lacks one."""

import pytest
from django.core.management import call_command
from django.db import connection

from pages.loader import load_content

OURS = ["feedback", "pages", "news", "twinning", "networks", "contacts"]


@pytest.mark.django_db(transaction=True)
def test_the_schema_is_made_from_nothing_and_holds_the_content() -> None:
    for app in OURS:
        call_command("migrate", app, "zero", verbosity=0)
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.split("_")[0] in OURS]
    call_command("migrate", verbosity=0)
    assert load_content() == 223
