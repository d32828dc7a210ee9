"""What is published with a release names it."""

import re
import tomllib

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.servers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_papers_say_the_same_version_and_licence() -> None:
    public = (ROOT / "publiccode.yml").read_text()
    assert f'softwareVersion: "{PROJECT["version"]}"' in public
    assert f"license: {PROJECT['license']}" in public
    assert (ROOT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    languages = re.search(r"availableLanguages: \[(.*)\]", public)
    assert languages
    assert {path.name for path in (ROOT / "locale").iterdir()} <= {"sv", *languages[1].split(", ")}


@pytest.mark.django_db
def test_foot_of_the_admin_shows_the_version_to_staff_only() -> None:
    client = Client()
    shown = f"Version {PROJECT['version']}"
    assert shown not in client.get("/admin/login/").content.decode()
    client.force_login(User.objects.create_superuser("robin"))
    assert f'<p class="version">{shown}</p>' in client.get("/admin/").content.decode()
    assert shown in client.get("/konto/").content.decode()
