from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from feedback.errors import SECOND, TOO_MANY, UNKNOWN, Refused, receives_feedback
from feedback.forms import WhyForm
from feedback.models import Answer
from feedback.throttling import MOST_ANSWERS, MOST_COMMENTS, count, is_second_click
from feedback.tokens import AnswerToken, PageToken
from publishing.clients import address


def see_other(name: str, **query: str) -> HttpResponse:
    """Redirect with 303, so that a reload posts nothing again."""
    return HttpResponseRedirect(reverse(name, query=query), status=303)


@receives_feedback
def answer(request: HttpRequest) -> HttpResponse:
    """Store a reader's yes or no about a page, and ask why. A GET (a reload) leads to the start page."""
    if request.method != "POST":
        return redirect("start")
    try:
        page = PageToken.read(request.POST.get("page", ""))
    except signing.BadSignature:
        raise Refused(UNKNOWN) from None
    helped = request.POST.get("helped", "")
    if helped not in Answer.Helped.values:
        raise Refused(UNKNOWN, page=page)
    stored = receive_answer(request, page, helped)
    if not stored:
        return see_other("feedback_thanks", page=page.sign())
    return see_other("feedback_why", answer=AnswerToken(stored.pk, helped, page).sign())


@transaction.atomic
def receive_answer(request: HttpRequest, page: PageToken, helped: str) -> Answer | None:
    """Store the answer and its counts in one transaction. None for a second click."""
    if count("answer", address(request)) > MOST_ANSWERS:
        raise Refused(TOO_MANY, 429, page)
    if is_second_click(request, request.POST.get("visit", ""), page.page, helped):
        return None
    return Answer.objects.create(
        page=page.page,
        page_title=page.title,
        language=get_language() or settings.LANGUAGE_CODE,
        revision=page.revision,
        helped=helped,
    )


@receives_feedback
def why(request: HttpRequest) -> HttpResponse:
    """Ask why the answer was yes or no, and store what the reader says about it."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        token = AnswerToken.read(sent.get("answer", ""))
    except signing.BadSignature:
        raise Refused(UNKNOWN) from None
    form = WhyForm(token, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "token": token, "signed": token.sign()}
        return render(request, "feedback/why.html", context, status=400 if form.is_bound else 200)
    receive_reason(request, token, form.cleaned_data.get("reason", ""), form.cleaned_data["comment"])
    return see_other("feedback_thanks", page=token.page.sign())


@transaction.atomic
def receive_reason(request: HttpRequest, token: AnswerToken, reason: str, comment: str) -> None:
    """Store the reason, if one was given: the first time only, so that nothing is counted twice."""
    if not reason and not comment:
        return
    if count("comment", address(request)) > MOST_COMMENTS:
        raise Refused(TOO_MANY, 429, token.page)
    stored = Answer.objects.select_for_update().filter(pk=token.answer).first()
    if not stored:
        raise Refused(UNKNOWN, page=token.page)
    if stored.reason or stored.commented:
        raise Refused(SECOND, 409, token.page)
    stored.explain(reason, comment)


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank for the answer and lead back to the page it was about."""
    try:
        back = PageToken.read(request.GET.get("page", "")).path
    except signing.BadSignature:
        back = reverse("start")
    return render(request, "feedback/thanks.html", {"back": back})
