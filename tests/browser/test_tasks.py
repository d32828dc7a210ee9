"""The coordinator's tasks (docs/samordnare.md), each walked in a real browser. `-s` prints clicks and seconds."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Walk, add_account, delete_drafts, log_in, screenshot
from tests.publishing.test_images import picture
from twinning.map import project


def another(walk: Walk, site: Site) -> Page:
    """The same coordinator in another browser, as a second editor would be."""
    context = walk.page.context.browser.new_context(locale="sv-SE")  # type: ignore[union-attr]
    page = context.new_page()
    log_in(page, site)
    return page


def photo(path: Path, size: tuple[int, int] = (900, 600)) -> Path:
    Image.new("RGB", size, "#0f5463").save(path)
    return path


def test_2_correct_a_live_text(walk: Walk) -> None:
    walk.open("networks/network", "Eurotowns")
    walk.page.get_by_label("Sammanfattning [sv]:").fill("Ett nätverk av medelstora städer i Europa.")
    walk.click("Spara och publicera")
    expect(walk.page.locator(".success")).to_be_visible()
    walk.reader("/natverk/eurotowns/", shows="Ett nätverk av medelstora städer i Europa.")


def test_2_a_minor_change_does_not_move_the_date(walk: Walk) -> None:
    """The day stands on the page; the moment in what it tells search engines (dateModified)."""

    def dated() -> str:
        html = walk.page.request.get(f"{walk.site.url}/natverk/eurotowns/").text()
        return re.findall(r'"dateModified":\s*"([^"]+)"', html)[0]

    def correct(name: str) -> None:
        walk.open("networks/network", "Eurotowns")
        walk.page.get_by_label("Fullständigt namn [sv]:").fill(name)

    before = dated()
    correct("Eurotowns nätverk")
    walk.click(walk.page.get_by_label("Mindre ändring"))
    walk.click("Spara och publicera")
    walk.reader("/natverk/eurotowns/", shows="Eurotowns nätverk")
    assert dated() == before
    correct("")
    walk.click("Spara och publicera")
    expect(walk.page.locator(".success")).to_be_visible()
    assert dated() > before


def test_3_draft_on_a_live_page(walk: Walk) -> None:
    walk.open("networks/focusarea", "utbildning")
    before = walk.reader("/fokusomraden/")
    summary = walk.page.get_by_label("Sammanfattning [sv]:")
    summary.fill("Utkast på svenska.")
    walk.click(walk.page.get_by_role("button", name="Tyska"))
    walk.page.get_by_label("Sammanfattning [de]:").fill("Entwurf auf Deutsch.")
    walk.click("Spara utkast")
    expect(walk.page.get_by_text("Du ser ett utkast.")).to_be_visible()
    screenshot(walk.page, "admin-utkast")
    assert walk.reader("/fokusomraden/") == before

    form = walk.page.url
    walk.page.get_by_role("button", name="Logga ut").click()
    log_in(walk.page, walk.site)
    walk.page.goto(form)
    expect(walk.page.get_by_label("Sammanfattning [de]:")).to_have_value("Entwurf auf Deutsch.")
    walk.click("Publicera utkastet")
    walk.reader("/fokusomraden/", shows="Utkast på svenska.")
    walk.reader("/de/schwerpunkte/", shows="Entwurf auf Deutsch.")


def test_4_preview_before_anything_is_saved(walk: Walk) -> None:
    walk.open("networks/network", "SERN")
    summary = walk.page.get_by_label("Sammanfattning [sv]:")
    kept = summary.input_value()
    summary.fill("Bara i förhandsvisningen.")
    walk.click("Förhandsgranska")
    frame = walk.page.frame_locator("iframe")
    expect(frame.get_by_text("Bara i förhandsvisningen.")).to_be_visible()
    screenshot(walk.page, "admin-forhandsgranska")
    walk.click(walk.page.get_by_role("link", name="Telefon"))
    expect(frame.get_by_text("Bara i förhandsvisningen.")).to_be_visible()
    assert walk.page.frames[1].evaluate("innerWidth") == 390
    walk.click(walk.page.get_by_role("link", name="Tyska"))
    expect(frame.locator("html")).to_have_attribute("lang", "de")

    walk.click("Skapa en länk")
    link = walk.page.get_by_label(re.compile("Den som har den här länken")).input_value()
    path = link.removeprefix(walk.site.url)
    walk.reader(path, shows="Vorschau")
    walk.reader(path.replace("/de/", "/sv/"), shows="Bara i förhandsvisningen.")
    walk.click("Sluta dela")
    walk.click(walk.page.get_by_role("link", name="Fortsätt redigera"))
    expect(summary).to_have_value("Bara i förhandsvisningen.")
    walk.reader("/natverk/sern/", lacks="Bara i förhandsvisningen.")
    summary.fill(kept)


def test_5_schedule_to_the_minute_and_change_ones_mind(walk: Walk) -> None:
    walk.open("networks/focusarea", "kultur")
    path = "/fokusomraden/kultur/"
    walk.page.get_by_label("Publiceras:", exact=True).fill("2031-05-01T08:30")
    expect(walk.page.get_by_text("Svensk tid.").first).to_be_visible()
    screenshot(walk.page.locator("fieldset", has=walk.page.locator("#id_published_at")), "admin-tid")
    walk.click("Spara och publicera")
    expect(walk.page.get_by_role("heading", name="Sidan försvinner till 1 maj 2031")).to_be_visible()
    walk.click("Ja, dölj sidan")
    walk.reader(path, shows="finns inte")
    expect(walk.page.get_by_role("row", name="kultur")).to_contain_text("Schemalagd")
    walk.click(walk.page.get_by_role("link", name="kultur", exact=True).last)
    expect(walk.page.get_by_label("Publiceras:", exact=True)).to_have_value("2031-05-01T08:30")
    walk.click("Spara och publicera nu")
    walk.reader(path, lacks="finns inte")
    # And away again: at a moment, and at once.
    walk.click(walk.page.get_by_role("link", name="kultur", exact=True).last)
    walk.page.get_by_label("Avpubliceras:").fill("2032-01-01T00:00")
    walk.click("Spara och publicera")
    walk.reader(path, lacks="finns inte")
    walk.page.goto(f"{walk.site.url}/admin/")
    expect(walk.page.get_by_role("region", name=re.compile("^På gång"))).to_contain_text("1 januari 2032 kl. 00.00")
    walk.click(walk.page.get_by_role("link", name="Kultur", exact=True).first)
    walk.page.get_by_label("Avpubliceras:").fill("")
    walk.click(walk.page.get_by_text("Fler val"))
    walk.click("Avpublicera")
    walk.click("Ja, dölj sidan")
    walk.reader(path, shows="finns inte")
    walk.click(walk.page.get_by_role("link", name="kultur", exact=True).last)
    walk.click("Spara och publicera nu")


def test_a_date_field_says_nothing_of_time_zones(walk: Walk) -> None:
    """The note is Django's, made where the browser's clock is not the server's."""
    walk.open("networks/network", "SERN")
    walk.page.evaluate("document.body.dataset.adminUtcOffset = '0'")
    walk.page.evaluate("DateTimeShortcuts.timezoneOffset = 3600")
    walk.page.evaluate("DateTimeShortcuts.addTimezoneWarning(document.querySelector('.vDateField'))")
    expect(walk.page.locator(".timezonewarning").first).to_be_hidden()


