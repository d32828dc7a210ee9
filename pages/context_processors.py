from typing import Any

from django.db.models import Exists, Q
from django.http import HttpRequest

from news.models import Article
from pages.models import Page
from publishing.city import names


def layout(request: HttpRequest) -> dict[str, Any]:
    """What the city is called, and the pages listed in the footer: a lazy query set, read only where it is shown."""
    listed = Q(section__in=["", Page.Section.OPEN_DATA])
    listed |= Q(Exists(Article.objects.published()), section=Page.Section.NEWS)
    return {"our": names(), "footer_texts": Page.objects.published().filter(listed)}
