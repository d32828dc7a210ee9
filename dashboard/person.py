"""Export and erase what is stored about a person (GDPR, articles 15, 17 and 20).

A person is given by terms: names, e-mail addresses, the name of an account. docs/security.md tells what is stored
where, for how long, and why some of it stays.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db.models import Model

from contacts.models import Contact
from feedback.retention import TEXTS

# Columns that are not exported, and tables that are derived or hold only digests.
SECRET = {
    "auth.user": {"password"},
    "mfa.authenticator": {"data"},
    "socialaccount.socialtoken": {"token", "token_secret"},
}
UNREAD = {"sessions.session", "search.searchentry", "feedback.sender", "feedback.dailysalt", "accounts.remembered"}
# Rows that stay when their account is erased, under a pseudonym. All others of an account are deleted.
TRAIL = {"admin.logentry", "reversion.revision", "editing.draft", "accounts.loginrecord", "dashboard.note"}
TRAIL |= {"partners.suggestion"}
REASONS = {
    "reversion.version": "tidigare versioner är allmänna handlingar, som bara tas bort enligt ett gallringsbeslut"
    " (2 kap. tryckfrihetsförordningen, 10 § arkivlagen; GDPR artikel 17.3 b)",
    "admin.logentry": "vem som ändrade vad finns kvar, så att någon kan svara för det (GDPR artikel 17.3 b)",
    "reversion.revision": "vem som ändrade vad finns kvar, så att någon kan svara för det (GDPR artikel 17.3 b)",
    "accounts.loginrecord": "vem som loggade in när finns kvar ett halvår, så att intrång syns (GDPR 6.1 e)",
    "contacts.contact": "varje sida leder läsarna dit: lämna över till en efterträdare i administrationen",
}
OTHERWISE = "ändra eller ta bort i administrationen, om det inte ska stå där"


Term = re.Pattern[str]


def normalised(text: str) -> str:
    """Composed text (NFC) without invisible characters, such as soft hyphens and zero-width spaces."""
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    return unicodedata.normalize("NFC", kept)


def same(terms: list[str], ending: str = "") -> Term:
    """Match any of the terms in normalised text: in any case, with any white space between its words, as ß or ss.

    Raises CommandError for a term that would match everyone or no one.
    """
    if any(sum(c.isalnum() for c in normalised(term)) < 2 for term in terms):
        raise CommandError("Ett namn, en adress eller ett konto har minst två bokstäver eller siffror.")
    words = [[re.sub("ß|ss", "(?:ß|ss)", re.escape(word)) for word in normalised(term).split()] for term in terms]
    either = "|".join(r"\s+".join(term) for term in words)
    return re.compile(rf"(?<!\w)(?:{either}){ending}(?!\w)", re.IGNORECASE)


def mention(terms: list[str]) -> Term:
    """Match the terms as whole words, also in the genitive: Östlunds, Östlund:s, Östlund's."""
    return same(terms, "(?:[:'’]?s)?")


def texts_in(value: Any) -> Iterator[str]:
    """Yield each text in a value as it is read: inside JSON, and of HTML also without its tags."""
    match value:
        case dict():
            for item in value.items():
                yield from texts_in(item)
        case list() | tuple():
            for item in value:
                yield from texts_in(item)
        case str():
            yield value
            if "<" in value or "&" in value:
                yield from (unescape(re.sub("<[^>]*>", space, value)) for space in ("", " "))
            if value.startswith(("[", "{")):
                with suppress(ValueError, RecursionError):  # a text that only looks like JSON
                    yield from texts_in(json.loads(value))


def mentions(about: Term, value: Any) -> bool:
    return any(about.search(normalised(text)) for text in texts_in(value))


def accounts_of(terms: list[str]) -> list[User]:
    asked = same(terms)
    return [u for u in User.objects.all() if is_one_of(asked, u.username, u.email, u.get_full_name())]


def is_one_of(asked: Term, *names: str) -> bool:
    return any(asked.fullmatch(normalised(name).strip()) for name in names)


def rows_of(model: type[Model], about: Term, accounts: set[int]) -> list[dict[str, Any]]:
    """The rows of a table that mention the person or belong to one of its accounts."""
    fields = model._meta.concrete_fields
    names = [f.attname for f in fields if f.name not in SECRET.get(model._meta.label_lower, set())]
    owners = ["id"] if model is User else [f.attname for f in fields if f.related_model is User]
    return [
        row
        for row in model._base_manager.values(*names).iterator()
        if any(row[owner] in accounts for owner in owners) or mentions(about, list(row.values()))
    ]


def export(terms: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person, by table. Every table is read, so that none is forgotten."""
    about, accounts = mention(terms), {user.pk for user in accounts_of(terms)}
    models = [model for model in apps.get_models() if model._meta.label_lower not in UNREAD]
    found = {model._meta.label_lower: rows_of(model, about, accounts) for model in models}
    return {label: rows for label, rows in found.items() if rows}


def erase_account(user: User) -> str:
    """Close the account and leave a pseudonym in its place. Its sessions end with its password."""
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
    return f"konto {user.pk}: stängt, och heter {user.username} från och med nu"


def erase(terms: list[str]) -> tuple[list[str], list[str]]:
    """Erase what may be erased. Return a line for each thing that was erased, and for each that stays and why."""
    erased = [erase_account(user) for user in accounts_of(terms)]
    asked, about = same(terms), mention(terms)
    for contact in Contact.objects.filter(is_main=False):
        if is_one_of(asked, contact.name, contact.email):
            erased.append(f"kontakt {contact.pk}: borttagen")
            contact.delete()
    for model, texts in TEXTS.items():
        erased += mask(model, texts, about)
    return erased, [line for label, rows in export(terms).items() for line in staying(label, rows, about)]


def mask(model: type[Model], texts: Iterable[str], about: Term) -> Iterator[str]:
    """Mask the person in what readers wrote and what was noted about it. Yield a line for each row."""
    for row in model._default_manager.exclude(**dict.fromkeys(texts, "")).iterator():
        written = {name: getattr(row, name) for name in texts}
        if mentions(about, written):
            masked = {name: about.sub("[borttaget]", normalised(text)) for name, text in written.items()}
            model._default_manager.filter(pk=row.pk).update(**masked)
            yield f"{model._meta.verbose_name} {row.pk}: maskad i det som skrevs"


def staying(label: str, rows: list[dict[str, Any]], about: Term) -> Iterator[str]:
    """Yield why the rows of a table stay, and in which fields of which rows the person is."""
    yield f"{len(rows)} rader i {label} finns kvar: {REASONS.get(label, OTHERWISE)}"
    key = apps.get_model(label)._meta.pk.attname
    for row in rows:
        fields = ", ".join(name for name, value in row.items() if mentions(about, value))
        yield f"  {label} {row[key]}: {fields or 'hör till kontot'}"
