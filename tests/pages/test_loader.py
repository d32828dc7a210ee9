"""Loading the shipped texts: all there, twice is once, and never over an editor's work."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import reversion
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from reversion.models import Revision, Version

from networks.models import Fact, FocusArea, Network, Project
from pages.loader import FOLDER, load_content
from pages.models import LoadedItem, Page
from tests.factories import NetworkFactory
from tests.publishing.hostile import picture
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped texts, to change as a later release would."""
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_everything_is_loaded_and_public(seeded: None) -> None:
    assert {network.slug for network in Network.objects.published()} == {"eurotowns", "sern"}
    assert Town.objects.published().count() == 9
    assert Partnership.objects.shown().count() == 15
    assert {page.section for page in Page.objects.published()} == {"", *Page.Section.values}
    assert all(default_storage.exists(town.image.name) for town in Town.objects.all())
    relations = {town.slug: town.relation for town in Town.objects.with_relation()}
    twins = {"albertslund", "borken", "canterbury-whitstable"}
    assert relations == {
        slug: "twin" if slug in twins else "home" if slug == "molndal" else "wider" for slug in relations
    }


def test_a_second_run_changes_nothing(seeded: None) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Network, Town, Page, Fact, LoadedItem)]
    report = load_content()
    assert (report.created, report.updated, report.kept) == ([], [], [])
    assert [list(model.objects.order_by("pk").values()) for model in (Network, Town, Page, Fact, LoadedItem)] == before


def test_texts_in_removed_language_are_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.loader.LANGUAGES", ["sv", "en"])
    assert load_content(folder).created
    sern = Network.objects.get(slug="sern")
    assert sern.name_sv == "SERN"  # type: ignore[attr-defined]
    assert (bool(sern.summary_en), bool(sern.summary_fr)) == (True, False)  # type: ignore[attr-defined]
    replace(folder / "networks/sern.toml", "[fr]", "[frr]")
    with pytest.raises(FieldDoesNotExist):
        load_content(folder)


def test_what_is_loaded_has_a_version_to_go_back_to(seeded: None, folder: Path) -> None:
    for model in reversion.get_registered_models():
        for item in model._base_manager.all():
            assert Version.objects.get_for_object(item).get().revision.comment == "Inläst från filerna"
    eurotowns = Version.objects.get_for_object(Network.objects.get(slug="eurotowns")).get()
    together = {version.content_type.model for version in eurotowns.revision.version_set.all()}
    assert together == {"network", "project", "fact"}  # and no other page, which would be put back too
    assert not Revision.objects.filter(pk__gt=load_and_count(folder)).exists()


def load_and_count(folder: Path) -> int:
    """Load the same again; the last revision's number before that."""
    latest = Revision.objects.latest("pk").pk
    load_content(folder)
    return int(latest)


def test_a_changed_part_makes_a_version_of_its_page(seeded: None, folder: Path) -> None:
    replace(folder / "networks/eurotowns.toml", 'value = "18', 'value = "19')
    latest = load_and_count(folder)
    (revision,) = Revision.objects.filter(pk__gt=latest)
    assert Network.objects.get(slug="eurotowns") in {version.object for version in revision.version_set.all()}


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_content")
    assert "60 created, 0 updated, 0 left" in capsys.readouterr().out


def test_a_newer_release_updates_what_nobody_touched(seeded: None, folder: Path) -> None:
    replace(folder / "networks/sern.toml", "outdoor education", "learning outdoors")
    replace(folder / "networks/sern.toml", "Ett nätverk för aktörer", "Nätverket för aktörer")
    report = load_content(folder)
    assert report.updated == ["networks/sern", "networks/sern/projects/outdoor-education"]
    assert Network.objects.get(slug="sern").summary_sv.startswith("Nätverket för")
    assert Project.objects.filter(name_en="learning outdoors").exists()


def test_an_editors_text_is_kept_and_the_rest_updated(seeded: None, folder: Path) -> None:
    sern = Network.objects.get(slug="sern")
    sern.summary_sv = "Samordnarens egen text."
    sern.save()
    replace(folder / "networks/sern.toml", "Ett nätverk för aktörer", "Nätverket för aktörer")
    replace(folder / "networks/sern.toml", "A network of organisations", "The network of organisations")
    report = load_content(folder)
    sern.refresh_from_db()
    assert sern.summary_sv == "Samordnarens egen text."
    assert sern.summary_en.startswith("The network of")
    assert report.kept == ["networks/sern summary_sv"]


def test_an_editors_text_is_kept_in_every_later_run(seeded: None, folder: Path) -> None:
    Network.objects.filter(slug="sern").update(summary_sv="Egen", summary="Egen")
    for _ in range(2):
        load_content(folder)
        assert Network.objects.get(slug="sern").summary_sv == "Egen"


def test_an_editors_lists_pictures_and_times_are_kept(seeded: None, folder: Path) -> None:
    eurotowns = Network.objects.get(slug="eurotowns")
    eurotowns.focus_areas.clear()
    eurotowns.published_at = None
    eurotowns.image, eurotowns.image_alt_sv = "", ""
    eurotowns.save()
    load_content(folder)
    eurotowns.refresh_from_db()
    assert not eurotowns.focus_areas.exists()
    assert eurotowns.published_at is None
    assert not eurotowns.image


