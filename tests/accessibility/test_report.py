"""Reports of accessibility problems: the readers' form, the coordinator's list, and how long they are kept."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accessibility import views
from accessibility.models import Report
from dashboard.cards import LINES, reports
from feedback.models import Purge, Retention
from pagecache.models import current_number
from tests.dashboard.test_roles import account
from tests.factories import StatementFactory
from tests.forms import filled_in

pytestmark = pytest.mark.django_db

PATH = "/tillganglighetsredogorelse/rapportera/"
FORM = "application/x-www-form-urlencoded"
LIST = "/admin/accessibility/report/"


def send(path: str = PATH, **data: str) -> Any:
    """Post as a browser's form does, from a reader that has no cookie and no token."""
    headers: Any = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, urlencode(data, errors="surrogatepass"), content_type=FORM, headers=headers)


def made(**values: Any) -> Report:
    return Report.objects.create(**{"problem": "Filmen saknar text", "language": "sv"} | values)


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_report_is_stored_and_thanked_for(client: Client, contact: Any, code: str) -> None:
    StatementFactory()
    with translation.override(code):
        statement, path, thanks = map(reverse, ("accessibility", "accessibility_report", "accessibility_thanks"))
    assert f'href="{path}"' in client.get(statement).content.decode()
    asked = client.get(path)
    response = send(path, problem=" Karta\r\nutan text ", page=" /natverk/\tsern/ ", reply_to="a@example.se")
    assert (asked.status_code, response.status_code, response.headers["Location"]) == (200, 303, thanks)
    thanked = client.get(thanks)
    assert f'href="{statement}"' in thanked.content.decode()
    report = Report.objects.get()
    assert (report.problem, report.page, report.reply_to) == ("Karta\nutan text", "/natverk/ sern/", "a@example.se")
    assert (report.language, report.status, report.note) == (code, "new", "")
    assert asked.cookies == response.cookies == thanked.cookies == {}


def test_problem_alone_is_enough(contact: Any) -> None:
    assert send(problem="Å" * 2000).status_code == 303
    assert Report.objects.get().problem == "Å" * 2000


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"problem": " \u200b\x00\n"}, "report-problem", "Skriv vad det är som inte fungerar."),
        ({"problem": "x" * 2001}, "report-problem", "2000"),
        ({"reply_to": "a@example"}, "report-reply", "Skriv en hel e-postadress"),
        ({"reply_to": "a@example.se\nBcc: b@example.se"}, "report-reply", "Skriv en hel e-postadress"),
        ({"reply_to": "a" * 250 + "@example.se"}, "report-reply", "254"),
        ({"page": "x" * 201}, "report-page", "200"),
    ],
)
def test_error_stands_at_its_field(contact: Any, wrong: dict[str, str], field: str, message: str) -> None:
    typed = {"problem": "Skriver & <b>", "page": 'Sidan "x"', "reply_to": "reader@example.se"} | wrong
    response = send(**typed)
    html = response.content.decode()
    assert response.status_code == 400
    assert not Report.objects.exists()
    assert message in html.partition(f'id="{field}-error">')[2].partition("</p>")[0]
    assert f'aria-describedby="{field}-error {field}-hint" aria-invalid="true"' in html
    assert html.count('aria-invalid="true"') == 1
    form = response.context["form"]
    kept = {name: form[name].value() for name in typed if name not in wrong}
    assert kept == {name: text for name, text in typed.items() if name not in wrong}
    assert "<b>" not in html
    if "problem" not in wrong:
        assert "Skriver &amp; &lt;b&gt;</textarea>" in html
    if "page" not in wrong:
        assert 'value="Sidan &quot;x&quot;"' in html


def test_error_is_in_the_readers_language(contact: Any) -> None:
    with translation.override("pl"):
        path = reverse("accessibility_report")
    html = send(path, problem="", reply_to="x", page="x" * 201).content.decode()
    assert "Napisz, co nie działa." in html
    assert "Wpisz pełny adres e-mail" in html
    assert html.count('class="problems"') == 3
    assert "Skriv " not in html


def test_null_bytes_and_halves_are_left_out(contact: Any) -> None:
    assert send(problem="Ka\x00rt\ud800a", page="\x00", reply_to="a@\x00example.se").status_code == 303
    report = Report.objects.get()
    assert (report.page, report.reply_to) == ("", "a@example.se")
    assert report.problem.startswith("Kart")
    assert "\x00" not in report.problem


def test_filled_trap_asks_to_send_again(contact: Any) -> None:
    response = send(problem="Ser inget", website="x")
    html = response.content.decode()
    assert response.status_code == 400
    assert "Ett dolt fält" in html
    assert 'name="website" tabindex="-1" autocomplete="off">' in html  # emptied
    assert not Report.objects.exists()
    assert send(problem=response.context["form"]["problem"].value()).status_code == 303