def test_6_compare_and_restore_and_bring_back_what_was_deleted(walk: Walk) -> None:
    walk.open("networks/focusarea", "kultur")
    summary = walk.page.get_by_label("Sammanfattning [sv]:")
    summary.fill("Rätt text om digitala tjänster.")
    walk.click("Spara och publicera")
    walk.click(walk.page.get_by_role("link", name="kultur", exact=True).last)
    summary.fill("Fel text om digitala tjänster.")
    walk.click("Spara och publicera")
    walk.click(walk.page.get_by_role("link", name="kultur", exact=True).last)
    walk.click(walk.page.get_by_role("link", name="Historik"))
    newest = walk.page.locator(".steps > li").first
    expect(newest.locator("ins")).to_contain_text("Fel")
    expect(newest.locator("del")).to_contain_text("Rätt")
    screenshot(walk.page, "admin-historik")
    walk.click(walk.page.get_by_role("button", name=re.compile("^Återställ den här versionen")).first)
    walk.click("Ja, återställ")
    expect(summary).to_have_value("Rätt text om digitala tjänster.")

    walk.click(walk.page.get_by_role("link", name="Radera").first)
    walk.click(walk.page.locator("#content input[type=submit], #content button[type=submit]").first)
    walk.reader("/fokusomraden/kultur/", lacks="Rätt text")
    walk.click(walk.page.get_by_role("link", name="Raderade"))
    walk.click(walk.page.get_by_role("button", name=re.compile("^Återskapa kultur")))
    walk.click("Ja, återskapa")
    walk.reader("/fokusomraden/kultur/", shows="Rätt text om digitala tjänster.")


