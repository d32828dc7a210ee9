from typing import Any

from django.http import HttpRequest

from pages.models import Page


def layout(request: HttpRequest) -> dict[str, Any]:
    """The pages listed in the footer; a lazy query set, read only where it is shown."""
    return {"footer_texts": Page.objects.published().filter(section__in=["", Page.Section.OPEN_DATA])}
