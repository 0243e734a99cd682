# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten to five, and tomorrow evening has nobody: the coordinator finds somebody without a mouse, and the yes books her."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from dispatch.access.visitor import Visitor
from dispatch.intake import service
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import RequestIn
from dispatch.kit import clock
from dispatch.kit.policy import policy_in_force
from dispatch.kit.recurrence import closures_of
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.statuses import OfferStatus, Role
from tests import make
from tests.browser.steps import Album, tab_to
from tests.browser.window import Window
from tests.browser.world import DESK, World

TEN_TO_FIVE = make.NOW + dt.timedelta(days=1, hours=6, minutes=50)


def tomorrow_evening(world: World) -> str:
    """A hole: a request for tomorrow at 20:30, when nobody has a shift any more."""
    with world.here.database.begin() as session:
        clock.set_virtual(session, TEN_TO_FIVE)
        visitor = Visitor(actor="account:marta", role=Role.COORDINATOR)
        policy, territory = policy_in_force(session).intake, world.here.settings.territory
        reader = Reader(session, visitor, TEN_TO_FIVE, policy, closures_of(territory))
        asked = make.body(DESK, when=[{"day": "2026-11-24", "from": "20:30"}])
        return service.submit(reader, RequestIn.model_validate(asked)).code


def question_about(world: World, code: str) -> int:
    """The code of the one question that waits about this request."""
    with world.here.database.begin() as session:
        of_it = select(Offer.code).join(Slot, Slot.id == Offer.slot_id).join(Appointment).join(Request)
        return session.scalars(of_it.where(Request.code == code, Offer.status == OfferStatus.WAITING)).one()


def test_tomorrows_hole_is_filled_by_keyboard_alone(browser: Browser, world: World, work: Callable[[], None]) -> None:
    """From the agenda to «perché nessuno», a change that helps, the question, SI on the built-in phone, and the booking."""
    album, code = Album("trovare"), tomorrow_evening(world)
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/agenda?week=2026-W48")
        tab_to(page, f"a[href*='{code}'][href*='/mediators']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mediators*")
        expect(page.locator("#falls-away")).to_have_text("Perché nessuno?")
        album.picture(page, "perche")
        tab_to(page, ".po-changes form[action*='/change'] button")
        page.keyboard.press("Enter")
        page.wait_for_url("**&choose=*")
        expect(page.get_by_role("status").first).to_contain_text("spostato")
        album.picture(page, "spostato")
        tab_to(page, "button[name='how'][value='one']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mediators*")
        for _ in range(2):  # the question is written, then it leaves
            work()
        window.open("/offers")
        expect(page.locator("main")).to_contain_text("in attesa fino a")
        album.picture(page, "domande")
        window.open("/handsets")
        says = f"SI {question_about(world, code)}"
        tab_to(page, f"button[value='{says}']")
        page.keyboard.press("Enter")
        expect(page.locator(".po-bubble-out", has_text=says)).to_be_visible()
        work()
        window.open("/agenda?week=2026-W48")
        expect(page.locator(f".po-visit[href='/requests/{code}']")).to_contain_text("Conferm")
        window.open(f"/requests/{code}")
        expect(page.locator("main")).to_contain_text("Confermata")
        album.picture(page, "confermato")
        assert window.left_home == []
