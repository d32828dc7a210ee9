from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from search.search import Query, clean, count_miss, look_for


@require_safe
@cache_control(private=True, no_cache=True)
def search(request: HttpRequest) -> HttpResponse:
    """The pages that hold the words of `q`. A page number that does not exist shows the nearest one."""
    typed = clean(request.GET.get("q", ""))
    query = Query(typed, get_language() or settings.LANGUAGE_CODE)
    results = look_for(query)
    if query.words and not results.hits:
        count_miss(query, typed)
    shown = Paginator(results.hits, 20).get_page(request.GET.get("sida"))
    return render(request, "search/results.html", {**results._asdict(), "typed": typed, "hits": shown})
