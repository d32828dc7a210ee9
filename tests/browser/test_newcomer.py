"""The first minutes of a new developer: start the site, read it, log in, correct a sentence."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from molndal_intl.management.commands.serve import check_backup, check_port
from tests.browser.conftest import Site, log_in
from tests.servers import free_port, start, stop
from tests.template import Template, url_of


def test_a_newcomer_reads_the_site_and_corrects_a_sentence(site: Site, page: Page) -> None:
    page.goto(site.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nätverk och vänorter")
    page.get_by_role("link", name="SERN – Sweden Emilia-Romagna Network").click()
    expect(page.get_by_text("en av ursprungligen 11 svenska kommuner")).to_be_visible()

    page.locator(".languages summary").click()
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{site.url}/en/networks/sern/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("one of the original 11 Swedish municipalities")).to_be_visible()

    log_in(page, site)
    page.get_by_role("link", name="Nätverk", exact=True).last.click()
    page.get_by_role("link", name="SERN", exact=True).click()
    editor = page.locator(".form-row.field-body_sv .tiptap")
    expect(editor).to_contain_text("Idag har SERN drygt 50 medlemmar")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Välkommen å ä ö!")
    page.get_by_role("button", name="Spara och publicera", exact=True).first.click()
    expect(page.locator(".success")).to_contain_text("är publicerad")

    page.goto(f"{site.url}/natverk/sern/")
    expect(page.get_by_text("Välkommen å ä ö!")).to_be_visible()


def test_the_form_shows_one_language_at_a_time(site: Site, page: Page) -> None:
    log_in(page, site)
    page.goto(f"{site.url}/admin/networks/network/add/")
    swedish, german = page.locator("#id_name_sv"), page.locator("#id_name_de")
    expect(swedish).to_be_visible()
    expect(german).to_be_hidden()
    swedish.press_sequentially("Nätet")
    expect(page.locator("#id_slug")).to_have_value("natet")
    tyska = page.get_by_role("button", name="Tyska")
    swedish.blur()
    expect(tyska).to_have_attribute("data-missing", "")  # a proper name may be the same
    page.locator("#id_summary_sv").fill("Ett nätverk.")
    page.locator("#id_summary_sv").blur()
    expect(tyska).to_have_attribute("data-missing", "1 saknas")
    tyska.click()
    expect(german).to_be_visible()
    expect(swedish).to_be_hidden()
    page.locator("#id_summary_de").fill("Ein Netz.")
    page.locator("#id_summary_de").blur()
    expect(tyska).to_have_attribute("data-missing", "")

    page.get_by_text("Lägg till ytterligare Faktauppgift").click()
    expect(page.locator("#id_facts-0-label_de")).to_be_visible()
    expect(page.locator("#id_facts-0-label_sv")).to_be_hidden()

    # The fact lacks its Swedish words: the form comes back in Swedish, with all that was typed.
    page.get_by_role("button", name="Svenska").click()
    page.locator("#id_facts-0-value_sv").fill("18 städer")
    page.get_by_role("button", name="Spara", exact=True).first.click()
    expect(page.locator(".error-list")).to_be_visible()
    expect(page.locator("#id_facts-0-value_sv")).to_have_value("18 städer")
    expect(page.locator("#id_summary_de")).to_have_value("Ein Netz.")


def test_new_form_begins_in_its_first_field(site: Site, page: Page) -> None:
    log_in(page, site)
    focused = {"networks/network": "#id_name_sv", "search/synonyms": "#id_language", "twinning/partnership": "body"}
    for form, selector in focused.items():
        page.goto(f"{site.url}/admin/{form}/add/")
        assert page.evaluate("(selector) => document.activeElement.matches(selector)", selector), form


def test_scripts_that_come_late_leave_the_focus(site: Site, page: Page) -> None:
    late: list[Route] = []
    log_in(page, site)
    page.route(re.compile(r"(change_form|nav_sidebar)[.\w]*\.js"), lambda route: late.append(route))  # noqa: PLW0108
    page.goto(f"{site.url}/admin/networks/network/add/", wait_until="commit")
    page.locator("#id_full_name_sv").press_sequentially("Euro")
    for script in late:
        script.continue_()
    page.wait_for_load_state()
    page.keyboard.type("towns")
    assert page.locator("#id_full_name_sv").input_value() == "Eurotowns"


def test_the_editor_speaks_swedish(site: Site, page: Page) -> None:
    log_in(page, site)
    page.goto(f"{site.url}/admin/pages/page/add/")
    body = page.locator(".form-row.field-body_sv")
    for name in ("Punktlista", "Fetstil", "Länk", "Ångra"):
        expect(body.get_by_role("button", name=name, exact=True)).to_be_visible()
    body.locator(".prose-menubar__selected").first.click()
    expect(body.get_by_text("Underrubrik")).to_be_visible()


def test_offered_language_stands_below_the_name_of_the_site(site: Site, chromium: Browser) -> None:
    page = chromium.new_context(locale="de-DE", viewport={"width": 1600, "height": 900}).new_page()
    page.add_init_script("performance.getEntriesByName = () => []")  # offered before the first paint alone
    page.goto(f"{site.url}/natverk/sern/")
    offer = page.locator(".language-note a")
    expect(offer).to_have_attribute("href", "/de/netzwerke/sern/")
    left = "(element) => element.getBoundingClientRect().left"
    assert offer.evaluate(left) == page.locator(".site-header .wrap").first.evaluate(left)


def test_the_link_is_copied(site: Site, page: Page) -> None:
    page.context.grant_permissions(["clipboard-write"])
    page.goto(f"{site.url}/vanorter/borken/")
    page.get_by_text("Dela", exact=True).click()
    page.get_by_role("button", name="Kopiera länk").click()
    expect(page.get_by_role("status")).to_have_text("Länken är kopierad")
    # Pasted as a reader would: our pages may not read the clipboard (Permissions-Policy).
    page.locator("[type=search]").first.focus()
    page.keyboard.press("Control+V")
    expect(page.locator("[type=search]").first).to_have_value(f"{site.url}/vanorter/borken/")


def test_the_devices_own_sharing_is_used_where_there_is_one(site: Site, page: Page) -> None:
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")  # this Chromium has none
    page.goto(f"{site.url}/vanorter/borken/")
    page.get_by_text("Dela", exact=True).click()
    expect(page.get_by_role("button", name="Kopiera länk")).to_have_count(0)
    page.get_by_role("button", name="Dela …").click()
    assert page.evaluate("window.shared") == {"title": page.title(), "url": f"{site.url}/vanorter/borken/"}


def test_the_map_links_to_the_table_and_opens_it(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/vanorter/")
    table, heading = page.locator("#avtal"), page.get_by_role("heading", name="Så är orterna kopplade")
    expect(table).to_be_hidden()
    page.get_by_role("link", name="Så är orterna kopplade").click()
    expect(table.get_by_role("columnheader", name="Samarbetar med")).to_be_in_viewport()
    expect(heading).to_be_in_viewport(ratio=1)


def test_on_paper_stands_what_paper_can_show(site: Site, page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{site.url}/vanorter/borken/")
    for shown in ("h1", ".agreements", ".facts", ".contact-ways", ".updated"):
        expect(page.locator(shown).first).to_be_visible()
    for screen_only in (".site-nav", ".search-form", ".languages", ".feedback", ".share", ".site-footer", ".crumbs"):
        expect(page.locator(screen_only).first).to_be_hidden()
    expect(page.get_by_text("Spara kontakten")).to_be_hidden()
    colours = "getComputedStyle({0}).{1}"
    assert page.evaluate(colours.format("document.body", "backgroundColor")) == "rgb(255, 255, 255)"
    assert page.evaluate(colours.format("document.querySelector('h1')", "color")) == "rgb(0, 0, 0)"
    link = "document.querySelector('.facts a[href^=http]')"
    spelled_out = page.evaluate(f"getComputedStyle({link}, '::after').content")
    assert page.evaluate(f"{link}.href") in spelled_out


def test_printed_pages_have_no_buttons_and_spell_out_sources(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # A4 between its margins
    page.goto(f"{site.url}/vill-du-delta/")
    for dead in page.locator("main :is(.choices, .pages, button, .button)").all():
        expect(dead).to_be_hidden()
    broken = """() => {
        const found = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        for (let node; (node = texts.nextNode());) for (const word of node.data.matchAll(/[\\wåäö]+/gi)) {
            const range = new Range();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) found.push(word[0]);
        }
        return found;
    }"""
    assert page.evaluate(broken) == []
    for path in ("/natverk/eurotowns/", "/vanorter/borken/", "/vanorter/", "/vill-du-delta/"):
        page.goto(f"{site.url}{path}")
        for link in page.locator('main a[href^="http"]').all():
            if link.is_visible():
                after = link.evaluate("(link) => getComputedStyle(link, '::after').content")
                assert (link.get_attribute("href") or "?") in after, (path, after)


def test_escape_closes_the_language_menu(site: Site, page: Page) -> None:
    page.goto(site.url)
    menu, summary = page.locator(".languages"), page.locator(".languages summary")
    summary.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_start_without_its_database_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".served").touch()  # as a start leaves it
    said = refused(tmp_path, {})
    assert said.startswith(f"DATABASE_URL: databasen {tmp_path}/db.sqlite3 saknas")
    assert "manage.py restore FIL" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "db.sqlite3").exists()


def test_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    for url in ("postgres://nobody@127.0.0.1:1/x", "sqlite:////proc/nowhere/db.sqlite3"):
        result = refused(tmp_path, {"DATABASE_URL": url})
        assert result.startswith("DATABASE_URL: databasen svarar inte"), url
        assert len(result.splitlines()) == 1


def test_wrong_host_or_folder_of_backups_is_told(settings: Any) -> None:
    for host in ("192.0.2.1", "no such host"):
        with pytest.raises(SystemExit, match=r"^HOST: ska vara en adress som den här maskinen har"):
            check_port(host, free_port())
    settings.BACKUP_DIR = "/proc/nowhere"
    with pytest.raises(SystemExit, match=r"^BACKUP_DIR: mappen /proc/nowhere saknas eller går inte att skriva i$"):
        check_backup()


def test_a_port_in_use_is_one_line(site: Site, tmp_path: Path) -> None:
    port = site.url.rsplit(":", 1)[1]
    result = refused(tmp_path, {"PORT": port})
    assert result.startswith(f"PORT: kan inte lyssna på 127.0.0.1:{port}")
    assert f"make run PORT={int(port) + 1}" in result
    assert len(result.splitlines()) == 1


def refused(data_dir: Path, environment: dict[str, str]) -> str:
    """What a start that must fail says."""
    result = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        env=os.environ | {"DATA_DIR": str(data_dir), "PORT": str(free_port()), "DATABASE_URL": ""} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    return result.stderr


def test_second_start_waits_and_adds_nothing(template: Template, tmp_path: Path) -> None:
    """Of two on an empty, migrated database."""
    shutil.copytree(template.folder / "site/static", tmp_path / "static", dirs_exist_ok=True)
    with template.copied("empty", tmp_path) as name, ThreadPoolExecutor() as pool:
        url = f"sqlite:///{name}" if name.startswith("/") else url_of(name)
        starts = list(pool.map(lambda port: start(tmp_path, url, port), [free_port(), free_port()]))
        for process, _printed in starts:
            stop(process)
    said = sorted((printed.read_text() for _process, printed in starts), key=len)
    none, all_of_it = sorted(int(number) for text in said for number in re.findall(r"(\d+) inlästa", text))
    assert (none, all_of_it > 100) == (0, True)
    assert [len(re.findall("Lösenord:", text)) for text in said] == [0, 1]
    assert (tmp_path / ".served").exists()
