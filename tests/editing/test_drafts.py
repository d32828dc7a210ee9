"""Drafts of public pages: kept beside the page, shown again as typed, published by an ordinary save."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from editing.models import Draft
from networks.models import Network
from tests.factories import FactFactory, FocusAreaFactory, NetworkFactory, PartnershipFactory, ProjectFactory
from tests.forms import admin_url, filled_in
from tests.publishing.test_images import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(django_user_model: Any) -> Callable[..., Client]:
    """Log in a new user with some permissions."""

    def log_in(*codenames: str) -> Client:
        writer = django_user_model.objects.create_user("redaktor", is_staff=True)
        writer.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(writer)
        return client

    return log_in


def shown(response: Any, name: str) -> Any:
    """The value of a field in the form of a response."""
    return response.context["adminform"].form[name].value()


def save_draft(editor: Client, obj: Any, **changes: Any) -> Any:
    url = admin_url(obj)
    return editor.post(url, filled_in(editor, url, **changes) | {"_draft": "1"})


def publish(editor: Client, obj: Any, **changes: Any) -> Any:
    url = admin_url(obj)
    return editor.post(url, filled_in(editor, url, **changes))


def test_draft_is_private_until_published(editor: Client, client: Client, network: Network) -> None:
    answer = save_draft(editor, network, summary_sv="Utkastets text.", summary_en="The draft's text.")
    assert "Utkastet är sparat" in editor.get(answer.headers["Location"]).content.decode()
    before = network.updated_at
    public = client.get("/natverk/sern/").content.decode()
    assert "Den publicerade texten." in public
    assert "Utkastets text." not in public
    live = editor.get(admin_url(network), {"live": "1"})
    assert shown(live, "summary_sv") == "Den publicerade texten."
    assert "Det finns ett utkast" in live.content.decode()
    assert "Publicerad, med utkast" in editor.get(admin_url(Network, "changelist")).content.decode()

    editor.logout()
    editor.force_login(Draft.objects.get().user)
    again = editor.get(admin_url(network))
    assert (shown(again, "summary_sv"), shown(again, "summary_en")) == ("Utkastets text.", "The draft's text.")
    assert "Du ser ett utkast" in again.content.decode()
    (difference,) = [one for one in again.context["drafted"] if one.label == "Sammanfattning på svenska"]
    assert ("added", "Utkastets text") in difference.pieces

    publish(editor, network)
    assert "Utkastets text." in client.get("/natverk/sern/").content.decode()
    assert "The draft&#x27;s text." in client.get("/en/networks/sern/").content.decode()
    assert not Draft.objects.exists()
    network.refresh_from_db()
    assert network.updated_at > before


def test_discarding_a_draft_asks_first(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    url = admin_url(network, "discard")
    editor.get(url)
    asked = editor.post(url)
    assert "Vill du kasta utkastet?" in asked.content.decode()
    assert Draft.objects.exists()
    answer = editor.post(url, {"sure": asked.context["sure"]}, follow=True)
    assert shown(answer, "summary_sv") == "Den publicerade texten."
    assert not Draft.objects.exists()


def test_unfinished_draft_is_kept_with_its_errors(editor: Client, network: Network) -> None:
    area = FocusAreaFactory()
    save_draft(editor, network, name_sv="", summary_sv="Halvfärdigt.", focus_areas=[area.pk])
    area.delete()
    again = editor.get(admin_url(network))
    assert shown(again, "summary_sv") == "Halvfärdigt."
    assert {"name_sv", "focus_areas"} <= again.context["adminform"].form.errors.keys()
    network.refresh_from_db()
    assert network.name_sv == "SERN"


def test_emptied_list_stays_empty_in_the_draft(editor: Client, network: Network) -> None:
    network.focus_areas.add(FocusAreaFactory())
    save_draft(editor, network, focus_areas=[])
    assert not shown(editor.get(admin_url(network)), "focus_areas")
    publish(editor, network)
    assert not network.focus_areas.exists()


def test_parts_are_drafted_with_their_page(editor: Client, network: Network) -> None:
    project = ProjectFactory(network=network, name_sv="avfall")
    parts = {
        "projects-TOTAL_FORMS": "2",
        "projects-0-name_sv": "avfallshantering",
        "projects-1-name_sv": "skola",
        "projects-1-position": "100",
    }
    save_draft(editor, network, **parts)
    assert [project.name_sv for project in network.projects.all()] == ["avfall"]
    publish(editor, network)
    project.refresh_from_db()
    assert project.name_sv == "avfallshantering"
    assert {project.name_sv for project in network.projects.all()} == {"avfallshantering", "skola"}


def test_part_deleted_meanwhile_returns_with_the_draft(editor: Client, network: Network) -> None:
    gone, stays = FactFactory(network=network, value_sv="18 städer"), FactFactory(network=network)
    save_draft(editor, network, **{"facts-0-value_sv": "19 städer"})
    gone.delete()
    again = editor.get(admin_url(network))
    (formset,) = [one.formset for one in again.context["inline_admin_formsets"] if one.formset.prefix == "facts"]
    assert [row.instance.pk for row in formset.initial_forms] == [stays.pk]
    assert [row["value_sv"].value() for row in formset.extra_forms] == ["19 städer"]


def test_field_missing_from_draft_shows_what_is_stored(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    draft = Draft.objects.get()
    del draft.data["name_sv"]
    draft.save()
    again = editor.get(admin_url(network))
    assert shown(again, "name_sv") == "SERN"
    assert again.context["adminform"].form.errors == {}


def test_draft_older_than_the_page_conflicts(editor: Client, network: Network) -> None:
    url = admin_url(network)
    typo = filled_in(editor, url, full_name_sv="Rättat stavfel")
    save_draft(editor, network, summary_sv="Utkastets text.")
    editor.post(url, typo)
    network.refresh_from_db()
    assert network.full_name_sv == "Rättat stavfel"
    assert Draft.objects.get().data["summary_sv"] == ["Utkastets text."]
    answer = publish(editor, network)
    assert "Någon har sparat en nyare version" in answer.content.decode()
    assert shown(answer, "summary_sv") == "Utkastets text."
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."


def test_unseen_draft_is_not_saved_over(editor: Client, network: Network) -> None:
    url = admin_url(network)
    mine = filled_in(editor, url, summary_sv="Mitt utkast.")
    save_draft(editor, network, summary_sv="Det andra utkastet.")
    answer = editor.post(url, mine | {"_draft": "1"})
    assert "Det finns ett utkast som du inte har sett" in answer.content.decode()
    assert shown(answer, "summary_sv") == "Mitt utkast."
    assert Draft.objects.get().data["summary_sv"] == ["Det andra utkastet."]
    # Having seen it, one may.
    editor.post(url, mine | {"_draft": "1", "_draft_seen": answer.context["draft_seen"]})
    assert Draft.objects.get().data["summary_sv"] == ["Mitt utkast."]


# Pictures


def test_drafted_picture_is_kept_and_published(editor: Client, network: Network) -> None:
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    save_draft(editor, network, image=upload, image_alt_sv="SERN:s logga")
    network.refresh_from_db()
    assert not network.image
    html = editor.get(admin_url(network)).content.decode()
    assert "Bilden du har valt" in html
    signed = re.search('name="image-kept" value="([^"]+)"', html)
    assert signed
    publish(editor, network, **{"image-kept": signed[1]})
    network.refresh_from_db()
    assert (network.image.name.split("/")[0], network.image_width) == ("pictures", 60)


def test_invalid_picture_is_not_drafted(editor: Client, network: Network) -> None:
    answer = save_draft(editor, network, image=SimpleUploadedFile("x.svg", b"<svg/>"), summary_sv="Ny text.")
    assert "Utkastet är inte sparat" in answer.content.decode()
    assert shown(answer, "summary_sv") == "Ny text."
    assert not Draft.objects.exists()
    publish(editor, network, **{"image-kept": "../db.sqlite3:forged", "image_alt_sv": "x"})
    network.refresh_from_db()
    assert not network.image


def test_picture_is_removed_with_the_draft(editor: Client, network: Network) -> None:
    publish(editor, network, image=SimpleUploadedFile("x.png", picture("PNG")), image_decorative="on")
    save_draft(editor, network, **{"image-clear": "on"})
    save_draft(editor, network)
    assert Draft.objects.get().data["image-clear"] == []
    save_draft(editor, network, **{"image-clear": "on"})
    assert 'name="image-clear" id="image-clear_id" checked' in editor.get(admin_url(network)).content.decode()
    publish(editor, network, **{"image-clear": "on"})
    network.refresh_from_db()
    assert not network.image


def test_picture_missing_on_disk_hinders_no_save(
    editor: Client, client: Client, network: Network, settings: Any
) -> None:
    def lose_pictures() -> None:
        for file in (settings.MEDIA_ROOT / "pictures").rglob("*.*"):
            file.unlink()

    publish(editor, network, image=SimpleUploadedFile("x.png", picture("PNG")), image_decorative="on")
    lose_pictures()
    save_draft(editor, network, summary_sv="Utkast utan bild.")
    assert publish(editor, network).status_code == 302
    assert "Utkast utan bild." in client.get("/natverk/sern/").content.decode()
    save_draft(editor, network, image=SimpleUploadedFile("y.png", picture("PNG", (70, 70))), image_decorative="on")
    lose_pictures()
    assert "Bilden du har valt" not in editor.get(admin_url(network)).content.decode()
    assert editor.get(admin_url(network, "history")).status_code == 200


# Roles


def test_role_without_publishing_drafts_what_is_live(log_in: Callable[..., Client], network: Network) -> None:
    client = log_in("view_network", "change_network", "add_network", "add_project", "change_project", "view_project")
    url = admin_url(network)
    page = client.get(url)
    html = page.content.decode()
    assert 'name="_draft"' in html
    for missing in ('name="_save"', 'name="_publish"', admin_url(network, "delete")):
        assert missing not in html
    assert "published_at" not in page.context["adminform"].form.fields
    for button in ("_draft", "_save"):  # the page may have been published after the form was opened
        client.post(url, filled_in(client, url, summary_sv=button) | {button: "1"})
        network.refresh_from_db()
        assert network.summary_sv == "Den publicerade texten."
        assert Draft.objects.get().data["summary_sv"] == [button]
    assert "published_at" not in Draft.objects.get().data
    # What is not public is saved, and not published on the way.
    hidden = NetworkFactory(name_sv="Nytt", published_at=None)
    changes = {"summary_sv": "Nästan klart.", "published_at": "2020-01-01T00:00"}
    client.post(admin_url(hidden), filled_in(client, admin_url(hidden), **changes) | {"_publish": "1"})
    hidden.refresh_from_db()
    assert (hidden.summary_sv, hidden.published_at) == ("Nästan klart.", None)


def test_draft_keeps_what_a_role_does_not_see(editor: Client, log_in: Callable[..., Client], network: Network) -> None:
    FactFactory(network=network)
    save_draft(editor, network, unpublished_at="2150-01-01T00:00", summary_sv="Samordnarens.")
    save_draft(log_in("view_network", "change_network"), network, summary_sv="Redaktörens.")
    assert publish(editor, network).status_code == 302
    network.refresh_from_db()
    assert network.summary_sv == "Redaktörens."
    assert network.unpublished_at
    assert network.facts.exists()


def test_draft_keeps_agreements_that_a_role_only_reads(editor: Client, log_in: Callable[..., Client]) -> None:
    agreement = PartnershipFactory()
    client = log_in("view_town", "change_town", "view_partnership")
    save_draft(client, agreement.town_a, introduction_sv="Ny.", **{"partnerships-0-decision": "Förfalskat"})
    rows = editor.get(admin_url(agreement.town_a)).context["inline_admin_formsets"][0].formset.forms
    assert [row["partner"].value() for row in rows] == [str(agreement.town_b.pk)]
    publish(editor, agreement.town_a)
    agreement.refresh_from_db()
    assert agreement.decision != "Förfalskat"
    agreement.town_a.refresh_from_db()
    assert agreement.town_a.introduction_sv == "Ny."


def test_draft_is_told_of_after_its_preview(editor: Client, network: Network) -> None:
    url = admin_url(network)
    save_draft(editor, network, summary_sv="Utkast.")
    banners = ("Du ser ett utkast.", "Det finns ett utkast.")
    for query, (banner, other) in (("", banners), ("?live=1", banners[::-1])):
        preview = editor.post(url, filled_in(editor, f"{url}{query}", summary_sv="Mer.") | {"_preview": "1"})
        form = editor.get(url, {"preview": preview.headers["Location"].split("/")[-2]})
        html = form.content.decode()
        assert shown(form, "summary_sv") == "Mer."
        assert banner in html
        assert other not in html
        assert "data-unsaved" in html  # the browser warns before it is lost
