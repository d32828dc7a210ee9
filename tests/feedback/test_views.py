import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from feedback.models import Answer
from feedback.page_token import PageToken
from networks.models import Network

pytestmark = pytest.mark.django_db
TOKEN = PageToken("networks.network:3", "SERN", "/natverk/sern/", "2026-01-02T03:04:05+00:00")


def form(client: Client, path: str) -> tuple[str, str]:
    """Where a page's form posts to, and the page it names."""
    html = client.get(path).content.decode()
    found = re.search(
        r'<form method="post" action="([^"]+)">\s*<input type="hidden" name="page" value="([^"]+)">', html
    )
    assert found
    return found[1], found[2]


@pytest.mark.parametrize(("path", "language"), [("/natverk/sern/", "sv"), ("/en/networks/sern/", "en")])
@pytest.mark.parametrize("helped", ["yes", "no"])
def test_an_answer_is_stored_and_thanked_for(
    client: Client, seeded: None, path: str, language: str, helped: str
) -> None:
    action, page = form(client, path)
    response = client.post(action, {"page": page, "helped": helped})
    assert response.status_code == 303
    answer = Answer.objects.get()
    network = Network.objects.get(slug="sern")
    assert (answer.page, answer.language, answer.helped) == (f"networks.network:{network.pk}", language, helped)
    assert answer.revision >= network.updated_at
    thanks = client.get(response.headers["Location"])
    assert f'href="{path}"' in thanks.content.decode()
    assert ("Tack för ditt svar" if language == "sv" else "Thank you for your answer") in thanks.content.decode()
    assert response.cookies == {}


def test_nothing_about_the_reader_is_stored() -> None:
    fields = {field.name for field in Answer._meta.get_fields()}
    assert fields == {"id", "page", "page_title", "language", "revision", "helped", "created_at"}


def test_a_renamed_page_keeps_its_answers(client: Client, seeded: None) -> None:
    action, page = form(client, "/natverk/sern/")
    client.post(action, {"page": page, "helped": "yes"})
    Network.objects.filter(slug="sern").update(slug="sern-natverket")
    action, page = form(client, "/natverk/sern-natverket/")
    client.post(action, {"page": page, "helped": "no"})
    assert Answer.objects.values("page").distinct().count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"helped": "yes"},
        {"helped": "yes", "page": "networks.network:3"},
        {"helped": "yes", "page": TOKEN.sign()[:-1]},
        {"helped": "yes", "page": "x" * 100_000},
        {"helped": "yes", "page": "\x00\ud800".encode("utf-8", "surrogatepass")},
        {"helped": "perhaps", "page": TOKEN.sign()},
        {"page": TOKEN.sign()},
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_we_never_offered_is_refused(client: Client, data: dict[str, str], language: str) -> None:
    path = "/aterkoppling/" if language == "sv" else "/en/feedback/"
    response = client.post(path, data)
    assert response.status_code == 400
    assert ("kunde inte tas emot" if language == "sv" else "could not be received") in response.content.decode()
    assert not Answer.objects.exists()


def test_the_thanks_never_lead_off_the_site(client: Client) -> None:
    for page in ("https://evil.example/", "//evil.example", "x"):
        html = client.get("/aterkoppling/tack/", {"page": page}).content.decode()
        assert "evil" not in html
        assert 'class="more" href="/"' in html


def test_asking_says_the_same_to_everyone(client: Client, editor: Client, seeded: None) -> None:
    assert form(client, "/natverk/sern/") == form(editor, "/natverk/sern/")


def test_a_token_says_what_it_was_made_of() -> None:
    from feedback.page_token import read_token

    assert read_token(TOKEN.sign()) == TOKEN
    assert TOKEN.revised_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_who_comes_without_an_answer_is_led_on(client: Client, db: None) -> None:
    for path, start in (("/aterkoppling/", "/"), ("/en/feedback/", "/en/")):
        assert client.get(path).headers["Location"] == start
        assert client.put(path).status_code == 405
