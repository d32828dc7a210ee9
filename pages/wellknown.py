"""security.txt, the web app manifest and favicon.ico."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from pagecache.decorators import public
from publishing.city import names
from publishing.views import answer_file

MONTH = 30 * 24 * 60 * 60
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


@public
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It expires in half a year, at midnight, so that the file is the same all day."""
    expires = datetime.combine(datetime.now(UTC).date() + timedelta(days=180), time.min)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT or settings.CITY['website']}",
        f"Expires: {expires.isoformat()}Z",
        "Preferred-Languages: sv, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return answer_file(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (https://www.w3.org/TR/appmanifest/)."""
    city = names()
    data = {
        "id": "/",
        "name": city["site"],
        "short_name": city["city"],
        "lang": settings.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": city["colour"],
        "background_color": settings.COLOURS["paper"][0],
        "icons": [
            {"src": static(f"site/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
    }
    return answer_file(request, json.dumps(data, ensure_ascii=False), "application/manifest+json")


@public
def favicon(request: HttpRequest) -> HttpResponse:
    """For feed readers and old browsers, which do not read the <link> of a page."""
    icon = Path(str(finders.find("site/favicon.ico"))).read_bytes()
    return answer_file(request, icon, "image/vnd.microsoft.icon", max_age=MONTH)
