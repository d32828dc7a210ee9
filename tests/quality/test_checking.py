"""The nightly check of links: what is found, stored and said."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from networks.models import Network
from publishing.models import Content
from publishing.richtext import RichTextField
from quality import checking
from quality.checking import check_links
from quality.links import SOURCES, links_in_use
from quality.models import CheckedLink, Problem
from tests.factories import (
    HIDDEN,
    ArticleFactory,
    FactFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    TownFactory,
)
from tests.quality.servers import Site

pytestmark = pytest.mark.django_db


def linked(*urls: str, **values: Any) -> Any:
    """A public page with links to these addresses."""
    html = "".join(f'<p><a href="{url}">text</a></p>' for url in urls)
    return PageFactory(**{"body_sv": html} | values)


def found() -> dict[str, str]:
    return dict(CheckedLink.objects.values_list("url", "problem"))


def test_every_model_with_links_is_checked() -> None:
    with_links = {
        model
        for model in apps.get_models()
        if issubclass(model, Content)
        and any(isinstance(f, RichTextField | models.URLField) for f in model._meta.fields)
    }
    assert with_links == set(SOURCES)


def test_links_of_all_public_content_are_found() -> None:
    network = NetworkFactory(
        website="https://a.example/", body_en='<p><a href="https://b.example/?a=1&amp;b=2">b</a></p>'
    )
    FactFactory(network=network, source_url="https://c.example/")
    agreement = PartnershipFactory(source_url="https://d.example/", town_a=TownFactory(website="https://a.example/"))
    for hidden in HIDDEN:
        secret = NetworkFactory(website="https://secret.example/", **hidden)
        FactFactory(network=secret, source_url="https://secret.example/")
    assert links_in_use() == {
        "https://a.example/": {network.key, agreement.town_a.key},
        "https://b.example/?a=1&b=2": {network.key},
        "https://c.example/": {network.key},
        "https://d.example/": {agreement.key},
    }


def test_own_links_are_checked_without_a_connection(settings: Any, contact: Any, fronts: Any) -> None:
    settings.SITE_URL = "https://molndal.example"
    town, hidden = TownFactory(slug="borken"), TownFactory(slug="dold", published_at=None)
    renamed = ArticleFactory(slug="forr")
    renamed.slug = renamed.slug_sv = "nu"
    renamed.save()
    gone = ArticleFactory(slug="raderad")
    gone.delete()
    good = [
        "/", "/vanorter/borken/", "/vanorter/borken", "/de/partnerstaedte/borken/#om", "/sok/?q=a", "/aktuellt/forr/",
        "/static/x", "/admin/", "https://molndal.example/vanorter/borken/", f"page:{town.key}", "/VANORTER/borken/",
    ]  # fmt: skip
    bad = [
        "/vanorter/dold/", "/finns-inte/", "/aktuellt/raderad/", "/media/pictures/x.png", "/%00/",
        "https://molndal.example/finns-inte/", f"page:{hidden.key}", "page:twinning.town:99999", "/en/vanorter/borken/",
    ]  # fmt: skip
    linked(*good, *bad)
    check_links(dry_run=False)
    assert found() == dict.fromkeys(good, "") | dict.fromkeys(bad, Problem.MISSING)
    assert CheckedLink.objects.broken().count() == len(bad)


def test_mail_telephone_and_anchor_are_not_checked(contact: Any) -> None:
    linked("mailto:a@example.se", "MAILTO:b@example.se", "tel:+4631315", "#om-oss", f"https://example.se/{'x' * 1000}")
    check_links(dry_run=False)
    assert found() == {}


def test_dead_link_is_broken_at_once_and_others_twice(site: Site) -> None:
    page = linked(f"{site.url}/404", f"{site.url}/500", f"{site.url}/403", f"{site.url}/200")
    assert "4 av 4 till andra är kontrollerade, 1 är trasiga" in check_links(dry_run=False)
    assert [link.url for link in CheckedLink.objects.broken()] == [f"{site.url}/404"]
    first = CheckedLink.objects.get(url=f"{site.url}/500")
    assert (first.failures, first.used_by) == (1, [page.key])
    check_links(dry_run=False)
    assert {link.url for link in CheckedLink.objects.broken()} == {f"{site.url}/404", f"{site.url}/500"}
    again = CheckedLink.objects.get(url=f"{site.url}/500")
    assert (again.failures, again.failed_since) == (2, first.failed_since)
    page.body_sv = page.body_sv.replace("/500", "/200")
    page.save()
    check_links(dry_run=False)
    assert set(found()) == {f"{site.url}/{status}" for status in (200, 403, 404)}


def test_link_that_answers_again_is_whole(site: Site) -> None:
    linked(f"{site.url}/200")
    CheckedLink.objects.create(
        url=f"{site.url}/200", problem=Problem.SILENT, failures=7, failed_since=timezone.now() - timedelta(days=7)
    )
    check_links(dry_run=False)
    link = CheckedLink.objects.get()
    assert (link.problem, link.failures, link.failed_since) == ("", 0, None)


def test_server_without_internet_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    links = [f"https://host{number}.example/" for number in range(30)]
    linked(*links)
    CheckedLink.objects.create(url=links[0], problem=Problem.SILENT, failures=1, failed_since=timezone.now())
    for _ in range(3):
        assert "kanske inte når internet, 0 är trasiga" in check_links(dry_run=False)
    assert not CheckedLink.objects.exclude(checked_at=None).exists()
    assert CheckedLink.objects.elsewhere_checked_at() is None


def test_one_host_that_is_down_is_no_missing_internet(site: Site) -> None:
    linked(*(f"https://host{number}.example/" for number in range(3)), f"{site.url}/200")
    check_links(dry_run=False)
    assert set(found().values()) == {Problem.SILENT, ""}


def test_links_left_for_want_of_time_come_first(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    linked(f"{site.url}/a", f"{site.url}/b")
    check_links(dry_run=False)
    linked(f"{site.url}/c")
    site.asked.clear()
    monkeypatch.setattr(checking, "TIME", -1)
    assert "0 av 3 till andra" in check_links(dry_run=False)
    monkeypatch.setattr(checking, "TIME", 60)
    check_links(dry_run=False)
    assert site.paths == ["GET /c", "GET /a", "GET /b"]


def test_nightly_checks_links_and_dry_run_does_not(site: Site) -> None:
    linked(f"{site.url}/404", "/finns-inte/", "javascript:alert(1)")
    out = StringIO()
    call_command("nightly", dry_run=True, stdout=out)
    assert "länkar: 2 länkar skulle kontrolleras" in out.getvalue()
    assert not CheckedLink.objects.exists()
    call_command("nightly", stdout=out)
    assert "2 är trasiga" in out.getvalue()
    assert Network.objects.count() == 0


def test_number_of_queries_does_not_grow_with_links(contact: Any, django_assert_max_num_queries: Any) -> None:
    linked(*(f"page:twinning.town:{number}" for number in range(1, 200)))
    with django_assert_max_num_queries(30):
        check_links(dry_run=False)
