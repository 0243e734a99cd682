# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three groups in a real browser: a clerk without a mouse, a mediator without JavaScript, a coordinator's week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from dispatch.access.links import Purpose
from dispatch.kit import clock
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
        page.get_by_role("link", name="Agenda").click()
        expect(page.locator("main")).to_contain_text("mercoledì 25 novembre")
        album.picture(page, "agenda")
        assert window.left_home == []


def test_a_coordinator_plans_publishes_and_sees_the_booking(
    browser: Browser, world: World, work: Callable[[], None]
) -> None:
    """The week of the agenda, a draft, «Pubblica e invia», the mediator's yes from her phone, the booking in the agenda."""
    album = Album("coordinamento")
    with world.here.database.begin() as session:
        clock.set_virtual(session, make.NOW + dt.timedelta(days=1))  # no question goes out on a Sunday
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/agenda?week=2026-W49")
        album.picture(page, "settimana")
        page.get_by_role("button", name="Proponi assegnazioni").click()
        page.wait_for_url("**/planning/runs/*")
        album.picture(page, "cerca")
        work()
        page.reload()
        album.picture(page, "bozza")
        page.get_by_role("button", name="Pubblica e invia").click()
        for _ in range(2):  # the questions are written, then they leave
            work()
        window.open("/agenda?week=2026-W49")
        album.picture(page, "chiesto")
        with Window(browser, world.origin, size=PHONE, script=False, session=world.session_of("mediator")) as hers:
            hers.open("/my/agenda")
            hers.page.get_by_role("link", name="martedì 1 dicembre").click()
            hers.page.get_by_role("button", name="Sì, accetto").click()
            expect(hers.page.get_by_role("status")).to_contain_text("grazie")
        window.open("/agenda?week=2026-W49")
        album.picture(page, "confermato")
        expect(page.locator("main")).to_contain_text("Una confermata")
        assert window.left_home == []
