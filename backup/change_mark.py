"""What changes with everything worth a backup: content, answers, drafts and what is done in the admin."""

import hashlib

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Count, Max, Q, Sum

from accessibility.models import Report
from accounts.models import LoginRecord
from editing.models import Draft, Proposal
from feedback.models import Answer, Purge
from pagecache.models import current_number


def change_mark() -> str:
    answers = Answer.objects.aggregate(
        Max("pk"),
        reasons=Count("pk", filter=~Q(reason="")),
        texts=Count("pk", filter=~Q(comment="", note="")),
        repeats=Sum("repeats"),
        new=Count("pk", filter=Q(status=Answer.Status.NEW)),
        handled=Count("pk", filter=Q(status=Answer.Status.HANDLED)),
    )
    drafts = Draft.objects.aggregate(Max("saved_at"), Count("pk"))
    drafts |= Proposal.objects.aggregate(Max("asked_at"), Max("returned_at"), proposals=Count("pk"))
    others = [model._base_manager.aggregate(last=Max("pk"))["last"] for model in (LogEntry, LoginRecord, Purge, Report)]
    accounts = sorted(User.objects.values_list("pk", "password"))
    found = f"{current_number()} {[*answers.values(), *drafts.values(), *others]} {accounts}"
    return hashlib.sha256(found.encode()).hexdigest()
