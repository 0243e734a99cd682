# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator and her figures in a real browser: from a warning to the visits behind it, to a file, to the map."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.steps import Album
from tests.browser.window import Window
from tests.browser.world import World


def test_a_warning_leads_to_the_visits_and_the_file(browser: Browser, world: World) -> None:
    """What to settle, whose visits they are, and the same visits as a CSV."""
    album = Album("carico")
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/workload")
        album.picture(page, "carico")
        page.get_by_role("link", name="Presenze da chiudere").click()
        page.get_by_role("row").get_by_role("link", name="Amina Benali").click()
        expect(page.locator("h1")).to_contain_text("Amina Benali")
        album.picture(page, "interventi")
        with page.expect_download() as saving:
            page.get_by_role("link", name="CSV").click()
        assert saving.value.suggested_filename == "carico-mediators-amina-2026-11.csv"
        lines = saving.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert "Ore svolte" in lines[0]
        assert len(lines) > 2
        assert window.left_home == []


def test_the_map_opens_an_ambito_by_keyboard(browser: Browser, world: World) -> None:
    """Tab reaches an ambito on the drawing, Enter opens its visits; the board is one link away."""
    album = Album("mappa")
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/workload/map?show=uncovered")
        album.picture(page, "mappa")
        page.locator("a.po-map-link").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/workload/ambiti/*")
        window.open("/workload/map")
        page.get_by_role("link", name="Cabina di regia").click()
        expect(page.locator("h1")).to_contain_text("Cabina di regia")
        page.locator(".po-how summary").first.click()
        expect(page.locator(".po-how p").first).to_be_visible()
        album.picture(page, "cabina")
        assert "Amina" not in page.locator("main").inner_text()
        assert window.left_home == []
