"""Every address of the admin and of previews, asked for and posted to by everyone there is.

The addresses come from the resolver: one that is not in the table fails. For each the table holds one letter for each
role. What is refused changes no row of any table, and its answer holds none of the words that everything was planted
with.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import timedelta
from typing import Any

import pytest
import reversion
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import EmailField, URLField
from django.test import Client
from django.utils import timezone
from reversion.models import Version

from accounts.models import LoginRecord
from editing.models import Draft, Preview
from editing.proof import proof_of
from feedback.models import Answer, Purge, Retention
from pages.models import OldAddress
from tests.addresses import fill, patterns
from tests.factories import (
    LONG_AGO,
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
from tests.forms import SAME_ORIGIN, filled_in
from twinning.models import Partnership

pytestmark = pytest.mark.django_db

SECRET = "Hemligord"  # in everything that is stored; no refusal may hold it
# In the order of the table's letters. "Lena" has the link of a shared preview, "Sten" an account and no role.
ROLES = ["anonym", "läsare med länk", "konto utan roll", "Redaktör", "Samordnare", "Administratör"]
SHARED, UNSHARED = "delad-nyckel", "odelad-nyckel"

# What came of it: o opened, r led on, l led to the login, f forbidden (403), m missing (404), x not this method (405);
# of posts that were not refused: n nothing was stored, d a draft alone, p a preview alone, w something was written.
REFUSED = set("lfmx")

PUBLISHABLE = ["networks/network", "networks/focusarea", "twinning/town", "pages/page"]
ALONE = ["accessibility/statement"]  # a site has one: none is added or deleted
AT_ONCE = ["contacts/contact", "twinning/partnership"]  # public as soon as saved; the editor only reads them
DRAFTED = ["twinning/exchange"]  # public as soon as saved; the editor drafts
KINDS = [*PUBLISHABLE, *ALONE, *AT_ONCE, *DRAFTED]

OBJECT = "<path:object_id>/"
OF_A_KIND = {  # of each kind of content, where no line below says otherwise
    "": "llfooo",
    "add/": "llfooo",
    f"{OBJECT}": "llrrrr",  # leads on to the form, which is asked for anew
    f"{OBJECT}change/": "llfooo",
    f"{OBJECT}history/": "llfooo",
    f"{OBJECT}delete/": "llffoo",
    "deleted/": "llffoo",
    "<int:object_id>/discard/": "llfrrr",
    "restore/<int:version_id>/": "llffff",  # by a post alone
}
GETS = {f"admin/{kind}/{rest}": letters for kind in KINDS for rest, letters in OF_A_KIND.items()}
GETS |= {f"admin/{kind}/add/": "llffoo" for kind in [*AT_ONCE, *DRAFTED]}
GETS |= {f"admin/{kind}/<int:object_id>/discard/": "llffrr" for kind in AT_ONCE}
GETS |= {
    "admin/accessibility/statement/add/": "llffff",
    f"admin/accessibility/statement/{OBJECT}delete/": "llffff",
    "admin/": "lloooo",
    "admin/login/": "oooooo",
    "admin/logout/": "rrxxxx",
    "admin/password_change/": "lloooo",
    "admin/password_change/done/": "lloooo",
    "admin/autocomplete/": "llfooo",
    "admin/jsi18n/": "lloooo",
    "admin/r/<path:unused>": "llmmmm",
    "admin/r/<path:content_type_id>/<path:object_id>/": "llmmmm",
    "admin/(?P<url>.*)$": "llmmmm",
    "admin/^(?P<app_label>pages|accessibility|twinning|networks|contacts|feedback|accounts|auth)/$": "llmooo",
    "admin/editing/heartbeat/": "llxxxx",
    "admin/editing/preview/<str:key>/": "llfooo",
    "admin/editing/preview/<str:key>/share/": "llxxxx",
    "admin/editing/preview/<str:key>/<str:language>/": "llfooo",
    "admin/still-right/<str:key>/": "llxxxx",
    "forhandsvisning/<str:key>/<str:language>/": "mommmm",
    "admin/pages/oldaddress/": "llfooo",
    "admin/pages/oldaddress/add/": "llffff",
    f"admin/pages/oldaddress/{OBJECT}history/": "llfooo",
    f"admin/pages/oldaddress/{OBJECT}delete/": "llffff",
    f"admin/pages/oldaddress/{OBJECT}change/": "llfooo",
    f"admin/pages/oldaddress/{OBJECT}": "llrrrr",
    "admin/feedback/answer/rapport/": "llfooo",
    "admin/feedback/answer/rapport/<str:page>/": "llfooo",
    "admin/feedback/answer/fil/<str:kind>/": "llfooo",
    "admin/feedback/answer/": "llfooo",
    "admin/feedback/answer/add/": "llffff",
    f"admin/feedback/answer/{OBJECT}history/": "llfooo",
    f"admin/feedback/answer/{OBJECT}delete/": "llffff",
    f"admin/feedback/answer/{OBJECT}change/": "llfooo",
    f"admin/feedback/answer/{OBJECT}": "llrrrr",
    "admin/feedback/retention/": "llffoo",
    "admin/feedback/retention/add/": "llffff",
    f"admin/feedback/retention/{OBJECT}history/": "llffoo",
    f"admin/feedback/retention/{OBJECT}delete/": "llffff",
    f"admin/feedback/retention/{OBJECT}change/": "llffoo",
    f"admin/feedback/retention/{OBJECT}": "llrrrr",
    "admin/feedback/purge/": "llffoo",
    "admin/feedback/purge/add/": "llffff",
    f"admin/feedback/purge/{OBJECT}history/": "llffoo",
    f"admin/feedback/purge/{OBJECT}delete/": "llffff",
    f"admin/feedback/purge/{OBJECT}change/": "llffoo",
    f"admin/feedback/purge/{OBJECT}": "llrrrr",
    # The log of logins is read by the administrator alone, and changed by nobody.
    "admin/accounts/loginrecord/": "llfffo",
    "admin/accounts/loginrecord/add/": "llffff",
    f"admin/accounts/loginrecord/{OBJECT}history/": "llfffo",
    f"admin/accounts/loginrecord/{OBJECT}delete/": "llffff",
    f"admin/accounts/loginrecord/{OBJECT}change/": "llfffo",
    f"admin/accounts/loginrecord/{OBJECT}": "llrrrr",
    "admin/auth/user/<id>/password/": "llfffo",
    "admin/auth/user/": "llfffo",
    "admin/auth/user/add/": "llfffo",
    f"admin/auth/user/{OBJECT}history/": "llfffo",
    f"admin/auth/user/{OBJECT}delete/": "llffff",
    f"admin/auth/user/{OBJECT}change/": "llfffo",
    f"admin/auth/user/{OBJECT}": "llrrrr",
}


def inside(pattern: str) -> bool:
    """Whether it is an address of the admin or of a preview."""
    return pattern.startswith(("admin/", "forhandsvisning/"))


def test_no_address_is_forgotten() -> None:
    assert set(filter(inside, patterns())) == set(GETS)
    assert {pattern.partition(" ")[0] for pattern in POSTS} == set(GETS)


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
    for name in ROLES[2:]:
        accounts[name] = User.objects.create_user(name.split()[0].lower(), password="x", is_staff=True)
        if group := Group.objects.filter(name=name).first():
            accounts[name].groups.add(group)
    chief = User.objects.create_superuser(f"{SECRET}-chef", password="x")
    public, hidden = {}, {}
    factories: dict[str, Any] = {
        "contacts/contact": ContactFactory, "networks/focusarea": FocusAreaFactory, "networks/network": NetworkFactory,
        "twinning/town": TownFactory, "pages/page": PageFactory, "accessibility/statement": StatementFactory,
        "twinning/exchange": ExchangeFactory, "twinning/partnership": PartnershipFactory,
    }  # fmt: skip
    planted(ContactFactory, is_main=True)
    home = planted(TownFactory, home=True)
    for section in ("contact", "twin_towns", "take_part"):  # which show what has no page of its own
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
        "feedback/answer": answer,
        "feedback/retention": Retention.objects.get(),
        "feedback/purge": Purge.objects.create(answers=1, older_than=LONG_AGO, reference=f"{SECRET} KS"),
        "accounts/loginrecord": LoginRecord.objects.create(
            outcome="failed", method=SECRET, name_digest=SECRET, sender_digest=SECRET
        ),
        "auth/user": User.objects.create_user(f"{SECRET}-robin", password="x", is_staff=True),
    }
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


def address(world: World, pattern: str, role: str, of: str = "public") -> str:
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
        if role == "läsare med länk" or pattern.startswith("admin/")
        else UNSHARED,
        language="en",
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


def outcome(response: Any) -> str:
    """The letter of an answer, as far as it tells by itself."""
    if response.status_code == 302 and response.headers["Location"].startswith("/admin/login/"):
        return "l"
    return {200: "o", 302: "r", 403: "f", 404: "m", 405: "x"}.get(response.status_code, f"({response.status_code})")


QUERIES = {"admin/autocomplete/": {"app_label": "networks", "model_name": "network", "field_name": "focus_areas"}}


def compare(found: dict[str, str], expected: dict[str, str]) -> None:
    wrong = [f"{row}: {found[row]}, not {expected[row]}" for row in expected if found[row] != expected[row]]
    assert not wrong, "\n".join([f"({', '.join(ROLES)})", *wrong])


def test_what_opens(world: World) -> None:
    clients = {role: client_of(world, role) for role in ROLES}
    found = dict.fromkeys(GETS, "")
    for pattern in GETS:
        for role, client in clients.items():
            with rolled_back() as tables:
                response = client.get(address(world, pattern, role), QUERIES.get(pattern, {}))
                came = outcome(response)
                if came in REFUSED or came == "r":
                    assert not tables, f"{pattern} was refused and stored something"
                    assert SECRET.lower() not in words(response).lower(), f"{pattern} was refused and told"
                found[pattern] += came
    compare(found, GETS)


# Posts: the address, then which button or action, then of which object where it is not the public one.
POST_OF_A_KIND = {
    " publish_now": "llfnnn",  # it is public already
    " unpublish_now": "llfnww",
    " delete_selected": "llfnnn",
    "add/ _save": "fffwww",
    "add/ _preview": "fffppp",
    "add/ _restore": "fffnnn",
    f"{OBJECT} post": "llrrrr".replace("r", "n"),
    f"{OBJECT}change/ _save": "fffdww",
    f"{OBJECT}change/ _publish": "fffdww",
    f"{OBJECT}change/ _unpublish": "fffdww",
    f"{OBJECT}change/ _draft": "fffddd",
    f"{OBJECT}change/ _preview": "fffppp",
    f"{OBJECT}change/ _restore": "fffnnn",
    f"{OBJECT}history/ post": "llfnnn",
    f"{OBJECT}delete/ post": "llffww",
    "deleted/ post": "llffnn",
    "<int:object_id>/discard/ sure": "llfddd",
    "restore/<int:version_id>/ post": "llffww",
    "restore/<int:version_id>/ post deleted": "llffww",
}
ADDING = {"_save": "ww", "_preview": "pp", "_restore": "nn"}
OF_HIDDEN = {  # not public: the editor saves it, and publishes nothing
    " publish_now hidden": "llfnww",
    f"{OBJECT}change/ _save hidden": "fffwww",
    f"{OBJECT}change/ _publish hidden": "fffwww",
    f"{OBJECT}change/ _draft hidden": "fffddd",
    f"{OBJECT}delete/ post hidden": "llffww",
    "restore/<int:version_id>/ post hidden": "llfwww",
}
POSTS = {f"admin/{kind}/{rest}": letters for kind in KINDS for rest, letters in POST_OF_A_KIND.items()}
POSTS |= {
    row: f"{letters[:3]}f{letters[4:]}"
    for row, letters in POSTS.items()
    if any(f"/{kind}/{OBJECT}change/" in row for kind in AT_ONCE)
}
del POSTS["admin/accessibility/statement/restore/<int:version_id>/ post deleted"]
POSTS |= {f"admin/{kind}/ unpublish_now": "llfnnn" for kind in [*ALONE, *AT_ONCE, *DRAFTED]}  # it must stay
for kind in [*AT_ONCE, *DRAFTED]:
    POSTS |= {f"admin/{kind}/add/ {button}": f"ffff{done}" for button, done in ADDING.items()}
POSTS |= {f"admin/{kind}/<int:object_id>/discard/ sure": "llffdd" for kind in AT_ONCE}
POSTS |= {f"admin/{kind}/{rest}": letters for kind in PUBLISHABLE for rest, letters in OF_HIDDEN.items()}
POSTS |= {f"admin/accessibility/statement/add/ {button}": "llffff" for button in ("_save", "_preview", "_restore")} | {
    f"admin/accessibility/statement/{OBJECT}delete/ post": "llffff",
    "admin/ post": "llnnnn",
    "admin/login/ post": "wwwwww",  # the try is counted and logged
    "admin/logout/ post": "nnwwww",  # the session goes
    "admin/password_change/ post": "llwwww",
    "admin/password_change/done/ post": "llxxxx",
    "admin/autocomplete/ post": "llxxxx",
    "admin/jsi18n/ post": "llxxxx",
    "admin/r/<path:unused> post": "llmmmm",
    "admin/r/<path:content_type_id>/<path:object_id>/ post": "llmmmm",
    "admin/(?P<url>.*)$ post": "llmmmm",
    "admin/^(?P<app_label>pages|accessibility|twinning|networks|contacts|feedback|accounts|auth)/$ post": "llmnnn",
    "admin/editing/heartbeat/ post": "llfnnn",
    "admin/editing/preview/<str:key>/ post": "llxxxx",
    "admin/editing/preview/<str:key>/share/ post": "llfppp",
    "admin/editing/preview/<str:key>/share/ revoke": "llfppp",
    "admin/editing/preview/<str:key>/<str:language>/ post": "llxxxx",
    "admin/still-right/<str:key>/ post": "llffww",
    "forhandsvisning/<str:key>/<str:language>/ post": "xxxxxx",
    "admin/feedback/answer/rapport/ post": "llfnnn",
    "admin/feedback/answer/rapport/<str:page>/ post": "llfnnn",
    "admin/feedback/answer/fil/<str:kind>/ post": "llfnnn",
    "admin/feedback/answer/ mark_handled": "llfnww",
    "admin/feedback/answer/ mark_archived": "llfnww",
    "admin/feedback/answer/ mark_new": "llfnww",
    "admin/feedback/answer/ disclose": "llfnnn",
    "admin/feedback/retention/ delete_selected": "llffnn",
    "admin/feedback/purge/ delete_selected": "llffnn",
    "admin/pages/oldaddress/ delete_selected": "llfnnn",
    "admin/accounts/loginrecord/ delete_selected": "llfffn",
    "admin/auth/user/ delete_selected": "llfffn",
    "admin/auth/user/ forget_second_step": "llfffw",
    "admin/auth/user/<id>/password/ post": "llfffw",
}
for kind, add, change in (
    ("pages/oldaddress", "llffff", "ffffww"),
    ("feedback/answer", "llffff", "ffffww"),
    ("feedback/retention", "llffff", "ffffww"),
    ("feedback/purge", "llffff", "ffffff"),
    ("accounts/loginrecord", "llffff", "ffffff"),
    ("auth/user", "fffffw", "fffffw"),
):
    POSTS |= {f"admin/{kind}/add/ _save": add, f"admin/{kind}/{OBJECT}change/ _save": change}
    reading = GETS[f"admin/{kind}/{OBJECT}history/"].replace("o", "n")
    POSTS |= {f"admin/{kind}/{OBJECT}history/ post": reading, f"admin/{kind}/{OBJECT}delete/ post": "llffff"}
    POSTS[f"admin/{kind}/{OBJECT} post"] = "llnnnn"

ADDED = {
    "name_sv": "Nytt",
    "title_sv": "Nytt",
    "name": "Ny",
    "slug": "nytt",
    "phone": "031-315 10 00",
    "email": "n@example.se",
    "country": "DE",
    "latitude": "51,8",
    "longitude": "6,8",
}
ACCOUNT = {"username": "ny", "password1": "en lång mening", "password2": "en lång mening"}
PASSWORDS = {"old_password": "x", "new_password1": "en lång mening", "new_password2": "en lång mening"}
CHANGED = ("summary_sv", "title_sv", "name_sv", "role_sv", "decision", "reference", "first_name")


def typed(world: World, pattern: str, url: str, button: str) -> dict[str, Any]:
    """What one who may do everything would post from the form at the address. None of it is the planted word."""
    if url not in world.forms:
        world.forms[url] = {}
        with suppress(KeyError):  # a form that nobody gets
            world.forms[url] = filled_in(world.chief, url)
    data: dict[str, Any] = dict(world.forms[url])
    for name, value in data.items():
        if isinstance(value, str):
            data[name] = value.replace(SECRET, "Skrivet").replace(SECRET.lower(), "skrivet")
    if pattern.endswith("add/"):
        role = {"role": Group.objects.get(name="Redaktör").pk}
        towns = [world.hidden["twinning/town"].pk, world.public["twinning/town"].pk]
        role |= {"introduction_sv": "Ny", "towns": towns, "for_schools": "on", "how_to_join_sv": "Ring."}
        return data | ADDED | dict(zip(("town_a", "town_b"), towns, strict=True)) | ACCOUNT | role | {button: "sure"}
    if "oldaddress" in pattern:
        return data | {"target": world.public["twinning/town"].key}
    changed = next((name for name in CHANGED if name in data), "note")
    return data | {changed: "Ändrat", button: "sure"}


def payload(  # noqa: PLR0911
    world: World, pattern: str, url: str, button: str, of: str
) -> dict[str, Any]:
    kind = "/".join(pattern.split("/")[1:3])
    if "password_change" in pattern:
        return PASSWORDS
    if pattern.endswith(("/change/", "/add/")):
        return typed(world, pattern, url, button)
    if pattern == f"admin/{kind}/" and kind in {**world.public, **world.others}:
        rows = world.hidden[kind] if of == "hidden" else {**world.public, **world.others}[kind]
        return {"action": button, "_selected_action": [rows.pk], "post": "yes", "sure": "sure"}
    if pattern.endswith("password/"):
        return {**ACCOUNT, "usable_password": "true"}
    if pattern.endswith("heartbeat/"):
        return {"model": "networks.network", "object_id": world.public["networks/network"].pk}
    if button == "sure":
        draft = Draft.objects.get(model=kind.replace("/", "."), object_id=world.public[kind].pk)
        return {"sure": draft.saved_at.isoformat()}
    return {button: "yes", "sure": "sure"}


def written(tables: set[str]) -> str:
    """The letter of what was stored. Who has a form open is told by every form, and a message waits in the session."""
    tables = tables - {"editing_presence", "django_session"}
    return {frozenset(): "n", frozenset({"editing_draft"}): "d", frozenset({"editing_preview"}): "p"}.get(
        frozenset(tables), "w"
    )


def test_what_is_stored(world: World) -> None:
    clients = {role: client_of(world, role) for role in ROLES}
    found = dict.fromkeys(POSTS, "")
    for row in POSTS:
        pattern, button, of = f"{row} public".split(" ")[:3]
        with rolled_back():
            data = payload(world, pattern, address(world, pattern, "", of), button, of)
        for role, client in clients.items():
            with rolled_back() as tables:
                cookies = dict(client.cookies)
                path = address(world, pattern, role, of)
                if "_proof" in data:
                    data["_proof"] = proof_of(world.accounts.get(role, world.accounts["Administratör"]), path)
                response = client.post(path, data, headers=SAME_ORIGIN)
                client.cookies.clear()  # a logout is rolled back here, too
                client.cookies.update(cookies)
                came = outcome(response)
                if came in REFUSED:
                    assert not tables, f"{row} was refused and stored something"
                    assert SECRET.lower() not in words(response).lower(), f"{row} was refused and told"
                found[row] += came if came in REFUSED else written(tables) if came in "or" else came
    compare(found, POSTS)


def test_every_action_of_a_list_is_in_the_table() -> None:
    listed = {
        f"admin/{model._meta.app_label}/{model._meta.model_name}/ {name if isinstance(name, str) else name.__name__}"
        for model, model_admin in admin.site._registry.items()
        for name in model_admin.actions or ()
    }
    assert listed
    assert listed <= set(POSTS)


@pytest.mark.parametrize("initial", ["0", "1"])
@pytest.mark.parametrize("delete", ["", "on"])
def test_a_part_is_not_changed_or_deleted_through_another_page(world: World, initial: str, delete: str) -> None:
    network = world.hidden["networks/network"]
    theirs = world.public["networks/network"].projects.get()
    url = f"/admin/networks/network/{network.pk}/change/"
    row = {"id": theirs.pk, "name_sv": "Stulet", "network": network.pk, "DELETE": delete, "position": 1}
    forged = {f"projects-0-{name}": value for name, value in row.items() if value}
    for role in ("Redaktör", "Samordnare"):
        client = client_of(world, role)
        data = filled_in(client, url) | forged
        data |= {"projects-TOTAL_FORMS": "1", "projects-INITIAL_FORMS": initial, "_save": "1"}
        assert client.post(url, data).status_code < 500
        theirs.refresh_from_db()
        assert theirs.network == world.public["networks/network"]
        assert SECRET in theirs.name_sv


AGREEMENT_ROWS = {"partnerships-TOTAL_FORMS": "1", "partnerships-INITIAL_FORMS": "1", "_save": "1"}


@pytest.mark.parametrize("changes", [{"until": "2001"}, {"since": "1999"}, {"DELETE": "on"}])
@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize("role", ["Redaktör", "Samordnare"])
def test_an_agreement_is_changed_on_its_own_towns_by_who_may(
    world: World, changes: dict[str, str], mine: bool, role: str
) -> None:
    """Not by the editor, who only reads agreements, and not through a third town."""
    town, agreement = world.hidden["twinning/town"], world.public["twinning/partnership"]
    if mine:
        agreement = planted(PartnershipFactory, town_a=town)
    client, url = client_of(world, role), f"/admin/twinning/town/{town.pk}/change/"
    row = {"id": agreement.pk, "partner": agreement.town_b.pk, "kind": agreement.kind, **changes}
    data = filled_in(client, url) | {f"partnerships-0-{name}": value for name, value in row.items()}
    client.post(url, data | {"partnerships-TOTAL_FORMS": "1", "partnerships-INITIAL_FORMS": "1", "_save": "1"})
    there = Partnership.objects.filter(pk=agreement.pk, since=None, until=None, town_a=agreement.town_a).exists()
    assert there is not (role == "Samordnare" and mine)


def test_nothing_is_restored_or_thrown_away_through_another_kind(world: World) -> None:
    client = client_of(world, "Administratör")
    part = Version.objects.get_for_object(world.public["networks/network"].projects.get())[0].pk
    for kind in KINDS:
        others = [pk for versions in (world.version, world.deleted) for of, pk in versions.items() if of != kind]
        for version in [*others, part]:
            assert client.post(f"/admin/{kind}/restore/{version}/").status_code == 404
    drafts = Draft.objects.count()
    for kind in KINDS:  # of an object that has no draft
        client.post(f"/admin/{kind}/{world.public[kind].pk + 1000}/discard/", {"sure": "1"})
    assert Draft.objects.count() == drafts


def test_preview_is_resumed_by_its_maker_only(world: World) -> None:
    preview = Preview.objects.get(key=UNSHARED)
    Preview.objects.filter(pk=preview.pk).update(data={**preview.data, "summary_sv": ["Förhandsordet"]})
    network, hidden = world.public["networks/network"], world.hidden["networks/network"]
    urls = [f"/admin/networks/network/{obj.pk}/change/" for obj in (network, hidden)]
    urls += ["/admin/networks/network/add/", f"/admin/pages/page/{world.public['pages/page'].pk}/change/"]
    for role in ("Redaktör", "Samordnare", "Administratör"):
        for url in urls:
            shown = "Förhandsordet" in words(client_of(world, role).get(url, {"preview": UNSHARED}))
            assert shown is (role == "Samordnare" and url == urls[0]), (role, url)


def test_a_link_shows_what_was_shared_and_no_longer_than_it_is(world: World) -> None:
    reader = client_of(world, "läsare med länk")
    paths = [f"{code}/" for code, _name in settings.LANGUAGES]
    for path in paths:
        assert SECRET in words(reader.get(f"/forhandsvisning/{SHARED}/{path}"))
    for key in (UNSHARED, SHARED[:-1], SHARED.upper(), f"{SHARED}%00", f"{SHARED}' OR 1=1 --"):
        assert reader.get(f"/forhandsvisning/{key}/sv/").status_code == 404, key
    for path in ("", "xx/", "sv/en/", "../", "%2e%2e/", f"{UNSHARED}/"):
        response = reader.get(f"/forhandsvisning/{SHARED}/{path}")
        assert response.status_code == 404
        assert SECRET not in words(response)
    for change in ({"is_shared": False}, {"expires_at": timezone.now()}):
        with rolled_back():
            Preview.objects.filter(key=SHARED).update(**change)
            for path in paths:
                response = reader.get(f"/forhandsvisning/{SHARED}/{path}")
                assert response.status_code == 404
                assert SECRET not in words(response)


def test_a_link_dies_with_its_makers_account_and_role(world: World) -> None:
    reader, maker = client_of(world, "läsare med länk"), world.accounts["Samordnare"]
    with rolled_back():
        maker.groups.clear()
        assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 404
    assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 200
    User.objects.filter(pk=maker.pk).update(is_active=False)
    assert reader.get(f"/forhandsvisning/{SHARED}/sv/").status_code == 404
