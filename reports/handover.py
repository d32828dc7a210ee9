"""The handover page: what is due, open and agreed, with contacts, limited by the user's permissions."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from accessibility.models import Report
from contacts.models import Contact
from dashboard.card import Line, add_url, form_url, list_url, may
from dashboard.cards import COUNTED, change_at, coming_changes, drafted, due_pages, fate, first, reviewed, statement
from dashboard.models import Note
from dashboard.notes import items_of
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
    return reviewed(item, item.last_reviewed) if item.last_reviewed else ""


def due(user: Any) -> Section:
    found = due_pages(user)
    by_law = statement(user)
    lines = [] if by_law is None else by_law.lines
    lines += [
        Line(item.heading, form_url(type(item), item.pk), joined(reviewed(item, day), responsible(item)))
        for item, day in first(found, MOST)
    ]
    title, empty = _("Due for review"), _("All pages have been reviewed in the last year.")
    return Section(title, empty, lines, len(lines) + max(0, len(found) - MOST))


def drafts(user: Any) -> Section:
    found = drafted(user)
    lines = [
        Line(_("New: %s") % model._meta.verbose_name, "" if draft.user != user else add_url(model), fate(draft))
        for model, key, draft in found
        if not key
    ]
    changed = [row for row in found if row[1]]
    lines += [Line(str(item), form_url(type(item), item.pk), fate(draft)) for item, draft in first(changed, MOST)]
    return section(_("Drafts"), _("There are no drafts."), lines)


def scheduled(user: Any) -> Section:
    found = coming_changes(user)
    lines = [
        Line(item.heading, form_url(type(item), item.pk), change_at(time, is_end))
        for item, (time, is_end) in first(found, MOST)
    ]
    return Section(_("Coming up"), _("Nothing is published or unpublished by itself."), lines, len(found))


def notes(user: Any) -> Section:
    found = list(Note.objects.filter(resolved_at=None))
    lines = [
        Line(
            str(item or _("A page that has been deleted")), form_url(Note, note.pk), Truncator(note.text).chars(LETTERS)
        )
        for note, item in zip(found, items_of(found), strict=True)
    ]
    return section(_("To find out"), _("Nothing is unclear."), lines)


def problems(user: Any) -> Section:
    lines = [
        Line(
            report.page or str(report),
            form_url(Report, report.pk),
            joined(long_date(report.created_at), Truncator(report.problem).chars(LETTERS)),
        )
        for report in Report.objects.filter(status=Report.Status.NEW).order_by("created_at", "pk")
    ]
    return section(_("Reported accessibility problems"), _("All reports have been dealt with."), lines)


def unread(user: Any) -> Section:
    count = Answer.objects.filter(status=Answer.Status.NEW)[: COUNTED + 1].count()
    number = str(count) if count <= COUNTED else _("over %d") % COUNTED
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
        lines.append(Line(other.label, form_url(Partnership, agreement.pk), detail))
    return section(_("Agreements in force"), _("No agreement is in force."), lines)


def networks(user: Any) -> Section:
    lines = []
    for network in Network.objects.published().current():
        since = _("member since %d") % network.member_from.year if network.member_from else ""
        detail = joined(since, responsible(network), last_review(network))
        lines.append(Line(network.name, form_url(Network, network.pk), detail))
    return section(_("Networks"), _("%(city)s is not a member of any network.") % names(), lines)


def absences(user: Any) -> Section:
    """Contacts that are absent now or later."""
    lines = []
    for contact in Contact.objects.filter(absent_until__gte=timezone.localdate()).select_related("stand_in"):
        begins, ends = contact.absent_from, contact.absent_until
        if begins and ends:
            days = _("away from %(first)s to %(last)s") % {"first": long_date(begins), "last": long_date(ends)}
            instead = _("stand-in: %s") % contact.stand_in.name if contact.stand_in else _("no stand-in")
            lines.append(Line(contact.name, form_url(Contact, contact.pk), joined(days, instead)))
    return section(_("Contacts who are away"), _("No contact is away."), lines)


def opportunities(user: Any) -> Section:
    found = Article.objects.published().current().filter(kind=Article.Kind.OPPORTUNITY).order_by("closes_on", "pk")
    lines = [
        Line(
            article.title,
            form_url(Article, article.pk),
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
            form_url(Retention, decision.pk),
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
