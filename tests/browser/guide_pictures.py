# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the guides' pictures: ``make pictures``, or ``python -m tests.browser.guide_pictures NAME…`` for some of them.

A new picture is a row of ``PICTURES``. The scene is the same every time (tests/browser/guide_scene.py), so a picture
changes when the page does.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from tests.browser import chromium
from tests.browser.guide_scene import LOGIN, set_the_scene
from tests.browser.window import DESKTOP, PHONE, Window
from tests.browser.world import World, opened_world

SETTLED = 1500  # milliseconds: fonts, and what a form asks the server while one types
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def as_it_is(_page: Page) -> None:
    """Nothing is done on the page before the picture is taken."""


@dataclass(frozen=True)
class Picture:
    """``path`` has the scene's names in its braces; ``part`` is the element shown, the whole page where it is empty."""

    name: str
    role: str
    path: str
    size: tuple[int, int] = DESKTOP
    part: str = ""
    act: Callable[[Page], None] = as_it_is


def fill(page: Page) -> None:
    page.fill("#languages-0-code", "arabo")
    page.fill("#when-0-day", "2026-11-30")
    page.fill("#when-0-from", "09:00")


def unfold(page: Page) -> None:
    for summary in page.locator(".po-scope details summary").all():
        summary.click()


def ask_to_cancel(page: Page) -> None:
    page.locator(".po-confirm summary").click()


PICTURES = (
    Picture("sportello-modulo", LOGIN, "/requests/new", act=fill),
    Picture("sportello-elenco", LOGIN, "/requests"),
    Picture("sportello-seguire", LOGIN, "/requests/{series}"),
    Picture("sportello-annullare", LOGIN, "/requests/{series}", part=".po-bar", act=ask_to_cancel),
    Picture("sportello-serie", LOGIN, "/requests/{series}/appointments/2", act=unfold),
    Picture("sportello-calendario", LOGIN, "/requests/calendar?view=week&day=2026-11-24"),
    Picture("sportello-mese", LOGIN, "/requests/calendar?view=month&day=2026-12-01"),
    Picture("mediatore-proposta", "link", "/m/{offer}", PHONE),
    Picture("mediatore-agenda", "mediator", "/my/agenda", PHONE),
    Picture("mediatore-giorni", "mediator", "/my/availability", PHONE),
    Picture("mediatore-calendario", "mediator", "/my/calendar", PHONE),
    Picture("coordinamento-agenda", "coordinator", "/agenda?week=2026-W48"),
    Picture("coordinamento-giorno", "coordinator", "/agenda?view=day&day=2026-11-24"),
    Picture("coordinamento-trova", "coordinator", "/requests/R-1047/appointments/1/mediators"),
    Picture("coordinamento-domande", "coordinator", "/offers"),
    Picture("coordinamento-richieste", "coordinator", "/requests"),
)


def take(browser: Browser, world: World, values: dict[str, str], picture: Picture, folder: Path) -> None:
    session = world.session_of(picture.role)
    with Window(browser, world.origin, size=picture.size, session=session, script=picture.size == DESKTOP) as window:
        path = picture.path.format(**values)
        status = window.open(path)
        if status != 200:
            raise SystemExit(f"{picture.name}: {path} answered {status}")
        picture.act(window.page)
        window.page.wait_for_timeout(SETTLED)
        # As high as the page is: what sticks to the foot of a window is at the foot of the picture then.
        height = window.page.evaluate("document.documentElement.scrollHeight")
        window.page.set_viewport_size({"width": picture.size[0], "height": max(picture.size[1], height)})
        target = folder / f"{picture.name}.png"
        if picture.part:
            window.page.locator(picture.part).screenshot(path=target)
        else:
            window.page.screenshot(path=target, full_page=True)


def _opened(driver: Playwright, path: str) -> Browser:
    """In Italian, since the inputs of dates speak the browser's own language."""
    italian: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "it", "LANG": "it_IT.UTF-8"}
    sandboxed = os.geteuid() != 0
    return driver.chromium.launch(executable_path=path, args=["--lang=it-IT"], env=italian, chromium_sandbox=sandboxed)


def main(names: Sequence[str], folder: Path = FOLDER) -> None:
    found = chromium.find()
    if found is None:
        raise SystemExit(chromium.MISSING)
    chosen = [picture for picture in PICTURES if not names or picture.name in names]
    with tempfile.TemporaryDirectory(prefix="ponte-pictures-") as home:
        Path(home).chmod(0o755)  # whoever the server drops to may enter
        with closing(Server.start(Path(home) / "postgres", durable=False)) as server:
            upgrade(server.url)
            with closing(Database(server.url)) as database, opened_world(database) as world:
                values = set_the_scene(world)
                with sync_playwright() as driver:
                    browser = _opened(driver, found)
                    for picture in chosen:
                        take(browser, world, values, picture, folder)
                    browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
