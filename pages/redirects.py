"""Redirect from old addresses of pages.

Signals record the old path (OldAddress) of a page that has been public when its address changes or it is unpublished or
deleted. It redirects to the page if that is public, else to the page that an editor has chosen instead. Only requests
that no view answered are looked up, so a page that comes back needs no change here.
"""

import unicodedata
from collections.abc import Collection
from typing import Any, cast
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.db.models import Model, Q
from django.db.models.signals import pre_delete, pre_save
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, is_valid_path, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from pages.models import OldAddress
from pages.registry import REGISTRY, keys_of
from publishing.models import Publishable
from publishing.plain import LETTERS
from publishing.slugs import slugs_of

# How German and Danish addresses write letters that other languages' addresses write without their marks.
TWO_LETTERS = str.maketrans({"å": "aa", "ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "ß": "ss"})
# Two slashes would begin a host name; addresses for staff and of secret links are not guessed.
AS_WRITTEN = ("//", "/media/", "/forhandsvisning/", *settings.STAFF_ADDRESSES)


def own_paths(item: Any) -> set[str]:
    """The Swedish address of the item's own page, with its slug of each language.

    None for a page whose address is fixed and not made of its slug.
    """
    if item.must_stay:
        return set()
    with translation.override(settings.LANGUAGE_CODE):
        try:
            path: str = item.get_absolute_url()
        except NoReverseMatch:
            return set()
    return {path.replace(f"/{item.slug}/", f"/{slug}/") for _name, slug in slugs_of(item)}


def has_been_public(item: Publishable) -> bool:
    """Whether it is or was public."""
    return item.published_at is not None and item.published_at <= timezone.now()


def left_behind(stored: Any) -> set[str]:
    """The paths of a stored page that has been public, without those that redirect to another page."""
    if stored is None or not has_been_public(stored):
        return set()
    paths = own_paths(stored)
    # While this page was hidden, another one may have left the same address; that redirect has precedence.
    taken = () if stored.is_published else OldAddress.objects.filter(path__in=paths).values_list("path", flat=True)
    return paths - set(taken)


def before_save(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Record the stored paths if the page leaves them, and drop redirects from its new ones."""
    if raw:  # loaddata loads redirects too
        return
    before = left_behind(sender._base_manager.filter(pk=instance.pk).first()) if instance.pk else set()
    paths = own_paths(instance)
    for path in before - paths if has_been_public(instance) else before:
        keep(path, instance)
    if instance.is_published:
        OldAddress.objects.filter(path__in=paths).delete()


def before_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    for path in left_behind(sender._base_manager.filter(pk=instance.pk).first()):
        keep(path, instance)


def keep(path: str, item: Publishable) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        old = OldAddress(path=path, page=item.key, title=item.heading[:250])
    fields = ["page", "title", "target"]
    OldAddress.objects.bulk_create([old], update_conflicts=True, unique_fields=["path"], update_fields=fields)


def follow_changes() -> None:
    """Connect the signals, which run in the transaction of the change."""
    for kind in REGISTRY:
        pre_save.connect(before_save, kind.model)
        pre_delete.connect(before_delete, kind.model)


def items(keys: Collection[str]) -> dict[str, Any]:
    """The existing pages with these keys. One query for each model."""
    found = ((kind.model, pks) for kind in REGISTRY if (pks := keys_of(kind, keys)))
    return {item.key: item for model, pks in found for item in model._base_manager.filter(pk__in=pks)}


def leads_to(old: OldAddress, found: dict[str, Any]) -> Any:
    """The page that an old address redirects to: the page itself if it is public, else the chosen one."""
    return next((found[key] for key in (old.page, old.target) if key in found and found[key].is_published), None)


def look_up(path: str) -> OldAddress | None:
    """The record of a path in the active language, in any case of letters."""
    if "\0" in path:  # which PostgreSQL does not take
        return None
    path = "/" + path.lstrip("/").lower()  # two slashes would begin a host's name, an impossible one at times
    return OldAddress.objects.filter(path=translate_url(path, settings.LANGUAGE_CODE)).first()


def redirect_to(path: str, request: HttpRequest) -> HttpResponse:
    """A permanent redirect that keeps the query. Browsers must ask again, as a page may return to its address."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(path + (query and f"?{query}"))
    response.headers["Cache-Control"] = "no-cache"
    return response


def answer_old_address(request: HttpRequest) -> HttpResponse | None:
    """Redirect from an old address, or answer 410 if the page is deleted; None for any other address."""
    old = look_up(request.path_info) if request.method in {"GET", "HEAD"} else None
    if old is None:
        return None
    found = items({old.page, old.target})
    if page := leads_to(old, found):
        return redirect_to(page.get_absolute_url(), request)
    if old.page in found:
        return None
    response = render(request, "410.html", status=410)
    response.headers["Cache-Control"] = "no-cache"
    return response


def plain(path: str, letters: dict[int, str]) -> str:
    """A path in lower case without diacritics, with a slash at the end."""
    text = unicodedata.normalize("NFC", path).lower().translate(letters)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain if plain.endswith("/") else f"{plain}/"


def answer_typed_address(request: HttpRequest) -> HttpResponse | None:
    """Redirect from an address that was typed with capitals or national letters, where ours has that page.

    "/Vänorter/" is "/vanorter/"; "/de/partnerstädte/" is "/de/partnerstaedte/".
    """
    if request.method not in {"GET", "HEAD"} or "." in request.path_info:  # a file, and no page of ours
        return None
    for path in (plain(request.path_info, LETTERS), plain(request.path_info, LETTERS | TWO_LETTERS)):
        with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
            if path != request.path_info and not path.startswith(AS_WRITTEN) and is_valid_path(path):
                return redirect_to(quote(path), request)
    return None


def public_pages(without: str = "") -> list[tuple[Any, Any]]:
    """The choices of a form field: every public page but the one with that key."""
    kinds = [
        (kind.name, [(item.key, item.heading) for item in kind.published() if item.key != without]) for kind in REGISTRY
    ]
    return [("", _("No other page")), *kinds]


class ForwardForm(forms.Form):
    """The question on the page for deleting: where should old links lead?"""

    target = forms.ChoiceField(
        label=_("Send readers on to"),
        required=False,
        help_text=_(
            "Anyone who opens an old link comes there. Without a choice, readers are told that the page is gone."
        ),
    )

    def __init__(self, *args: Any, page: Publishable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = page.key
        if not has_been_public(page) and not OldAddress.objects.filter(page=page.key).exists():
            del self.fields["target"]  # nobody has a link to it
        else:
            cast(forms.ChoiceField, self.fields["target"]).choices = public_pages(without=page.key)

    def save(self) -> None:
        """Set the target of the page's old addresses and of those that led to it, after it was deleted."""
        led_here = OldAddress.objects.filter(Q(page=self.key) | Q(target=self.key))
        if target := self.cleaned_data.get("target"):
            led_here.update(target=target)
