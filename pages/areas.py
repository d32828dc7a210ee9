"""Focus areas that have so little to show that they are sections of the list, and have no page of their own."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from networks.models import FocusArea
from news.models import Article
from publishing.models import Content
from publishing.paging import SIZE

# What `sections` reads.
CARDS = ("networks", "projects__network", "exchanges")


def is_section(area: FocusArea, cards: Sequence[Content], has_news: bool) -> bool:
    """Whether an area shows no more than one card."""
    return len(cards) < 2 and not has_news and not area.body_sv  # type: ignore[attr-defined]


def sections(areas: Iterable[FocusArea]) -> list[FocusArea]:
    """Those of the areas that are sections; prefetch CARDS."""
    with_news = set(Article.objects.published().current().values_list("focus_areas", flat=True))
    return [
        area
        for area in areas
        if is_section(
            area,
            [*area.public_networks, *area.public_projects, *area.exchanges.all()],  # type: ignore[attr-defined]
            area.pk in with_news,
        )
    ]


def redirect_to_section(area: FocusArea) -> HttpResponseRedirect:
    place = list(FocusArea.objects.published().in_list_order().values_list("pk", flat=True)).index(area.pk)
    number = place // SIZE + 1
    url = reverse("focus_areas", kwargs={"number": number} if number > 1 else {})
    return redirect(f"{url}#{area.slug}")
