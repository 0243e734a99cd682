# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the policy table, in a real browser: accessible, narrow, light, quiet, and whole without JavaScript.

One page alone: ``pytest -n 0 tests/browser/test_walk.py -k "/agenda and coordinator"``.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from dispatch.access.policy import TABLE, page
from dispatch.records.statuses import Role
from tests.browser import looking
from tests.browser.pages import NO_PAGES, Spot, spots
from tests.browser.window import Window
from tests.browser.world import World

SPOTS = spots(TABLE)


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_the_page_is_for_everybody(browser: Browser, shared_world: World, spot: Spot) -> None:
    """Whatever is wrong is told at once, so that its author mends it in one go."""
    path, session = spot.address(shared_world), shared_world.session_of(spot.role)
    with Window(browser, shared_world.origin, session=session) as window:
        assert window.open(path) == 200
        heading = window.page.locator("h1").first.inner_text()
        wrong = looking.head(window.page) + looking.weight(window, path)
        wrong += looking.findings(window.page) + looking.contrast_in_the_dark(window.page)
        wrong += looking.by_keyboard(window.page) + looking.too_wide(window.page)
        wrong += window.complaints + [f"asked for {url}" for url in window.left_home]
    with Window(browser, shared_world.origin, session=session, script=False) as window:
        wrong += looking.without_script(window, path, heading)
    assert wrong == []


def test_a_new_page_is_walked_to() -> None:
    """The control: a line more in the table is a page more for each role in it, whatever its name."""
    more = TABLE | {("GET", "/brand-new"): page({Role.DESK, Role.COORDINATOR})}
    new = [spot for spot in spots(more) if spot not in SPOTS]
    assert [str(spot) for spot in new] == ["/brand-new as desk", "/brand-new as coordinator"]


def test_what_is_no_page_is_still_an_address() -> None:
    """Nothing is kept out of the walk that is no longer there."""
    assert {("GET", path) for path in NO_PAGES} <= TABLE.keys()
