"""Fixtures of all tests: a database, folders and keys for each run. A skipped test is a failure."""

import gc
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import connection, connections, transaction
from django.test import Client

from pages.models import Page
from tests.factories import ContactFactory, PageFactory
from tests.template import DATABASES, RUN, SUITE, Template, drop_databases, name_of_reused


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a failure: what was not tried is not known to work."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    """Name the run, before the workers start: they share what is made once (tests/template.py)."""
    # Playwright's event loop lives in the main thread, so Django takes all tests after the first browser for async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    os.environ.setdefault(RUN, name_of_reused() if config.getoption("reuse_db") else uuid4().hex[:12])


def uses_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"db", "transactional_db", "template", "place"}) or bool(item.get_closest_marker("django_db"))


# Files of more than half a minute, the longest first: begun last, one would keep the other worker waiting.
LONG = [
    "browser/test_admin_accessibility.py",
    "dashboard/test_every_address.py",
    "browser/test_accessibility.py",
    "browser/test_xss.py",
    "browser/test_newcomer.py",
    "molndal_intl/test_never_500.py",
    "backup/test_restoring.py",
    "backup/test_upgrading.py",
    "browser/test_tasks.py",
    "search/test_search.py",
]


# Minutes of permissions, HTML, pictures and files, which are the same on every database.
ON_SQLITE_ALONE = (
    "admin/test_forms.py",
    "backup/test_damage.py",
    "backup/test_s3.py",
    "browser/test_raw.py",
    "browser/test_xss.py",
    "dashboard/test_every_address.py",
    "editing/test_preview.py",
    "molndal_intl/test_another_city.py",
    "molndal_intl/test_never_500.py::test_odd_requests_are_no_faults",
    "molndal_intl/test_new_language.py",
    "molndal_intl/test_rolling_update.py",
    "opendata/test_jsonld.py",
    "pages/test_languages.py",
    "pages/test_scale.py",
    "publishing/test_variants.py",
    "reports/test_archive.py",
    "translating/test_exchange.py",
)


def by_length(item: pytest.Item) -> int:
    """The place of a test's file among the long ones."""
    name = item.path.relative_to(Path(__file__).parent).as_posix()
    return LONG.index(name) if name in LONG else len(LONG)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run long files first. On PostgreSQL run what uses the database, and no browser: the rest has run on SQLite."""
    items.sort(key=by_length)  # what pytest-randomly has shuffled, which comes before
    if SUITE:
        chosen = [
            item
            for item in items
            if uses_database(item)
            and not item.nodeid.removeprefix("tests/").startswith(ON_SQLITE_ALONE)
            and "chromium" not in getattr(item, "fixturenames", ())
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collect garbage rarely: the test client copies the context of every template, and 15 % of the time goes there."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SUITE and not config.getoption("reuse_db") and not hasattr(config, "workerinput"):
        drop_databases(os.environ[RUN])


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """What is made once per test run."""
    if request.config.getoption("reuse_db"):
        root = request.config.cache.mkdir("templates")
    else:
        shared = hasattr(request.config, "workerinput")
        root = tmp_path_factory.getbasetemp().parent if shared else tmp_path_factory.getbasetemp()
    template = Template(root / f"{DATABASES[0]}-{os.environ[RUN]}")
    template.make()
    return template


@pytest.fixture
def copied_site(template: Template, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The data folder and the database URL of a site as `make run` leaves it, for a test to start and destroy."""
    with template.copied_site(tmp_path / "site") as database_url:
        yield tmp_path / "site", database_url


@pytest.fixture(scope="session")
def django_db_setup(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A migrated database for each test worker."""
    with template.copied("empty", tmp_path_factory.mktemp("database")) as name:
        connections.settings["default"]["NAME"] = name
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def seeded_connection(
    template: Template, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A connection to a database that holds the real content."""
    with template.copied("seeded", tmp_path_factory.mktemp("seeded")) as name:
        connection = connections["default"].copy()
        connection.settings_dict = connection.settings_dict | {"NAME": name}
        yield connection
        with django_db_blocker.unblock():
            connection.close()


@pytest.fixture
def seeded(db: None, seeded_connection: Any, template: Template, settings: Any) -> Iterator[None]:
    """The real content with its pictures, as `make run` loads it."""
    shutil.copytree(template.folder / "site/media", settings.MEDIA_ROOT, copy_function=os.link)
    empty, connections["default"] = connections["default"], seeded_connection
    ContentType.objects.clear_cache()  # the same model may have another key in the other database
    with transaction.atomic():
        assert connection.features.supports_json_field  # see `asked`
        yield
        transaction.set_rollback(True)
    connections["default"] = empty
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()  # WhiteNoise warns of a folder that is not there
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    storages._storages = {}  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a host elsewhere, as the nightly check of links would."""
    resolve = socket.getaddrinfo

    def only_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(host, str) and host != "localhost" and not re.fullmatch(r"[\d.]*|0x.*|.*:.*", host):
            raise socket.gaierror(socket.EAI_AGAIN, "no internet in tests")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)


@pytest.fixture(autouse=True)
def _seeded_first(_files: None, request: pytest.FixtureRequest) -> None:
    """Change the database before another fixture writes to it."""
    if "seeded" in request.fixturenames:
        request.getfixturevalue("seeded")


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
def editor(django_user_model: Any) -> Client:
    """A browser logged in as the coordinator."""
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("samordnare", password="x"))
    return client


@pytest.fixture
def chief(editor: Client) -> Any:
    """The coordinator who is logged in there."""
    return get_user_model().objects.get(username="samordnare")
