# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's agenda in a real browser: by keys alone, as lanes and a month for everybody, and on one sheet of paper."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.browser import looking
from tests.browser.steps import Album
from tests.browser.window import Window
from tests.browser.world import TUESDAY, World

DAY = f"/agenda?view=day&day={TUESDAY:%Y-%m-%d}"
VIEWS = (
    DAY,
    "/agenda?view=month&day=2026-11-01",
    "/agenda?week=2026-W48&q=zzz",
    f"/agenda/sheet?day={TUESDAY:%Y-%m-%d}",
)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def test_a_coordinator_finds_and_assigns_by_keys_alone(browser: Browser, world: World) -> None:
    """/ looks for a code, j goes to its line, a leads to who could go; no mouse, no Tab."""
    album = Album("tasti")
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/agenda?week=2026-W48")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        album.picture(page, "elenco")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).not_to_be_visible()
        page.keyboard.press("/")
        page.keyboard.type("R-1047")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=R-1047*")
        page.keyboard.press("j")
        assert focused(page).startswith("R-1047")
        page.keyboard.press("a")
        page.wait_for_url("**/requests/R-1047/appointments/1/mediators")
        album.picture(page, "assegna")


def test_keys_are_letters_while_one_types_and_stay_off_when_switched_off(browser: Browser, world: World) -> None:
    """WCAG 2.1.4: who dictates or mistypes switches them off once, for every later page."""
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/agenda?week=2026-W48")
        page.keyboard.press("/")
        page.keyboard.type("jka?p/")
        assert page.input_value("#filter-q") == "jka?p/"
        page.locator("h1").click()
        page.get_by_role("button", name="Tasti").click()
        page.get_by_label("Usa questi tasti in questo browser").uncheck()
        page.get_by_role("button", name="Chiudi").click()
        window.open(DAY)
        page.keyboard.press("?")
        page.keyboard.press("j")
        expect(page.get_by_role("dialog")).not_to_be_visible()
        assert page.evaluate("document.activeElement === document.body")
        page.get_by_role("button", name="Tasti").click()
        page.get_by_label("Usa questi tasti in questo browser").check()
        page.get_by_role("button", name="Chiudi").click()
        page.locator("h1").click()
        page.keyboard.press("j")
        assert focused(page) != ""


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_is_for_everybody(browser: Browser, shared_world: World, path: str) -> None:
    """What the walk asks of the table it asks of the other views too: they share its address."""
    session = shared_world.session_of("coordinator")
    with Window(browser, shared_world.origin, session=session) as window:
        assert window.open(path) == 200
        heading = window.page.locator("h1").first.inner_text()
        wrong = looking.head(window.page) + looking.weight(window, path)
        wrong += looking.findings(window.page) + looking.contrast_in_the_dark(window.page)
        wrong += looking.by_keyboard(window.page) + looking.too_wide(window.page) + window.complaints
    with Window(browser, shared_world.origin, session=session, script=False) as window:
        wrong += looking.without_script(window, path, heading)
    assert wrong == []


def test_the_lanes_work_without_script(browser: Browser, shared_world: World) -> None:
    """From the week to a day by its head, and to a visit in a lane."""
    with Window(browser, shared_world.origin, script=False, session=shared_world.session_of("coordinator")) as window:
        page = window.page
        window.open("/agenda?week=2026-W48")
        page.get_by_role("link", name="mar 24").click()
        expect(page.locator("h1")).to_have_text("Martedì 24 novembre 2026")
        page.locator(".po-lane-visit a").first.click()
        expect(page.locator("h1")).to_contain_text("R-")


@pytest.mark.parametrize("many", [2, 60, 160])
def test_a_day_is_one_sheet_of_paper(browser: Browser, world: World, many: int, tmp_path: Path) -> None:
    """A quiet day, that of a province, and one of its fullest: one page, lying."""
    with world.here.database.begin() as session:
        desk = make.desk(session, name="Istituto comprensivo di Ponte San Pietro")
        for number in range(many):  # up to three a mediator
            if number % 3 == 0:
                who = make.mediator(session, name=f"Mediatrice {chr(65 + number % 26)}")
            make.visit(session, who, TUESDAY.replace(hour=8) + dt.timedelta(hours=2 * (number % 3)), at=desk)
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        window.open(f"/agenda/sheet?day={TUESDAY:%Y-%m-%d}")
        paper = tmp_path / "sheet.pdf"
        window.page.pdf(path=paper, prefer_css_page_size=True)
        written = paper.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", written)) == 1
    width, height = (float(side) for side in re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", written)[0])
    assert width > height
