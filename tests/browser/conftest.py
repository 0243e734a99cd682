# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real Chromium before the real service: one browser per worker, one fresh profile per window.

The pages that are only looked at share one world per worker; a journey, which writes, has a world of its own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from dispatch import worker
from dispatch.kit import clock
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, strike
from dispatch.planning.jobs import close_planners
from tests import make
from tests.browser import chromium
from tests.browser.world import World, opened_world

Lend = Callable[[], AbstractContextManager[str]]
# The browser itself asks for nothing outside either: no updates, no lists, and no name but this machine's is found.
SWITCHES = ("--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright's driver; its event loop counts as this thread's only while a test of a browser runs."""
    if chromium.find() is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def started_browser(driver: Playwright) -> Iterator[Browser]:
    """The worker's one Chromium; as root it cannot have its sandbox."""
    sandboxed = os.geteuid() != 0
    browser = driver.chromium.launch(
        executable_path=chromium.find(), args=list(SWITCHES), chromium_sandbox=sandboxed, timeout=60_000
    )
    yield browser
    browser.close()


@pytest.fixture
def browser(started_browser: Browser) -> Iterator[Browser]:
    """The browser for one test. The driver's loop seems to run for ever in this thread, so between the tests it is put
    aside: any other test of this worker may then run a loop of its own."""
    loop = started_browser._loop  # the driver's own: Playwright offers no other way to it
    asyncio._set_running_loop(loop)
    yield started_browser
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def shared_world(lend_database: Lend) -> Iterator[World]:
    """The world that nobody changes: every page is looked at in it."""
    with lend_database() as url, closing(Database(url)) as database, opened_world(database) as world:
        yield world


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world of this test alone, whose passwords are typed."""
    make.cheap_passwords(monkeypatch)
    with opened_world(database) as opened:
        yield opened
    close_planners()


@pytest.fixture
def work(browser: Browser, world: World) -> Callable[[], None]:
    """A minute goes by: what falls due and everything that is queued, by the same worker that serves an installation."""

    def done() -> None:
        with world.here.database.begin() as session:
            clock.set_virtual(session, clock.now(session) + dt.timedelta(minutes=1))
            for timed in TIMED:
                strike(session, timed)
        asyncio._set_running_loop(None)  # the worker runs a loop of its own
        try:
            worker.run(world.here, until_stopped=False)
        finally:
            asyncio._set_running_loop(browser._loop)

    return done
