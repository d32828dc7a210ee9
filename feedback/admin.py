from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from feedback.models import Answer


@admin.register(Answer)
class AnswerAdmin(admin.ModelAdmin):
    """Readers' answers, to read and not to change."""

    list_display = ["page_title", "helped", "language", "created_at"]
    list_filter = ["helped", "language", "created_at"]
    search_fields = ["page_title"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
