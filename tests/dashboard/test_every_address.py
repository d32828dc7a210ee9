"""Every address of the admin and of previews, asked for and posted to by every role.

The addresses come from the resolver: one that is not in the table fails. For each the table holds one letter for each
role, in the order of ROLES. What is refused changes no row of any table, and its answer holds no planted word.
"""

from contextlib import nullcontext, suppress
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from editing.models import Draft
from editing.proof import proof_of
from partners.models import Suggestion
from tests.addresses import patterns
from tests.dashboard.world import (
    ALONE,
    AT_ONCE,
    DRAFTED,
    KINDS,
    PUBLISHABLE,
    ROLES,
    SECRET,
    World,
    address,
    client_of,
    rolled_back,
    words,
    world,
)
from tests.forms import SAME_ORIGIN, filled_in, unwritten

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db

# What came of it: o opened, r led on, l led to the login, f forbidden (403), m missing (404), x not this method (405);
# of posts that were not refused: n nothing was stored, d a draft alone, p a preview alone, w something was written.
REFUSED = set("lfmx")

OBJECT = "<path:object_id>/"
APPS = "search|pages|accessibility|news|partners|twinning|networks|contacts|feedback|quality|accounts|dashboard|auth"
OF_A_KIND = {  # of each kind of content, where no line below says otherwise
    "": "lfooo",
    "add/": "lfooo",
    "add/discard/": "lfrrr",
    f"{OBJECT}": "lrrrr",  # leads on to the form, which is asked for anew
    f"{OBJECT}change/": "lfooo",
    f"{OBJECT}history/": "lfooo",
    f"{OBJECT}delete/": "lffoo",
    "deleted/": "lffoo",
    "<int:object_id>/discard/": "lfrrr",
    "restore/<int:version_id>/": "lffff",  # by a post alone
}
GETS = {f"admin/{kind}/{rest}": letters for kind in KINDS for rest, letters in OF_A_KIND.items()}
GETS |= {f"admin/{kind}/add/": "lffoo" for kind in [*AT_ONCE, *DRAFTED]}
GETS |= {f"admin/{kind}/add/discard/": "lffrr" for kind in [*AT_ONCE, *DRAFTED]}
GETS |= {f"admin/{kind}/<int:object_id>/discard/": "lffrr" for kind in AT_ONCE}
GETS |= {
    "admin/accessibility/statement/add/discard/": "lffff",
    "admin/accessibility/statement/add/": "lffff",
    f"admin/accessibility/statement/{OBJECT}delete/": "lffff",
    "admin/": "loooo",
    "admin/login/": "ooooo",
    "admin/logout/": "rxxxx",
    "admin/password_change/": "loooo",
    "admin/password_change/done/": "loooo",
    "admin/autocomplete/": "lfooo",
    "admin/jsi18n/": "loooo",
    "admin/r/<path:unused>": "lmmmm",
    "admin/r/<path:content_type_id>/<path:object_id>/": "lmmmm",
    "admin/(?P<url>.*)$": "lmmmm",
    f"admin/^(?P<app_label>{APPS})/$": "lmooo",
    "admin/editing/heartbeat/": "lxxxx",
    "admin/editing/preview/<str:key>/": "lfooo",
    "admin/editing/preview/<str:key>/share/": "lxxxx",
    "admin/editing/preview/<str:key>/<str:language>/": "lfooo",
    "admin/still-right/<str:key>/": "lxxxx",
    "admin/help/": "loooo",
    "admin/find/": "loooo",
    "admin/arkiv/": "lffoo",
    "admin/aret/": "lfooo",
    "admin/lamna-over/": "lfooo",
    "admin/oversatt/": "lfooo",
    "admin/oversatt/in/": "lxxxx",
    "admin/oversatt/ut/<str:language>.<str:kind>": "lfmmm",  # no kind of file
    "admin/oversatt/<str:label>/<int:pk>/<str:language>/": "lfooo",
    "admin/picture/": "lxxxx",
    "admin/find-pages/": "lfooo",
    "forhandsvisning/<str:key>/<str:language>/": "mmmmm",
    "admin/feedback/answer/rapport/": "lfooo",
    "admin/feedback/answer/rapport/<str:page>/": "lfooo",
    "admin/feedback/answer/fil/<str:kind>/": "lfooo",
    "admin/auth/user/<id>/password/": "lmmmm",
}
READ = {  # other kinds: who may read them, and who may add one
    "pages/oldaddress": ("lfooo", "lffff"),
    "accessibility/report": ("lffoo", "lffff"),
    "partners/confirmation": ("lffoo", "lffoo"),
    "feedback/answer": ("lfooo", "lffff"),
    "feedback/retention": ("lffoo", "lffff"),
    "feedback/purge": ("lffoo", "lffff"),
    "search/synonyms": ("lffoo", "lffoo"),
    "quality/checkedlink": ("lfooo", "lffff"),
    "quality/spelling": ("lffoo", "lffoo"),
    "dashboard/note": ("lfooo", "lfooo"),
    "accounts/loginrecord": ("lfffo", "lffff"),
    "auth/user": ("lfffo", "lfffo"),
}
for kind, (read, add) in READ.items():
    GETS |= {f"admin/{kind}/{rest}": read for rest in ("", f"{OBJECT}history/", f"{OBJECT}change/")}
    GETS |= {f"admin/{kind}/add/": add, f"admin/{kind}/{OBJECT}delete/": "lffff", f"admin/{kind}/{OBJECT}": "lrrrr"}
