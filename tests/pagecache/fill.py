"""A site of any size, to measure and to test pages with: so many networks, projects, towns and agreements."""

from datetime import UTC, datetime
from itertools import pairwise

from django.db import transaction

from networks.models import Fact, FocusArea, Network, Project
from news.models import Article
from twinning.models import Exchange, Partnership, Town

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2150, 1, 1, tzinfo=UTC)
BODY = "<p>Nätverket arbetar med miljö, skola och kultur i många städer.</p><h2>Så gick det till</h2><p>Text.</p>"


@transaction.atomic
def fill(number: int) -> None:
    """Add content until there are that many of each, all of it public and in every language's fallback.

    Every tenth town has an agreement with the home town, every one with the next; a tenth of all is former.
    """
    area = FocusArea.objects.order_by("pk").first() or FocusArea.objects.create(
        name_sv="miljö", slug="miljo", sort_key="miljö", published_at=LONG_AGO
    )
    first = Network.objects.count()
    Network.objects.bulk_create(
        Network(
            name=f"Nätverk {n}",
            name_sv=f"Nätverk {n}",
            summary_sv="Ett nätverk.",
            body_sv=BODY,
            slug=f"n-{n}",
            sort_key=f"natverk {n:05}",
            published_at=LONG_AGO,
            position=200,
            member_until=LONG_AGO.date() if n % 10 == 0 else None,
        )
        for n in range(first, number)
    )
    networks = list(Network.objects.order_by("pk"))
    through = Network.focus_areas.through
    through.objects.bulk_create(
        [through(network=network, focusarea=area) for network in networks[first:]], ignore_conflicts=True
    )
    Fact.objects.bulk_create(
        Fact(network=network, label_sv="Städer", value_sv="18", as_of=LONG_AGO.date(), source_sv="Nätverket")
        for network in networks[first:]
    )
    # Half of the projects in one network, the rest one in each.
    projects = Project.objects.bulk_create(
        Project(network=networks[0] if n % 2 else networks[n], name_sv=f"projekt {n}", summary_sv="Ett projekt.")
        for n in range(Project.objects.count(), number)
    )
    linked = Project.focus_areas.through
    linked.objects.bulk_create(linked(project=project, focusarea=area) for project in projects)
    fill_towns(number, area)
    fill_articles(number)
    fill_pages_of_activities()


def fill_towns(number: int, area: FocusArea) -> None:
    first = Town.objects.count()
    Town.objects.bulk_create(
        Town(
            name=f"Stad {n}",
            name_sv=f"Stad {n}",
            introduction_sv=f"Stad {n} i Tyskland",
            body_sv=BODY,
            slug=f"s-{n}",
            sort_key=f"stad {n:05}",
            country="DE",
            latitude=40 + n % 25,
            longitude=n * 7 % 30,
            published_at=LONG_AGO,
            position=200,
        )
        for n in range(first, number)
    )
    towns = list(Town.objects.order_by("pk"))
    home = next((town for town in towns if town.home), towns[0])
    others = [town for town in towns[first:] if town != home]
    kinds = list(Partnership.Kind)
    Partnership.objects.bulk_create(
        Partnership(
            town_a=min(home, town, key=lambda town: town.pk),
            town_b=max(home, town, key=lambda town: town.pk),
            kind=kinds[n % 3],
            since=LONG_AGO.date(),
            until=LONG_AGO.date() if n % 50 == 0 else None,
        )
        for n, town in enumerate(others)
        if n % 10 == 0
    )
    Partnership.objects.bulk_create(
        (Partnership(town_a=one, town_b=other, since=LONG_AGO.date()) for one, other in pairwise(others)),
        ignore_conflicts=True,
    )
    exchanges = Exchange.objects.bulk_create(
        Exchange(name_sv=f"Utbyte {n}", for_schools=True) for n in range(Exchange.objects.count(), number // 10)
    )
    tied = Exchange.towns.through
    tied.objects.bulk_create(
        tied(exchange=exchange, town=town) for exchange, town in zip(exchanges, others, strict=False)
    )
    about = Exchange.focus_areas.through
    about.objects.bulk_create(about(exchange=exchange, focusarea=area) for exchange in exchanges)


def fill_pages_of_activities() -> None:
    """A text, and so a page, for the first exchange and the first project in the order of lists."""
    for activity in (Exchange.objects.first(), Project.objects.filter(network__slug="sern").first()):
        if activity:
            activity.body_sv = BODY
            activity.save()


def fill_articles(number: int) -> None:
    """Stories, events and opportunities in turns, all of them current and tied to the first of all they may be."""
    kinds = list(Article.Kind)
    articles = Article.objects.bulk_create(
        Article(
            kind=kinds[n % 3],
            title=f"Nyhet {n} om vänorterna",
            title_sv=f"Nyhet {n} om vänorterna",
            summary_sv="Något har hänt, kommer att hända eller går att söka.",
            body_sv=BODY,
            slug=f"nyhet-{n}",
            sort_key=f"nyhet {n:05}",
            published_at=LONG_AGO,
            starts_at=FAR_OFF,
            closes_on=FAR_OFF.date(),
            place_sv="Stadshuset",
            audience_sv="Föreningar",
            amount_sv="högst 20 000 kr",
            link="https://www.molndal.se/",
        )
        for n in range(Article.objects.count(), number)
    )
    for name, model in (("towns", Town), ("networks", Network), ("focus_areas", FocusArea)):
        first, tied = model.objects.order_by("pk").first(), getattr(Article, name).through
        field = f"{model._meta.model_name}_id"
        tied.objects.bulk_create(tied(article=article, **{field: first.pk}) for article in articles if first)
