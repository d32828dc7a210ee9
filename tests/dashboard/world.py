"""One of everything, with a secret word in every text, and who may see what: for tests of all addresses and roles."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import timedelta
from typing import Any

import pytest
import reversion
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import EmailField, URLField
from django.test import Client
from django.utils import timezone
from reversion.models import Version

from accessibility.models import Report
from accounts.models import LoginRecord
from dashboard.models import Note
from editing.models import Draft, Preview
from feedback.models import Answer, Purge, Retention
from pages.models import OldAddress
from partners.models import Confirmation
from quality.models import CheckedLink, Spelling
from search.models import Synonyms
from tests.addresses import fill
from tests.factories import (
    LONG_AGO,
    ArticleFactory,
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    ShortcomingFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import filled_in

SECRET = "Hemligord"  # in everything that is stored; no refusal may hold it
# In the order of the table's letters. A reader who has the link of a preview: test_forged.py.
ROLES = ["anonym", "konto utan roll", "Redaktör", "Samordnare", "Administratör"]
SHARED, UNSHARED = "delad-nyckel", "odelad-nyckel"

PUBLISHABLE = ["networks/network", "networks/focusarea", "twinning/town", "news/article", "pages/page"]
ALONE = ["accessibility/statement"]  # a site has one: none is added or deleted
AT_ONCE = ["contacts/contact", "twinning/partnership"]  # public as soon as saved; the editor only reads them
DRAFTED = ["twinning/exchange", "networks/project"]  # public as soon as saved; the editor drafts
KINDS = [*PUBLISHABLE, *ALONE, *AT_ONCE, *DRAFTED]

OTHERS = {"sort_key", "country", "section", "phone"}  # which take no word


def planted(factory: Any, word: str = SECRET, **values: Any) -> Any:
    """An object each of whose texts holds the word."""
    with reversion.create_revision():
        obj = factory(**values)
        for field in obj._meta.concrete_fields:
            texts = field.get_internal_type() in {"CharField", "TextField"} and not field.choices
            own = not isinstance(field, URLField | EmailField) and field.name not in OTHERS
            if texts and own and getattr(obj, field.name) is not None:
                setattr(obj, field.name, f"{word} {field.name}")
        if hasattr(obj, "slug"):
            obj.slug = f"{word.lower()}-{obj._meta.model_name}-{obj.pk}"
        obj.save()
    return obj


@dataclass
class World:
    """One of everything: public, hidden, deleted; with drafts and previews of another's."""

    public: dict[str, Any]
    hidden: dict[str, Any]
    deleted: dict[str, int]
    version: dict[str, int]
    hidden_version: dict[str, int]
    accounts: dict[str, User]
    others: dict[str, Any]
    chief: Client
    forms: dict[str, dict[str, Any]] = dataclass_field(default_factory=dict)


