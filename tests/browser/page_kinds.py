"""One path for each kind of public page. Accessibility, validity, weight and headers are tested on all of them.

A new kind of page costs one line here.
"""

from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Page, Route


@dataclass(frozen=True)
class Kind:
    """A page: its path, its language, the status it is answered with and, where it answers a form, what is posted.

    `made` is what tests/template.py adds to the content as shipped; no other site has it. `alike` has the template of
    another one here, and nothing in it that this one has not.
    """

    path: str
    language: str = "sv"
    status: int = 200
    posted: str = ""
    made: bool = False
    alike: bool = False

    def __str__(self) -> str:
        return f"{self.path} (POST)" if self.posted else self.path


# Pages that are made for each reader: what was looked for, or a form that was sent.
FOR_ONE = ("/sok/", "/aterkoppling/", "/tillganglighetsredogorelse/rapportera/", "/bekrafta/", "/de/bestaetigen/")

KINDS = [
    Kind("/"),
    Kind("/natverk/"),
    Kind("/natverk/sern/"),
    Kind("/vanorter/"),
    Kind("/vanorter/borken/"),
    Kind("/fokusomraden/"),
    Kind("/fokusomraden/utbildning/"),
    Kind("/vill-du-delta/"),
    Kind("/aktuellt/"),
    Kind("/aktuellt/2020/", made=True, alike=True),
    # A story, an event and an opportunity.
    Kind("/aktuellt/nyhet-0/", made=True, alike=True),
    Kind("/aktuellt/nyhet-1/", made=True),
    Kind("/aktuellt/nyhet-2/", made=True),
    Kind("/vill-du-delta/2-ungdomsutbyten/", made=True),
    Kind("/natverk/sern/4-utbyte-for-forskolelarare/", made=True, alike=True),
    Kind("/kontakt/"),
    Kind("/om/webbplatsen/"),
    Kind("/om/personuppgifter/", alike=True),
    Kind("/tillganglighetsredogorelse/"),
    Kind("/tillganglighetsredogorelse/rapportera/"),
    Kind("/tillganglighetsredogorelse/rapportera/", status=400, posted="problem=&reply_to=x&website=x"),
    Kind("/tillganglighetsredogorelse/rapportera/tack/", alike=True),
    Kind("/bekrafta/fraga/", made=True),
    Kind("/bekrafta/fraga/", status=400, posted="entry-name=&entry-website=x&name=Anna", made=True),
    Kind("/bekrafta/besvarad/", made=True),
    Kind("/bekrafta/aterkallad/", status=410, made=True),
    Kind("/data/"),
    Kind("/sok/?q=sern"),
    Kind("/sok/?q=albertlund", alike=True),
    Kind("/sok/?q=xyzzy"),
    Kind("/aterkoppling/tack/"),
    Kind("/aterkoppling/", status=400, posted="page=x"),
    Kind("/?page=%00", status=400, alike=True),
    Kind("/finns-inte/", status=404),
    Kind("/om/borttagen/", status=410, made=True, alike=True),
    Kind("/de/bestaetigen/fraga/", "de", made=True),
    Kind("/en/", "en"),
    Kind("/en/networks/sern/", "en"),
    # Much of what stands here has no Polish translation and is shown in Swedish.
    Kind("/pl/", "pl"),
    Kind("/pl/sieci-wspolpracy/sern/", "pl"),
    Kind("/pl/miasta-partnerskie/", "pl"),
    Kind("/pl/nie-ma/", "pl", status=404),
]

FORM = "application/x-www-form-urlencoded"


def visit(page: Page, site_url: str, kind: Kind) -> None:
    """Open the page as a reader would, and see to it that it is the page meant."""
    url = site_url + kind.path

    def post(route: Route) -> None:
        headers = route.request.headers | {"content-type": FORM}
        route.continue_(method="POST", post_data=kind.posted, headers=headers)

    if kind.posted:
        page.route(url, post)
    response = page.goto(url)
    if kind.posted:
        page.unroute(url, post)
    assert response
    assert response.status == kind.status, kind


def fetch(site_url: str, kind: Kind, **headers: str) -> tuple[bytes, str]:
    """The page as it is sent, and how it is encoded."""
    request = Request(site_url + kind.path, data=kind.posted.encode() or None, headers=headers)
    try:
        response = urlopen(request)
    except HTTPError as error:
        response = error
    with response:
        assert response.status == kind.status, kind
        return response.read(), response.headers.get("Content-Encoding", "")