def test_7_two_at_once_and_a_lost_session(walk: Walk, site: Site) -> None:
    walk.open("networks/network", "SERN")
    form = walk.page.url
    summary = walk.page.get_by_label("Sammanfattning [sv]:")
    kept = summary.input_value()
    summary.fill(f"{kept} Det jag skrev.")

    second = another(walk, site)
    second.goto(form)
    second.get_by_label("Sammanfattning [sv]:").fill(f"{kept} Det den andra skrev.")
    second.get_by_role("button", name="Spara och publicera").first.click()
    expect(second.locator(".success")).to_be_visible()

    walk.click("Spara och publicera")
    expect(walk.page.get_by_role("heading", name="Någon har sparat en nyare version")).to_be_visible()
    expect(walk.page.locator(".conflict ins")).to_contain_text("jag")
    screenshot(walk.page, "admin-krock")
    expect(walk.page.locator(".conflict del")).to_contain_text("den andra")
    expect(summary).to_have_value(f"{kept} Det jag skrev.")

    # Logged out meanwhile: what was typed waits in the page, and nothing is lost.
    walk.page.context.clear_cookies(name="sessionid")
    quiet = walk.page.context.new_page()  # a refused post logs an error in the console; this page is not watched
    walk.page.goto("about:blank")
    delete_drafts(site)
    quiet.goto(f"{site.url}/admin/login/?next={form.removeprefix(site.url)}")
    quiet.get_by_label("Användarnamn").fill("samordnare")
    quiet.get_by_label("Lösenord").fill(site.password)
    quiet.get_by_role("button", name="Logga in").click()
    typed = quiet.get_by_label("Sammanfattning [sv]:")
    typed.fill(f"{kept} Efter utloggning.")
    quiet.context.clear_cookies(name="sessionid")
    quiet.get_by_role("button", name="Spara och publicera").first.click()
    expect(quiet.get_by_role("heading", name="Det du skrev finns kvar")).to_be_visible()
    with quiet.context.expect_page() as opened:
        quiet.get_by_role("link", name="Logga in i en ny flik").click()
    login = opened.value
    login.get_by_label("Användarnamn").fill("samordnare")
    login.get_by_label("Lösenord").fill(site.password)
    login.get_by_role("button", name="Logga in").click()
    expect(login).to_have_url(f"{site.url}/admin/")
    quiet.get_by_role("button", name="Fortsätt").click()
    expect(typed).to_have_value(f"{kept} Efter utloggning.")
    quiet.get_by_role("button", name="Spara och publicera").first.click()
    expect(quiet.locator(".success")).to_be_visible()
    walk.reader("/natverk/sern/", shows="Efter utloggning.")


def test_8_add_a_network_with_a_logo(walk: Walk, tmp_path: Path) -> None:
    walk.page.goto(f"{walk.site.url}/admin/")
    walk.click(walk.page.locator('#menu a[href="/admin/networks/network/add/"]').first)
    expect(walk.page.locator(".tiptap").first).to_be_visible()  # the form has been made ready
    walk.page.get_by_label("Namn [sv]:", exact=True).first.press_sequentially("Nätverket Öresund")
    walk.page.get_by_label("Sammanfattning [sv]:").fill("Städer kring Öresund.")
    walk.page.locator("#id_image").set_input_files(photo(tmp_path / "logga.png"))
    expect(walk.page.locator(".picture-chosen img").first).to_be_visible()
    walk.click(walk.page.locator(".field-focus_areas .select2-search__field"))
    walk.page.keyboard.type("miljö")
    walk.click(walk.page.get_by_role("option", name="miljö", exact=True))
    walk.click("Spara och publicera nu")
    # No words for the picture: refused at its field, and the picture is still there.
    expect(walk.page.locator(".errors", has_text="Beskriv bilden på svenska").first).to_be_visible()
    expect(walk.page.get_by_alt_text("Bilden du har valt")).to_be_visible()
    walk.page.get_by_label("Bildbeskrivning [sv]:").fill("Logga för Nätverket Öresund")
    walk.click(walk.page.get_by_text("Lägg till ytterligare Faktauppgift"))
    walk.page.locator("#id_facts-0-label_sv").fill("Medlemmar")
    walk.page.locator("#id_facts-0-value_sv").fill("12 städer")
    walk.page.locator("#id_facts-0-as_of").fill("2026-11-01")
    walk.page.locator("#id_facts-0-source_sv").fill("Nätverkets webbplats")
    walk.click("Spara och publicera nu")
    expect(walk.page.locator(".success")).to_be_visible()
    walk.reader("/natverk/", shows="Nätverket Öresund")
    walk.reader("/fokusomraden/miljo/", shows="Nätverket Öresund")
    page = walk.reader("/natverk/natverket-oresund/")
    assert "Städer kring Öresund." in page
    assert "12 städer" in page
    assert "1 november 2026" in page
    walk.reader("/sok/?q=öresund", shows="Nätverket Öresund")
    for file in ("/sitemap.xml", "/andringar/"):
        text = walk.page.request.get(f"{walk.site.url}{file}").text()
        assert "oresund" in text, file


