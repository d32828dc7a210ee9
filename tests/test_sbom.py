"""The bill of materials names every installed package with its digests."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from tests.servers import ROOT


def test_every_package_is_in_the_bill() -> None:
    printed = subprocess.run([sys.executable, ROOT / "tools/sbom"], stdout=subprocess.PIPE, text=True, check=True)
    whole = json.loads(printed.stdout)
    bill = whole | {"components": [part for part in whole["components"] if part["purl"].startswith("pkg:pypi/")]}
    requirements = (ROOT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", requirements, re.MULTILINE))
    assert {part["name"]: part["version"] for part in bill["components"]} == pinned
    assert len(pinned) > 20
    digests = {h["content"] for part in bill["components"] for h in part["externalReferences"][0]["hashes"]}
    assert digests == {*re.findall(r"--hash=sha256:(\w+)", requirements)}
    refs = {part["bom-ref"] for part in bill["components"]}
    assert {needed for part in bill["dependencies"] for needed in part["dependsOn"]} == {
        part["bom-ref"] for part in whole["components"]
    }
    django = next(part for part in bill["components"] if part["name"] == "django")
    assert django["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert {part["ref"] for part in bill["dependencies"]} == refs | {"molndal_intl"}
    parts = {part["purl"]: part for part in whole["components"]}  # what packages bundle among them
    assert parts["pkg:npm/%40tiptap/core@3.32.0"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert "pkg:npm/jquery@3.7.1" in parts


def test_bundled_javascript_is_what_the_list_says() -> None:
    """An update of a package with other files inside fails here: look up their versions anew."""
    listed = tomllib.loads((ROOT / "tools/bundled.toml").read_text("utf-8"))
    for file, about in listed.items():
        path = Path(str(distribution(about["package"]).locate_file(file)))
        assert hashlib.sha256(path.read_bytes()).hexdigest() == about["sha256"], file
    (editor,) = (file for file in listed if file.endswith("editor.js"))
    sources = json.loads(Path(f"{distribution('django-prose-editor').locate_file(editor)}.map").read_text())["sources"]
    named = {match[1] for source in sources if (match := re.match(r"node_modules/((?:@[^/]+/)?[^/]+)", source))}
    assert named == set(listed[editor]["holds"])
