"""Many answers as readers would give them: the same each time. For tests, benchmarks, pictures."""

import random
from datetime import timedelta

from django.utils import timezone

from feedback.models import Answer

LANGUAGES = ["sv"] * 6 + ["en", "de", "pl", "cs"]
COMMENTS = {
    "not_found": "Jag letade efter när ansökan ska vara inne, men hittade inget datum.",
    "hard": "Krångligt skrivet. Vad är ett fokusområde?",
    "wrong": "Telefonnumret går inte till rätt person längre.",
    "other": "Skriv gärna mer om resan till Borken.",
}
BATCH = 5000


def fill(pages: dict[str, str], number: int, days: int = 365, seed: int = 1) -> None:
    """Write so many answers about the pages (titles by key), spread over the days until now.

    Every page was changed twice. After the last change every other is liked better, the rest less.
    """
    chance = random.Random(seed)
    now = timezone.now()
    keys = list(pages)
    changes = {key: [now - timedelta(days=days * chance.uniform(low, low + 0.3)) for low in (0.5, 0.1)] for key in keys}
    liking = {key: chance.uniform(0.35, 0.9) for key in keys}
    popular = [1 / (place + 1) for place in range(len(keys))]
    answers: list[Answer] = []
    for _ in range(number):
        key = chance.choices(keys, popular)[0]
        created = now - timedelta(days=days * chance.random())
        revision = max((change for change in changes[key] if change <= created), default=now - timedelta(days=2 * days))
        better = 0.15 if keys.index(key) % 2 else -0.15
        helped = "yes" if chance.random() < liking[key] + better * (revision == changes[key][1]) else "no"
        reason = chance.choice(Answer.Reason.values) if helped == "no" and chance.random() < 0.6 else ""
        comment = COMMENTS[reason] if reason and chance.random() < 0.4 else ""
        language = chance.choice(LANGUAGES)
        answers.append(
            Answer(
                page=key,
                page_title=pages[key],
                language=language,
                revision=revision,
                helped=helped,
                reason=reason,
                comment=comment,
                commented=bool(comment),
                created_at=created,
            )
        )
        if len(answers) == BATCH:
            Answer.objects.bulk_create(answers)
            answers = []
    Answer.objects.bulk_create(answers)
