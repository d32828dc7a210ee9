"""Every table is in a backup or left out on purpose, and what is read from it is what is put back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.forms.models import model_to_dict

from backup import rows
from backup.errors import BackupError
from editing.models import Draft
from feedback.models import Answer
from tests.factories import TownFactory

pytestmark = pytest.mark.django_db

HARD = "Ř 🙂 \u2028 \u202e \\ \" ' \t\r\n 'NULL' ; DROP TABLE x; -- e\u0301 \x7f"


def kept() -> dict[str, Any]:
    return rows.tables(rows.applied_migrations())


def test_every_table_is_backed_up_or_left_out_on_purpose() -> None:
    left_out = {apps.get_model(label)._meta.db_table for label in rows.LEFT_OUT}
    # Django's own record is in the manifest; the index of the search is made by triggers.
    elsewhere = {"django_migrations"} | {
        name for name in connection.introspection.table_names() if name.startswith("search_searchentry_index")
    }
    backed_up = {model._meta.db_table for model in kept().values()}
    assert {*connection.introspection.table_names()} == backed_up | left_out | elsewhere
    assert not backed_up & left_out


def test_nothing_that_is_backed_up_needs_what_is_left_out() -> None:
    for label, model in kept().items():
        related = {field.related_model._meta.label_lower for field in model._meta.get_fields() if field.many_to_one}
        assert not related & {*rows.LEFT_OUT}, label


def put_back(label: str) -> list[bytes]:
    """Read a table, empty it, load what was read, and return that."""
    model = kept()[label]
    lines = [rows.to_line(row) for row in rows.read(model, DEFAULT_DB_ALIAS)]
    rows.load(model, lines)
    assert [rows.to_line(row) for row in rows.read(model, DEFAULT_DB_ALIAS)] == lines
    return lines


def test_values_come_back_as_they_were(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("någon")
    moment = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
    answer = Answer.objects.create(
        page="a:1", page_title="", language="sv", revision=moment, helped="no", comment=HARD, created_at=moment
    )
    typed = {"a": [HARD, "", "1.0"], "å": [], "null": [None, True, 1.5, -0.1, 2**60]}
    draft = Draft.objects.create(model="a.b", object_id=2**62, data=typed, user=user)
    town = TownFactory(latitude=-0.1 + 0.3, longitude=1e-7, published_at=None, image="")
    objects = [answer, draft, town]
    before = [model_to_dict(obj) for obj in objects]
    for obj in objects:
        put_back(obj._meta.label_lower)
        obj.refresh_from_db()
    assert [model_to_dict(obj) for obj in objects] == before
    assert (answer.created_at, answer.comment, draft.data) == (moment, HARD, typed)


def test_a_field_does_not_clean_what_was_stored() -> None:
    contact = apps.get_model("contacts.contact")
    contact.objects.create(name="A", email="a@example.se")
    with connection.cursor() as cursor:  # as another version may have stored it
        cursor.execute("UPDATE contacts_contact SET phone = '031–315.10 00', email = 'INTE EN ADRESS'")
    put_back("contacts.contact")
    assert contact.objects.values_list("phone", "email").get() == ("031–315.10 00", "INTE EN ADRESS")


def test_more_rows_than_are_loaded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH", 3)
    for number in range(8):
        Answer.objects.create(page=f"a:{number}", language="sv", revision=datetime.now(UTC), helped="yes")
    assert len(put_back("feedback.answer")) == 1 + 8
    assert Answer.objects.count() == 8


def test_the_key_of_a_deleted_row_is_not_given_out_again() -> None:
    answers = [
        Answer.objects.create(page="a:1", language="sv", revision=datetime.now(UTC), helped="yes") for _ in range(2)
    ]
    last = answers[-1].pk
    answers[-1].delete()
    numbers = rows.last_numbers(kept(), DEFAULT_DB_ALIAS)
    assert numbers["feedback.answer"] == last
    rows.set_last_numbers(kept(), numbers | {"feedback.answer": last + 40})
    fresh = Answer.objects.create(page="a:1", language="sv", revision=datetime.now(UTC), helped="yes")
    assert fresh.pk == last + 41


def test_other_columns_than_expected_are_refused() -> None:
    line = json.dumps(["id", "nickname"]).encode()
    with pytest.raises(BackupError, match=r"has other columns: .*nickname"):
        rows.load(kept()["auth.user"], [line])


def test_a_database_of_a_newer_version_is_refused() -> None:
    with pytest.raises(BackupError, match=r"newer version .* pages.9999_future"):
        rows.refuse_unknown(MigrationLoader(connection), [("pages", "0001_initial"), ("pages", "9999_future")])
