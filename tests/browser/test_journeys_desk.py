# SPDX-License-Identifier: AGPL-3.0-or-later
"""A clerk after sending, without a mouse: follow a series, move its dates, call one off, keep the file, find it again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fastapi.testclient import TestClient
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from dispatch.app import create_app
from tests import make
from tests.browser.steps import Album, tab_to, type_into
from tests.browser.window import Window
from tests.browser.world import DESK, World

MONDAYS = {"every": "week", "until": "2026-12-21"}  # four, from 30 November


def send_a_series(world: World) -> str:
    door = TestClient(create_app(world.here))
    body = make.body(DESK, repeat=MONDAYS)
    answer = door.post("/api/v1/requests", json=body, headers=make.key_of(world.here.database, DESK))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def press(page: Page, selector: str) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_a_clerk_follows_changes_and_cancels_by_keyboard_alone(browser: Browser, world: World) -> None:
    """Every step with Tab, arrows, letters and Enter; each change is said with its numbers."""
    album, code = Album("sportello-dopo"), send_a_series(world)
    at = f"/requests/{code}"
    with Window(browser, world.origin, session=world.session_of("desk")) as window:
        page, main = window.page, window.page.locator("main")
        window.open("/requests")
        type_into(page, "#filter-q", code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests?**")
        press(page, f"main a[href='{at}']")
        expect(main).to_contain_text("4 incontri in arrivo")
        album.picture(page, "seguire")
        press(page, f"a[href='{at}/appointments/2#change']")
        page.wait_for_url("**/appointments/2**")
        type_into(page, "#when-from", "1100")
        tab_to(page, "input[name=scope]")
        page.keyboard.press("ArrowDown")
        album.picture(page, "serie")
        press(page, "form[action$='/change'] button")
        expect(main).to_contain_text("3 date cambiate")
        expect(main).to_contain_text("11:00–12:00")
        album.picture(page, "cambiata")
        press(page, f"a[href='{at}/appointments/1#cancel']")
        page.wait_for_url("**/appointments/1**")
        press(page, "form[action$='/cancel'] button")
        expect(main).to_contain_text("Una data annullata")
        expect(main).to_contain_text("Un incontro confermato si annulla senza costi")
        album.picture(page, "annullata")
        tab_to(page, f"a[href='{at}/calendar.ics']")
        with page.expect_download() as kept:
            page.keyboard.press("Enter")
        assert _standings(kept.value.path()) == {"TENTATIVE": 3, "CANCELLED": 4}
        press(page, ".po-nav a[href='/requests/calendar']")
        expect(page.locator("h1")).to_contain_text("Settimana")
        window.open("/requests/calendar?view=month&day=2026-12-01")
        expect(main).to_contain_text("11:00–12:00")
        album.picture(page, "calendario")
        assert window.left_home == []


def _standings(file: Path) -> dict[str, int]:
    """How many dates of the file are how sure."""
    found: dict[str, int] = {}
    for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT"):
        assert event.decoded("DTSTART") > dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
        found[str(event["STATUS"])] = found.get(str(event["STATUS"]), 0) + 1
    return found
