# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator and her plan in a real browser: proposed, told while it searches, one line left out, published, in the agenda."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from dispatch.kit import clock
from dispatch.planning import service
from dispatch.planning.planner import Better
from dispatch.planning.trail import Trail
from dispatch.records.planning import PlanningRun
from tests import make
from tests.browser.steps import Album
from tests.browser.window import Window
from tests.browser.world import World

WEEK = "/agenda?week=2026-W49"


def test_a_plan_is_watched_stopped_chosen_from_and_published(
    browser: Browser, world: World, work: Callable[[], None]
) -> None:
    """The page tells the search by itself, stops it on request, counts the SMS for what is ticked, and sends just those."""
    album = Album("piano")
    with world.here.database.begin() as session:
        clock.set_virtual(session, make.NOW + dt.timedelta(days=1))  # no question goes out on a Sunday
        make.asked(session, dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC), at=make.desk(session, "comune"))
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open(WEEK)
        page.get_by_role("button", name="Proponi assegnazioni").click()
        page.wait_for_url("**/planning/runs/*")
        expect(page.locator("main")).to_contain_text("Leggo chi parla che cosa")
        run_id = int(page.url.rpartition("/")[2])
        search(world, run_id)  # what a worker notes as it goes on, and the page hears
        expect(page.locator(".po-progress")).to_contain_text("2 posti su 3")
        expect(page.get_by_role("img")).to_be_visible()
        album.picture(page, "cerca")
        page.get_by_role("button", name="Ferma e usa questo").click()
        expect(page.locator("main")).to_contain_text("Si ferma")
        give_back(world, run_id)
        work()
        expect(page.locator("h2").first).to_contain_text("Nuove")
        first = page.locator("input[data-po-line]").first
        button = page.locator("#publish-button")
        expect(button).to_have_text("Pubblica e invia 3 SMS")
        first.uncheck()
        expect(button).to_have_text("Pubblica e invia 2 SMS")
        expect(page.locator(".po-publish-told")).to_contain_text(
            "Si pubblicano 2 cambiamenti su 3"
        )  # the server's word
        album.picture(page, "scelta")
        button.click()
        expect(page.locator("main")).to_contain_text("Una riga non è stata accettata")
        album.picture(page, "pubblicata")
        page.get_by_role("link", name="Guardala nell'agenda").click()
        expect(page.locator("main")).to_contain_text("In attesa")
        assert window.left_home == []
        assert window.complaints == []


def search(world: World, run_id: int) -> None:
    """A planner that has begun and found two plans."""
    trail = Trail()
    for filled, total, bound, seconds in ((1, 400, None, 0.1), (2, 900, 1000, 0.9)):
        trail.take(Better(filled, 3, total, bound, seconds))
    with world.here.database.begin() as session:
        begun = service.begin(session, run_id, clock.now(session))
        assert begun is not None
        service.note_progress(session, run_id, begun.attempt, trail.figures(3))


def give_back(world: World, run_id: int) -> None:
    """The worker died: another one begins the run anew, as the rescue would have it."""
    with world.here.database.begin() as session:
        session.get_one(PlanningRun, run_id).status = "asked"
