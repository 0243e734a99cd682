# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do in a journey: walk by Tab alone, and keep a picture of each step at both widths (.pictures/, not in git)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.window import DESKTOP, PHONE

FOLDER = Path(__file__).parents[2] / ".pictures"
MOST_TABS = 150  # more would tire a person, and mean that the focus goes round


@dataclass
class Album:
    """The pictures of one journey, in the order of its steps."""

    journey: str

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def picture(self, page: Page, step: str) -> None:
        """The whole page as it stands, for the desk's screen and for the phone."""
        before, number = page.viewport_size, next(self._numbers)
        for width, height in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=FOLDER / self.journey / f"{number}-{step}-{width}.png", full_page=True)
        if before:
            page.set_viewport_size(before)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; no mouse, no script that puts it there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{MOST_TABS} times Tab on {page.url} never came to {selector}")


def type_into(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(words)


def type_date(page: Page, selector: str, day: dt.date) -> None:
    """A date's parts stand in the order of the browser's own language, which is not the page's; a person sees which."""
    tab_to(page, selector)
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(f"{day:{order}}")
        if page.input_value(selector) == day.isoformat():
            return
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"{selector} shows {page.input_value(selector)!r} instead of {day}")
