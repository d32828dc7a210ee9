"""The site of another city: its names, languages, colours, map and texts come from its own folder (CONTENT_DIR)."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.molndal_intl.test_settings import load
from tests.servers import ROOT
from tests.template import Template, url_of

FIKTIVA = ROOT / "tests/data/fiktiva"


def run(content: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"CONTENT_DIR": str(content)} | environment
    command = (sys.executable, *command)
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the site of Fiktiva says, by address."""
    folder = tmp_path_factory.mktemp("fiktiva")
    with template.copied("empty", folder) as name:
        url = f"sqlite:///{name}" if name.startswith("/") else url_of(name)
        where = {"DATA_DIR": str(folder), "DATABASE_URL": url}
        loaded = run(FIKTIVA, "manage.py", "load_content", **where)
        assert loaded.returncode == 0, loaded.stderr
        said = run(FIKTIVA, "-m", "tests.another_city", **where)
        assert said.returncode == 0, said.stderr
        yield json.loads(said.stdout)


def test_no_text_names_the_city_of_this_repository(site: Any) -> None:
    assert len(site["read"]) > 200  # pages, files, letters, the admin
    assert site["wrong"] == []


def test_pages_are_in_the_languages_of_the_city(site: Any) -> None:
    menu = re.findall(r'hreflang="(\w+)"[^>]*>(\w+)</a>', site["read"]["/"])
    assert menu == [("sv", "Svenska"), ("de", "Deutsch"), ("en", "English")]


def test_pages_name_the_city_in_their_language(site: Any) -> None:
    assert "Fiktiva kommun internationellt" in site["read"]["/"]
    assert "Municipality of Fiktiva International" in site["read"]["/en/"]
    assert "Twin town of Fiktiva" in site["read"]["/en/twin-towns/neustadt/"]


def test_colours_are_those_of_the_city(site: Any) -> None:
    assert "--hero:#3a0a44" in site["read"]["/"]
    assert '"theme_color": "#3a0a44"' in site["read"]["/manifest.webmanifest"]


def test_map_is_drawn_around_the_centre_of_the_city(site: Any) -> None:
    assert site["centre"] == [0, 0]


def test_icons_are_drawn_in_the_colours_of_the_city(tmp_path: Path) -> None:
    content = Path(shutil.copytree(FIKTIVA, tmp_path / "content"))
    assert run(content, "tools/icons", DATA_DIR=str(tmp_path)).returncode == 0
    with Image.open(content / "static/site/share_background.png") as image:
        assert image.convert("RGB").getpixel((20, 20)) == (0x3A, 0x0A, 0x44)


@pytest.mark.parametrize(
    ("written", "instead", "refused"),
    [
        ("[languages.de]", "[languages.xx]", "ska ha språk bland cs, da, de, en, fr, it, pl, sv, med sv först"),
        ('city = "Fiktiva"', "", "saknar city för sv"),
        ("[languages.sv]", "[languages.sv", "går inte att läsa"),
        ("map_centre = [60, 15]", "", "ska ha website (https://…) och map_centre"),
    ],
)
def test_wrong_city_file_is_refused_in_a_sentence(tmp_path: Path, written: str, instead: str, refused: str) -> None:
    content = Path(shutil.copytree(FIKTIVA, tmp_path / "content"))
    file = content / "city.toml"
    file.write_text(file.read_text("utf-8").replace(written, instead, 1), "utf-8")
    with pytest.raises(SystemExit, match=f"^CONTENT_DIR: [^\n]*{re.escape(refused)}[^\n]*$"):
        load(CONTENT_DIR=str(content), DATA_DIR=str(tmp_path))


def test_missing_colour_is_refused_by_its_name(tmp_path: Path) -> None:
    content = Path(shutil.copytree(FIKTIVA, tmp_path / "content"))
    file = content / "static/site/colours.css"
    file.write_text(file.read_text("utf-8").replace("--sun:", "--moon:"), "utf-8")
    with pytest.raises(SystemExit, match=f"^CONTENT_DIR: {file} saknar sun$"):
        load(CONTENT_DIR=str(content), DATA_DIR=str(tmp_path))
