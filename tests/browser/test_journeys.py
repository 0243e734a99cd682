# SPDX-License-Identifier: AGPL-3.0-or-later
"""Journeys in a real browser: a clerk without a mouse, a mediator without JavaScript."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Browser, expect

from dispatch.access.links import Purpose
from tests import make
from tests.browser.steps import Album, tab_to, type_date, type_into
from tests.browser.window import PHONE, Window
from tests.browser.world import World


def test_a_clerk_asks_by_keyboard_alone(browser: Browser, world: World) -> None:
    """From the sign-in page to the tracking page of a new request, with Tab, letters and Enter."""
    album = Album("sportello")
    with Window(browser, world.origin) as window:
        page = window.page
        window.open("/requests/new")
        type_into(page, "#login", "sara")
        type_into(page, "#password", make.PASSWORD)
        album.picture(page, "accesso")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Nuova richiesta")
        type_into(page, "#languages-0-code", "arabo")
        type_date(page, "#when-0-day", dt.date(2026, 11, 30))
        type_into(page, "#when-0-from", "0915")
        album.picture(page, "richiesta")
        tab_to(page, "form.po-form .po-actions button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests/R-*")
        album.picture(page, "seguire")
        expect(page.locator("main")).to_contain_text("lunedì 30 novembre")
        expect(page.locator("main")).to_contain_text("9:15")
        assert window.left_home == []


def test_a_mediator_accepts_on_her_phone(browser: Browser, world: World) -> None:
    """The link of the SMS, a phone, no JavaScript: reading books nothing, one press does, and her agenda has it."""
    album = Album("mediatrice")
    with Window(browser, world.origin, size=PHONE, script=False) as window:
        page = window.page
        window.open(f"/m/{world.tokens[Purpose.OFFER]}")
        album.picture(page, "domanda")
        window.open(f"/m/{world.tokens[Purpose.OFFER]}")
        page.get_by_role("button", name="Sì, accetto").click()
        expect(page.get_by_role("status")).to_contain_text("grazie")
        album.picture(page, "accettata")
        page.get_by_role("link", name="La mia agenda").click()
        expect(page.locator("main")).to_contain_text("mercoledì 25 novembre")
        album.picture(page, "agenda")
        assert window.left_home == []
