from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accessibility.models import Shortcoming, Statement
from pagecache.decorators import public
from publishing.views import render_page

SITUATIONS = [*Shortcoming.Situation.choices, ("", "")]
Group = tuple[str, list[Shortcoming]]


def by_situation(items: list[Shortcoming]) -> list[Group]:
    """The shortcomings by situation of use, in a fixed order, with the name of each; last those of none."""
    groups = [(str(label), [item for item in items if item.situation == value]) for value, label in SITUATIONS]
    return [group for group in groups if group[1]]


def by_kind(items: list[Shortcoming]) -> list[tuple[Shortcoming.Kind, list[Group]]]:
    """The shortcomings by legal kind; those of law also by situation."""
    of_kind = {kind: [item for item in items if item.kind == kind] for kind in Shortcoming.Kind}
    return [
        (kind, by_situation(found) if kind == Shortcoming.Kind.FAULT else [("", found)] if found else [])
        for kind, found in of_kind.items()
    ]


@require_safe
@public
def statement(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (lagen 2018:1937, 13 §)."""
    statement = get_object_or_404(Statement.objects.published()[:1])
    shortcomings = list(statement.shortcomings.all())
    return render_page(
        request,
        "accessibility/statement_detail.html",
        statement,
        shown=shortcomings,
        statement=statement,
        groups=by_kind(shortcomings),
    )
