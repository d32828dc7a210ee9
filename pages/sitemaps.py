"""sitemap.xml and robots.txt."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from networks.models import FocusArea
from pagecache.decorators import public
from pages.areas import CARDS, sections
from pages.registry import all_published, changed_at
from publishing.models import Publishable
from publishing.views import answer_file


class ContentSitemap(Sitemap):
    """All content, each page with its address in every language and the Swedish one as x-default."""

    i18n = True
    alternates = True
    x_default = True

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """SITE_URL, because the Host header can be forged."""
        return urlsplit(settings.SITE_URL).netloc

    def items(self) -> list[Any]:
        elsewhere = sections(FocusArea.objects.published().prefetch_related(*CARDS))
        return [item for _kind, item in all_published() if item not in elsewhere]

    def lastmod(self, item: Publishable) -> datetime:
        return changed_at(item)


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """https://www.sitemaps.org/protocol.html, with the languages of https://developers.google.com/search/docs."""
    xml = render_to_string("sitemap.xml", {"urlset": ContentSitemap().get_urls()})
    return answer_file(request, xml, "application/xml; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309. Names no secret path: the file is public."""
    text = f"User-agent: *\nDisallow: /admin/\n\nSitemap: {settings.SITE_URL}/sitemap.xml\n"
    return answer_file(request, text, "text/plain; charset=utf-8")
