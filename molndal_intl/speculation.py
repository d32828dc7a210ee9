"""Speculation rules: which linked pages a browser may render while the reader still points at the link.

https://developer.mozilla.org/docs/Web/API/Speculation_Rules_API. Browsers fetch the rules from the address that the
header Speculation-Rules of a public page names, and take them whatever the Content-Security-Policy says.
"""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation

from pagecache.decorators import PUBLIC, public
from publishing.views import answer_file

ADDRESS = "/spec.json"
DAY = 24 * 60 * 60
# Addresses, in each language, below which is no page for anyone: answers to what one reader asked, and the feed.
NO_PAGES = ("search", "feedback", "feed")


def rules() -> dict[str, Any]:
    """Every page of ours that is linked to without a query: addresses of pages end with a slash, those of files do not.

    "moderate" is when the pointer rests on a link, or a finger touches it.
    """
    excluded = [f"{address}*" for address in (*settings.STAFF_ADDRESSES, "/forhandsvisning/")]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            excluded += [f"{reverse(name)}*" for name in NO_PAGES]
    pages = {"href_matches": ["/", "/*/"]}
    where = {"and": [pages, {"not": {"href_matches": ["/*\\?(.+)", *excluded]}}]}
    return {"prerender": [{"where": where, "eagerness": "moderate"}]}


@public
def speculation_rules(request: HttpRequest) -> HttpResponse:
    return answer_file(request, json.dumps(rules()), "application/speculationrules+json", max_age=DAY)


def has_rules(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this is a public page: not one of the admin, an answer to one reader, a file or an error."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return PUBLIC in request.META and response.status_code == 200 and is_page
