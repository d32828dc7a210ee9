"""The handover page: what is due, open and agreed, with contacts, limited by the user's permissions."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from accessibility.models import Report
from contacts.models import Contact
from dashboard import cards
from dashboard.card import Line, list_url, may
from dashboard.models import Note
from dashboard.notes import items_of
from editing.deletion import change_url
from feedback.models import Answer, Retention
from networks.models import Network
from news.models import Article
from publishing.city import names
from publishing.templatetags.site import long_date
from reports.section import MOST, Section, section
from twinning.models import Partnership

LETTERS = 300  # maximum length of a quoted text


def responsible(item: Any) -> str:
    contact = Contact.objects.responsible_for(getattr(item, "contact_id", None))
    return _("Contact: %s") % contact.name if contact else _("No contact")


def joined(*words: str) -> str:
    return " · ".join(filter(None, words))


def last_review(item: Any) -> str:
    return cards.reviewed(item) if item.last_reviewed else ""


def due(user: Any) -> Section:
    found, counts = cards.due_pages(cards.kinds(user), MOST)
    lines = cards.statement(user).lines
    lines += [Line(page.heading, change_url(page), joined(cards.reviewed(page), responsible(page))) for page in found]
    title, empty = _("Due for review"), _("All pages have been reviewed in the last year.")
    return Section(title, empty, lines, len(lines) + counts.total() - len(found))


def drafts(user: Any) -> Section:
    found = cards.drafted(user)
    lines = [cards.begun(draft, user) for item, draft in found if not item]
    lines += [Line(str(item), change_url(item), cards.fate(draft)) for item, draft in found if item]
    return section(_("Drafts"), _("There are no drafts."), lines)


def scheduled(user: Any) -> Section:
    lines = [
        Line(page.heading, change_url(page), cards.change_at(time, end))
        for page, time, end in cards.coming_changes(user)
    ]
    return section(_("Coming up"), _("Nothing is published or unpublished by itself."), lines)


def notes(user: Any) -> Section:
    found = list(Note.objects.filter(resolved_at=None))
    lines = [
        Line(str(item or _("A page that has been deleted")), change_url(note), Truncator(note.text).chars(LETTERS))
        for note, item in zip(found, items_of(found), strict=True)
    ]
    return section(_("To find out"), _("Nothing is unclear."), lines)


def problems(user: Any) -> Section:
    lines = [
        Line(
            report.page or str(report),
            change_url(report),
            joined(long_date(report.created_at), Truncator(report.problem).chars(LETTERS)),
        )
        for report in Report.objects.filter(status=Report.Status.NEW).order_by("created_at", "pk")
    ]
    return section(_("Reported accessibility problems"), _("All reports have been dealt with."), lines)


def unread(user: Any) -> Section:
    count = Answer.objects.filter(status=Answer.Status.NEW)[: cards.COUNTED + 1].count()
    number = str(count) if count <= cards.COUNTED else _("over %d") % cards.COUNTED
    lines = [Line(_("%s answers to read") % number, list_url(Answer))] if count else []
    return Section(_("Unread answers"), _("All answers from readers have been read."), lines)


def agreements(user: Any) -> Section:
    """Of the city's own, each with the contact and the last review of the other town."""
    lines = []
    of_home = Q(town_a__home=True) | Q(town_b__home=True)
    for agreement in Partnership.objects.in_force().filter(of_home).select_related("town_a", "town_b"):
        _home, other = agreement.towns()
        since = _("since %d") % agreement.since.year if agreement.since else ""
        what = f"{agreement.get_kind_display()} {since}".strip()
        detail = joined(what, agreement.decision, responsible(other), last_review(other))
        lines.append(Line(other.label, change_url(agreement), detail))
    return section(_("Agreements in force"), _("No agreement is in force."), lines)


def networks(user: Any) -> Section:
    lines = []
    for network in Network.objects.published().current():
        since = _("member since %d") % network.member_from.year if network.member_from else ""
        detail = joined(since, responsible(network), last_review(network))
        lines.append(Line(network.name, change_url(network), detail))
    return section(_("Networks"), _("%(city)s is not a member of any network.") % names(), lines)


def absences(user: Any) -> Section:
    """Contacts that are absent now or later."""
    lines = []
    for contact in Contact.objects.filter(absent_until__gte=timezone.localdate()).select_related("stand_in"):
        begins, ends = contact.absent_from, contact.absent_until
        if begins and ends:
            days = _("away from %(first)s to %(last)s") % {"first": long_date(begins), "last": long_date(ends)}
            instead = _("stand-in: %s") % contact.stand_in.name if contact.stand_in else _("no stand-in")
            lines.append(Line(contact.name, change_url(contact), joined(days, instead)))
    return section(_("Contacts who are away"), _("No contact is away."), lines)


def opportunities(user: Any) -> Section:
    found = Article.objects.published().current().filter(kind=Article.Kind.OPPORTUNITY).order_by("closes_on", "pk")
    lines = [
        Line(
            article.title,
            change_url(article),
            joined(_("last day %s") % long_date(article.closes_on), responsible(article)),
        )
        for article in found
        if article.closes_on
    ]
    return section(_("Opportunities to apply for"), _("No opportunity is open."), lines)


def retention(user: Any) -> Section:
    lines = [
        Line(
            capfirst(decision.reference),
            change_url(decision),
            _("decided on %(day)s, comments are kept for %(months)d months")
            % {"day": long_date(decision.decided_on), "months": decision.months},
        )
        for decision in Retention.objects.order_by("pk")
    ]
    return section(_("Retention decision"), _("No retention decision has been entered, so nothing is deleted."), lines)


# The permission that each section requires; the first three also check each kind of page.
SECTIONS: tuple[tuple[str, Any, Callable[[Any], Section]], ...] = (
    ("change", Network, due),
    ("change", Network, drafts),
    ("change", Network, scheduled),
    ("view", Note, notes),
    ("view", Report, problems),
    ("view", Answer, unread),
    ("view", Partnership, agreements),
    ("view", Network, networks),
    ("view", Contact, absences),
    ("view", Article, opportunities),
    ("view", Retention, retention),
)


def handing_over(user: Any) -> list[Section]:
    """Return the sections that the user may see."""
    return [make(user) for action, model, make in SECTIONS if may(user, action, model)]
