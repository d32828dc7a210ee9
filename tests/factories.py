"""Factories of complete, published content."""

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accessibility.models import Shortcoming, Statement
from contacts.models import Contact
from feedback.models import Answer
from networks.models import Fact, FocusArea, Network, Project
from news.models import Article
from pages.models import Page
from twinning.models import Exchange, Partnership, Town

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2150, 1, 1, tzinfo=UTC)
# What nobody may see: written and never published, to be published, no longer published.
HIDDEN: list[dict[str, Any]] = [
    {"published_at": None},
    {"published_at": FAR_OFF},
    {"published_at": LONG_AGO, "unpublished_at": datetime(2021, 1, 1, tzinfo=UTC)},
]


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    page = "networks.network:3"
    page_title = "SERN"
    language = "sv"
    revision = LONG_AGO
    helped = "no"


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    name = factory.Sequence("Kontakt {}".format)
    phone = "031-315 10 00"
    email = factory.Sequence("kontakt{}@example.se".format)


class PublishedFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    published_at = LONG_AGO


class FocusAreaFactory(PublishedFactory):
    class Meta:
        model = FocusArea

    name_sv = factory.Sequence("område {}".format)
    slug = factory.Sequence("omrade-{}".format)


class NetworkFactory(PublishedFactory):
    class Meta:
        model = Network
        skip_postgeneration_save = True

    name_sv = factory.Sequence("Nätverk {}".format)
    slug = factory.Sequence("natverk-{}".format)
    summary_sv = "Ett nätverk."
    body_sv = "<p>Om nätverket.</p>"

    @factory.post_generation
    def focus_areas(self, create: bool, areas: Any) -> None:
        self.focus_areas.set(areas or [])  # type: ignore[attr-defined]


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    network = factory.SubFactory(NetworkFactory)
    name_sv = factory.Sequence("projekt {}".format)


class FactFactory(DjangoModelFactory):
    class Meta:
        model = Fact

    network = factory.SubFactory(NetworkFactory)
    label_sv = factory.Sequence("Uppgift {}".format)
    value_sv = "18 städer"
    as_of = LONG_AGO.date()
    source_sv = "Nätverket"


class TownFactory(PublishedFactory):
    class Meta:
        model = Town

    name_sv = factory.Sequence("Stad {}".format)
    introduction_sv = factory.LazyAttribute(lambda town: f"{town.name_sv} i Tyskland")
    slug = factory.Sequence("stad-{}".format)
    country = "DE"
    latitude = 51.8
    longitude = 6.8


class PartnershipFactory(DjangoModelFactory):
    class Meta:
        model = Partnership

    town_a = factory.SubFactory(TownFactory)
    town_b = factory.SubFactory(TownFactory)


class ExchangeFactory(DjangoModelFactory):
    class Meta:
        model = Exchange
        skip_postgeneration_save = True

    name_sv = factory.Sequence("Utbyte {}".format)

    @factory.post_generation
    def towns(self, create: bool, towns: Any) -> None:
        self.towns.set(towns or [])  # type: ignore[attr-defined]


class ArticleFactory(PublishedFactory):
    class Meta:
        model = Article
        skip_postgeneration_save = True

    title_sv = factory.Sequence("Nyhet {}".format)
    slug = factory.Sequence("nyhet-{}".format)

    @factory.post_generation
    def about(self, create: bool, tied: Any) -> None:
        """Tie it to objects by the names of its lists: `about={"towns": [town]}`."""
        for name, items in (tied or {}).items():
            getattr(self, name).set(items)


class PageFactory(PublishedFactory):
    class Meta:
        model = Page

    title_sv = factory.Sequence("Text {}".format)
    slug = factory.Sequence("text-{}".format)


class StatementFactory(PublishedFactory):
    class Meta:
        model = Statement

    title_sv = "Tillgänglighetsredogörelse"
    slug = "tillganglighet"
    body_name_sv = "Mölndals stad"
    service_sv = "webbplatsen"
    authority_name_sv = "Digg"
    authority_link = "https://www.digg.se/tdosanmalan"
    conformance = "full"
    assessed_on = LONG_AGO.date()
    revised_on = LONG_AGO.date()


class ShortcomingFactory(DjangoModelFactory):
    class Meta:
        model = Shortcoming

    statement = factory.SubFactory(StatementFactory)
    what_sv = factory.Sequence("Brist {}".format)
