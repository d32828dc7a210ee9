from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.models import Article
from pagecache.decorators import public
from publishing.views import render_page


@require_safe
@public
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One story, event or opportunity, with links to what it is about."""
    article = get_object_or_404(Article.objects.published(), slug=slug)
    subjects = article.subjects
    return render_page(
        request,
        "news/article_detail.html",
        article,
        shown=subjects,
        crumbs=[(_("Aktuellt"), reverse("news"))],
        article=article,
        subjects=subjects,
    )
