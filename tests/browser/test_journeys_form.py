# SPDX-License-Identifier: AGPL-3.0-or-later
"""The request form in a real browser: figures while one types, ways to press, drafts, a session that ends meanwhile."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from dispatch.kit import clock
from dispatch.records import Session
from tests import make
from tests.browser.steps import Album, tab_to, type_date, type_into
from tests.browser.window import Window
from tests.browser.world import World

DAY = dt.date(2026, 12, 3)
NOTE = "aula 3, secondo piano"


def written(page: Page, language: str = "arabo", time: str = "0700") -> None:
    """Language, day and hour by keyboard, from the top of the page."""
    type_into(page, "#languages-0-code", language)
    type_date(page, "#when-0-day", DAY)
    type_into(page, "#when-0-from", time)


def test_the_whole_form_by_keyboard(browser: Browser, world: World) -> None:
    """A low chance is said while she types, a press takes a better hour, a second day is added, Enter sends."""
    album = Album("richiesta")
    with Window(browser, world.origin, session=world.session_of("desk")) as window:
        page, box = window.page, window.page.locator("#chance")
        window.open("/requests/new")
        expect(box).to_contain_text("Dopo lingua e giorno")
        written(page)
        expect(box).to_contain_text("nessuno libero in quella fascia")
        expect(box).to_contain_text("Puoi inviarla lo stesso")
        album.picture(page, "poche-probabilita")
        page.evaluate("document.querySelector('#main').focus()")
        tab_to(page, ".po-way")
        page.keyboard.press("Enter")
        expect(page.locator("#when-0-from")).to_be_focused()
        expect(box).to_contain_text("in quella fascia")
        expect(box).not_to_contain_text("nessuno")
        tab_to(page, "button[data-po-another]")
        page.keyboard.press("Enter")
        expect(page.locator("#when-1-day")).to_be_focused()
        album.picture(page, "buone-probabilita")
        tab_to(page, "#when-1-from")
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests/R-*")
        assert window.left_home == []
        assert window.complaints == []


def test_an_error_takes_the_focus_and_leads_to_its_field(browser: Browser, world: World) -> None:
    """Enter with nothing filled in: the box has the focus, its first link leads to the language, nothing is lost."""
    with Window(browser, world.origin, session=world.session_of("desk")) as window:
        page = window.page
        window.open("/requests/new")
        type_into(page, "#languages-0-code", "arabbo")
        page.keyboard.press("Enter")
        expect(page.locator("#errors")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#languages-0-code")).to_be_focused()
        assert page.input_value("#languages-0-code") == "arabbo"


def test_a_draft_without_script(browser: Browser, world: World) -> None:
    """Saved incomplete, found in «Le mie richieste», gone on with, a way picked by its button, sent, gone."""
    album = Album("bozza")
    with Window(browser, world.origin, session=world.session_of("desk"), script=False) as window:
        page = window.page
        window.open("/requests/new")
        page.fill("#languages-0-code", "arabo")
        page.get_by_role("button", name="Salva bozza").click()
        expect(page.locator("main")).to_contain_text("Bozza salvata")
        album.picture(page, "salvata")
        window.open("/requests")
        album.picture(page, "elenco")
        page.locator(".po-put-aside a").click()
        page.fill("#when-0-day", DAY.isoformat())
        page.fill("#when-0-from", "07:00")
        page.get_by_role("button", name="Vedi chi è libero").click()
        page.locator(".po-way").first.click()
        assert page.input_value("#when-0-from") != "07:00"
        page.get_by_role("button", name="Altro giorno").click()
        expect(page.locator("#when-1-day")).to_be_visible()
        page.locator(".po-sendbar").get_by_role("button", name="Invia richiesta").click()
        page.wait_for_url("**/requests/R-*")
        window.open("/requests")
        expect(page.locator(".po-put-aside")).to_have_count(0)


def test_a_session_that_ends_meanwhile_loses_nothing(browser: Browser, world: World) -> None:
    """Sent when the session was over: after the sign-in the same form, as it was typed, waits for one more press."""
    album = Album("sessione-finita")
    with Window(browser, world.origin, session=world.session_of("desk")) as window:
        page = window.page
        window.open("/requests/new")
        written(page, time="0900")
        page.locator("details.po-fold:has(#note) > summary").click()
        page.fill("#note", NOTE)
        with world.here.database.begin() as session:
            session.execute(update(Session).values(revoked_at=clock.machine_now()))
        page.get_by_role("button", name="Invia richiesta").click()
        expect(page.locator("main")).to_contain_text("La sessione è finita")
        album.picture(page, "accesso")
        page.fill("#login", "sara")
        page.fill("#password", make.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Nuova richiesta")
        album.picture(page, "di-nuovo-qui")
        assert page.input_value("#note") == NOTE
        assert page.input_value("#when-0-day") == DAY.isoformat()
        page.get_by_role("button", name="Invia richiesta").click()
        page.wait_for_url("**/requests/R-*")