DELETED = ("search/synonyms", "quality/spelling", "dashboard/note", "partners/confirmation")
GETS |= {f"admin/{kind}/{OBJECT}delete/": "lffoo" for kind in DELETED}


def inside(pattern: str) -> bool:
    """Whether it is an address of the admin or of a preview."""
    return pattern.startswith(("admin/", "forhandsvisning/"))


def test_no_address_is_forgotten() -> None:
    assert set(filter(inside, patterns())) == set(GETS)
    alike = {pattern for pattern in GETS for kind in ALIKE if pattern.startswith(f"admin/{kind}/")}
    assert {pattern.partition(" ")[0] for pattern in POSTS} | alike == set(GETS)


def outcome(response: Any) -> str:
    """The letter of an answer, as far as it tells by itself."""
    if response.status_code == 302 and response.headers["Location"].startswith("/admin/login/"):
        return "l"
    return {200: "o", 302: "r", 403: "f", 404: "m", 405: "x"}.get(response.status_code, f"({response.status_code})")


QUERIES = {
    "admin/find/": {"q": "x"},
    "admin/autocomplete/": {"app_label": "networks", "model_name": "network", "field_name": "focus_areas"},
}


def compare(found: dict[str, str], expected: dict[str, str]) -> None:
    wrong = [f"{row}: {found[row]}, not {expected[row]}" for row in expected if found[row] != expected[row]]
    assert not wrong, "\n".join([f"({', '.join(ROLES)})", *wrong])


def asked(letters: str) -> int:
    """How many of the roles are asked: not the administrator where nothing is expected but what the coordinator may.

    An administrator has all of the coordinator's permissions (test_roles.py).
    """
    return 4 if letters[3] == letters[4] and letters[3] not in REFUSED else 5


def test_what_opens(world: World) -> None:
    """The page is written for the first role that it opens for, who may least. A refusal is always written."""
    clients = [client_of(world, role) for role in ROLES]
    found = dict.fromkeys(GETS, "")
    for pattern, letters in GETS.items():
        for client in clients[: asked(letters)]:
            with rolled_back() as tables, unwritten() if "o" in found[pattern] else nullcontext():
                response = client.get(address(world, pattern), QUERIES.get(pattern, {}))
                came = outcome(response)
                if came in REFUSED or came == "r":
                    assert not tables, f"{pattern} was refused and stored something"
                    assert SECRET.lower() not in words(response).lower(), f"{pattern} was refused and told"
                found[pattern] += came
    compare(found, {pattern: letters[: asked(letters)] for pattern, letters in GETS.items()})


