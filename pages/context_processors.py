from typing import Any

from django.http import HttpRequest

from pages.models import Page


def layout(request: HttpRequest) -> dict[str, Any]:
    """What the footer of every page lists; asked for only where it is shown."""
    return {"footer_texts": Page.objects.published().filter(section__in=["", Page.Section.OPEN_DATA])}
