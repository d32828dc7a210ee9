"""The bill of materials names every installed package with its digests."""

import json
import re
import subprocess
import sys

from tests.servers import ROOT


def test_every_pinned_package_is_in_the_bill() -> None:
    printed = subprocess.run(
        [sys.executable, ROOT / "tools/sbom"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    bill = json.loads(printed)
    requirements = (ROOT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", requirements, re.MULTILINE))
    assert {part["name"]: part["version"] for part in bill["components"]} == pinned
    assert len(pinned) > 20
    digests = {h["content"] for part in bill["components"] for h in part["externalReferences"][0]["hashes"]}
    assert digests == {*re.findall(r"--hash=sha256:(\w+)", requirements)}
    refs = {part["bom-ref"] for part in bill["components"]}
    assert {needed for part in bill["dependencies"] for needed in part["dependsOn"]} == refs
    django = next(part for part in bill["components"] if part["name"] == "django")
    assert django["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert {part["ref"] for part in bill["dependencies"]} == refs | {"molndal_intl"}
