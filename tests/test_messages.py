"""tools/messages finds messages that a catalogue lacks or holds empty or fuzzy."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT

MENU = 'msgid "Main menu"\nmsgstr "Hovedmenu"'


def scan(root: Path) -> list[str]:
    command = [ROOT / ".venv/bin/python", ROOT / "tools/messages", root]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "locale", tmp_path / "locale")
    (tmp_path / "templates/admin").mkdir(parents=True)
    (tmp_path / "templates/base.html").write_text('{% translate "Main menu" %}')
    return tmp_path


def test_messages_of_the_site_are_translated() -> None:
    assert scan(ROOT) == []


@pytest.mark.parametrize("now", [MENU.replace("Hovedmenu", ""), f"#, fuzzy\n{MENU}", ""])
def test_empty_fuzzy_or_absent_message_is_found(site: Path, now: str) -> None:
    danish = site / "locale/da/LC_MESSAGES/django.po"
    danish.write_text(danish.read_text("utf-8").replace(MENU, now), "utf-8")
    assert scan(site) == ["da: Main menu"]


@pytest.mark.parametrize(("name", "languages"), [("base.html", 8), ("admin/index.html", 2)])
def test_new_message_needs_all_languages_or_two(site: Path, name: str, languages: int) -> None:
    (site / "templates" / name).write_text("{% blocktranslate %}{{ n }} new{% endblocktranslate %}")
    assert len(scan(site)) == languages
