"""The links of the content: where each stands, and how it is replaced everywhere."""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

import reversion
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _

from accessibility.models import Statement
from networks.models import Fact, FocusArea, Network, Project
from news.models import Article
from pages.models import Page
from publishing.models import Content, is_public
from publishing.richtext import RichTextField, attributes_of
from quality.models import CheckedLink
from twinning.models import Exchange, Partnership, Town

# Every model with links, and those of its rows that readers see.
SOURCES: dict[type[Content], Callable[[], models.QuerySet[Any]]] = {
    Network: Network.objects.published,
    Town: Town.objects.published,
    FocusArea: FocusArea.objects.published,
    Article: Article.objects.published,
    Page: Page.objects.published,
    Statement: Statement.objects.published,
    Project: lambda: Project.objects.filter(is_public("network__")),
    Fact: lambda: Fact.objects.filter(is_public("network__")),
    Exchange: Exchange.objects.all,
    Partnership: Partnership.objects.shown,
}


def link_fields(model: type[models.Model]) -> list[Any]:
    """The fields that hold links: addresses, and formatted texts in each language."""
    fields = [f for f in model._meta.concrete_fields if isinstance(f, RichTextField | models.URLField)]
    originals = {f.translated_field.name for f in fields if hasattr(f, "translated_field")}
    return [f for f in fields if f.name not in originals]


def links_in(field: Any, value: str) -> Iterator[str]:
    """The addresses in the value of a field."""
    if isinstance(field, RichTextField):
        yield from (link["href"] for link in map(attributes_of, re.findall(r"<a\b[^>]*>", value)) if link.get("href"))
    elif value:
        yield value


def form_of(item: Any) -> Content:
    """The content on whose form it is edited."""
    return item.network if isinstance(item, Fact) else item


def links_in_use() -> dict[str, set[str]]:
    """Each address that published content links to, with the keys of the contents that do."""
    found: dict[str, set[str]] = {}
    for model, published in SOURCES.items():
        fields = link_fields(model)
        rows = published().select_related("network") if model is Fact else published()
        for item in rows:
            for field in fields:
                for url in links_in(field, getattr(item, field.name) or ""):
                    found.setdefault(url, set()).add(form_of(item).key)
    return found


def links_on(content: Content) -> set[str]:
    """The addresses on the form of a content, as stored."""
    rows: list[Content] = [content]
    if isinstance(content, Network):
        rows += Fact.objects.filter(network=content)
    fields = [(row, field) for row in rows for field in link_fields(type(row))]
    return {url for row, field in fields for url in links_in(field, getattr(row, field.name) or "")}


def forget_fixed(instance: Content, signal: Any, raw: bool = False, **kwargs: Any) -> None:
    """Take a content off the broken links that its form no longer has: the dashboard does not wait for the night."""
    if raw:  # loaddata loads links, too
        return
    content = form_of(instance)
    places = [link for link in CheckedLink.objects.exclude(problem="") if content.key in link.used_by]
    is_gone = signal is post_delete and content is instance
    left = links_on(content) if places and not is_gone else set()
    for link in places:
        if link.url not in left:
            link.used_by.remove(content.key)
            if link.used_by:
                link.save(update_fields=["used_by"])
            else:
                link.delete()


def follow_changes() -> None:
    """Connect the signals, which run in the transaction of the change."""
    for model in SOURCES:
        post_save.connect(forget_fixed, model)
        post_delete.connect(forget_fixed, model)


def contents(keys: Iterable[str]) -> dict[str, Any]:
    """The objects with these keys, without deleted ones, by one query for each model."""
    wanted: dict[str, list[str]] = {}
    for key in keys:
        label, _colon, pk = key.partition(":")
        wanted.setdefault(label, []).append(pk)
    found: dict[str, Any] = {}
    for model in (model for model in apps.get_models() if model._meta.label_lower in wanted):
        named_by = [f.name for f in model._meta.fields if f.many_to_one and not f.null]
        rows = model._base_manager.filter(pk__in=wanted[model._meta.label_lower])
        rows = rows.select_related(*named_by) if named_by else rows
        found |= {f"{model._meta.label_lower}:{item.pk}": item for item in rows}
    return found


def contents_of(links: Iterable[CheckedLink]) -> dict[str, Any]:
    """What these links stand on, and the pages that they lead to by their keys."""
    return contents({key for link in links for key in (*link.used_by, link.page) if key})


def name_of(link: CheckedLink, found: dict[str, Any]) -> str:
    """The address of a link; where it leads to a page by its key, the name of that page."""
    if not link.page:
        return link.url
    return _("The page “%s”") % found[link.page] if link.page in found else _("A deleted page")


def replaced(field: Any, value: str, old: str, new: str) -> str:
    """The value of a field with another address in every place of the old one."""

    def link(match: re.Match[str]) -> str:
        return f'<a href="{escape(new)}">' if attributes_of(match[0]).get("href") == old else match[0]

    if isinstance(field, RichTextField):
        return re.sub(r"<a\b[^>]*>", link, value)
    return new if value == old else value


def rows_with(model: type[Content], url: str) -> models.QuerySet[Any]:
    """The rows that may hold an address, public or not: compared without what HTML writes in other ways."""
    part = max(re.split(r"[&<>\"']", url), key=len)
    either = Q(pk__in=[])
    for field in link_fields(model):
        either |= Q((f"{field.name}__contains", part))
    return model._base_manager.filter(either).order_by("pk")


@transaction.atomic
def replace_everywhere(user: Any, old: str, new: str) -> list[Content]:
    """Save every content that links to an address with another one, each in a revision. Returns the saved.

    Drafts keep the old address: publishing one shows what has been saved since. Raises ValidationError, and then saves
    nothing.
    """
    saved = []
    for model in SOURCES:
        for item in rows_with(model, old).select_for_update(of=["self"]):
            changed = change(item, old, new)
            if changed:
                with reversion.create_revision():
                    reversion.set_user(user)
                    reversion.set_comment(_("Changed the link %(old)s to %(new)s") % {"old": old, "new": new})
                    item.minor_change = True
                    item.save()
                    if form_of(item) is not item:
                        reversion.add_to_revision(form_of(item))
                saved.append(item)
    return saved


def change(item: Content, old: str, new: str) -> bool:
    """Set the new address in the fields of a row. Returns whether that changed it. Raises ValidationError."""
    changed = False
    for field in link_fields(type(item)):
        value = getattr(item, field.name) or ""
        after = replaced(field, value, old, new)
        if after != value:
            setattr(item, field.name, field.clean(after, item))
            changed = True
    return changed
