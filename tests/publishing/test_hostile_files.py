"""Hostile files through the real form: refused with a sentence in Swedish, stored nowhere, without much memory."""

import subprocess
import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from publishing.images import MESSAGES
from tests.factories import NetworkFactory
from tests.forms import filled_in
from tests.publishing.hostile import hostile
from tests.servers import ROOT

MEMORY = 150  # MB

# Each in a process of its own, as what a process has once taken it keeps: a child of one that is warm.
MEASURE = """
import os, sys
from resource import RUSAGE_SELF, getrusage
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "molndal_intl.settings"
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from publishing.images import clean_image
from io import BytesIO
from tests.publishing.hostile import picture
def send(name, stream):
    upload = TemporaryUploadedFile(name, "image/png", 0, "utf-8")
    size = 0
    while part := stream.read(65536):
        upload.write(part)
        size += len(part)
    upload.size = size
    upload.seek(0)
    try:
        clean_image(upload)
        return "taken"
    except ValidationError as error:
        return error.code
for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
    assert send(f"x.{kind.lower()}", BytesIO(picture(kind))) == "taken"
for file in sys.stdin.read().splitlines():
    if os.fork():
        os.wait()
        continue
    before = getrusage(RUSAGE_SELF).ru_maxrss
    name = os.path.basename(file).split("-", 1)[1]
    code = send(name, open(file, "rb"))
    print(name, code, (getrusage(RUSAGE_SELF).ru_maxrss - before) // 1024, flush=True)
    os._exit(0)
"""


@pytest.mark.django_db
def test_every_hostile_file_is_refused_in_swedish(editor: Client, settings: Any) -> None:
    network = NetworkFactory()
    url = reverse("admin:networks_network_change", args=[network.pk])
    form = filled_in(editor, url)
    for name, content, code in hostile():
        answer = editor.post(url, form | {"image": SimpleUploadedFile(name, content)})
        assert answer.status_code == 200, name
        assert "image" in answer.context["adminform"].form.errors, (name, answer.context["adminform"].form.errors)
        (said,) = answer.context["adminform"].form.errors.as_data()["image"]
        assert (said.code, said.message) == (code, MESSAGES[code]), name
        assert said.messages[0] in answer.content.decode()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))
    network.refresh_from_db()
    assert not network.image


def test_no_hostile_file_takes_much_memory(tmp_path: Any) -> None:
    files = []
    codes = []
    for number, (name, content, code) in enumerate(hostile()):
        files.append(tmp_path / f"{number}-{name}")
        files[-1].write_bytes(content)
        codes.append((name, code))
    command, sent = [sys.executable, "-c", MEASURE], "\n".join(map(str, files))
    done = subprocess.run(command, cwd=ROOT, input=sent, capture_output=True, text=True, check=True)
    measured = [line.split() for line in done.stdout.splitlines()]
    assert [(name, code) for name, code, _memory in measured] == codes
    sys.stdout.write(f"\n{len(measured)} files, {max(int(memory) for *_about, memory in measured)} MB\n")
    assert max(int(memory) for _name, _code, memory in measured) < MEMORY, measured
