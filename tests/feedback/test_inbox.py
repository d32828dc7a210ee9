"""The inbox of answers: list, filters, actions, exports, retention."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Answer, Purge, Retention
from tests.factories import AnswerFactory
from tests.forms import errors, filled_in

pytestmark = pytest.mark.django_db
INBOX = "/admin/feedback/answer/"


def answer(comment: str = "", helped: str = "no", page: str = "networks.network:3", **values: Any) -> Answer:
    return AnswerFactory(page=page, helped=helped, comment=comment, page_title=values.pop("title", "SERN"), **values)


def listed(client: Client, query: str = "") -> list[str]:
    return [found.comment for found in client.get(INBOX + query).context["cl"].result_list]


def act(client: Client, action: str, *answers: Answer) -> Any:
    return client.post(f"{INBOX}?status=all", {"action": action, "_selected_action": [found.pk for found in answers]})


def test_new_answers_are_listed_latest_first(editor: Client) -> None:
    answer("äldre", created_at=timezone.now() - timedelta(days=1))
    answer("nyare")
    answer("hanterad", status="handled")
    assert listed(editor) == ["nyare", "äldre"]
    assert listed(editor, "?status=handled") == ["hanterad"]
    assert len(listed(editor, "?status=all")) == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?page=twinning.town:1", ["b"]),
        ("?page=gone.page:9", []),
        ("?helped__exact=yes", ["b"]),
        ("?reason__exact=hard", ["a"]),
        ("?language__exact=cs", ["b"]),
        ("?q=sern", ["a"]),
        ("?q=borken", ["b"]),
        ("?q=xyzzy", []),
        ("?status=nonsense", ["b", "a"]),
    ],
)
def test_answers_are_found_by_what_they_are(editor: Client, query: str, found: list[str]) -> None:
    answer("a", reason="hard")
    answer("b", helped="yes", page="twinning.town:1", title="Borken", language="cs")
    assert listed(editor, query) == found


@pytest.mark.parametrize("typed", ["åäö", "ÅÄÖ", "Åäö"])
def test_the_search_knows_swedish_letters_on_every_database(editor: Client, typed: str) -> None:
    for written in ("åäö", "ÅÄÖ", "Åäö"):
        answer(f"Det stod {written} där")
    assert len(listed(editor, f"?q={typed}+det")) == 3


@pytest.mark.parametrize(
    "query", ["?q=" + "ord+" * 3000, "?q=%25_", "?created_at__gte=x", "?page=x%27", "?nonsense=1", "?p=x"]
)
def test_odd_queries_are_no_fault_of_ours(editor: Client, query: str) -> None:
    answer("a")
    for url in (INBOX, reverse("admin:feedback_export", args=["csv"])):
        assert editor.get(url + query, follow=True).status_code == 200


def test_answers_are_put_away_in_bulk(editor: Client) -> None:
    first, second = answer("a"), answer("b")
    for action, status in (("mark_handled", "handled"), ("mark_archived", "archived"), ("mark_new", "new")):
        act(editor, action, first)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == (status, "new")


def test_only_status_and_note_are_changed(editor: Client) -> None:
    found = answer("Länken är trasig")
    url = reverse("admin:feedback_answer_change", args=[found.pk])
    data = filled_in(editor, url, status="handled", note="Rättat", comment="Bra!", helped="yes")
    assert editor.post(url, data).status_code == 302
    found.refresh_from_db()
    assert (found.status, found.note) == ("handled", "Rättat")
    assert (found.comment, found.helped) == ("Länken är trasig", "no")


def test_who_may_only_read_hands_answers_out(client: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("u", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_answer"))
    client.force_login(user)
    found = answer("a")
    assert listed(client) == ["a"]
    assert "kommentar: a" in act(client, "disclose", found).content.decode().lower()


# Files

FORMULAS = ["=1+1", "+46 31", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def csv_rows(editor: Client, **query: str) -> list[list[str]]:
    """The rows of the CSV as Excel reads it in Swedish."""
    text = editor.get(reverse("admin:feedback_export", args=["csv"]), query).content.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(StringIO(text[1:], newline=""), delimiter=";"))
    written = StringIO(newline="")
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert text[1:] == written.getvalue()
    return rows


def test_csv_holds_the_listed_answers(editor: Client) -> None:
    comment = 'med, komma; och "citat"\noch rad, -1 grad'
    answer(comment)
    answer("annan sida", page="a:1")
    heading, row = csv_rows(editor, page="networks.network:3")
    assert (heading[0], row[7], row[8]) == ("Tid", comment, "0")
    response = editor.get(reverse("admin:feedback_export", args=["csv"]))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="svar-')


def test_csv_has_no_formulas(editor: Client) -> None:
    for text, safe in {
        "Hej;=1+1;tack": "Hej;'=1+1;tack",
        "=1+1": "'=1+1",
        "+46 31": "'+46 31",
        "-1": "'-1",
        "@SUM(A1)": "'@SUM(A1)",
        " =1": " '=1",
        "\t=1": "\t'=1",
        "a\r=1\n+1\r\n-1\n\n@1": "a\r'=1\n'+1\r\n'-1\n\n'@1",
        "a;;=1; +1\t-1;\n@1": "a;;'=1; '+1\t'-1;\n'@1",
        "1,5,=2": "1,5,'=2",
        'a";"=1': 'a";"=1',
        "＝1": "'＝1",
        "a=1; b-2 @x": "a=1; b-2 @x",
    }.items():
        found = answer("x")
        Answer.objects.filter(pk=found.pk).update(comment=text, page_title=text, page=text, note=text)
        row = csv_rows(editor, status="all")[1]
        assert [row[1], row[2], row[7], row[10]] == [safe] * 4
        for part in (part for cell in row for part in re.split(r"[;\t\r\n]", cell)):
            assert not part.startswith(tuple("=+-@"))


def cells(response: Any) -> tuple[list[str], str]:
    """The texts of a spreadsheet's first sheet, and the sheet itself."""
    with ZipFile(BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return [
        "".join(cell.itertext()) for cell in ElementTree.fromstring(sheet).iter() if cell.tag.endswith("}is")
    ], sheet


def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_link(editor: Client) -> None:
    for text in (*FORMULAS, "https://evil.example/"):
        answer(text)
    texts, sheet = cells(editor.get(reverse("admin:feedback_export", args=["xlsx"])))
    assert {"=1+1", "@SUM(A1)", "https://evil.example/", "Kommentar"} <= set(texts)
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_answer_links_to_the_form_of_its_page(editor: Client) -> None:
    for page, url in (("networks.network:3", "/admin/networks/network/3/change/"), ("a:1", "")):
        found = answer("x", page=page, title="<b>SERN</b>")
        html = editor.get(reverse("admin:feedback_answer_change", args=[found.pk])).content.decode()
        assert (f'<a href="{url}">&lt;b&gt;SERN&lt;/b&gt;</a>' in html) is bool(url)
        assert "&lt;b&gt;SERN&lt;/b&gt;" in html


def test_an_unknown_kind_of_file_is_not_found(editor: Client) -> None:
    assert editor.get(reverse("admin:feedback_export", args=["exe"])).status_code == 404


def test_chosen_answers_are_handed_out_without_notes(editor: Client) -> None:
    first = answer("Länken är trasig", reason="wrong", note="hemlig anteckning")
    answer("inte vald")
    response = act(editor, "disclose", first)
    text = response.content.decode()
    for part in ("Sida: SERN", "Hjälpte: nej", "Orsak: något är fel", "Kommentar: Länken är trasig", "Antal svar: 1"):
        assert part in text
    assert "hemlig" not in text
    assert "inte vald" not in text


# Retention


def test_there_is_one_decision_of_whole_months(editor: Client) -> None:
    url = "/admin/feedback/retention/add/"
    data = {"reference": "KS 123/2026", "decided_on": "2026-03-04", "months": "24"}
    for months in ("0", "-1", "601", "x"):
        assert editor.post(url, data | {"months": months}).status_code == 200
    assert editor.post(url, data | {"asked_months": "24"}).status_code == 302
    assert editor.get(url).status_code == 403


def test_shorter_retention_asks_and_counts_answers(editor: Client) -> None:
    for days in (10, 100, 400, 800):
        answer(f"{days} dagar", created_at=timezone.now() - timedelta(days=days))
    url = "/admin/feedback/retention/add/"
    data = {"reference": "KS 123/2026", "decided_on": "2026-03-04", "months": "24"}
    for months, number in (("24", 1), ("12", 2), ("6", 2), ("1", 3)):
        html = editor.post(url, data | {"months": months, "asked_months": "24" if months != "24" else ""})
        (message,) = errors(html)["months"]
        assert message.startswith(f"Texten i {number} svar och problem tas bort när det gäller, från ")
        assert "bilder som inte har visats på lika länge" in message
        assert f'name="asked_months" value="{months}"' in html.content.decode()
        if url.endswith("add/"):
            assert editor.post(url, data | {"asked_months": "24"}).status_code == 302
            url = reverse("admin:feedback_retention_change", args=[Retention.objects.get().pk])
            data["_seen"] = filled_in(editor, url)["_seen"]
    longer = filled_in(editor, url, months="36")
    Retention.objects.update(effective_at=None)
    assert editor.post(url, longer).status_code == 302
    assert Retention.objects.get().is_in_force(timezone.now())
    shorter = filled_in(editor, url, months="12", asked_months="12")
    assert editor.post(url, shorter).status_code == 302
    assert not Retention.objects.get().is_in_force(timezone.now())


def test_the_record_of_deletions_names_the_decision(editor: Client) -> None:
    Purge.objects.create(answers=7, older_than=timezone.now(), reference="KS 1")
    assert "KS 1" in editor.get("/admin/feedback/purge/").content.decode()
