"""The cards of the admin's first page: one function for each kind of work, listed in PROVIDERS.

It takes the user and returns a card: an empty one if there is nothing to do, None if the user lacks the permission or
the card does not apply. The number of its queries does not grow with the content.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.models import Report, Statement
from backup.clock import wrong_clock
from backup.models import VerifiedBackup, last_verified, latest_now
from dashboard.card import LINES, Card, Line, add_url, list_url, may, moment
from dashboard.draft_cards import proposals, proposed, shared_previews
from dashboard.models import NightlyStep
from dashboard.notes import open_notes
from dashboard.partner_card import partners
from dashboard.quality_cards import broken_links, to_improve
from editing.deletion import change_url
from editing.models import Draft, Schedule
from editing.templatetags.editing import person
from feedback.models import Answer
from networks.models import Network
from pages.registry import REGISTRY, Kind
from publishing.city import language_name
from publishing.templatetags.site import long_date
from quality.links import contents
from search.models import Miss, Synonyms
from twinning.models import Town

MISSES = 20  # searches without a hit, which no other list shows
COUNTED = 1000  # more unread answers are not counted: that would read them all


def kinds(user: Any) -> Iterator[Kind]:
    """The kinds of pages that the user may change."""
    return (kind for kind in REGISTRY if may(user, "change", kind.model))


def by_kind(counts: Mapping[Any, int], **filters: str) -> list[tuple[str, str]]:
    """A link to the list of each kind of page, with the number that it will show."""
    there = [(kind, counts.get(kind.model)) for kind in REGISTRY]
    return [(f"{kind.name} ({number})", list_url(kind.model, **filters)) for kind, number in there if number]


def statement(user: Any) -> Card:
    """The accessibility statement, once a year. The law asks more of it than a click."""
    due = [item for item in Statement.objects.all() if item.is_due] if may(user, "change", Statement) else []
    hint = _(
        "The law requires it to be correct, and it is now a year old. Go through the shortcomings and change the dates."
    )
    lines = [Line(str(item), change_url(item)) for item in due]
    return Card(_("Go through the accessibility statement"), str(len(due)), lines, hint)


def due_pages(kinds: Iterable[Kind], most: int | None = None) -> tuple[list[Any], Counter[Any]]:
    """Public pages that were last reviewed over a year ago, the oldest first, and the number of all by model.

    The statement has a rule of its own.
    """
    models: list[Any] = [kind.model for kind in kinds if kind.model is not Statement]
    day = Coalesce("reviewed_at", TruncDate("published_at"))
    due = [model._default_manager.due_for_review().order_by(day, "pk").select_related("contact") for model in models]
    first = sorted((page for pages in due for page in pages[:most]), key=lambda page: (page.last_reviewed, page.pk))
    return first[:most], Counter({pages.model: pages.count() for pages in due})


def reviewed(page: Any) -> str:
    """When a page was last reviewed, or published."""
    return (_("Reviewed %s") if page.reviewed_at else _("Published %s")) % long_date(page.last_reviewed)


def to_review(user: Any) -> Card:
    """What is due for review."""
    due, counts = due_pages(kinds(user), LINES)
    can_renew = user.has_perm("editing.publish")
    lines = [Line(page.heading, change_url(page), reviewed(page), page.key if can_renew else "") for page in due]
    hint = _("Nobody has gone through these pages for a year. Read them, and correct what is no longer right.")
    links = by_kind(counts, review="due")
    return Card(_("Due for review"), str(counts.total()), lines, hint, links)


def fate(draft: Draft) -> str:
    """Who saved a draft, and when it is published by itself or why it was not."""
    words = [person(draft.user), moment(draft.saved_at)]
    with suppress(Schedule.DoesNotExist):
        refusal = draft.schedule.get_refusal_display()
        words.append(
            _("Not published. %s") % refusal if refusal else _("published on %s") % moment(draft.schedule.publish_at)
        )
    return ", ".join(words)


def drafted(user: Any) -> list[tuple[Any, Draft]]:
    """Drafts of what the user may change and nobody has deleted, the latest first; None for something new."""
    latest = Draft.objects.select_related("user", "schedule").defer("data").order_by("-saved_at")
    changeable = [draft for draft in latest if may(user, "change", apps.get_model(draft.model))]
    there = contents(str(draft) for draft in changeable if draft.object_id)
    return [(there.get(str(draft)), draft) for draft in changeable if not draft.object_id or str(draft) in there]


def begun(draft: Draft, user: Any) -> Line:
    """Something new that is not stored yet. Its writer alone can open it."""
    model = apps.get_model(draft.model)
    return Line(_("New: %s") % model._meta.verbose_name, add_url(model) if draft.user == user else "", fate(draft))


def drafts(user: Any) -> Card:
    """What has been written and not proposed or published. Of what is new, only the user's own."""
    changeable = drafted(user)
    elsewhere = {row.draft_id for row in proposed(user)}
    found = [(item, draft) for item, draft in changeable if item and draft.pk not in elsewhere]
    lines = [begun(draft, user) for item, draft in changeable if not item and draft.user == user]
    count = len(found) + len(lines)
    lines += [Line(str(item), change_url(item), fate(draft)) for item, draft in found[:LINES]]
    hint = _("Visitors see the published text until someone publishes the draft.")
    links = by_kind(Counter(type(item) for item, _draft in found), status="draft")
    return Card(_("Drafts"), str(count), lines, hint, links)