# Posts: the address, then which button or action, then of which object where it is not the public one.
POST_OF_A_KIND = {
    " publish_now": "lfnnn",  # it is public already
    " unpublish_now": "lfnww",
    " delete_selected": "lfnnn",
    "add/ _save": "ffwww",
    "add/ _preview": "ffppp",
    "add/ _restore": "ffnnn",
    "add/discard/ post": "lfnnn",
    f"{OBJECT} post": "lrrrr".replace("r", "n"),
    f"{OBJECT}change/ _save": "ffdww",
    f"{OBJECT}change/ _publish": "ffdww",
    f"{OBJECT}change/ _unpublish": "ffdww",
    f"{OBJECT}change/ _draft": "ffddd",
    f"{OBJECT}change/ _autosave": "ffddd",
    f"{OBJECT}change/ _propose": "ffwww",
    f"{OBJECT}change/ _return": "fffnn",
    f"{OBJECT}change/ _translated": "ffnnn",
    f"{OBJECT}change/ _preview": "ffppp",
    f"{OBJECT}change/ _live": "ffppp",
    f"{OBJECT}change/ _restore": "ffnnn",
    f"{OBJECT}history/ post": "lfnnn",
    f"{OBJECT}delete/ post": "lffww",
    "deleted/ post": "lffnn",
    "<int:object_id>/discard/ sure": "lfddd",
    "restore/<int:version_id>/ post": "lffww",
    "restore/<int:version_id>/ post deleted": "lffww",
}
ADDING = {"_save": "ww", "_preview": "pp", "_restore": "nn"}
OF_HIDDEN = {  # not public: the editor saves it, and publishes nothing
    " publish_now hidden": "lfnww",
    f"{OBJECT}change/ _save hidden": "ffwww",
    f"{OBJECT}change/ _publish hidden": "ffwww",
    f"{OBJECT}change/ _draft hidden": "ffddd",
    f"{OBJECT}delete/ post hidden": "lffww",
    "restore/<int:version_id>/ post hidden": "lfwww",
}
POSTS = {f"admin/{kind}/{rest}": letters for kind in KINDS for rest, letters in POST_OF_A_KIND.items()}
POSTS |= {
    row: f"{letters[:2]}f{letters[3:]}"
    for row, letters in POSTS.items()
    if any(f"/{kind}/{OBJECT}change/" in row for kind in AT_ONCE)
}
del POSTS["admin/accessibility/statement/restore/<int:version_id>/ post deleted"]
POSTS |= {f"admin/{kind}/ unpublish_now": "lfnnn" for kind in [*ALONE, *AT_ONCE, *DRAFTED]}  # it must stay
for kind in [*AT_ONCE, *DRAFTED]:
    POSTS |= {f"admin/{kind}/add/ {button}": f"fff{done}" for button, done in ADDING.items()}
    POSTS[f"admin/{kind}/add/discard/ post"] = "lffnn"
