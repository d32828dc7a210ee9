"""The translation desk: a table of the content and its languages, and a page to translate one object on."""

from typing import Any

import reversion
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from js_asset import Media

from dashboard.menu import Entry
from editing.admin import EDITOR_STYLE
from editing.differences import label_of
from editing.proof import proof_of
from editing.templatetags.editing import errors_in
from editing.translations import OTHER_LANGUAGES, SOURCE, mark_reviewed, note_changes
from publishing.city import language_name
from translating.exchange import ExchangeError, read, units, write_spreadsheet, write_xliff
from translating.forms import make_forms, merge, texts_in, unplaced
from translating.importing import make_drafts
from translating.status import DONE, STATES, Row, all_rows, changeable, models, texts_of

ROWS = 100  # on a page of the table
NAMES = dict(OTHER_LANGUAGES)
FILES = {
    "xlf": (write_xliff, "application/xliff+xml"),
    "xlsx": (write_spreadsheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def menu_entries(user: Any) -> list[Entry]:
    return [Entry(_("Translate"), reverse("translating:desk"))] if changeable(user) else []


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    return render(request, template, admin.site.each_context(request) | {"title": title} | context)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The table, all of it or one language's, and only what has a certain state there. Unknown filters are ignored."""
    if not changeable(request.user):
        raise PermissionDenied
    rows = all_rows(request.user)
    language, state = request.GET.get("language", ""), request.GET.get("state", "")
    shown = {language: NAMES[language]} if language in NAMES else NAMES
    heads = [(name, sum(row.states[code] == DONE for row in rows)) for code, name in shown.items()]
    total = len(rows)
    if state in STATES:
        rows = [row for row in rows if any(row.states[code] == state for code in shown)]
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    table = [(row, [(code, NAMES[code], row.states[code], STATES[row.states[code]]) for code in shown]) for row in page]
    return show(
        request,
        "translating/desk.html",
        _("Translate"),
        table=table,
        page=page,
        heads=heads,
        total=total,
        names=NAMES,
        states=STATES,
        language=language if language in NAMES else "",
        state=state if state in STATES else "",
    )


@require_safe
def export(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    """What is left in a language, as a file for a translation bureau."""
    if not changeable(request.user):
        raise PermissionDenied
    if language not in NAMES or kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    name = f"{SOURCE}-{language}-{timezone.localdate()}.{kind}"
    try:
        content = write(units(request.user, language), language)
    except ExchangeError as error:
        return show(request, "translating/refused.html", _("The file cannot be made"), problems=[str(error)])
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Make drafts of a bureau's file, or say what is wrong with it."""
    if not changeable(request.user):
        raise PermissionDenied
    problems = [_("Choose a file.")]
    if file := request.FILES.get("file"):
        try:
            number, problems = make_drafts(request, *read(file))
        except ExchangeError as error:
            problems = [str(error)]
        if not problems:
            done = ngettext("%d draft is saved.", "%d drafts are saved.", number) % number
            messages.success(request, f"{done} {_('Read and publish them from your dashboard.')}")
            return redirect("translating:desk")
    return show(request, "translating/refused.html", _("Nothing is saved"), problems=problems)


def next_to_do(request: HttpRequest, obj: Any, language: str) -> Row | None:
    """The next object after this one, in the order of the table, that has something left to do."""
    rows = all_rows(request.user)
    place = next((number for number, row in enumerate(rows) if row.obj == obj), -1)
    return next((row for row in rows[place + 1 :] + rows[: max(place, 0)] if row.states[language] != DONE), None)


def address(row: Row, language: str) -> str:
    return reverse("translating:text", args=[row.label, row.obj.pk, language])


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"style-src": [EDITOR_STYLE], "img-src": ["blob:"]})  # type: ignore[arg-type]
def text(request: HttpRequest, label: str, pk: int, language: str) -> HttpResponse:
    """The Swedish texts of an object beside those of a language."""
    model = next((model for model in models() if model._meta.label_lower == label), None)
    if model is None or language not in NAMES or pk >= 2**63:
        raise Http404
    model_admin: Any = admin.site.get_model_admin(model)
    with transaction.atomic():
        obj = model_admin.lock(request, str(pk)) if request.method == "POST" else model_admin.stored(request, str(pk))
        if not model_admin.has_change_permission(request, obj):
            raise PermissionDenied
        if obj is None and (typed := unplaced(request, [])):
            return show(request, "translating/text.html", _("Nothing is saved"), unplaced=typed, language=language)
        if obj is None:
            raise Http404
        seen = model_admin.version_of(obj)  # before the forms read or change anything
        if request.method == "POST":
            return save(request, model_admin, obj, language, seen)
    return show_text(request, model_admin, obj, language, seen, make_forms(request, obj, language))


def show_text(
    request: HttpRequest, model_admin: Any, obj: Any, language: str, seen: str, forms: list[Any], **context: Any
) -> HttpResponse:
    """The page, with forms that are bound where something was typed and not saved."""
    following = next_to_do(request, obj, language)
    draft = model_admin.draft_of(request, str(obj.pk))
    may_save = model_admin.may_save(request, obj)
    return show(
        request,
        "translating/text.html",
        _("%(name)s in %(language)s") % {"name": obj, "language": language_name(language)},
        form_url=reverse(f"{model_admin.url_name}_change", args=[obj.pk]),
        language=language,
        language_name=language_name(language),
        texts=list(texts_in(forms, language, context.pop("theirs", {}))),
        errors=[error for form in forms for error in errors_in(form)],
        media=Media.from_media(sum((form.media for form in forms), model_admin.media), nonce=str(request.csp_nonce)),  # type: ignore[attr-defined]
        proof=proof_of(request.user, request.path),
        seen=seen,
        draft=draft,
        may_save=may_save,
        may_save_later=may_save and (not draft or request.method == "POST"),
        next_url=address(following, language) if following else "",
        unplaced=unplaced(request, forms),
        **context,
    )


def save(request: HttpRequest, model_admin: Any, obj: Any, language: str, seen: str) -> HttpResponse:
    """Save the translation, or show the form again with what was typed. The object is locked."""
    if request.POST.get("seen") != seen:
        forms, theirs = merge(request, obj, language)
        return show_text(request, model_admin, obj, language, seen, forms, theirs=theirs, is_changed=True)
    forms = make_forms(request, obj, language, request.POST)
    is_valid = all(form.is_valid() for form in forms)
    may_save = model_admin.may_save(request, obj) and not model_admin.draft_of(request, str(obj.pk))
    if "_restore" in request.POST or not is_valid or not may_save:
        return show_text(request, model_admin, obj, language, seen, forms)
    if changed := [form for form in forms if form.has_changed()]:
        save_forms(request, model_admin, obj, language, changed)
    if "_reviewed" in request.POST:
        mark_reviewed(texts_of(obj), [language])
        messages.success(request, _("Saved, and marked as reviewed: %s") % obj)
    else:
        messages.success(request, _("Saved: %s") % obj)
    following = next_to_do(request, obj, language) if "_reviewed" in request.POST else None
    return redirect(address(following, language) if following else request.path)


def save_forms(request: HttpRequest, model_admin: Any, obj: Any, language: str, changed: list[Any]) -> None:
    """Save the forms that have changed as a version of the object."""
    with model_admin.new_revision(request, _("Translated into %s") % language_name(language)):
        reversion.add_to_revision(obj)
        for form in changed:
            form.save()
            note_changes(form.instance, dict.fromkeys(form.changed_data))
        if all(form.instance != obj for form in changed):
            obj.touch()
    labels = [label_of(form.instance._meta.get_field(name)) for form in changed for name in form.changed_data]
    model_admin.log_change(request, obj, [{"changed": {"fields": labels}}])