def section(walk: Walk, anchor: str) -> str:
    """The part of /vanorter/ under a heading."""
    page = walk.page.request.get(f"{walk.site.url}/vanorter/").text()
    return page.partition(f'id="{anchor}"')[2].partition("<h2")[0]


def test_9_add_a_town_end_an_agreement_turn_it_into_a_friendship(walk: Walk) -> None:
    walk.page.goto(f"{walk.site.url}/admin/")
    walk.click(walk.page.locator('#menu a[href="/admin/twinning/town/add/"]').first)
    walk.page.get_by_label("Namn [sv]:", exact=True).first.press_sequentially("Ålborg")
    walk.page.get_by_label("Så presenteras orten [sv]:").fill("Ålborg, på norra Jylland, Danmark")
    walk.page.get_by_label("Land:").select_option("DK")
    walk.page.get_by_label("Latitud:").fill("57,048")
    walk.page.get_by_label("Longitud:").fill("9,9187")
    walk.click(walk.page.get_by_text("Lägg till ytterligare Avtal mellan orter"))
    walk.page.locator("#id_partnerships-0-partner").select_option(label="Mölndal")
    walk.page.locator("#id_partnerships-0-since").fill("2024")
    walk.click("Spara och publicera nu")
    expect(walk.page.locator(".success")).to_be_visible()
    assert "Ålborg" in section(walk, "vanorter")

    walk.click(walk.page.get_by_role("link", name="Ålborg", exact=True).first)
    walk.click(walk.page.locator(".fold").first)
    walk.page.locator("#id_partnerships-0-until").fill("2025")
    walk.click(walk.page.get_by_text("Lägg till ytterligare Avtal mellan orter"))
    walk.page.locator("#id_partnerships-1-partner").select_option(label="Mölndal")
    walk.page.locator("#id_partnerships-1-kind").select_option("friendship")
    walk.page.locator("#id_partnerships-1-since").fill("2025")
    walk.click("Spara och publicera")
    assert "Ålborg" in section(walk, "vanskapsstader")
    assert "Ålborg" not in section(walk, "vanorter")
    assert "Ålborg" in section(walk, "tidigare-avtal")
    assert "Ålborg" in section(walk, "avtal")
    walk.reader("/vanorter/alborg/", shows="2024")
    assert walk.page.request.get(f"{walk.site.url}/vanorter/").text().count(">Ålborg</text>") == 1  # on the map


def test_typed_text_outlives_a_closed_laptop(walk: Walk) -> None:
    walk.page.clock.install()
    walk.open("networks/network", "Eurotowns")
    before = walk.page.get_by_label("Fullständigt namn [sv]:").input_value()
    walk.page.get_by_label("Fullständigt namn [sv]:").fill("Europas mellanstora städer")
    walk.page.clock.fast_forward(20_000)
    expect(walk.page.locator(".autosaved").first).to_contain_text("Sparat som utkast")
    address = walk.page.url
    walk.page.goto("about:blank")  # without a warning: it is stored
    walk.page.goto(address)
    expect(walk.page.get_by_label("Fullständigt namn [sv]:")).to_have_value("Europas mellanstora städer")
    walk.click(walk.page.get_by_text("Fler val"))
    walk.click("Kasta utkastet …")
    walk.click("Ja, kasta utkastet")
    expect(walk.page.get_by_label("Fullständigt namn [sv]:")).to_have_value(before)


def test_wrong_picture_is_refused_before_it_is_sent(walk: Walk) -> None:
    walk.open("networks/network", "Eurotowns")
    field = walk.page.locator("#id_image")
    for name, type, size, told in (
        ("IMG_0001.HEIC", "image/heic", 1, "Exportera den som JPEG"),
        ("rapport.pdf", "application/pdf", 1, "Välj en bild i formatet JPEG"),
        ("stor.png", "image/png", 20 * 1024 * 1024 + 1, "högst 20 MB"),
    ):
        field.set_input_files({"name": name, "mimeType": type, "buffer": bytes(size)})
        expect(walk.page.get_by_role("alert")).to_contain_text(told)
        assert field.evaluate("(input) => input.files.length") == 0
    field.set_input_files({"name": "bild.png", "mimeType": "image/png", "buffer": picture("PNG", (30, 20))})
    expect(walk.page.get_by_role("alert")).to_have_count(0)
    assert field.evaluate("(input) => input.files.length") == 1