POSTS |= {f"admin/{kind}/<int:object_id>/discard/ sure": "lffdd" for kind in AT_ONCE}
POSTS |= {f"admin/{kind}/{rest}": letters for kind in PUBLISHABLE for rest, letters in OF_HIDDEN.items()}
POSTS["admin/accessibility/statement/add/discard/ post"] = "lffff"
POSTS |= {f"admin/accessibility/statement/add/ {button}": "lffff" for button in ("_save", "_preview", "_restore")} | {
    f"admin/accessibility/statement/{OBJECT}delete/ post": "lffff",
    "admin/ post": "lnnnn",
    "admin/login/ post": "wwwww",  # the try is counted and logged
    "admin/logout/ post": "nwwww",  # the session goes
    "admin/password_change/ post": "lwwww",
    "admin/password_change/done/ post": "lxxxx",
    "admin/autocomplete/ post": "lxxxx",
    "admin/jsi18n/ post": "lxxxx",
    "admin/r/<path:unused> post": "lmmmm",
    "admin/r/<path:content_type_id>/<path:object_id>/ post": "lmmmm",
    "admin/(?P<url>.*)$ post": "lmmmm",
    f"admin/^(?P<app_label>{APPS})/$ post": "lmnnn",
    "admin/editing/heartbeat/ post": "lfnnn",
    "admin/editing/preview/<str:key>/ post": "lxxxx",
    "admin/editing/preview/<str:key>/share/ post": "lfppp",
    "admin/editing/preview/<str:key>/share/ revoke": "lfppp",
    "admin/editing/preview/<str:key>/<str:language>/ post": "lxxxx",
    "admin/still-right/<str:key>/ post": "lffww",
    "admin/help/ post": "lxxxx",
    "admin/find/ post": "lxxxx",
    "admin/arkiv/ post": "lffnn",
    "admin/aret/ post": "lxxxx",
    "admin/lamna-over/ post": "lxxxx",
    "admin/oversatt/ post": "lxxxx",
    "admin/oversatt/in/ post": "lfnnn",  # no file
    "admin/oversatt/ut/<str:language>.<str:kind> post": "lxxxx",
    "admin/oversatt/<str:label>/<int:pk>/<str:language>/ post": "lfnnn",  # not what was shown
    "admin/picture/ post": "lfnnn",
    "admin/find-pages/ post": "lxxxx",
    "forhandsvisning/<str:key>/<str:language>/ post": "xxxxx",
    "admin/feedback/answer/rapport/ post": "lfnnn",
    "admin/feedback/answer/rapport/<str:page>/ post": "lfnnn",
    "admin/feedback/answer/fil/<str:kind>/ post": "lfnnn",
    "admin/accessibility/report/ delete_selected": "lffnn",
    "admin/partners/confirmation/ delete_selected": "lffnn",
    f"admin/partners/confirmation/{OBJECT}change/ send": "lffww",
    f"admin/partners/confirmation/{OBJECT}change/ revoke": "lffww",
    f"admin/partners/confirmation/{OBJECT}change/ decline": "lffww",
    "admin/feedback/answer/ mark_handled": "lfnww",
    "admin/feedback/answer/ mark_archived": "lfnww",
    "admin/feedback/answer/ mark_new": "lfnww",
    "admin/feedback/answer/ disclose": "lfnnn",
    "admin/feedback/retention/ delete_selected": "lffnn",
    "admin/feedback/purge/ delete_selected": "lffnn",
    "admin/search/synonyms/ delete_selected": "lffnn",
    "admin/quality/spelling/ delete_selected": "lffnn",
    "admin/quality/checkedlink/ delete_selected": "lfnnn",
    "admin/dashboard/note/ mark_resolved": "lfwww",
    "admin/dashboard/note/ delete_selected": "lfnnn",
    "admin/pages/oldaddress/ delete_selected": "lfnnn",
    "admin/accounts/loginrecord/ delete_selected": "lfffn",
    "admin/auth/user/ delete_selected": "lfffn",
    "admin/auth/user/ forget_second_step": "lfffw",
    "admin/auth/user/ send_links": "lfffw",
    "admin/auth/user/<id>/password/ post": "lmmmm",
}
for kind, add, change in (
    ("pages/oldaddress", "lffff", "fffww"),
    ("accessibility/report", "lffff", "fffww"),
    ("partners/confirmation", "fffww", "lffww"),
    ("feedback/answer", "lffff", "fffww"),
    ("feedback/retention", "lffff", "fffww"),
    ("search/synonyms", "fffww", "fffww"),
    ("quality/checkedlink", "lffff", "lffww"),
    ("quality/spelling", "fffww", "fffww"),
    ("dashboard/note", "ffwww", "ffwww"),
    ("feedback/purge", "lffff", "fffff"),
    ("accounts/loginrecord", "lffff", "fffff"),
    ("auth/user", "ffffw", "ffffw"),
):
    POSTS |= {f"admin/{kind}/add/ _save": add, f"admin/{kind}/{OBJECT}change/ _save": change}
    reading = GETS[f"admin/{kind}/{OBJECT}history/"].replace("o", "n")
    POSTS |= {f"admin/{kind}/{OBJECT}history/ post": reading, f"admin/{kind}/{OBJECT}delete/ post": "lffff"}
    POSTS[f"admin/{kind}/{OBJECT} post"] = "lnnnn"