def coming_changes(user: Any) -> list[tuple[Any, datetime, bool]]:
    """What will be published or unpublished by itself, the next first: the page, when, and whether it is the end."""
    now, coming = timezone.now(), []
    for kind in kinds(user):
        rows: Any = kind.model._default_manager.filter(Q(published_at__gt=now) | Q(unpublished_at__gt=now))
        for page in rows.filter(published_at__isnull=False):
            times = (page.published_at, page.unpublished_at)
            coming += [(page, time, time == page.unpublished_at) for time in times if time and time > now]
    return sorted(coming, key=lambda row: (row[1], row[2], row[0].pk))


def change_at(time: datetime, is_end: bool) -> str:
    return (_("Unpublished on %s") if is_end else _("Published on %s")) % moment(time)


def scheduled(user: Any) -> Card:
    """What is coming."""
    coming = coming_changes(user)
    lines = [Line(page.heading, change_url(page), change_at(time, is_end)) for page, time, is_end in coming[:LINES]]
    links = by_kind(Counter(type(page) for page, _time, is_end in coming if not is_end), status="planned")
    hint = _("This happens by itself. The times are Swedish time.")
    return Card(_("Coming up"), str(len(coming)), lines, hint, links)


def pictures(user: Any) -> Card:
    """Public towns and networks that have no picture, with a link to the field."""
    towns, networks = (
        Town.objects.published().filter(image="", home=False),
        Network.objects.published().filter(image=""),
    )
    lacking = [(towns, _("coat of arms or photo")), (networks, _("logo"))]
    lacking = [(items, what) for items, what in lacking if may(user, "change", items.model)]
    counts = Counter({items.model: items.count() for items, _what in lacking})
    lines = [
        Line(f"{item}: {what}", f"{change_url(item)}#id_image") for items, what in lacking for item in items[:LINES]
    ]
    hint = _(
        "Until then a map is shown, or the name of the network. Use only pictures that you have the right to show."
    )
    wanted = {"status": "public", "image__isempty": "1"}
    links = by_kind({Network: counts[Network]}, **wanted) + by_kind({Town: counts[Town]}, **wanted, home="0")
    return Card(_("Missing pictures"), str(counts.total()), lines[:LINES], hint, links)


def answers(user: Any) -> Card | None:
    """What readers have answered since the coordinator last looked."""
    new = Answer.objects.filter(status=Answer.Status.NEW)
    count = new[: COUNTED + 1].count() if may(user, "view", Answer) else 0
    if not count:
        return None
    lines = [
        Line(answer.page_title, change_url(answer), Truncator(answer.comment).chars(90))
        for answer in new.exclude(comment="").order_by("-created_at", "-pk")[:3]
    ]
    number = str(count) if count <= COUNTED else _("over %d") % COUNTED
    hint = ngettext("A new answer from readers.", "New answers from readers. The latest with a comment:", count)
    links = [(_("Read the answers"), list_url(Answer)), (_("What readers think"), reverse("admin:feedback_report"))]
    return Card(_("Unread answers"), number, lines, hint, links)


