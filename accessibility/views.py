from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accessibility.forms import ReportForm
from accessibility.models import Shortcoming, Statement
from feedback.errors import TOO_MANY, Refused, receives_feedback
from feedback.throttling import count
from pagecache.decorators import public
from publishing.clients import address
from publishing.views import render_page

MOST_REPORTS = 30  # a day, from one address: a school's or an office's
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


@receives_feedback
def report(request: HttpRequest) -> HttpResponse:
    """The form to report an accessibility problem, and what is posted from it."""
    form = ReportForm(request.POST if request.method == "POST" else None, request.GET.get("sida", ""))
    if not form.is_valid():
        return render(request, "accessibility/report.html", {"form": form}, status=400 if form.is_bound else 200)
    receive(request, form)
    return HttpResponseRedirect(reverse("accessibility_thanks"), status=303)  # a reload posts nothing again


@transaction.atomic
def receive(request: HttpRequest, form: ReportForm) -> None:
    """Store the report, unless too many have come from the address today."""
    if count("report", address(request)) > MOST_REPORTS:
        raise Refused(TOO_MANY, 429, typed=form.cleaned_data["problem"])
    form.instance.language = get_language() or settings.LANGUAGE_CODE
    form.save()


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank for the report and say what happens next."""
    return render(request, "accessibility/thanks.html")
