"""Logging in with a second step, a passkey and a recovery code, in a real browser under the real CSP."""

import time
from dataclasses import replace
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.checks import is_barrier_free
from tests.browser.conftest import Site, log_in

NAME, PASSWORD = "nyckelharpa", "en lång mening om nycklar"  # no secret
DESK = "Ditt skrivbord"


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_hidden()
    page.goto(page.url.split("/admin/")[0] + "/admin/")


def first_step(page: Page) -> None:
    page.get_by_label("Användarnamn").fill(NAME)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()


def on_the_desk(page: Page) -> None:
    expect(page.get_by_role("heading", name=DESK)).to_be_visible()


def code_of(secret: str) -> str:
    while time.time() % 30 > 15:  # or it may run out while it is typed
        time.sleep(0.5)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_no_key_is_offered_where_none_can_be_used(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/admin/")
    expect(page.get_by_role("button", name="Logga in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Med en nyckel")).to_be_hidden()
    log_in(page, site)
    page.goto(f"{site.url}/konto/nycklar/ny/")
    page.get_by_label("Lösenord").fill(site.password)
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_text("På den här adressen kan webbläsaren inte använda nycklar.")).to_be_visible()
    expect(page.get_by_role("button", name="Lägg till")).to_be_hidden()
    page.goto(f"http://localhost:{urlsplit(site.url).port}/admin/")
    expect(page.get_by_role("button", name="Med en nyckel")).to_be_visible()
    expect(page.get_by_text("Nyckeln kunde inte användas")).to_be_hidden()  # nobody has tried one


def test_an_app_a_passkey_and_a_recovery_code(site: Site, page: Page) -> None:
    # Browsers know passkeys on names only; an IP address has none.
    local = replace(site, url=f"http://localhost:{urlsplit(site.url).port}")
    log_in(page, local)
    page.goto(f"{local.url}/admin/auth/user/add/")
    page.get_by_label("Användarnamn").fill(NAME)
    page.get_by_label("E-postadress").fill("nyckelharpa@example.org")
    page.get_by_label("Administratör").check()
    page.locator("[name=_save]").click()
    told = page.locator(".messagelist .warning").inner_text()
    log_out(page)
    is_barrier_free(page)
    page.get_by_role("link", name="Glömt lösenordet?").click()
    is_barrier_free(page)
    page.goto(local.url + "/konto/losenord/" + told.partition("/konto/losenord/")[2].strip())
    is_barrier_free(page)
    for number in (1, 2):
        page.locator(f"#id_new_password{number}").fill(PASSWORD)
    page.get_by_role("button", name="Spara lösenordet").click()

    first_step(page)
    on_the_desk(page)
    page.get_by_role("link", name="Så loggar du in").click()
    is_barrier_free(page)
    page.get_by_role("link", name="Koppla en app").click()
    is_barrier_free(page)  # the password again
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Fortsätt").click()
    is_barrier_free(page)
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Autentiseringskod").fill(code_of(secret))
    page.get_by_role("button", name="Koppla").click()
    expect(page.get_by_role("heading", name="Reservkoder")).to_be_visible()
    is_barrier_free(page)
    code = page.locator(".codes li").first.inner_text()

    with_keys = page.context.new_cdp_session(page)
    with_keys.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    with_keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"{local.url}/konto/nycklar/ny/")
    is_barrier_free(page)
    page.get_by_label("Namn").fill("Jobbdatorn")
    page.get_by_role("button", name="Lägg till").click()
    page.wait_for_url(f"{local.url}/konto/")
    page.get_by_role("link", name="Visa dina nycklar").click()
    expect(page.get_by_text("Jobbdatorn", exact=False).first).to_be_visible()
    is_barrier_free(page)
    page.goto(f"{local.url}/admin/")

    log_out(page)
    page.get_by_role("button", name="Med en nyckel").click()
    on_the_desk(page)

    log_out(page)
    first_step(page)
    expect(page.get_by_role("heading", name="Andra steget")).to_be_visible()
    is_barrier_free(page)
    page.get_by_role("button", name="Med en nyckel").click()
    on_the_desk(page)

    log_out(page)
    first_step(page)
    page.get_by_label("Kod").fill(code)
    page.get_by_role("button", name="Logga in", exact=True).click()
    on_the_desk(page)
    page.goto(f"{local.url}/admin/accounts/loginrecord/")
    expect(page.get_by_text("säkerhetsnyckel").first).to_be_visible()
    expect(page.get_by_text("reservkod").first).to_be_visible()
    is_barrier_free(page)
