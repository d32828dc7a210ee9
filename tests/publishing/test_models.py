from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from networks.models import FocusArea, Network
from pages.models import Page
from publishing.models import Publishable, in_list_order
from tests.factories import LONG_AGO, FocusAreaFactory, NetworkFactory, PageFactory, StatementFactory, TownFactory
from tests.publishing.test_images import picture
from twinning.models import Town

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_published_is_from_and_until() -> None:
    now, never = timezone.now(), None
    for begins, ends, public in (
        (never, never, False),
        (now - HOUR, never, True),
        (now + HOUR, never, False),
        (now, never, True),
        (now - HOUR, now + HOUR, True),
        (now - 2 * HOUR, now - HOUR, False),
    ):
        network = NetworkFactory(published_at=begins, unpublished_at=ends)
        assert Network.objects.published().filter(pk=network.pk).exists() is public, (begins, ends)
        assert network.is_published is public, (begins, ends)


def test_publishing_ends_the_moment_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    network = NetworkFactory(unpublished_at=LONG_AGO + HOUR)
    monkeypatch.setattr("django.utils.timezone.now", lambda: LONG_AGO + HOUR)
    assert not network.is_published
    assert not Network.objects.published().exists()
    monkeypatch.setattr("django.utils.timezone.now", lambda: LONG_AGO + HOUR - timedelta(microseconds=1))
    assert network.is_published
    assert Network.objects.published().exists()


def test_every_publishable_has_a_manager_that_knows_published() -> None:
    models = Publishable.__subclasses__()
    assert models
    for model in models:
        assert model.objects.published().count() == 0  # type: ignore[attr-defined]


def test_window_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkFactory(unpublished_at=LONG_AGO)


def test_a_picture_needs_words_or_is_decoration() -> None:
    default_storage.save("pictures/x.png", ContentFile(picture("PNG")))
    for alt in ("", None):
        with pytest.raises(IntegrityError), transaction.atomic():
            PageFactory(image="pictures/x.png", image_alt_sv=alt)
    assert PageFactory(image="pictures/x.png", image_alt_sv="Tre vapen").image_width == 60
    PageFactory(image="pictures/x.png", image_decorative=True)


@pytest.fixture
def page() -> Page:
    page = PageFactory(title_sv="Nätverk")
    Page.objects.filter(pk=page.pk).update(updated_at=LONG_AGO)
    return Page.objects.get(pk=page.pk)


def test_a_change_that_readers_see_moves_the_date(page: Page) -> None:
    for language in ("sv", "de"):
        Page.objects.update(updated_at=LONG_AGO)
        setattr(page, f"title_{language}", "Nätverken")
        page.save(update_fields=[f"title_{language}"])
        page.refresh_from_db()
        assert page.updated_at > LONG_AGO, language


def test_unseen_and_minor_changes_do_not_move_the_date(page: Page) -> None:
    page.save()
    page.reviewed_at = timezone.localdate()
    page.save(update_fields=["reviewed_at"])
    page.title_sv, page.minor_change = "Nätverken", True  # type: ignore[attr-defined]
    page.save()
    page.refresh_from_db()
    assert (page.title_sv, page.reviewed_at) == ("Nätverken", timezone.localdate())  # type: ignore[attr-defined]
    assert page.updated_at == LONG_AGO


def test_names_are_in_swedish_order() -> None:
    names = ["Öland", "Zagreb", "Ängelholm", "Århus", "Łódź", "Lund", "Říčany", "Rom", "Ærø", "örebro"]
    for number, name in enumerate(names):
        TownFactory(name_sv=name, slug=f"t{number}")
    expected = ["Łódź", "Lund", "Říčany", "Rom", "Zagreb", "Århus", "Ängelholm", "Ærø", "Öland", "örebro"]
    assert [town.name for town in Town.objects.all()] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", "Chrudim Citta Hradec Irsko Łódź Lund Řím Rom Sofia Zagreb Århus Öland"),
        ("da", "Chrudim Citta Hradec Irsko Łódź Lund Řím Rom Sofia Zagreb Öland Århus"),
        ("de", "Århus Chrudim Citta Hradec Irsko Łódź Lund Öland Řím Rom Sofia Zagreb"),
        ("pl", "Århus Chrudim Citta Hradec Irsko Lund Łódź Öland Řím Rom Sofia Zagreb"),
        ("cs", "Århus Citta Hradec Chrudim Irsko Łódź Lund Öland Rom Řím Sofia Zagreb"),
    ],
)
def test_names_are_in_the_order_of_the_language(language: str, expected: str) -> None:
    """By the database and by Python. A name that is not translated is the Swedish one."""
    for number, name in enumerate(sorted(expected.split(), key=len)):
        field = "name_sv" if number % 2 else f"name_{language}"
        FocusAreaFactory(**{"name_sv": "Zzz", field: name}, slug=f"f{number}")
    with translation.override(language):
        found = FocusArea.objects.published().in_list_order()
        assert [area.name for area in found] == expected.split()
        assert in_list_order(reversed(found)) == list(found)


def test_a_language_added_later_neither_blanks_nor_loses_text() -> None:
    """All eight languages have columns from the first migration; a text not yet translated shows the Swedish one."""
    town = TownFactory(name_sv="Borken", introduction_sv="Borken i Tyskland")
    with translation.override("pl"):
        found = Town.objects.get(pk=town.pk)
        assert found.introduction == "Borken i Tyskland"
        found.introduction = "Borken w Niemczech"
        found.save()
    found = Town.objects.get(pk=town.pk)
    assert (found.introduction_sv, found.introduction_pl) == ("Borken i Tyskland", "Borken w Niemczech")  # type: ignore[attr-defined]
    assert found.introduction == "Borken i Tyskland"


def test_what_must_stay_cannot_be_unpublished() -> None:
    """By no way: form, restored version, command or query."""
    later = timezone.now() + HOUR
    town, text = TownFactory(), PageFactory()
    for item in (PageFactory(section="start"), TownFactory(home=True), StatementFactory()):
        manager = type(item)._base_manager.filter(pk=item.pk)
        for values in ({"published_at": None}, {"unpublished_at": later}, {"unpublished_at": LONG_AGO + HOUR}):
            with pytest.raises(IntegrityError), transaction.atomic():
                manager.update(**values)
        for values in ({"published_at": None}, {"published_at": later}, {"unpublished_at": later}):
            with pytest.raises(ValidationError, match="måste alltid vara publicerad"):
                type(item)(**{**manager.values()[0], **values}).full_clean()
        assert type(item)._base_manager.get(pk=item.pk).is_published
    for item, becomes in ((town, {"home": True}), (text, {"section": "contact"})):
        type(item).objects.update(home=False) if isinstance(item, Town) else None
        for name, value in (becomes | {"unpublished_at": later}).items():
            setattr(item, name, value)
        with pytest.raises(ValidationError, match="måste alltid vara publicerad"):
            item.full_clean()