def reports(user: Any) -> Card | None:
    """The accessibility problems that readers have reported and nobody has handled, the oldest first."""
    if not may(user, "view", Report):
        return None
    new = Report.objects.filter(status=Report.Status.NEW).order_by("created_at", "pk")
    lines = [Line(item.page or str(item), change_url(item), Truncator(item.problem).chars(90)) for item in new[:LINES]]
    hint = _(
        "The law requires you to deal with them. Correct the fault or add it to the statement, and answer the reader."
    )
    links = [(_("All reports"), list_url(Report))]
    return Card(_("Reported accessibility problems"), str(new.count()), lines, hint, links)


def misses(user: Any) -> Card:
    """Searches without a hit, for users who may add synonyms."""
    found = list(Miss.objects.repeated()) if may(user, "add", Synonyms) else []
    lines = [
        Line(
            row["word"],
            reverse("admin:search_synonyms_add", query={"words": row["word"], "language": row["language"]}),
            ngettext("%(n)d search in %(language)s", "%(n)d searches in %(language)s", row["times"])
            % {"n": row["times"], "language": language_name(row["language"])},
        )
        for row in found[:MISSES]
    ]
    hint = _("Searched for on at least three days in the last 90. Choose a word and write what our pages call it.")
    return Card(_("Searches without results"), str(len(found)), lines, hint, [(_("Synonyms"), list_url(Synonyms))])


def backup(user: Any) -> Card | None:
    """Where backups are to be made: none has been found whole for two days, or one is of the future."""
    if not settings.BACKUP_DIR or not may(user, "change", User):
        return None
    latest, title = last_verified(), _("Backup from the future")
    of_the_future = VerifiedBackup.objects.filter(made_at__gt=latest_now())
    lines = [Line(item.name, detail=moment(item.made_at)) for item in of_the_future]
    hint = _("Tell the person who runs the server: the computer's clock has been wrong.")
    if not latest or timezone.now() - latest.made_at >= timedelta(days=2):
        title = _("A recent backup is missing")
        none = _("There is no backup that has been checked.")
        lines.append(Line(_("Last on %s") % moment(latest.made_at) if latest else none))
        hint = _("Tell the person who runs the server. If something breaks now, what you have written can be lost.")
    return Card(title, "", lines, hint)


def nightly(user: Any) -> Card | None:
    """The steps of the nightly command that have not succeeded for two days, and a clock that may be wrong."""
    if not may(user, "change", User):
        return None
    steps = list(NightlyStep.objects.order_by("name"))
    lines = [
        Line(step.name, detail=_("Last on %s") % moment(step.succeeded_at) if step.succeeded_at else _("Never"))
        for step in steps
        if not step.succeeded_at or abs(timezone.now() - step.succeeded_at) > timedelta(days=2)
    ]
    if not steps and not settings.LOCAL:
        lines = [Line(_("It has never run."))]
    title = _("The nightly run has not succeeded for two days") if lines else _("The computer's clock may be wrong")
    if problem := wrong_clock():
        lines.append(Line(problem))
    hint = _("Tell the person who runs the server. Letters, deletion and backups may fail to happen.")
    return Card(title, "", lines, hint)


PROVIDERS: list[Callable[[Any], Card | None]] = [
    backup, nightly, proposals, reports, statement, open_notes, to_review, partners, drafts, shared_previews, answers,
    scheduled, broken_links, misses, to_improve, pictures,
]  # fmt: skip


def cards(user: Any) -> list[Card]:
    """The cards of a user that are not empty, the most urgent first."""
    found = (provider(user) for provider in PROVIDERS)
    return [card for card in found if card and not card.is_empty]
