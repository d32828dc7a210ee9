"""The coordinator's tasks with others: editors, contacts, partners. PICTURES=1 takes the handbook's pictures."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.checks import is_barrier_free
from tests.browser.conftest import Site, Walk, add_account, log_in, screenshot


def other(walk: Walk) -> Page:
    """A page in a second browser."""
    context = walk.page.context.browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm")  # type: ignore[union-attr]
    return context.new_page()


def test_13_an_editor_proposes_and_the_coordinator_publishes(walk: Walk, site: Site) -> None:
    password = add_account(walk.page, site, "anna", "Redaktör", Förnamn="Anna")
    anna = Walk(other(walk), site)
    log_in(anna.page, site, "anna", password)
    anna.open("networks/network", "SERN")
    kept = anna.page.get_by_label("Sammanfattning [sv]:").input_value()
    anna.page.get_by_label("Sammanfattning [sv]:").fill(f"{kept} Femtio medlemmar.")
    anna.click(anna.page.get_by_text("Klart för granskning", exact=True))
    anna.page.get_by_label("Meddelande").fill("Ny siffra från nätverket.")
    screenshot(anna.page, "admin-granskning")
    anna.click("Lämna till granskning")
    expect(anna.page.get_by_text("Utkastet är klart för granskning.")).to_be_visible()

    walk.page.goto(f"{site.url}/admin/")
    card = walk.page.get_by_role("region", name=re.compile("^Klart för granskning"))
    expect(card).to_contain_text("Ny siffra från nätverket.")
    walk.click(card.get_by_role("link", name="SERN"))
    expect(walk.page.get_by_text("Anna vill att du granskar utkastet.")).to_be_visible()
    walk.click(walk.page.get_by_text("Skicka tillbaka", exact=True).first)
    walk.page.get_by_label("Vad behöver ändras?").fill("Skriv årtalet också.")
    walk.click("Skicka tillbaka")
    anna.page.reload()
    expect(anna.page.get_by_text("Skriv årtalet också.")).to_be_visible()
    anna.page.get_by_label("Sammanfattning [sv]:").fill(f"{kept} Femtio medlemmar 2026.")
    anna.click(anna.page.get_by_text("Klart för granskning", exact=True))
    anna.click("Lämna till granskning")
    expect(anna.page.locator(".success")).to_be_visible()
    walk.page.reload()
    walk.click("Publicera utkastet")
    walk.reader("/natverk/sern/", shows="Femtio medlemmar 2026.")


def test_14_another_contact_takes_over(walk: Walk, site: Site) -> None:
    walk.page.goto(f"{site.url}/admin/contacts/contact/add/")
    walk.page.get_by_label("Namn:").fill("Åsa Öberg")
    walk.page.get_by_label("E-post:").fill("asa@example.org")
    walk.click("Spara")
    walk.open("contacts/contact", "Cecilia Rignell")
    walk.click(walk.page.get_by_role("combobox", name=re.compile("Den som tar över")))
    walk.page.get_by_role("searchbox").last.fill("Åsa")
    walk.click(walk.page.get_by_role("option", name="Åsa Öberg"))
    walk.page.get_by_label("Tar över från och med:").fill(timezone.localdate().isoformat())
    screenshot(walk.page, "admin-tar-over")
    walk.click("Spara och publicera")
    expect(walk.page.get_by_text(re.compile("Åsa Öberg har tagit över efter Cecilia Rignell"))).to_be_visible()
    walk.reader("/natverk/sern/", shows="Åsa Öberg")


def test_15_a_partner_corrects_its_entry(walk: Walk, site: Site) -> None:
    walk.open("twinning/town", "Borken")
    walk.click(walk.page.get_by_role("link", name="Fråga partnern"))
    expect(walk.page.get_by_label("Språk:")).to_have_value("de")
    walk.click(walk.page.get_by_role("button", name="Spara", exact=True))
    screenshot(walk.page, "admin-partner")
    link = walk.page.get_by_label(re.compile("^Den som har länken kan svara")).input_value()

    partner = other(walk)
    partner.goto(link)
    expect(partner.locator("html")).to_have_attribute("lang", "de")
    partner.locator("textarea").first.fill("Borken (Westfalen)")
    is_barrier_free(partner)
    partner.get_by_role("button", name="Antwort senden").click()
    expect(partner.get_by_role("heading", level=1)).to_contain_text("Danke")

    walk.page.reload()
    expect(walk.page.get_by_text("Westfalen").first).to_be_visible()
    is_barrier_free(walk.page)
    walk.click(walk.page.get_by_role("button", name=re.compile("^Godta")).first)
    expect(walk.page.get_by_text("Förslaget är godtaget.")).to_be_visible()
    walk.reader("/de/partnerstaedte/borken/", shows="Borken (Westfalen)")
    walk.reader("/vanorter/borken/", shows="Bekräftad av Borken")


def test_16_a_change_is_scheduled(walk: Walk, site: Site) -> None:
    walk.open("networks/focusarea", "turism")
    walk.page.get_by_label("Sammanfattning [sv]:").fill("En text för våren.")
    walk.click(walk.page.get_by_text("Fler val"))
    walk.page.get_by_label("Publicera utkastet den:").fill(f"{timezone.localdate() + timedelta(days=9)}T08:30")
    screenshot(walk.page, "admin-schemalagg")
    walk.page.get_by_label("Publicera utkastet den:").press("Enter")  # which must not publish at once
    expect(walk.page.get_by_text("Till dess ser besökarna den nuvarande texten.").first).to_be_visible()
    walk.page.goto(f"{site.url}/admin/")
    expect(walk.page.get_by_role("region", name=re.compile("^Utkast"))).to_contain_text("kl. 08.30")
    walk.reader("/fokusomraden/", lacks="En text för våren.")
