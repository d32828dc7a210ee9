"""The page that a partner town opens with its link. It needs no account, no cookie and no JavaScript."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from feedback.errors import TOO_MANY, Refused, receives_feedback
from feedback.throttling import count
from partners.forms import ConfirmationForm
from partners.models import Confirmation
from publishing.clients import address

MOST_ANSWERS = 30  # a day, from one address


@receives_feedback
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Show a town's entry for confirmation or correction. Each link can be answered once."""
    confirmation = get_object_or_404(Confirmation.objects.select_related("town"), key=key)
    context = {"confirmation": confirmation, "town": confirmation.town, "contact": confirmation.town.responsible}
    if confirmation.answered_at:
        return render(request, "partners/answered.html", context, status=409 if request.method == "POST" else 200)
    if not confirmation.is_open:
        return render(request, "partners/closed.html", context, status=410)
    form = ConfirmationForm(confirmation.entries, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "partners/confirm.html", context | {"form": form}, status=400 if form.is_bound else 200)
    receive(request, confirmation, form)
    return HttpResponseRedirect(request.path, status=303)  # a reload posts nothing again


@transaction.atomic
def receive(request: HttpRequest, confirmation: Confirmation, form: ConfirmationForm) -> None:
    """Store the answer, unless another came first or the link was revoked meanwhile."""
    corrections = form.corrections()
    if count("confirmation", address(request)) > MOST_ANSWERS:
        raise Refused(TOO_MANY, 429, typed="\n\n".join(corrections.values()))
    answer = {"name": form.cleaned_data["name"], "role": form.cleaned_data["role"], "answered_at": timezone.now()}
    if Confirmation.objects.filter(pk=confirmation.pk, answered_at=None, revoked_at=None).update(**answer):
        for name, proposed in corrections.items():
            before = form.fields[f"entry-{name}"].initial  # what the partner read
            confirmation.suggestions.create(field=name, before=before, proposed=proposed)