POSTS |= {f"admin/{kind}/{OBJECT}delete/ post": "lffww" for kind in DELETED}
# Most of it is the same code in every kind: one kind of each group is posted to in every way, the others are saved and
# deleted.
ALIKE = {*KINDS} - {"networks/network", *ALONE, AT_ONCE[0], DRAFTED[0]}
POSTS = {
    row: letters
    for row, letters in POSTS.items()
    if not any(row.startswith(f"admin/{kind}/") for kind in ALIKE)
    or row.endswith((f"{OBJECT}change/ _save", f"{OBJECT}delete/ post"))
}

ADDED = {
    "name_sv": "Nytt",
    "title_sv": "Nytt",
    "name": "Ny",
    "words": "nytt",
    "found_as": "nyhet",
    "wrong": "nyth",
    "right": "nytt",
    "text": "Oklart",
    "slug": "nytt",
    "slug_sv": "nytt",
    "phone": "031-315 10 00",
    "email": "n@example.se",
    "country": "DE",
    "latitude": "51,8",
    "longitude": "6,8",
}
ACCOUNT = {"username": "ny", "email": "ny@example.org"}
PASSWORDS = {"old_password": "x", "new_password1": "en lång mening", "new_password2": "en lång mening"}
CHANGED = ("summary_sv", "title_sv", "name_sv", "role_sv", "decision", "reference", "first_name", "text")


def typed(world: World, pattern: str, url: str, button: str) -> dict[str, Any]:
    """What an administrator would post from the form at the address. None of it is the planted word."""
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
        role |= {"town": towns[1], "language": "de"}
        role |= {"network": world.public["networks/network"].pk, "page": world.public["networks/network"].key}
        return data | ADDED | dict(zip(("town_a", "town_b"), towns, strict=True)) | ACCOUNT | role | {button: "sure"}
    if "oldaddress" in pattern:
        return data | {"target": world.public["twinning/town"].key}
    changed = next((name for name in CHANGED if name in data), "note")
    return data | {changed: "Ändrat", button: "sure"}


def payload(  # noqa: PLR0911
    world: World, pattern: str, url: str, button: str, of: str
) -> dict[str, Any]:
    kind = "/".join(pattern.split("/")[1:3])
    if pattern.startswith(f"admin/partners/confirmation/{OBJECT}change/"):
        return {button: "1", "email": "n@example.se", "suggestion": Suggestion.objects.get().pk}
    if "password_change" in pattern:
        return PASSWORDS
    if kind == "quality/checkedlink":
        return {"new": "https://ny.example/"}
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
    """What was stored, as a letter. Presence (each form) and messages (the session) do not count."""
    tables = tables - {"editing_presence", "django_session"}
    return {frozenset(): "n", frozenset({"editing_draft"}): "d", frozenset({"editing_preview"}): "p"}.get(
        frozenset(tables), "w"
    )


def test_what_is_stored(world: World) -> None:
    """Beside refusals only what the editor gets is written: the other roles get the same pages, with more of them."""
    clients = {role: client_of(world, role) for role in ROLES}
    found = dict.fromkeys(POSTS, "")
    for row, letters in POSTS.items():
        pattern, button, of = f"{row} public".split(" ")[:3]
        with rolled_back():
            data = payload(world, pattern, address(world, pattern, of), button, of)
        for role, client in [*clients.items()][: asked(letters)]:
            is_written = role in ROLES[:3]
            with rolled_back() as tables, nullcontext() if is_written else unwritten():
                cookies = dict(client.cookies)
                path = address(world, pattern, of)
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
    compare(found, {row: letters[: asked(letters)] for row, letters in POSTS.items()})


def test_every_action_of_a_list_is_in_the_table() -> None:
    of_lists = {
        row.removeprefix("admin/networks/network/ ") for row in POSTS if row.startswith("admin/networks/network/ ")
    }
    listed = {
        f"admin/{model._meta.app_label}/{model._meta.model_name}/ {name if isinstance(name, str) else name.__name__}"
        for model, model_admin in admin.site._registry.items()
        for name in model_admin.actions or ()
    }
    assert listed
    assert listed <= set(POSTS) | {f"admin/{kind}/ {action}" for kind in ALIKE for action in of_lists}
