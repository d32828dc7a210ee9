"""Every address of the admin and of previews, asked for and posted to by every role.

The addresses come from the resolver: one that is not in the table fails. For each the table holds one letter for each
role, in the order of ROLES. What is refused changes no row of any table, and its answer holds no planted word.
"""

from contextlib import suppress
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
from tests.forms import SAME_ORIGIN, filled_in

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db

# What came of it: o opened, r led on, l led to the login, f forbidden (403), m missing (404), x not this method (405);
# of posts that were not refused: n nothing was stored, d a draft alone, p a preview alone, w something was written.
REFUSED = set("lfmx")

OBJECT = "<path:object_id>/"
APPS = "search|pages|accessibility|news|partners|twinning|networks|contacts|feedback|quality|accounts|dashboard|auth"
OF_A_KIND = {  # of each kind of content, where no line below says otherwise
    "": "llfooo",
    "add/": "llfooo",
    "add/discard/": "llfrrr",
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
GETS |= {f"admin/{kind}/add/discard/": "llffrr" for kind in [*AT_ONCE, *DRAFTED]}
GETS |= {f"admin/{kind}/<int:object_id>/discard/": "llffrr" for kind in AT_ONCE}
GETS |= {
    "admin/accessibility/statement/add/discard/": "llffff",
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
    f"admin/^(?P<app_label>{APPS})/$": "llmooo",
    "admin/editing/heartbeat/": "llxxxx",
    "admin/editing/preview/<str:key>/": "llfooo",
    "admin/editing/preview/<str:key>/share/": "llxxxx",
    "admin/editing/preview/<str:key>/<str:language>/": "llfooo",
    "admin/still-right/<str:key>/": "llxxxx",
    "admin/help/": "lloooo",
    "admin/find/": "lloooo",
    "admin/arkiv/": "llffoo",
    "admin/aret/": "llfooo",
    "admin/lamna-over/": "llfooo",
    "admin/picture/": "llxxxx",
    "admin/find-pages/": "llfooo",
    "forhandsvisning/<str:key>/<str:language>/": "mommmm",
    "admin/feedback/answer/rapport/": "llfooo",
    "admin/feedback/answer/rapport/<str:page>/": "llfooo",
    "admin/feedback/answer/fil/<str:kind>/": "llfooo",
    "admin/auth/user/<id>/password/": "llmmmm",
}
READ = {  # other kinds: who may read them, and who may add one
    "pages/oldaddress": ("llfooo", "llffff"),
    "accessibility/report": ("llffoo", "llffff"),
    "partners/confirmation": ("llffoo", "llffoo"),
    "feedback/answer": ("llfooo", "llffff"),
    "feedback/retention": ("llffoo", "llffff"),
    "feedback/purge": ("llffoo", "llffff"),
    "search/synonyms": ("llffoo", "llffoo"),
    "quality/checkedlink": ("llfooo", "llffff"),
    "quality/spelling": ("llffoo", "llffoo"),
    "dashboard/note": ("llfooo", "llfooo"),
    "accounts/loginrecord": ("llfffo", "llffff"),
    "auth/user": ("llfffo", "llfffo"),
}
for kind, (read, add) in READ.items():
    GETS |= {f"admin/{kind}/{rest}": read for rest in ("", f"{OBJECT}history/", f"{OBJECT}change/")}
    GETS |= {f"admin/{kind}/add/": add, f"admin/{kind}/{OBJECT}delete/": "llffff", f"admin/{kind}/{OBJECT}": "llrrrr"}
DELETED = ("search/synonyms", "quality/spelling", "dashboard/note", "partners/confirmation")
GETS |= {f"admin/{kind}/{OBJECT}delete/": "llffoo" for kind in DELETED}


def inside(pattern: str) -> bool:
    """Whether it is an address of the admin or of a preview."""
    return pattern.startswith(("admin/", "forhandsvisning/"))


def test_no_address_is_forgotten() -> None:
    assert set(filter(inside, patterns())) == set(GETS)
    assert {pattern.partition(" ")[0] for pattern in POSTS} == set(GETS)


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
    "add/discard/ post": "llfnnn",
    f"{OBJECT} post": "llrrrr".replace("r", "n"),
    f"{OBJECT}change/ _save": "fffdww",
    f"{OBJECT}change/ _publish": "fffdww",
    f"{OBJECT}change/ _unpublish": "fffdww",
    f"{OBJECT}change/ _draft": "fffddd",
    f"{OBJECT}change/ _autosave": "fffddd",
    f"{OBJECT}change/ _propose": "fffwww",
    f"{OBJECT}change/ _return": "ffffnn",
    f"{OBJECT}change/ _translated": "fffnnn",
    f"{OBJECT}change/ _preview": "fffppp",
    f"{OBJECT}change/ _live": "fffppp",
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
    POSTS[f"admin/{kind}/add/discard/ post"] = "llffnn"
POSTS |= {f"admin/{kind}/<int:object_id>/discard/ sure": "llffdd" for kind in AT_ONCE}
POSTS |= {f"admin/{kind}/{rest}": letters for kind in PUBLISHABLE for rest, letters in OF_HIDDEN.items()}
POSTS["admin/accessibility/statement/add/discard/ post"] = "llffff"
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
    f"admin/^(?P<app_label>{APPS})/$ post": "llmnnn",
    "admin/editing/heartbeat/ post": "llfnnn",
    "admin/editing/preview/<str:key>/ post": "llxxxx",
    "admin/editing/preview/<str:key>/share/ post": "llfppp",
    "admin/editing/preview/<str:key>/share/ revoke": "llfppp",
    "admin/editing/preview/<str:key>/<str:language>/ post": "llxxxx",
    "admin/still-right/<str:key>/ post": "llffww",
    "admin/help/ post": "llxxxx",
    "admin/find/ post": "llxxxx",
    "admin/arkiv/ post": "llffnn",
    "admin/aret/ post": "llxxxx",
    "admin/lamna-over/ post": "llxxxx",
    "admin/picture/ post": "llfnnn",
    "admin/find-pages/ post": "llxxxx",
    "forhandsvisning/<str:key>/<str:language>/ post": "xxxxxx",
    "admin/feedback/answer/rapport/ post": "llfnnn",
    "admin/feedback/answer/rapport/<str:page>/ post": "llfnnn",
    "admin/feedback/answer/fil/<str:kind>/ post": "llfnnn",
    "admin/accessibility/report/ delete_selected": "llffnn",
    "admin/partners/confirmation/ delete_selected": "llffnn",
    f"admin/partners/confirmation/{OBJECT}change/ send": "llffww",
    f"admin/partners/confirmation/{OBJECT}change/ revoke": "llffww",
    f"admin/partners/confirmation/{OBJECT}change/ decline": "llffww",
    "admin/feedback/answer/ mark_handled": "llfnww",
    "admin/feedback/answer/ mark_archived": "llfnww",
    "admin/feedback/answer/ mark_new": "llfnww",
    "admin/feedback/answer/ disclose": "llfnnn",
    "admin/feedback/retention/ delete_selected": "llffnn",
    "admin/feedback/purge/ delete_selected": "llffnn",
    "admin/search/synonyms/ delete_selected": "llffnn",
    "admin/quality/spelling/ delete_selected": "llffnn",
    "admin/quality/checkedlink/ delete_selected": "llfnnn",
    "admin/dashboard/note/ mark_resolved": "llfwww",
    "admin/dashboard/note/ delete_selected": "llfnnn",
    "admin/pages/oldaddress/ delete_selected": "llfnnn",
    "admin/accounts/loginrecord/ delete_selected": "llfffn",
    "admin/auth/user/ delete_selected": "llfffn",
    "admin/auth/user/ forget_second_step": "llfffw",
    "admin/auth/user/ send_links": "llfffw",
    "admin/auth/user/<id>/password/ post": "llmmmm",
}
for kind, add, change in (
    ("pages/oldaddress", "llffff", "ffffww"),
    ("accessibility/report", "llffff", "ffffww"),
    ("partners/confirmation", "ffffww", "llffww"),
    ("feedback/answer", "llffff", "ffffww"),
    ("feedback/retention", "llffff", "ffffww"),
    ("search/synonyms", "ffffww", "ffffww"),
    ("quality/checkedlink", "llffff", "llffww"),
    ("quality/spelling", "ffffww", "ffffww"),
    ("dashboard/note", "fffwww", "fffwww"),
    ("feedback/purge", "llffff", "ffffff"),
    ("accounts/loginrecord", "llffff", "ffffff"),
    ("auth/user", "fffffw", "fffffw"),
):
    POSTS |= {f"admin/{kind}/add/ _save": add, f"admin/{kind}/{OBJECT}change/ _save": change}
    reading = GETS[f"admin/{kind}/{OBJECT}history/"].replace("o", "n")
    POSTS |= {f"admin/{kind}/{OBJECT}history/ post": reading, f"admin/{kind}/{OBJECT}delete/ post": "llffff"}
    POSTS[f"admin/{kind}/{OBJECT} post"] = "llnnnn"
POSTS |= {f"admin/{kind}/{OBJECT}delete/ post": "llffww" for kind in DELETED}

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
