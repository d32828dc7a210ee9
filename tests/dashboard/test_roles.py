"""Roles and accounts."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client

from dashboard.roles import ROLES, keep_roles
from networks.models import Network
from pages.registry import REGISTRY
from tests.forms import filled_in

pytestmark = pytest.mark.django_db


def account(role: str, name: str = "kim", **values: Any) -> User:
    user = User.objects.create_user(name, password="x", is_staff=True, **values)
    user.groups.add(Group.objects.get(name=role))
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_administrators_see_accounts_in_the_menu() -> None:
    for role in ROLES:
        html = logged_in(account(role, role)).get("/admin/").content.decode()
        assert ("/admin/auth/user/" in html) is (role == "Administratör")


def test_migrate_resets_changed_roles() -> None:
    group = Group.objects.get(name="Redaktör")
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.set(Permission.objects.filter(codename="delete_network"))
    Group.objects.get(name="Samordnare").delete()
    call_command("migrate", verbosity=0)
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert Group.objects.filter(name__in=ROLES).count() == 3
    keep_roles()
    assert Group.objects.count() == 3


def test_roles_have_the_permissions_of_their_work() -> None:
    """test_every_address.py tests what they can do with each form."""
    editor, coordinator = (User.objects.get(pk=account(role, role).pk) for role in ("Redaktör", "Samordnare"))
    for kind in REGISTRY:
        label, model = kind.model._meta.app_label, kind.model._meta.model_name
        assert editor.has_perms([f"{label}.{action}_{model}" for action in ("view", "add", "change")])
        assert not editor.has_perm(f"{label}.delete_{model}")
    assert not editor.has_perm("editing.publish")
    administrator = User.objects.get(pk=account("Administratör", "chef").pk)
    assert coordinator.get_all_permissions() < administrator.get_all_permissions()
    content = {model._meta.app_label for model in apps.get_models() if admin.site.is_registered(model)}
    content = (content | {"editing"}) - {"auth", "accounts"}
    for permission in Permission.objects.select_related("content_type"):
        app = permission.content_type.app_label
        assert coordinator.has_perm(f"{app}.{permission.codename}") is (app in content), permission


def new_account(client: Client, **values: Any) -> Any:
    role = Group.objects.get(name="Redaktör").pk
    data = {"username": "ny", "email": "asa@example.org", "role": role, **values}
    return client.post("/admin/auth/user/add/", data)


def test_new_account_has_a_role_and_may_log_in() -> None:
    administrator = logged_in(account("Administratör"))
    assert new_account(administrator, role="").context["adminform"].form.errors["role"]
    assert "skriver utkast" in administrator.get("/admin/auth/user/add/").content.decode()
    assert new_account(administrator, first_name="Åsa", last_name="Öberg").status_code == 302
    user = User.objects.get(username="ny")
    assert (user.is_staff, user.is_superuser, user.groups.get().name) == (True, False, "Redaktör")
    client = logged_in(user)
    assert client.get("/admin/networks/network/add/").status_code == 200
    html = administrator.get("/admin/auth/user/").content.decode()
    assert "Åsa Öberg" in html
    assert "Redaktör" in html


def test_account_changes_role_and_is_closed() -> None:
    administrator, user = logged_in(account("Administratör")), account("Redaktör", "robin")
    url = f"/admin/auth/user/{user.pk}/change/"
    role = Group.objects.get(name="Samordnare").pk
    assert administrator.post(url, filled_in(administrator, url, role=role)).status_code == 302
    assert user.groups.get().name == "Samordnare"
    robin = Client()
    assert robin.login(username="robin", password="x")
    assert administrator.post(url, filled_in(administrator, url, is_active=False)).status_code == 302
    assert robin.get("/admin/").status_code == 302
    assert not Client().login(username="robin", password="x")


def test_fields_beside_the_form_are_ignored() -> None:
    administrator, user = logged_in(account("Administratör")), account("Redaktör", "robin")
    url = f"/admin/auth/user/{user.pk}/change/"
    permission = Permission.objects.get(codename="delete_network").pk
    administrator.post(url, filled_in(administrator, url, is_superuser="on", user_permissions=permission))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()
    new_account(administrator, is_superuser="on")
    assert not User.objects.get(username="ny").is_superuser


def test_administrator_cannot_change_a_superuser(editor: Client) -> None:
    administrator, chief = logged_in(account("Administratör")), User.objects.get(username="samordnare")
    url = f"/admin/auth/user/{chief.pk}/"
    assert 'name="role"' not in administrator.get(f"{url}change/").content.decode()
    assert administrator.post(f"{url}change/", {"username": "min"}).status_code == 403
    assert editor.post(f"{url}change/", filled_in(editor, f"{url}change/", first_name="Eva")).status_code == 302
    chief.refresh_from_db()
    assert (chief.first_name, chief.is_superuser, chief.is_active) == ("Eva", True, True)


def test_own_account_cannot_be_closed() -> None:
    user = account("Administratör")
    client, url = logged_in(user), f"/admin/auth/user/{user.pk}/change/"
    client.post(url, filled_in(client, url, is_active=False))
    user.refresh_from_db()
    assert user.is_active


def test_new_page_of_an_editor_is_unpublished() -> None:
    kim = logged_in(account("Redaktör"))
    url = "/admin/networks/network/add/"
    data = filled_in(kim, url, name_sv="Nytt nätverk", slug="nytt", published_at="2020-01-01T00:00")
    assert kim.post(url, data | {"_publish": "1"}).status_code == 302
    assert Network.objects.get().published_at is None
