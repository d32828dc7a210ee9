"""The page that a partner town opens with its link. It needs no account, no cookie and no JavaScript."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from feedback.errors import TOO_MANY, Refused, receives_feedback
from feedback.throttling import address, count
from partners.entries import entries
from partners.forms import ConfirmationForm
from partners.models import Confirmation

MOST_ANSWERS = 30  # a day, from one address


@receives_feedback
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Show a town's entry for confirmation or correction. Each link can be answered once."""
    confirmation = get_object_or_404(Confirmation.objects.select_related("town"), key=key)
    return answer(request, confirmation) if confirmation.is_open else tell_closed(request, confirmation)


def answer(request: HttpRequest, confirmation: Confirmation) -> HttpResponse:
    """Show the form, or store a valid answer and redirect."""
    shown = entries(confirmation.town, confirmation.language)
    form = ConfirmationForm(shown, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "confirmation": confirmation, "town": confirmation.town}
        return render(request, "partners/confirm.html", context, status=400 if form.is_bound else 200)
    if not receive(request, confirmation, form):
        return tell_closed(request, Confirmation.objects.select_related("town").get(pk=confirmation.pk))
    response = HttpResponseRedirect(request.path)
    response.status_code = 303  # a reload posts nothing again
    return response


@transaction.atomic
def receive(request: HttpRequest, confirmation: Confirmation, form: ConfirmationForm) -> bool:
    """Store the answer. False where another came first, or the link was revoked meanwhile."""
    if count("confirmation", address(request)) > MOST_ANSWERS:
        typed = [form.cleaned_data[name] for name in form.fields if name.startswith(("text:", "note"))]
        raise Refused(TOO_MANY, 429, typed="\n\n".join(filter(None, typed)))
    open_now = Confirmation.objects.open().filter(pk=confirmation.pk)
    if not open_now.update(answered_at=timezone.now()):
        return False
    confirmation.refresh_from_db()
    form.save(confirmation)
    return True


def tell_closed(request: HttpRequest, confirmation: Confirmation) -> HttpResponse:
    """Show when it was answered, or that the link is invalid, with a contact."""
    context = {"confirmation": confirmation, "town": confirmation.town, "contact": confirmation.town.responsible}
    if not confirmation.answered_at:
        return render(request, "partners/closed.html", context, status=410)
    status = 409 if request.method == "POST" else 200
    return render(request, "partners/answered.html", context, status=status)
