from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from feedback.models import Answer
from feedback.page_token import read_token


@csrf_exempt  # Anonymous by design: there is no session to ride on, and pages are cached, so they carry no token.
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Store a reader's yes or no about a page, and thank for it. 400 for an answer or a page we never offered.

    Who comes without an answer (a reload, another language of the refusal) is led to the start page.
    """
    if request.method != "POST":
        return redirect("start")
    helped = request.POST.get("helped", "")
    signed = request.POST.get("page", "")
    try:
        token = read_token(signed)
    except signing.BadSignature:
        return render(request, "feedback/refused.html", status=400)
    if helped not in Answer.Helped.values:
        return render(request, "feedback/refused.html", {"back": token.path}, status=400)
    Answer.objects.create(
        page=token.page,
        page_title=token.title,
        language=get_language(),
        revision=token.revised_at,
        helped=helped,
    )
    response: HttpResponseRedirect = redirect(f"{reverse('feedback_thanks')}?{urlencode({'page': signed})}")
    response.status_code = 303
    return response


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank for the answer and lead back to the page it was about."""
    try:
        back = read_token(request.GET.get("page", "")).path
    except signing.BadSignature:
        back = reverse("start")
    return render(request, "feedback/thanks.html", {"back": back})
