"""Hostile files: refused with a sentence in Swedish and stored nowhere, or stored without what they hide."""

import os
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import PngImagePlugin

from publishing import images
from publishing.images import MESSAGES, clean_image
from publishing.imaging import clean, in_own_process
from tests.factories import NetworkFactory
from tests.forms import filled_in
from tests.publishing.hostile import SCRIPT, SVG, archive, hostile
from tests.publishing.test_images import KINDS, picture


def code_of(name: str, content: bytes) -> str:
    try:
        clean_image(SimpleUploadedFile(name, content))
    except ValidationError as error:
        return str(error.code)
    return "taken"


def test_hostile_files_are_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(images, "in_own_process", lambda work, *args: work(*args))
    found = {name: (code_of(name, content), code) for name, content, code in hostile()}
    assert {name: codes for name, codes in found.items() if codes[0] != codes[1]} == {}


@pytest.mark.django_db
def test_form_refuses_a_hostile_file_in_swedish(editor: Client, settings: Any) -> None:
    network = NetworkFactory()
    url = reverse("admin:networks_network_change", args=[network.pk])
    form = filled_in(editor, url)
    for name, content, code in hostile():
        if name in {"svg.png", "large.jpg", "claims.png"}:
            answer = editor.post(url, form | {"image": SimpleUploadedFile(name, content)})
            assert answer.context["adminform"].form.errors.get("image") == [MESSAGES[code]], name
            assert str(MESSAGES[code]) in answer.content.decode(), name
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))
    network.refresh_from_db()
    assert not network.image


def test_nothing_hidden_in_a_picture_is_stored() -> None:
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Comment", SCRIPT.decode())
    found = [picture("PNG", pnginfo=comment), picture("JPEG", comment=SCRIPT)]
    for kind in KINDS:
        for hidden in (archive(), SCRIPT, b"\0" * 5000 + SCRIPT, SVG, b"<?php system($_GET['x']); ?>", b"%PDF-1.7\n"):
            found.append(picture(kind) + hidden)
    for content in found:
        kind, stored = clean(content)
        assert not zipfile.is_zipfile(BytesIO(stored)), kind
        assert not [word for word in (b"script", b"svg", b"php", b"PDF", b"Evil") if word in stored], kind


def test_decoder_that_crashes_refuses_the_file(monkeypatch: Any) -> None:
    monkeypatch.setattr(images, "in_own_process", lambda *args: in_own_process(os._exit, 1))
    assert code_of("x.png", picture("PNG")) == "format"
