"""What the site stores about a person: found, handed out and erased (GDPR, articles 15, 17 and 20).

A person is what one asks for by: names, e-mail addresses, the name of an account. docs/security.md tells what is stored
where, for how long, and why some of it stays.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model

from contacts.models import Contact
from feedback.models import Answer

# What is handed to nobody, and what is made of other rows or holds nothing to read.
SECRET = {
    "auth.user": {"password"},
    "mfa.authenticator": {"data"},
    "socialaccount.socialtoken": {"token", "token_secret"},
}
UNREAD = {"sessions.session", "pages.searchentry", "feedback.sender", "feedback.dailysalt", "accounts.remembered"}
# Who did what: it stays when an account is erased, under a pseudonym. All else that belongs to an account goes with it.
TRAIL = {"admin.logentry", "reversion.revision", "editing.draft", "accounts.loginrecord"}
REASONS = {
    "reversion.version": "earlier versions are official documents, deleted only under a gallringsbeslut"
    " (2 kap. tryckfrihetsförordningen, 10 § arkivlagen; GDPR article 17.3 b)",
    "admin.logentry": "who changed what stays, so that changes can be answered for (GDPR article 17.3 b)",
    "reversion.revision": "who changed what stays, so that changes can be answered for (GDPR article 17.3 b)",
    "accounts.loginrecord": "who logged in when stays for half a year, so that break-ins can be seen (GDPR 6.1 e)",
    "contacts.contact": "readers are led to it on every page: hand it over to a successor in the admin",
}
OTHERWISE = "edit or delete it in the admin, if it should not be there"


def mention(terms: Iterable[str]) -> re.Pattern[str]:
    """Finds the terms as whole words, whatever their case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, terms))})(?!\w)", re.IGNORECASE)


def accounts_of(terms: Iterable[str]) -> list[User]:
    asked = {term.casefold() for term in terms}
    return [u for u in User.objects.all() if asked & {s.casefold() for s in (u.username, u.email, u.get_full_name())}]


def rows_of(model: type[Model], about: re.Pattern[str], accounts: set[int]) -> list[dict[str, Any]]:
    """The rows of a table that mention the person or belong to one of its accounts."""
    fields = model._meta.concrete_fields
    names = [f.attname for f in fields if f.name not in SECRET.get(model._meta.label_lower, set())]
    owners = ["id"] if model is User else [f.attname for f in fields if f.related_model is User]
    return [
        row
        for row in model._base_manager.values(*names).iterator()
        if any(row[owner] in accounts for owner in owners)
        or about.search("\n".join(str(value) for value in row.values() if isinstance(value, str | dict | list)))
    ]


def export(terms: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person, by table. Every table is read, so that none is forgotten."""
    about, accounts = mention(terms), {user.pk for user in accounts_of(terms)}
    models = [model for model in apps.get_models() if model._meta.label_lower not in UNREAD]
    found = {model._meta.label_lower: rows_of(model, about, accounts) for model in models}
    return {label: rows for label, rows in found.items() if rows}


def erase_account(user: User) -> str:
    """Close the account for good and leave a pseudonym in its place. Its sessions end, as its password is no more."""
    for relation in user._meta.related_objects:
        if relation.related_model._meta.label_lower not in TRAIL:
            relation.related_model._base_manager.filter(**{relation.field.name: user}).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username, user.first_name, user.last_name, user.email = f"borttagen-{user.pk}", "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    LogEntry.objects.filter(content_type__app_label="auth", content_type__model="user", object_id=user.pk).update(
        object_repr=user.username
    )
    return f"account {user.pk}: closed, and known as {user.username} from now on"


def erase(terms: list[str]) -> list[str]:
    """Erase what may be erased. Returns a line for each thing that was done, and for each kind that stays and why."""
    done = [erase_account(user) for user in accounts_of(terms)]
    asked, about = {term.casefold() for term in terms}, mention(terms)
    for contact in Contact.objects.filter(is_main=False):
        if asked & {contact.name.casefold(), contact.email.casefold()}:
            done.append(f"contact {contact.pk}: deleted")
            contact.delete()
    for answer in Answer.objects.exclude(comment="", note="").iterator():
        if about.search(f"{answer.comment}\n{answer.note}"):
            answer.comment = about.sub("[borttaget]", answer.comment)
            answer.note = about.sub("[borttaget]", answer.note)
            answer.save(update_fields=["comment", "note"])
            done.append(f"answer {answer.pk}: masked in what was written")
    left = export(terms)
    return done + [f"{len(left[label])} rows in {label} stay: {REASONS.get(label, OTHERWISE)}" for label in left]
