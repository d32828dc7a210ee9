"""A draft of a public page: kept beside it, shown again as it was typed, published by an ordinary save."""

import itertools
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from editing.models import Draft
from networks.models import Network, Project
from publishing.plain import visible
from tests.factories import FactFactory, FocusAreaFactory, NetworkFactory, ProjectFactory
from tests.forms import filled_in
from tests.publishing.test_images import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den publicerade texten.")


def form_of(network: Network) -> str:
    return reverse("admin:networks_network_change", args=[network.pk])


def shown(response: Any, name: str) -> Any:
    """What stands in a field of the form that was answered with."""
    return response.context["adminform"].form[name].value()


def save_draft(editor: Client, network: Network, **changes: Any) -> Any:
    url = form_of(network)
    return editor.post(url, filled_in(editor, url, **changes) | {"_draft": "1"}, follow=True)


def publish(editor: Client, network: Network, **changes: Any) -> Any:
    url = form_of(network)
    return editor.post(url, filled_in(editor, url, **changes), follow=True)


def test_readers_see_public_text_until_draft_is_published(editor: Client, client: Client, network: Network) -> None:
    answer = save_draft(editor, network, summary_sv="Utkastets text.", summary_en="The draft's text.")
    assert "Utkastet är sparat" in answer.content.decode()
    before = network.updated_at
    assert "Den publicerade texten." in client.get("/natverk/sern/").content.decode()
    assert "Utkastets text." not in client.get("/natverk/sern/").content.decode()

    editor.logout()
    editor.force_login(Draft.objects.get().user)
    again = editor.get(form_of(network))
    assert (shown(again, "summary_sv"), shown(again, "summary_en")) == ("Utkastets text.", "The draft's text.")
    assert "Du ser ett utkast" in again.content.decode()

    publish(editor, network)
    assert "Utkastets text." in client.get("/natverk/sern/").content.decode()
    assert "The draft&#x27;s text." in client.get("/en/networks/sern/").content.decode()
    assert not Draft.objects.exists()
    network.refresh_from_db()
    assert network.updated_at > before


