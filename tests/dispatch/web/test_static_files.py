# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files are served under an address that names their content, and pages live without the built ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dispatch.web import i18n, static_files
from dispatch.web.templating import install, render
from tests.dispatch.web.samples import PAGES


def say_agenda(_request: Request) -> PlainTextResponse:
    """A page's own code that asks for a word."""
    return PlainTextResponse(i18n.gettext("Sign out"))


@pytest.fixture
def browser() -> Iterator[TestClient]:
    """An application with nothing but our pages' needs, and someone who looks at it."""
    app = Starlette(routes=[Route("/word", say_agenda)])
    install(app)
    with TestClient(app) as client:
        yield client


@pytest.fixture
def unbuilt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A checkout whose assets were never built."""
    monkeypatch.setattr(static_files, "STATIC", tmp_path)
    static_files.asset.cache_clear()
    yield
    static_files.asset.cache_clear()


def test_a_file_named_by_its_content_may_be_kept(browser: TestClient) -> None:
    """The address with the hash is good for a year; the bare one is asked again each time."""
    address = static_files.asset("phone.css")
    assert address is not None
    assert browser.get(address).headers["cache-control"] == static_files.A_YEAR
    assert browser.get("/static/phone.css").headers["cache-control"] == "no-cache"


@pytest.mark.usefixtures("unbuilt")
def test_without_assets_pages_work_unstyled(caplog: pytest.LogCaptureFixture) -> None:
    """One warning says how to build them, and the page still comes, without links to what is not there."""
    with caplog.at_level(logging.WARNING):
        install(Starlette())
    assert ["build.py" in record.message for record in caplog.records] == [True]
    template, context, viewer = PAGES["new_request"]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "state": {"viewer": viewer},
    }
    source = bytes(render(Request(scope), template, **context).body).decode()
    assert "Nuova richiesta" in source
    assert "vendor/" not in source


def test_a_chosen_language_is_remembered(browser: TestClient) -> None:
    """Italian until somebody asks; a choice stays in a cookie and reaches the page's own code."""
    assert browser.get("/word", headers={"accept-language": "zz"}).text == "Esci"
    assert browser.get("/word?lang=en").text == "Sign out"
    assert browser.get("/word", headers={"accept-language": "it"}).text == "Sign out"


def test_a_language_we_lack_is_not_remembered(browser: TestClient) -> None:
    """An invented language leaves no cookie."""
    assert "set-cookie" not in browser.get("/word?lang=xx").headers