def test_what_an_editor_deleted_stays_deleted(seeded: None) -> None:
    Project.objects.filter(name_sv="avfallshantering").delete()
    Network.objects.get(slug="sern").delete()
    report = load_content()
    assert "networks/eurotowns/projects/waste" in report.kept
    assert "networks/sern" in report.kept
    assert not Project.objects.filter(name_sv="avfallshantering").exists()
    assert not Network.objects.filter(slug="sern").exists()


def test_an_editors_own_page_at_the_same_address_is_kept() -> None:
    NetworkFactory(slug="sern", name_sv="Mitt SERN")
    assert "networks/sern" in load_content().kept
    assert Network.objects.get(slug="sern").name_sv == "Mitt SERN"


def test_a_changed_picture_is_replaced(seeded: None, folder: Path) -> None:
    replace(folder / "networks/sern.toml", "website =", 'image = "images/sern.png"\nimage_decorative = true\nwebsite =')
    (folder / "images").mkdir()
    names = []
    for size in ((60, 40), (70, 40)):
        (folder / "images/sern.png").write_bytes(picture("PNG", size))
        load_content(folder)
        names.append(Network.objects.get(slug="sern").image.name)
        assert default_storage.exists(names[-1])
    assert names[0] != names[1]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('website = "https://www.sern.eu/"', 'website = "sern"', ValidationError),
        ('"miljo",', '"finns-inte",', ObjectDoesNotExist),
        ('website = "https', 'site = "https', FieldDoesNotExist),
    ],
)
def test_a_wrong_file_stops_and_nothing_is_half_loaded(folder: Path, old: str, new: str, error: Any) -> None:
    replace(folder / "networks/sern.toml", old, new)
    with pytest.raises(error):
        load_content(folder)
    assert not LoadedItem.objects.exists()
    assert not Network.objects.exists()


def test_a_renamed_address_is_no_obstacle_to_the_next_start(seeded: None) -> None:
    for model, slug in ((FocusArea, "miljo"), (Town, "molndal"), (Network, "sern")):
        model.objects.filter(slug=slug).update(slug=f"{slug}-ny")
    report = load_content()
    assert report.created == report.updated == []
    assert set(report.kept) == {"focus_areas/miljo slug", "towns/molndal slug", "networks/sern slug"}


def test_a_deleted_area_or_town_is_no_obstacle_to_the_next_start(seeded: None) -> None:
    FocusArea.objects.get(slug="miljo").delete()
    bolkow = Town.objects.get(slug="bolkow")
    Partnership.objects.of(bolkow).delete()
    bolkow.delete()
    report = load_content()
    assert report.created == report.updated == []
    assert {"focus_areas/miljo", "towns/bolkow", "partnerships/borken--bolkow"} <= set(report.kept)


def test_the_shipped_towns_and_agreements_are_the_gathered_facts(seeded: None) -> None:
    shared = Path(__file__).parents[3] / "shared/facts/towns.json"
    own = Path(__file__).parents[1] / "data/towns.json"
    facts = json.loads((shared if shared.exists() else own).read_text("utf-8"))
    for fact in facts["towns"]:
        town = Town.objects.get(slug=fact["slug"])
        assert (town.latitude, town.longitude, town.country) == (fact["lat"], fact["lon"], fact["country"])
        assert town.website == fact.get("website", "")
        assert town.home is fact.get("home", False)
    assert Town.objects.count() == len(facts["towns"])
    for fact in facts["partnerships"]:
        one, other = (Town.objects.get(slug=slug) for slug in fact["towns"])
        agreement = Partnership.objects.of(one).of(other).get()
        assert (agreement.since and agreement.since.year) == fact["since"]
        assert agreement.kind == fact.get("kind", "twin")
        assert agreement.until is None
        assert agreement.source
        # https where the site has it
        source, shown = (
            re.sub("^http:", "https:", s) for s in (fact["source"], agreement.source_url or agreement.source)
        )
        assert source.startswith(shown)
    assert Partnership.objects.count() == len(facts["partnerships"])


def test_links_use_https_where_it_exists() -> None:
    texts = [path.read_text("utf-8") for path in FOLDER.rglob("*.toml")]
    hosts = {host for text in texts for host in re.findall(r"\bhttp://([^/\"<]+)", text)}
    assert hosts == {"whitstabletwinningassociation.eu"}


def test_the_privacy_notice_says_why_answers_are_kept(seeded: None) -> None:
    page = Page.objects.get(slug="personuppgifter")
    for body, said in (
        (page.body_sv, ["för att se vilka sidor som behöver bli bättre", "Kvar blir bara hur många"]),  # type: ignore[attr-defined]
        (page.body_en, ["to see which pages need to get better", "What remains is how many"]),  # type: ignore[attr-defined]
    ):
        assert [text for text in said if text not in body] == []
