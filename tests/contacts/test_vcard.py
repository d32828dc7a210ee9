"""The contact to save in a phone: read back as a phone reads it."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from contacts.models import Contact
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in settings.LANGUAGES]


def read(content: bytes) -> dict[str, list[str]]:
    """A vCard's properties, each with its components, as RFC 2426 says to read them."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    lines = content.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    unescape = {r"\n": "\n", r"\,": ",", r"\;": ";", r"\\": "\\"}
    properties = {}
    for line in lines[2:-1]:
        name, value = line.split(":", 1)
        parts = re.findall(r"(?:^|;)((?:\\.|[^;\\])*)", value)
        properties[name] = [re.sub(r"\\.", lambda match: unescape[match[0]], part) for part in parts]
    return properties


def get(client: Client, contact: Contact) -> dict[str, list[str]]:
    return read(client.get(reverse("vcard", args=[contact.pk])).content)


def test_it_works(client: Client, seeded: None) -> None:
    contact = Contact.objects.get()
    Contact.objects.update(updated_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    response = client.get(f"/kontakt/{contact.pk}.vcf")
    assert response.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="cecilia-rignell.vcf"'
    assert read(response.content) == {
        "FN": ["Cecilia Rignell"],
        "N": ["Rignell", "Cecilia", "", "", ""],
        "ORG": ["Mölndals stad", "Samordning för hållbarhet"],
        "TITLE": ["Internationell samordnare"],
        "TEL;TYPE=WORK,VOICE": ["+46313151313"],
        "EMAIL;TYPE=INTERNET,WORK": ["cecilia.rignell@molndal.se"],
        "URL": [f"{settings.SITE_URL}/kontakt/"],
        "REV": ["2026-01-02T03:04:05Z"],
    }


def test_the_card_links_to_it_in_the_readers_language(client: Client, seeded: None) -> None:
    contact = Contact.objects.get()
    for language in CODES:
        with translation.override(language):
            path = reverse("vcard", args=[contact.pk])
            assert f'href="{path}"' in client.get(reverse("contact")).content.decode()
            assert read(client.get(path).content)["URL"] == [f"{settings.SITE_URL}{reverse('contact')}"]
    assert read(client.get(f"/en/contact/{contact.pk}.vcf").content)["TITLE"] == ["International coordinator"]


def test_what_is_not_known_is_left_out(client: Client) -> None:
    contact = ContactFactory(name="Växeln", phone="", email="")
    assert set(get(client, contact)) == {"FN", "N", "ORG", "URL", "REV"}
    assert get(client, contact)["N"] == ["Växeln", "", "", "", ""]
    assert get(client, contact)["ORG"] == ["Mölndals stad"]


def test_any_text_is_read_back_as_it_was(client: Client) -> None:
    name = 'Anna; B,C\\n "D" ' + "å🎉" * 30
    contact = ContactFactory(name=name, role_sv="En\r\nEND:VCARD\x07", unit_sv=";")
    found = get(client, contact)
    assert found["FN"] == [name]
    assert found["N"][0] == "å🎉" * 30
    assert found["TITLE"] == ["En\nEND:VCARD"]
    assert found["ORG"] == ["Mölndals stad", ";"]


def test_a_name_without_latin_letters_still_has_a_file_name(client: Client) -> None:
    response = client.get(reverse("vcard", args=[ContactFactory(name='Київ"\r\n').pk]))
    assert response.headers["Content-Disposition"] == 'attachment; filename="kontakt.vcf"'


def test_unknown_contacts(client: Client) -> None:
    for pk in ("1", "9" * 40, "x"):
        assert client.get(f"/kontakt/{pk}.vcf").status_code == 404
