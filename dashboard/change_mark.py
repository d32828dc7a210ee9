"""What changes with everything worth a backup: content, answers, drafts and what is done in the admin."""

from django.contrib.admin.models import LogEntry
from django.db.models import Count, Max, Q

from editing.models import Draft
from feedback.models import Answer
from pagecache.models import current_number


def change_mark() -> str:
    answers = Answer.objects.aggregate(last=Max("pk"), comments=Count("pk", filter=Q(commented=True)))
    logged, drafted = LogEntry.objects.aggregate(Max("pk")), Draft.objects.aggregate(Max("saved_at"))
    return f"{current_number()} {[*answers.values(), *logged.values(), *drafted.values()]}"
