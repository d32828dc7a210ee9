"""Loading the shipped texts: all there, once, and never over an editor's work."""

import json
import re
import shutil
from pathlib import Path

import pytest
import reversion
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management import call_command
from reversion.models import Version

from networks.models import Fact, FocusArea, Network, Project
from pages.loader import FOLDER, load_content
from pages.models import Page
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped texts, to change as a later release would."""
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def test_everything_is_loaded_and_public(seeded: None) -> None:
    assert {network.slug for network in Network.objects.published()} == {"eurotowns", "sern"}
    assert Town.objects.published().count() == 9
    assert Partnership.objects.shown().count() == 15
    assert {page.section for page in Page.objects.published()} == {"", *Page.Section.values}
    relations = {town.slug: town.relation for town in Town.objects.with_relation()}
    twins = {"albertslund", "borken", "canterbury-whitstable"}
    assert relations == {
        slug: "twin" if slug in twins else "home" if slug == "molndal" else "wider" for slug in relations
    }


def test_a_later_start_changes_nothing_of_the_editors(seeded: None) -> None:
    Network.objects.filter(slug="sern").update(summary_sv="Egen", summary="Egen", published_at=None)
    FocusArea.objects.filter(slug="miljo").update(slug="miljo-ny")
    Project.objects.filter(name_sv="avfallshantering").delete()
    Network.objects.get(slug="eurotowns").delete()
    models = (Network, Town, Page, Fact, Project, FocusArea, Partnership)
    before = [list(model._default_manager.order_by("pk").values()) for model in models]
    assert load_content() == 0
    assert [list(model._default_manager.order_by("pk").values()) for model in models] == before


def test_what_is_loaded_has_a_version_to_go_back_to(seeded: None) -> None:
    for model in reversion.get_registered_models():
        for item in model._base_manager.all():
            assert Version.objects.get_for_object(item).get().revision.comment == "Inläst från filerna"
    eurotowns = Version.objects.get_for_object(Network.objects.get(slug="eurotowns")).get()
    together = {version.content_type.model for version in eurotowns.revision.version_set.all()}
    assert together == {"network", "project", "fact"}  # and no other page, which would be put back too


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    for created in (r"\d{3} inlästa", "^0 inlästa"):
        call_command("load_content")
        assert re.search(created, capsys.readouterr().out)


def test_a_wrong_file_stops_and_nothing_is_half_loaded(folder: Path) -> None:
    path = folder / "networks/sern.toml"
    right = path.read_text("utf-8")
    for old, new, error in (
        ('website = "https://www.sern.eu/"', 'website = "sern"', ValidationError),
        ('"miljo",', '"finns-inte",', KeyError),
        ('website = "https', 'site = "https', FieldDoesNotExist),
    ):
        assert old in right
        path.write_text(right.replace(old, new), "utf-8")
        with pytest.raises(error):
            load_content(folder)
        assert not Network.objects.exists()


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