@pytest.fixture
def world() -> World:
    accounts = {}
    for name in ROLES[1:]:
        accounts[name] = User.objects.create_user(name.split()[0].lower(), password="x", is_staff=True)
        if group := Group.objects.filter(name=name).first():
            accounts[name].groups.add(group)
    chief = User.objects.create_superuser(f"{SECRET}-chef", password="x")
    public, hidden = {}, {}
    factories: dict[str, Any] = {
        "contacts/contact": ContactFactory, "networks/focusarea": FocusAreaFactory, "networks/network": NetworkFactory,
        "twinning/town": TownFactory, "pages/page": PageFactory, "accessibility/statement": StatementFactory,
        "twinning/exchange": ExchangeFactory, "twinning/partnership": PartnershipFactory,
        "news/article": ArticleFactory, "networks/project": ProjectFactory,
    }  # fmt: skip
    planted(ContactFactory, is_main=True)
    home = planted(TownFactory, home=True)
    for section in ("contact", "twin_towns", "take_part", "focus_areas"):  # which show what has no page of its own
        PageFactory(section=section)
    for kind, factory in factories.items():
        more = {
            "twinning/partnership": {"town_a": home},
            "twinning/exchange": {"towns": [home]},
            "accessibility/statement": {"conformance": "partial"},
        }
        # The footer of every page names the public texts.
        public[kind] = planted(factory, "Sidfoten" if kind == "pages/page" else SECRET, **more.get(kind, {}))
    for kind in PUBLISHABLE:
        hidden[kind] = planted(factories[kind], published_at=None)
    planted(ProjectFactory, network=public["networks/network"])
    planted(FactFactory, network=public["networks/network"])
    planted(ShortcomingFactory, statement=public["accessibility/statement"])
    version, deleted = {}, {}
    for kind in KINDS:
        obj = public[kind]
        version[kind] = Version.objects.get_for_object(obj)[0].pk
        if kind not in ALONE:
            gone = planted(factories[kind], **({"town_a": home} if kind == "twinning/partnership" else {}))
            deleted[kind] = Version.objects.get_for_object(gone)[0].pk
            gone.delete()
    Retention.objects.create(reference=f"{SECRET} KS", decided_on=LONG_AGO.date(), months=24)
    answer = Answer.objects.create(
        page=public["networks/network"].key, page_title=f"{SECRET} sida", language="sv", revision=LONG_AGO,
        helped="no", comment=f"{SECRET} kommentar", note=f"{SECRET} anteckning",
    )  # fmt: skip
    others = {
        "pages/oldaddress": OldAddress.objects.create(
            path=f"/{SECRET.lower()}/", page="networks.network:9999", title=f"{SECRET} gammal"
        ),
        "accessibility/report": Report.objects.create(
            page=f"{SECRET} sida",
            problem=f"{SECRET} problem",
            reply_to=f"{SECRET}@example.se",
            language="sv",
            note=f"{SECRET} anteckning",
        ),
        "partners/confirmation": Confirmation.objects.create(
            town=public["twinning/town"],
            language="de",
            key=UNSHARED,
            email=f"{SECRET}@example.se",
            name=f"{SECRET} namn",
            role=f"{SECRET} titel",
        ),
        "feedback/answer": answer,
        "feedback/retention": Retention.objects.get(),
        "dashboard/note": Note.objects.create(
            page=public["networks/network"].key, text=f"{SECRET} oklart", source=f"{SECRET} källa"
        ),
        "search/synonyms": Synonyms.objects.create(words=SECRET, found_as=f"{SECRET}ets"),
        "quality/checkedlink": CheckedLink.objects.create(
            url=f"https://{SECRET}.example/", problem="gone", failed_since=LONG_AGO, checked_at=LONG_AGO
        ),
        "quality/spelling": Spelling.objects.create(wrong=f"{SECRET}fel", right=f"{SECRET}rätt"),
        "feedback/purge": Purge.objects.create(answers=1, older_than=LONG_AGO, reference=f"{SECRET} KS"),
        "accounts/loginrecord": LoginRecord.objects.create(
            outcome="failed", method=SECRET, name_digest=SECRET, sender_digest=SECRET
        ),
        "auth/user": User.objects.create_user(f"{SECRET}-robin", password="x", is_staff=True),
    }
    others["partners/confirmation"].suggestions.create(field="name", proposed=f"{SECRET} förslag")
    others["r/<path:content_type_id>"] = hidden["networks/network"]
    others["auth/user"].groups.add(Group.objects.get(name="Redaktör"))
    Authenticator.objects.create(user=others["auth/user"], type="totp", data={})
    client = Client()
    client.force_login(chief)
    for kind in KINDS:
        url = f"/admin/{kind}/{public[kind].pk}/change/"
        data = {name: [str(value)] for name, value in filled_in(client, url).items() if not isinstance(value, list)}
        Draft.objects.create(model=public[kind]._meta.label_lower, object_id=public[kind].pk, data=data, user=chief)
    network = public["networks/network"]
    typed = Draft.objects.get(model="networks.network").data
    for key, is_shared in ((SHARED, True), (UNSHARED, False)):
        Preview.objects.create(
            model="networks.network", object_id=network.pk, data=typed, user=accounts["Samordnare"], key=key,
            pages={code: f"{SECRET} på {name}" for code, name in settings.LANGUAGES}, is_shared=is_shared,
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    hidden_version = {kind: Version.objects.get_for_object(hidden[kind])[0].pk for kind in PUBLISHABLE}
    return World(public, hidden, deleted, version, hidden_version, accounts, others, client)


def client_of(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role in world.accounts:
        client.force_login(world.accounts[role])
    return client


WRITES = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')


@contextmanager
def rolled_back() -> Iterator[set[str]]:
    """The tables that are written to in here, less what is rolled back. Afterwards nothing of it has been done."""
    tables: set[str] = set()
    before: dict[str, set[str]] = {}  # by savepoint

    def watch(execute: Any, sql: str, *args: Any) -> Any:
        tables.update(WRITES.findall(sql))
        if sql.startswith("SAVEPOINT"):
            before[sql.rsplit(maxsplit=1)[-1]] = {*tables}
        elif sql.startswith("ROLLBACK TO SAVEPOINT"):
            tables.intersection_update(before[sql.rsplit(maxsplit=1)[-1]])
        return execute(sql, *args)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield tables
        transaction.set_rollback(True)


def address(world: World, pattern: str, of: str = "public") -> str:
    kind = "/".join(pattern.split("/")[1:3])
    objects = {**world.public, **world.others, **(world.hidden if of == "hidden" else {})}
    obj = objects.get(kind)
    return fill(
        pattern,
        object_id=obj and obj.pk,
        id=obj and obj.pk,
        version_id={"public": world.version, "hidden": world.hidden_version, "deleted": world.deleted}[of].get(kind),
        key=world.public["networks/network"].key
        if "still-right" in pattern
        else SHARED
        if pattern.startswith("admin/")
        else UNSHARED,
        language="en",
        pk=(obj or world.public["networks/network"]).pk,
        label="networks.network",
        page=world.public["networks/network"].key,
        kind="csv",
        url="finns/inte",
        app_label="networks",
        unused="1/1/",
        content_type_id=ContentType.objects.get(app_label="networks", model="network").pk,
    )


def words(response: Any) -> str:
    """All that was answered, head and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{dict(response.headers)} {body.decode(errors='replace')}"