def test_page_beside_the_form_follows_what_is_typed(walk: Walk) -> None:
    walk.page.set_viewport_size({"width": 1600, "height": 900})
    walk.open("networks/network", "Eurotowns")
    walk.click("Sidan bredvid")
    beside = walk.page.frame_locator(".live iframe")
    expect(beside.locator("h1")).to_contain_text("Eurotowns")
    walk.page.get_by_label("Sammanfattning [sv]:").first.fill("Städer som lär av varandra.")
    expect(beside.locator(".hero")).to_contain_text("Städer som lär av varandra.")
    walk.page.get_by_role("button", name="Engelska").click()
    expect(beside.locator("html")).to_have_attribute("lang", "en")
    walk.page.go_back()  # to the list: the pages beside are nothing to go back to
    expect(walk.page).to_have_url(re.compile("/admin/networks/network/$"))


def test_click_on_the_map_fills_in_where_a_town_lies(walk: Walk) -> None:
    walk.open("twinning/town", "Borken")
    latitude, longitude = walk.page.locator("#id_latitude"), walk.page.locator("#id_longitude")
    for field in (latitude, longitude):
        field.fill("")
    chart = walk.page.locator(".place-map")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    x, y = project(51.8438, 6.8577)
    chart.click(position={"x": (x + 600) / 1200 * box["width"], "y": (y + 500) / 1000 * box["height"]})
    expect(latitude).to_have_value(re.compile(r"^51,[789]"))
    expect(longitude).to_have_value(re.compile(r"^6,[789]"))
    chart.click(position={"x": box["width"] / 2, "y": box["height"] / 2})  # nearer now
    expect(latitude).to_have_value(re.compile(r"^51,[789]"))
    walk.page.get_by_role("button", name="Visa hela kartan").click()
    walk.click("Spara utkast")
    expect(walk.page.locator(".success")).to_be_visible()
    walk.click(walk.page.get_by_text("Fler val"))
    walk.click("Kasta utkastet …")
    walk.click("Ja, kasta utkastet")


def test_errors_lead_to_their_inputs_in_any_language(walk: Walk) -> None:
    walk.open("networks/network", "Eurotowns")
    walk.page.locator("#id_name_sv").fill("")
    walk.page.get_by_label("Webbplats:").first.fill("abc")
    walk.page.get_by_role("button", name="Tyska").click()
    walk.click("Spara och publicera")
    walk.page.get_by_role("button", name="Tyska").click()
    walk.page.locator(".error-list").get_by_role("link", name="Namn [sv]").click()
    expect(walk.page.locator("#id_name_sv")).to_be_focused()


def test_form_warns_of_unsaved_text_and_saves_by_keyboard(walk: Walk) -> None:
    walk.open("networks/network", "Eurotowns")
    asked: list[str] = []
    walk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss())[1])
    walk.page.get_by_label("Fullständigt namn [sv]:").press_sequentially("x")
    with pytest.raises(Exception, match=r"(?i)navigat|abort|interrupt"):
        walk.page.goto(f"{walk.site.url}/admin/", timeout=3000)
    assert asked == ["beforeunload"]
    walk.page.get_by_label("Fullständigt namn [sv]:").fill("")
    walk.page.keyboard.press("Control+s")
    expect(walk.page.locator(".success")).to_be_visible()
    assert asked == ["beforeunload"]


def test_7_a_second_editor_is_seen(walk: Walk, site: Site) -> None:
    password = add_account(walk.page, site, "robin", "Samordnare", Förnamn="Robin", Efternamn="Berg")
    walk.page.clock.install()
    walk.open("networks/network", "Eurotowns")
    others = walk.page.locator(".others")
    expect(others).to_be_hidden()
    second = walk.page.context.browser.new_context(locale="sv-SE").new_page()  # type: ignore[union-attr]
    log_in(second, site, "robin", password)
    second.goto(walk.page.url)
    expect(second.locator(".others")).to_contain_text("samordnare har också sidan öppen")
    # The first one's page asks by itself, every half a minute.
    walk.page.clock.fast_forward(31_000)
    expect(others).to_contain_text("Robin Berg har också sidan öppen")