def test_only_our_own_paths_are_prefilled(client: Client, seeded: None) -> None:
    for path in ("/natverk/sern/", "/en/networks/sern/", "/"):
        assert f'name="page" maxlength="200" value="{path}"' in client.get(PATH, {"sida": path}).content.decode()
    for path in (
        "https://evil.example/", "//evil.example/", "/\\evil.example", "Ring 0900", "javascript:x",
        "/natverk/sern/?q=<b>", "/finns/inte/alls/", "", '"><script>',
    ):  # fmt: skip
        html = client.get(PATH, {"sida": path}).content.decode()
        assert 'name="page" maxlength="200" value=""' in html, path


def test_post_from_another_site_is_refused(client: Client, contact: Any) -> None:
    body = urlencode({"problem": "x"})
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(PATH, body, content_type=FORM, headers=headers).status_code == 403
    assert client.post(PATH, {"problem": "x"}).status_code == 415  # multipart, which could hold files
    assert client.put(PATH).status_code == 405
    assert not Report.objects.exists()


def test_too_many_reports_are_held_back(contact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_REPORTS", 2)
    assert [send(problem=f"Nummer {number}").status_code for number in range(3)] == [303, 303, 429]
    assert send(problem="").status_code == 400  # what is not stored is not counted
    response = send(problem="Det jag skrev")
    assert "Det jag skrev" in response.content.decode()
    assert int(response.headers["Retry-After"]) > 0
    assert Report.objects.count() == 2


def test_form_is_in_no_cache_and_a_report_spoils_none(client: Client, contact: Any) -> None:
    before = current_number()
    assert "no-store" in client.get(PATH).headers["Cache-Control"]
    send(problem="Karta")
    assert Report.objects.exists()
    assert current_number() == before


# The coordinator


def test_new_reports_are_listed_first(editor: Client) -> None:
    now = timezone.now()
    for number, status in enumerate(("handled", "new", "new", "handled")):
        made(page=f"{number}", status=status, created_at=now - timedelta(days=number))
    assert [report.page for report in editor.get(LIST).context["cl"].result_list] == ["1", "2", "0", "3"]


def test_coordinator_handles_a_report(editor: Client) -> None:
    report = made(page="<i>Karta</i>", reply_to="reader@example.se")
    url = f"{LIST}{report.pk}/change/"
    html = editor.get(url).content.decode()
    assert 'href="mailto:reader@example.se"' in html
    assert "<i>Karta" not in html
    assert 'name="problem"' not in html
    changes = {"status": "handled", "note": "Rättat", "problem": "Förvanskat", "reply_to": "x@example.se"}
    assert editor.post(url, filled_in(editor, url) | changes).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.note, report.problem) == ("handled", "Rättat", "Filmen saknar text")
    assert report.reply_to == "reader@example.se"
    first = report.handled_at
    assert first
    editor.post(url, filled_in(editor, url, note="Rättat och svarat"))
    report.refresh_from_db()
    assert report.handled_at == first
    editor.post(url, filled_in(editor, url, status="new"))
    report.refresh_from_db()
    assert report.handled_at is None


def test_log_of_the_admin_holds_nothing_of_the_reader() -> None:
    report = made(page="Ord", problem="Ord", reply_to="ord@example.se")
    assert "ord" not in str(report).lower()


def test_dashboard_lists_new_reports_for_the_coordinator(editor: Client) -> None:
    chief = User.objects.get(username="samordnare")
    assert reports(chief).is_empty
    made(status="handled")
    assert reports(chief).is_empty
    for number in range(LINES + 1):
        made(page=f"Sida {number}", created_at=timezone.now() + timedelta(seconds=number))
    card = reports(chief)
    assert card
    assert (card.title, card.count) == ("Rapporterade tillgänglighetsproblem", str(LINES + 1))
    assert [line.title for line in card.lines] == [f"Sida {number}" for number in range(LINES)]
    assert card.lines[0].detail == "Filmen saknar text"
    assert card.title in editor.get("/admin/").content.decode()
    assert reports(account("Redaktör")) is None


def test_old_reports_are_emptied_under_the_decision() -> None:
    texts = {"page": "Sida", "problem": "Problem", "reply_to": "a@example.se", "note": "Anteckning"}
    old, new = made(created_at=timezone.now() - timedelta(days=800), **texts), made(**texts)
    call_command("nightly")
    assert Report.objects.filter(**texts).count() == 2
    Retention.objects.create(reference="KS 1", decided_on=timezone.localdate(), months=24)
    Retention.objects.update(effective_at=timezone.now())
    call_command("nightly")
    for report, left in ((old, dict.fromkeys(texts, "")), (new, texts)):
        report.refresh_from_db()
        assert {name: getattr(report, name) for name in texts} == left
    assert (Purge.objects.get().answers, Purge.objects.get().reference) == (1, "KS 1")
