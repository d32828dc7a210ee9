from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accessibility.models import Shortcoming, Statement
from pagecache.decorators import public
from publishing.views import render_page


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
        groups=[(kind, [item for item in shortcomings if item.kind == kind]) for kind in Shortcoming.Kind],
    )
