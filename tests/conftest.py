"""Shared by all tests: a database, folders and keys of their own for each run, and no test skipped in silence."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client

from pages.content import load_content
from pages.models import Page
from tests.factories import ContactFactory, PageFactory


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a failure: what was not tried is not known to work."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two runs at the same time do not share a database."""
    from django.conf import settings

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_molndal_intl_{os.getpid()}"
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"]["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()  # WhiteNoise warns of a folder that is not there
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    storages._storages = {}  # type: ignore[attr-defined]


@pytest.fixture
def asked(db: None) -> None:
    """What Django asks each new connection to SQLite once is asked, so that queries are counted as they recur."""
    assert connection.features.supports_json_field


@pytest.fixture
def contact(asked: None) -> Any:
    return ContactFactory(name="Cecilia Rignell", is_main=True)


@pytest.fixture
def fronts(contact: Any) -> dict[str, Page]:
    """The front page of every section, as a site always has them."""
    return {
        section: PageFactory(section=section, slug=f"front-{section}", title_sv=f"Avdelning {section}")
        for section in Page.Section.values
    }


@pytest.fixture
def seeded(asked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real content, as `make run` loads it, but for the files of its pictures: two seconds in each test."""
    monkeypatch.setattr("publishing.models.make_missing_variants", lambda name, width: None)
    load_content()


@pytest.fixture
def editor(django_user_model: Any) -> Client:
    """A browser logged in as the coordinator."""
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("samordnare", password="x"))
    return client
