"""The inbox and the report take the same number of queries with few answers and with many.

tools/bench-feedback measures the same with a million.
"""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from feedback.models import Answer
from feedback.report import since_change
from networks.models import Network
from tests.feedback.fill import fill
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db


def queries(editor: Client, network: Network) -> dict[str, int]:
    """How many queries each view of the answers costs."""
    found = {}
    for name, url in {
        "inbox": reverse("admin:feedback_answer_changelist"),
        "page's answers": reverse("admin:feedback_answer_changelist") + f"?page={network.key}&status=all",
        "report": reverse("admin:feedback_report"),
        "page's report": reverse("admin:feedback_page_report", args=[network.key]),
    }.items():
        found[name] = number_of_queries(editor.get, url)
    return found | {"box": number_of_queries(since_change, network.key, network.updated_at)}


def test_the_number_of_queries_does_not_grow_with_the_answers(editor: Client, seeded: None) -> None:
    networks = list(Network.objects.all())
    pages = {network.key: str(network) for network in networks} | {f"pages.page:{n}": f"Sida {n}" for n in range(30)}
    fill(pages, 100)
    few = queries(editor, networks[0])
    Answer.objects.all().delete()
    fill(pages, 2000)
    assert queries(editor, networks[0]) == few
    assert few["box"] == 1
    assert max(few.values()) <= 9, few


@pytest.mark.parametrize(("field", "value"), [("status", "handled"), ("page", "nobody.answered:1")])
def test_few_among_many_are_found_by_their_index(field: str, value: str) -> None:
    """Also where the database knows that most are of another kind: reading all to find none is what a million feels."""
    fill({"a:1": "A", "b:1": "B"}, 5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    answers = Answer.objects.filter(**{field: value})
    assert f"feedback_answer_{field}" in answers[:50].explain()
    assert "TEMP B-TREE" not in answers[:50].explain()
