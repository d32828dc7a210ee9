"""Shared previews are listed on the form and on the first page, where they are revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from editing.models import Preview
from networks.models import Network
from tests.dashboard.test_roles import account, logged_in
from tests.factories import NetworkFactory
from tests.forms import admin_url

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def shared(network: Network, **values: Any) -> Preview:
    """A preview of the network that its coordinator shares."""
    user = User.objects.get(username="samordnare")
    values = {"user": user, "is_shared": True, "pages": {"sv": "Så blir det."}} | values
    expires_at = timezone.now() + timedelta(days=7)
    return Preview.objects.create(
        **{"model": "networks.network", "object_id": network.pk, "expires_at": expires_at} | values
    )


def link(preview: Preview) -> str:
    return f"/forhandsvisning/{preview.key}/sv/"


def texts(client: Client, network: Network) -> list[str]:
    return [client.get(url).content.decode() for url in (admin_url(network), HOME)]


def test_shared_link_is_on_form_and_first_page(editor: Client, network: Network) -> None:
    preview = shared(network)
    for text in texts(editor, network):
        assert f'{link(preview)}"' in text
        assert "Delad av samordnare, fungerar till" in text
        assert "Återkalla länken" in text


def test_link_of_another_object_is_not_on_the_form(editor: Client, network: Network) -> None:
    preview = shared(NetworkFactory())
    form, home = texts(editor, network)
    assert link(preview) not in form
    assert link(preview) in home


def test_revoked_link_stops_and_leaves_both_pages(editor: Client, client: Client, network: Network) -> None:
    preview = shared(network)
    assert client.get(link(preview)).status_code == 200
    for back in (admin_url(network), HOME):
        Preview.objects.update(is_shared=True)
        answer = editor.post(f"/admin/editing/preview/{preview.key}/share/", {"revoke": "1", "next": back}, follow=True)
        assert answer.redirect_chain == [(back, 302)]
        assert "Länken fungerar inte längre." in answer.content.decode()
        assert client.get(link(preview)).status_code == 404
        assert all(link(preview) not in text for text in texts(editor, network))


def test_revoking_leads_to_no_other_site(editor: Client, network: Network) -> None:
    share = f"/admin/editing/preview/{shared(network).key}/share/"
    for away in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"):
        answer = editor.post(share, {"revoke": "1", "next": away})
        assert answer.headers["Location"].startswith("/admin/editing/preview/"), away


def test_revoking_needs_a_csrf_token(editor: Client, network: Network) -> None:
    preview = shared(network)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="samordnare"))
    assert strict.post(f"/admin/editing/preview/{preview.key}/share/", {"revoke": "1"}).status_code == 403
    assert Preview.objects.get().is_shared


def test_link_that_does_not_work_is_not_listed(editor: Client, network: Network) -> None:
    expired = shared(network, expires_at=timezone.now() - timedelta(seconds=1))
    of_a_closed_account = shared(network, user=User.objects.create_superuser("slutat", is_active=False))
    unshared = shared(network, is_shared=False)
    for text in texts(editor, network):
        assert [preview for preview in (expired, of_a_closed_account, unshared) if link(preview) in text] == []
        assert "Delade förhandsvisningar" not in text  # not even an empty list


def test_role_sees_only_what_it_may_change(editor: Client, network: Network, contact: Contact) -> None:
    preview = shared(network, model="contacts.contact", object_id=contact.pk)
    writer = logged_in(account("Redaktör"))  # who reads contacts and changes none
    for url in (admin_url(contact), HOME):
        assert link(preview) in editor.get(url).content.decode()
        assert link(preview) not in writer.get(url).content.decode()


def test_link_without_stored_object_is_on_the_first_page(editor: Client, network: Network) -> None:
    preview = shared(network, object_id=None)
    home = editor.get(HOME).content.decode()
    assert link(preview) in home
    assert "<strong>Nätverk</strong>" in home
