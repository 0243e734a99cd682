# SPDX-License-Identifier: AGPL-3.0-or-later
"""The controls of the walk: a page with each fault, and the walk finds it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.sync_api import Browser

from tests.browser import looking
from tests.browser.window import Window

ORIGIN = "http://127.0.0.1:9"  # nobody answers there; the pages of these tests are written into the window
OUTSIDE = "http://192.0.2.1/picture.png"  # TEST-NET-1 (RFC 5737): nobody is there
STYLE = "<style>:focus {outline: 2px solid} .mute:focus {outline: none}</style>"


def written(body: str) -> str:
    return f'<!doctype html><html lang="it"><head><title>Prova · Ponte</title>{STYLE}</head><body><main><h1>Prova</h1>{body}</main></body></html>'


def wrong_with(browser: Browser, body: str) -> list[str]:
    with Window(browser, ORIGIN) as window:
        window.page.set_content(written(body))
        told = looking.head(window.page) + looking.findings(window.page) + looking.contrast_in_the_dark(window.page)
        told += looking.by_keyboard(window.page) + looking.too_wide(window.page)
        told += [f"without: {one}" for one in window.page.evaluate(looking.MUTE)]
        return told + window.complaints + [f"asked for {url}" for url in window.left_home]


def test_a_good_page_passes(browser: Browser) -> None:
    """A link, a labelled field and a button to send it."""
    form = '<form action="/x" method="post"><label>Nome <input type="text"></label><button>Invia</button></form>'
    assert wrong_with(browser, f'<a href="/x">Avanti</a>{form}') == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<h1>Due</h1>", "h1:"),
        ('<input type="text">', "label:"),
        ('<p style="color:#bbb">grigio</p>', "color-contrast:"),
        ("<style>@media (prefers-color-scheme: dark) {p {color: #eee}}</style><p>buio</p>", "dark, color-contrast:"),
        ('<div style="width:500px">largo</div>', "wider than 320"),
        ('<a href="/x" tabindex="-1">mai</a>', "not in the order of Tab"),
        ('<a href="/x" class="mute">muto</a>', "shows no focus"),
        ('<form method="post" action="/x"><label>A <input type="text"></label></form>', "without:"),
        ("<script>console.error('guasto')</script>", "error: guasto"),
        ("<script>nessuno()</script>", "script:"),
        (f'<img alt="" src="{OUTSIDE}">', f"asked for {OUTSIDE}"),
    ],
)
def test_each_fault_is_found(browser: Browser, body: str, told: str) -> None:
    """The guard that would let this pass is off."""
    assert any(told in one for one in wrong_with(browser, body))


@pytest.mark.usefixtures("started_browser")
def test_other_tests_may_run_loops() -> None:
    """The driver's loop is put aside between its tests: a worker's tests are of every kind."""
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


def test_the_browser_is_there_again(browser: Browser) -> None:
    """After somebody else's loop the same browser goes on."""
    with Window(browser, ORIGIN) as window:
        assert window.page.evaluate("() => 1 + 1") == 2