def test_the_public_text_can_be_looked_at_beside_its_draft(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    live = editor.get(form_of(network), {"live": "1"})
    assert shown(live, "summary_sv") == "Den publicerade texten."
    assert "Det finns ett utkast" in live.content.decode()
    assert "Publicerad, med utkast" in editor.get(reverse("admin:networks_network_changelist")).content.decode()


def test_a_draft_is_thrown_away_by_a_post_alone(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    url = reverse("admin:networks_network_discard", args=[network.pk])
    editor.get(url)
    asked = editor.post(url)
    assert "Vill du kasta utkastet?" in asked.content.decode()
    assert Draft.objects.exists()
    answer = editor.post(url, {"sure": asked.context["sure"]}, follow=True)
    assert shown(answer, "summary_sv") == "Den publicerade texten."
    assert not Draft.objects.exists()


def test_a_draft_may_be_unfinished_and_says_what_it_lacks(editor: Client, network: Network) -> None:
    save_draft(editor, network, name_sv="", summary_sv="Halvfärdigt.")
    again = editor.get(form_of(network))
    assert shown(again, "summary_sv") == "Halvfärdigt."
    assert "name_sv" in again.context["adminform"].form.errors
    network.refresh_from_db()
    assert network.name_sv == "SERN"


def test_a_box_that_was_emptied_stays_empty_in_the_draft(editor: Client, network: Network) -> None:
    area = FocusAreaFactory()
    network.focus_areas.add(area)
    save_draft(editor, network, focus_areas=[])
    assert not shown(editor.get(form_of(network)), "focus_areas")
    publish(editor, network)
    assert not network.focus_areas.exists()


def test_parts_are_drafted_with_their_page(editor: Client, network: Network) -> None:
    project = ProjectFactory(network=network, name_sv="avfall")
    save_draft(
        editor,
        network,
        **{
            "projects-TOTAL_FORMS": "2",
            "projects-0-name_sv": "avfallshantering",
            "projects-1-name_sv": "skola",
            "projects-1-position": "100",
        },
    )
    assert [project.name_sv for project in Project.objects.all()] == ["avfall"]
    publish(editor, network)
    project.refresh_from_db()
    assert project.name_sv == "avfallshantering"
    assert {project.name_sv for project in network.projects.all()} == {"avfallshantering", "skola"}


def test_a_draft_whose_area_was_deleted_says_so_at_its_field(editor: Client, network: Network) -> None:
    area = FocusAreaFactory()
    save_draft(editor, network, focus_areas=[area.pk], summary_sv="Utkastets text.")
    area.delete()
    again = editor.get(form_of(network))
    assert "focus_areas" in again.context["adminform"].form.errors
    assert shown(again, "summary_sv") == "Utkastets text."


def test_part_deleted_meanwhile_returns_with_the_draft(editor: Client, network: Network) -> None:
    gone, stays = FactFactory(network=network, value_sv="18 städer"), FactFactory(network=network)
    save_draft(editor, network, **{"facts-0-value_sv": "19 städer"})
    gone.delete()
    again = editor.get(form_of(network))
    (formset,) = [one.formset for one in again.context["inline_admin_formsets"] if one.formset.prefix == "facts"]
    assert [row.instance.pk for row in formset.initial_forms] == [stays.pk]
    assert [row["value_sv"].value() for row in formset.extra_forms] == ["19 städer"]


def test_a_field_the_draft_does_not_know_keeps_what_is_stored(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    draft = Draft.objects.get()
    del draft.data["name_sv"]
    draft.save()
    again = editor.get(form_of(network))
    assert shown(again, "name_sv") == "SERN"
    assert again.context["adminform"].form.errors == {}


def test_draft_older_than_the_page_conflicts(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Utkastets text.")
    network.summary_sv = "Någon annans text."
    network.save()
    answer = publish(editor, network)
    network.refresh_from_db()
    assert network.summary_sv == "Någon annans text."
    html = answer.content.decode()
    assert "Någon har sparat en nyare version" in html
    assert shown(answer, "summary_sv") == "Utkastets text."


def test_a_drafted_picture_is_kept_and_published(editor: Client, network: Network) -> None:
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    save_draft(editor, network, image=upload, image_alt_sv="SERN:s logga")
    network.refresh_from_db()
    assert not network.image
    html = editor.get(form_of(network)).content.decode()
    assert "Bilden du har valt" in html
    kept = editor.get(form_of(network)).context["adminform"].form["image"].field.widget
    signed = kept.get_context("image", shown(editor.get(form_of(network)), "image"), {})["widget"]["kept"]
    publish(editor, network, **{"image-kept": signed})
    network.refresh_from_db()
    assert (network.image.name.split("/")[0], network.image_width) == ("pictures", 60)


def test_a_file_that_is_no_picture_is_refused_when_drafting(editor: Client, network: Network) -> None:
    answer = save_draft(editor, network, image=SimpleUploadedFile("x.svg", b"<svg/>"), summary_sv="Ny text.")
    assert "Utkastet är inte sparat" in answer.content.decode()
    assert shown(answer, "summary_sv") == "Ny text."
    assert not Draft.objects.exists()


def test_a_name_we_did_not_sign_is_nobodys_picture(editor: Client, network: Network) -> None:
    publish(editor, network, **{"image-kept": "../db.sqlite3:forged", "image_alt_sv": "x"})
    network.refresh_from_db()
    assert not network.image


def test_one_who_may_not_publish_drafts_what_is_public(
    client: Client, django_user_model: Any, network: Network
) -> None:
    writer = django_user_model.objects.create_user("redaktor", password="x", is_staff=True)
    names = ["view_network", "change_network", "add_network", "add_project", "change_project", "view_project"]
    writer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(writer)
    url = form_of(network)
    page = client.get(url)
    assert 'name="_save"' not in page.content.decode()
    assert "published_at" not in page.context["adminform"].form.fields
    # A save, as when it was published after she opened it, keeps what she typed as a draft.
    client.post(url, filled_in(client, url, summary_sv="Smugen."))
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."
    assert Draft.objects.get().data["summary_sv"] == ["Smugen."]
    save_draft(client, network, summary_sv="Mitt förslag.")
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."
    assert Draft.objects.get().data["summary_sv"] == ["Mitt förslag."]
    assert "published_at" not in Draft.objects.get().data
    # What is not public she saves, and cannot publish on the way.
    hidden = NetworkFactory(name_sv="Nytt", published_at=None)
    url = form_of(hidden)
    client.post(
        url, filled_in(client, url, summary_sv="Nästan klart.", published_at="2020-01-01T00:00") | {"_publish": "1"}
    )
    hidden.refresh_from_db()
    assert (hidden.summary_sv, hidden.published_at) == ("Nästan klart.", None)


def test_hard_strings_are_drafted_and_shown(editor: Client, network: Network) -> None:
    for text in ("nul\x00", "Z\u0334a\u0334lgo", "\u202eبرگ", "x" * 300_000, "🎉"):
        answer = save_draft(editor, network, summary_sv=text, **{text[:9]: text})
        assert answer.status_code == 200
        assert shown(answer, "summary_sv") == visible(text.replace("\0", ""))


TAMPERED: list[dict[str, Any]] = [
    {"projects-TOTAL_FORMS": "many", "projects-INITIAL_FORMS": "-1"},
    {"projects-TOTAL_FORMS": "99999", "projects-0-id": "x"},
    {"projects-TOTAL_FORMS": "²"},
    {"facts-TOTAL_FORMS": "2", "facts-0-id": "99", "facts-1-id": "1", "facts-INITIAL_FORMS": "2"},
    {"image-kept": "pictures/x.png"},
    {"focus_areas": ["x", "99"], "contact": "99"},
    {"_seen": "x" * 5000},
]


def test_tampered_form_changes_nothing_and_is_answered(editor: Client, network: Network) -> None:
    """Each with two of the three buttons."""
    url = form_of(network)
    sent = filled_in(editor, url)
    buttons = itertools.cycle(["_draft", "_preview", "_save"])
    for typed in TAMPERED * 2:
        button = next(buttons)
        answer = editor.post(url, sent | typed | {button: "1"})
        assert answer.status_code in {200, 302}, (typed, button)
    assert editor.get(url).status_code == 200
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."


def test_a_picture_that_vanished_from_disk_hinders_nothing(
    editor: Client, client: Client, network: Network, settings: Any
) -> None:
    publish(editor, network, image=SimpleUploadedFile("x.png", picture("PNG")), image_decorative="on")
    for file in (settings.MEDIA_ROOT / "pictures").rglob("*.*"):
        file.unlink()
    save_draft(editor, network, summary_sv="Utkast utan bild.")
    answer = publish(editor, network)
    assert "Ändrade nätverk" in answer.content.decode()
    assert "Utkast utan bild." in client.get("/natverk/sern/").content.decode()
    # One that was chosen in a draft and is gone is asked for again.
    save_draft(editor, network, image=SimpleUploadedFile("y.png", picture("PNG", (70, 70))), image_decorative="on")
    for file in (settings.MEDIA_ROOT / "pictures").rglob("*.*"):
        file.unlink()
    assert "Bilden du har valt" not in editor.get(form_of(network)).content.decode()
    assert editor.get(reverse("admin:networks_network_history", args=[network.pk])).status_code == 200


def test_a_draft_is_not_saved_over_one_that_was_not_seen(editor: Client, network: Network) -> None:
    url = form_of(network)
    mine = filled_in(editor, url, summary_sv="Mitt utkast.")
    save_draft(editor, network, summary_sv="Det andra utkastet.")
    answer = editor.post(url, mine | {"_draft": "1"})
    assert "Det finns ett utkast som du inte har sett" in answer.content.decode()
    assert shown(answer, "summary_sv") == "Mitt utkast."
    assert Draft.objects.get().data["summary_sv"] == ["Det andra utkastet."]
    # Having seen it, one may.
    editor.post(url, mine | {"_draft": "1", "_draft_seen": answer.context["draft_seen"]})
    assert Draft.objects.get().data["summary_sv"] == ["Mitt utkast."]


def test_saving_the_public_text_keeps_a_draft_that_waits(editor: Client, network: Network) -> None:
    url = form_of(network)
    typo = filled_in(editor, url, full_name_sv="Rättat stavfel")
    save_draft(editor, network, summary_sv="Utkastets text.")
    editor.post(url, typo)
    network.refresh_from_db()
    assert network.full_name_sv == "Rättat stavfel"
    assert Draft.objects.get().data["summary_sv"] == ["Utkastets text."]
    # It is older than the public text now, and says so.
    assert "Någon har sparat en nyare version" in publish(editor, network).content.decode()


def test_what_a_form_does_not_show_its_user_stays_in_the_draft(
    editor: Client, client: Client, django_user_model: Any, network: Network
) -> None:
    save_draft(editor, network, unpublished_at="2150-01-01T00:00", summary_sv="Samordnarens.")
    writer = django_user_model.objects.create_user("redaktor", password="x", is_staff=True)
    writer.user_permissions.set(Permission.objects.filter(codename__in=["view_network", "change_network"]))
    client.force_login(writer)
    save_draft(client, network, summary_sv="Redaktörens.")
    draft = Draft.objects.get().data
    assert (draft["summary_sv"], draft["unpublished_at"]) == (["Redaktörens."], ["2150-01-01T00:00"])
    # And it is published without a conflict that is none.
    publish(editor, network)
    network.refresh_from_db()
    assert network.summary_sv == "Redaktörens."
    assert network.unpublished_at


def test_draft_of_limited_role_publishes_without_conflict(
    editor: Client, client: Client, django_user_model: Any, network: Network
) -> None:
    FactFactory(network=network)
    writer = django_user_model.objects.create_user("redaktor", password="x", is_staff=True)
    writer.user_permissions.set(Permission.objects.filter(codename__in=["view_network", "change_network"]))
    client.force_login(writer)
    save_draft(client, network, summary_sv="Redaktörens.")
    assert "Någon har sparat" not in publish(editor, network).content.decode()
    network.refresh_from_db()
    assert network.summary_sv == "Redaktörens."


def test_a_draft_tells_what_it_changes(editor: Client, network: Network) -> None:
    save_draft(editor, network, summary_sv="Den nya texten.")
    (difference,) = [d for d in editor.get(form_of(network)).context["drafted"] if "Sammanfattning" in d.label]
    assert ("added", "nya ") in difference.pieces


def test_a_picture_that_is_to_go_goes_with_the_draft(editor: Client, network: Network) -> None:
    publish(editor, network, image=SimpleUploadedFile("x.png", picture("PNG")), image_decorative="on")
    save_draft(editor, network, **{"image-clear": "on"})
    html = editor.get(form_of(network)).content.decode()
    assert 'name="image-clear" id="image-clear_id" checked' in html
    publish(editor, network, **{"image-clear": "on"})
    network.refresh_from_db()
    assert not network.image


def test_a_picture_that_is_to_stay_after_all_stays(editor: Client, network: Network) -> None:
    publish(editor, network, image=SimpleUploadedFile("x.png", picture("PNG")), image_decorative="on")
    save_draft(editor, network, **{"image-clear": "on"})
    save_draft(editor, network)
    assert Draft.objects.get().data["image-clear"] == []


def test_conflict_with_invalid_choice_shows_field_error(editor: Client, network: Network) -> None:
    url = form_of(network)
    answer = editor.post(url, filled_in(editor, url) | {"_seen": "older", "contact": "²"})
    assert "contact" in answer.context["adminform"].form.errors


def test_what_was_deleted_meanwhile_is_offered_as_new(editor: Client, network: Network) -> None:
    url = form_of(network)
    typed = filled_in(editor, url, summary_sv="Lång text.")
    network.delete()
    for button in ("_save", "_draft", "_preview"):
        answer = editor.post(url, typed | {button: "1"})
        assert shown(answer, "summary_sv") == "Lång text."
        assert f'action="{reverse("admin:networks_network_add")}"' in answer.content.decode()


def test_a_form_number_that_is_none_and_a_forged_row(editor: Client, network: Network) -> None:
    assert editor.get("/admin/networks/network/%C2%B2/change/").status_code == 302
    for row in ("abc", "9" * 30):
        listed = reverse("admin:networks_network_changelist")
        assert editor.post(listed, {"action": "publish_now", "_selected_action": row}).status_code == 400


def test_the_banner_of_a_draft_is_there_after_its_preview(editor: Client, network: Network) -> None:
    url = form_of(network)
    editor.post(url, filled_in(editor, url, summary_sv="Utkast.") | {"_draft": "1"})
    banners = ("Du ser ett utkast.", "Det finns ett utkast.")
    for query, (banner, other) in (("", banners), ("?live=1", banners[::-1])):
        preview = editor.post(url, filled_in(editor, f"{url}{query}", summary_sv="Mer.") | {"_preview": "1"})
        key = preview.headers["Location"].split("/")[-2]
        form = editor.get(url, {"preview": key})
        html = form.content.decode()
        assert shown(form, "summary_sv") == "Mer."
        assert banner in html
        assert other not in html
        assert "data-unsaved" in html  # the browser warns before it is lost


def test_a_form_of_something_new_posted_again_asks(editor: Client, contact: Any) -> None:
    """As after the browser's Back button."""
    url = reverse("admin:contacts_contact_add")
    key = re.search('name="_add_key" value="([^"]+)"', editor.get(url).content.decode())
    assert key
    typed = filled_in(editor, url, name="Anna Ek") | {"_add_key": key[1]}
    assert editor.post(url, typed).status_code == 302
    again = editor.post(url, typed | {"name": "Anna Eek"})
    html = again.content.decode()
    added = Contact.objects.get(name="Anna Ek")
    assert f'Du har redan lagt till <a href="/admin/contacts/contact/{added.pk}/change/">Anna Ek</a>' in html
    assert again.context["adminform"].form["name"].value() == "Anna Eek"
    assert Contact.objects.filter(name__startswith="Anna").count() == 1
    new_key = re.search('name="_add_key" value="([^"]+)"', html)
    assert new_key
    assert editor.post(url, typed | {"name": "Anna Eek", "_add_key": new_key[1]}).status_code == 302
    assert Contact.objects.filter(name__startswith="Anna").count() == 2
