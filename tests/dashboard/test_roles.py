"""Who may do what, on every address of the admin."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from contacts.models import Contact
from dashboard.roles import ROLES, keep_roles
from editing.models import Draft
from networks.models import Network
from pages.registry import CATALOGUE
from tests.factories import (
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import filled_in

pytestmark = pytest.mark.django_db

PUBLISHABLE = ["network", "focusarea", "town", "page"]
FACTORIES = {
    "network": NetworkFactory, "focusarea": FocusAreaFactory, "town": TownFactory, "page": PageFactory,
    "exchange": ExchangeFactory, "contact": ContactFactory, "partnership": PartnershipFactory,
    "statement": StatementFactory,
}  # fmt: skip
REPORTS = [
    "/admin/feedback/answer/",
    "/admin/feedback/answer/rapport/",
    "/admin/feedback/answer/fil/csv/",
    "/admin/feedback/answer/fil/xlsx/",
]


def account(role: str, name: str = "kim", **values: Any) -> User:
    user = User.objects.create_user(name, password="x", is_staff=True, **values)
    user.groups.add(Group.objects.get(name=role))
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_role_reads_the_dashboard_and_reports() -> None:
    for role in ROLES:
        client = logged_in(account(role, role))
        for path in ("/admin/", *REPORTS):
            assert client.get(path).status_code == 200, (role, path)


def test_only_the_administrator_sees_accounts_in_the_menu() -> None:
    for role in ROLES:
        html = logged_in(account(role, role)).get("/admin/").content.decode()
        assert ("/admin/auth/user/" in html) is (role == "Administratör")


def test_editor_changes_content_but_cannot_publish() -> None:
    editor = User.objects.get(pk=account("Redaktör").pk)
    for kind in CATALOGUE:
        label, model = kind.model._meta.app_label, kind.model._meta.model_name
        assert editor.has_perms([f"{label}.{action}_{model}" for action in ("view", "add", "change")])
        assert not editor.has_perm(f"{label}.delete_{model}")
    for name in (
        "editing.publish", "contacts.add_contact", "contacts.change_contact", "twinning.add_partnership",
        "twinning.change_partnership", "twinning.add_exchange", "feedback.change_answer", "pages.change_oldaddress",
    ):  # fmt: skip
        assert not editor.has_perm(name), name
    assert editor.has_perms(["editing.add_draft", "editing.change_draft", "editing.delete_draft"])


def test_the_coordinator_may_all_but_decide_on_accounts() -> None:
    coordinator = User.objects.get(pk=account("Samordnare").pk)
    apps = {model._meta.app_label for model in admin.site._registry} - {"auth", "accounts"}
    for permission in Permission.objects.select_related("content_type"):
        app = permission.content_type.app_label
        assert coordinator.has_perm(f"{app}.{permission.codename}") is (app in {*apps, "editing"}), permission


def test_a_role_is_as_it_is_written_whatever_was_done_to_it() -> None:
    group = Group.objects.get(name="Redaktör")
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.set(Permission.objects.filter(codename="delete_network"))
    Group.objects.get(name="Samordnare").delete()
    call_command("migrate", verbosity=0)
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert Group.objects.filter(name__in=ROLES).count() == 3
    keep_roles()
    assert Group.objects.count() == 3


def new_account(client: Client, **values: Any) -> Any:
    role = Group.objects.get(name="Redaktör").pk
    data = {"username": "ny", "password1": "en lång mening", "password2": "en lång mening", "role": role, **values}
    return client.post("/admin/auth/user/add/", data)


def test_an_account_is_made_with_a_role_and_may_log_in() -> None:
    administrator = logged_in(account("Administratör"))
    assert "skriver utkast" in administrator.get("/admin/auth/user/add/").content.decode()
    assert new_account(administrator, first_name="Åsa", last_name="Öberg", email="asa@example.org").status_code == 302
    user = User.objects.get(username="ny")
    assert (user.is_staff, user.is_superuser, user.groups.get().name) == (True, False, "Redaktör")
    client = Client()
    assert client.login(username="ny", password="en lång mening")
    assert client.get("/admin/networks/network/add/").status_code == 200
    html = administrator.get("/admin/auth/user/").content.decode()
    assert "Åsa Öberg" in html
    assert "Redaktör" in html


def test_an_account_needs_a_role() -> None:
    response = new_account(logged_in(account("Administratör")), role="")
    assert response.context["adminform"].form.errors["role"]


def test_a_role_is_changed_and_a_password_set() -> None:
    administrator, user = logged_in(account("Administratör")), account("Redaktör", "robin")
    url = f"/admin/auth/user/{user.pk}/change/"
    role = Group.objects.get(name="Samordnare").pk
    assert administrator.post(url, filled_in(administrator, url, role=role)).status_code == 302
    assert user.groups.get().name == "Samordnare"
    data = {"password1": "en annan mening", "password2": "en annan mening", "usable_password": "true"}
    assert administrator.post(f"/admin/auth/user/{user.pk}/password/", data).status_code == 302
    assert Client().login(username="robin", password="en annan mening")
    assert administrator.post(url, filled_in(administrator, url, is_active=False)).status_code == 302
    assert not Client().login(username="robin", password="en annan mening")


def test_what_is_sent_beside_the_form_is_not_taken() -> None:
    administrator, user = logged_in(account("Administratör")), account("Redaktör", "robin")
    url = f"/admin/auth/user/{user.pk}/change/"
    permission = Permission.objects.get(codename="delete_network").pk
    administrator.post(url, filled_in(administrator, url, is_superuser="on", user_permissions=permission))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()
    new_account(administrator, is_superuser="on")
    assert not User.objects.get(username="ny").is_superuser


def test_a_superuser_is_out_of_the_administrators_hands(editor: Client) -> None:
    administrator, chief = logged_in(account("Administratör")), User.objects.get(username="samordnare")
    url = f"/admin/auth/user/{chief.pk}/"
    assert 'name="role"' not in administrator.get(f"{url}change/").content.decode()
    for path in ("change/", "password/"):
        assert administrator.post(f"{url}{path}", {"username": "min"}).status_code == 403
    assert administrator.get(f"{url}password/").status_code == 403
    assert editor.post(f"{url}change/", filled_in(editor, f"{url}change/", first_name="Eva")).status_code == 302
    chief.refresh_from_db()
    assert (chief.first_name, chief.is_superuser, chief.is_active) == ("Eva", True, True)


def test_nobody_shuts_herself_out() -> None:
    user = account("Administratör")
    client, url = logged_in(user), f"/admin/auth/user/{user.pk}/change/"
    client.post(url, filled_in(client, url, is_active=False))
    user.refresh_from_db()
    assert user.is_active


def test_a_closed_account_is_logged_out() -> None:
    user = account("Samordnare")
    client = logged_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_a_form_that_may_only_be_read_changes_nothing(contact: Contact) -> None:
    client = logged_in(account("Redaktör"))
    url = f"/admin/contacts/contact/{contact.pk}/change/"
    assert 'name="_save"' not in client.get(url).content.decode()
    assert client.post(url, {"name": "Annan"}).status_code == 403
    network = NetworkFactory()
    assert client.post(f"/admin/networks/network/{network.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Network.objects.exists()


@pytest.mark.parametrize("kind", [*PUBLISHABLE, "exchange"])
def test_the_editor_drafts_what_is_public_and_publishes_nothing(kind: str, contact: Contact) -> None:
    obj, kim = FACTORIES[kind](), logged_in(account("Redaktör"))
    name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}"
    url = reverse(f"{name}_change", args=[obj.pk])
    title = "title_sv" if kind == "page" else "name_sv"
    before = str(obj)
    data = filled_in(kim, url, **{title: "Nytt namn"})
    assert kim.post(url, data | {"_draft": "1"}).status_code == 302
    assert Draft.objects.get(object_id=obj.pk, model=obj._meta.label_lower).user.username == "kim"
    for button in ("_save", "_publish", "_continue"):
        assert kim.post(url, data | {button: "1"}).status_code in {200, 302}  # a draft again, or a newer one shown
    if kind in PUBLISHABLE:
        for action in ("publish_now", "unpublish_now"):
            kim.post(reverse(f"{name}_changelist"), {"action": action, "_selected_action": [obj.pk]})
        obj.refresh_from_db()
        assert obj.is_published
    obj.refresh_from_db()
    assert str(obj) == before


def test_the_editors_new_page_is_seen_by_nobody() -> None:
    kim = logged_in(account("Redaktör"))
    url = "/admin/networks/network/add/"
    data = filled_in(kim, url, name_sv="Nytt nätverk", slug="nytt", published_at="2020-01-01T00:00")
    assert kim.post(url, data | {"_publish": "1"}).status_code == 302
    network = Network.objects.get()
    assert network.published_at is None
    change = f"/admin/networks/network/{network.pk}/change/"
    assert kim.post(change, filled_in(kim, change, summary_sv="Mer text.")).status_code == 302
    network.refresh_from_db()
    assert (network.summary_sv, network.published_at) == ("Mer text.", None)


def test_the_editor_brings_nothing_back_that_readers_see(editor: Client) -> None:
    network = NetworkFactory(name_sv="Före")
    url = f"/admin/networks/network/{network.pk}/change/"
    for name in ("Efter", "Därefter"):
        editor.post(url, filled_in(editor, url, name_sv=name))
    kim = logged_in(account("Redaktör"))
    for version in Version.objects.get_for_object(network):
        assert kim.post(f"/admin/networks/network/restore/{version.pk}/").status_code == 403
    editor.post(f"/admin/networks/network/{network.pk}/delete/", {"post": "yes"})
    version = Version.objects.get_deleted(Network).get()
    assert kim.post(f"/admin/networks/network/restore/{version.pk}/").status_code == 403
    assert not Network.objects.exists()
