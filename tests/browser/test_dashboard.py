"""The dashboard and redirects in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Walk, screenshot


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Spara och publicera|^Spara$")).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def open_form(page: Page, site: Site, model: str, name: str) -> None:
    page.goto(f"{site.url}/admin/{model}/")
    page.get_by_role("link", name=name, exact=True).click()


def make_due(page: Page, site: Site, name: str) -> None:
    open_form(page, site, "networks/focusarea", name)
    page.get_by_label("Granskad:").fill("2020-01-02")
    save(page)


def test_1_what_is_due_is_renewed_with_one_click(walk: Walk) -> None:
    page, site = walk.page, walk.site
    make_due(page, site, "sociala frågor")
    page.goto(f"{site.url}/fokusomraden/sociala-fragor/")
    updated = page.get_by_text("Senast uppdaterad").inner_text()
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site.url}/admin/")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    card = page.get_by_role("region", name=re.compile("^Dags att granska"))
    line = card.get_by_role("listitem").filter(has_text="Sociala frågor")
    expect(line).to_contain_text("Granskad 2 januari 2020")
    walk.click(card.get_by_role("button", name="Stämmer fortfarande Sociala frågor"))
    expect(page.get_by_text("”Sociala frågor” är granskad i dag.")).to_be_visible()
    expect(line).to_have_count(0)
    changes = page.get_by_role("region", name="Senaste ändringar")
    expect(changes.locator("li").first).to_contain_text("Stämmer fortfarande")
    page.goto(f"{site.url}/fokusomraden/sociala-fragor/")
    assert page.get_by_text("Senast uppdaterad").inner_text() == updated
    page.goto(f"{site.url}/admin/")
    changes.get_by_role("link", name="sociala frågor").first.click()
    expect(page).to_have_url(re.compile("/history/$"))


def test_10_renamed_twice_old_addresses_redirect(walk: Walk) -> None:
    page, site = walk.page, walk.site
    for slug in ("sociala-fragor-och-hjalp", "hjalp"):
        walk.open("networks/focusarea", "sociala frågor")
        page.get_by_label("Adress [sv]:").fill(slug)
        walk.click("Spara och publicera")
        expect(page.locator(".messagelist .success")).to_be_visible()
    for old, new in {
        "/fokusomraden/sociala-fragor/": "/fokusomraden/hjalp/",
        "/fokusomraden/sociala-fragor-och-hjalp/": "/fokusomraden/hjalp/",
        "/en/focus-areas/sociala-fragor/": "/en/focus-areas/social-issues/",
        "/pl/obszary-priorytetowe/sociala-fragor/?a=1": "/pl/obszary-priorytetowe/sprawy-spoleczne/?a=1",
    }.items():
        page.goto(f"{site.url}{old}")
        expect(page).to_have_url(f"{site.url}{new}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    open_form(page, site, "networks/focusarea", "sociala frågor")
    page.get_by_label("Adress [sv]:").fill("sociala-fragor")  # and back: no browser remembers it otherwise
    save(page)
    page.goto(f"{site.url}/fokusomraden/hjalp/")
    expect(page).to_have_url(f"{site.url}/fokusomraden/sociala-fragor/")


def test_11_deleted_page_redirects_to_a_chosen_page(walk: Walk) -> None:
    page, site = walk.page, walk.site
    page.goto(f"{site.url}/admin/pages/page/add/")
    page.get_by_label("Rubrik [sv]:").fill("Läger 2026")
    save_new = page.get_by_role("button", name="Spara och publicera nu").first
    save_new.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{site.url}/om/lager-2026/")
    expect(page.get_by_role("heading", name="Läger 2026")).to_be_visible()
    walk.open("pages/page", "Läger 2026")
    walk.click(page.get_by_role("link", name="Radera", exact=True).first)
    page.get_by_label("Skicka läsarna vidare till").select_option(label="Vill du delta?")
    walk.click("Ja, radera")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{site.url}/om/lager-2026/")
    expect(page).to_have_url(f"{site.url}/vill-du-delta/")
    page.goto(f"{site.url}/admin/pages/oldaddress/")
    screenshot(page, "admin-gamla-adresser")
    open_form(page, site, "pages/oldaddress", "/om/lager-2026/")
    page.get_by_label("Skicka läsarna vidare till").select_option(label="Ingen annan sida")
    save(page)
    response = page.request.get(f"{site.url}/om/lager-2026/")
    assert response.status == 410
    assert "Sidan är borttagen" in response.text()
