# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stream of news, over a real server: who hears what, when it ends, and that it holds up nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI

from dispatch.access import live
from dispatch.app import create_app
from dispatch.kit.serving import Server, server_of
from dispatch.kit.session import Database, libpq_url
from dispatch.records.statuses import Role
from tests import make

SOON = 20.0  # seconds after which a test that waits has failed


class Door:
    """A server of our own and the browsers at it."""

    def __init__(self, server: uvicorn.Server, thread: threading.Thread, address: str) -> None:
        self.server, self.thread, self.address = server, thread, address

    @contextmanager
    def browser(self, login: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.address, timeout=SOON) as visitor:
            answer = visitor.post("/login", data={"login": login, "password": make.PASSWORD})
            assert answer.status_code == 303, answer.text
            yield visitor


@contextmanager
def served(app: FastAPI, server: uvicorn.Server) -> Iterator[Door]:
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    pause = threading.Event()
    while not server.started and thread.is_alive():
        pause.wait(0.02)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield Door(server, thread, f"http://{host}:{port}")
    finally:
        server.should_exit = True
        thread.join(SOON)


@pytest.fixture
def app(database: Database) -> FastAPI:
    with database.begin() as session:
        make.account(session, "anna", Role.COORDINATOR)
        make.account(session, "desk", Role.DESK, desk_id=make.desk(session).id)
    return create_app(make.installation(database))


@pytest.fixture
def door(app: FastAPI) -> Iterator[Door]:
    with served(app, server_of(app, "127.0.0.1", 0)) as opened:
        yield opened


@contextmanager
def listening(browser: httpx.Client, about: str) -> Iterator[Iterator[str]]:
    """The lines of a stream, from where the server says that it listens."""
    with browser.stream("GET", f"/live?about={about}") as answer:
        assert answer.status_code == 200, answer.read()
        lines = answer.iter_lines()
        _until(lines, "event: listening")
        yield lines


def _until(lines: Iterator[str], wanted: str) -> str:
    """The line after the wanted one."""
    for line in lines:
        if line == wanted:
            return next(lines)
    raise AssertionError(f"the stream ended before it said {wanted!r}")


def _something_happens(database: Database) -> None:
    with database.begin() as session:
        make.mediator(session)
        make.asked(session, make.NOW)


def test_a_page_hears_its_topic_and_no_other(door: Door, database: Database) -> None:
    """The roster changes too, but this page asked about the agenda."""
    with door.browser("anna") as anna, listening(anna, "agenda,inbox") as lines:
        _something_happens(database)
        assert _until(lines, "event: told") == "data: agenda"


def test_a_service_hears_what_its_pages_are_about_and_nothing_else(door: Door, database: Database) -> None:
    """The inbox, the roster and the line are the staff's: a desk that asks for them is refused."""
    with door.browser("desk") as desk:
        assert desk.get("/live?about=inbox").status_code == 403
        assert desk.get("/live?about=agenda,roster").status_code == 403
        with listening(desk, "agenda") as lines:
            _something_happens(database)
            assert _until(lines, "event: told") == "data: agenda"


def test_who_is_not_signed_in_hears_nothing(door: Door) -> None:
    """News of the house are for those inside."""
    assert httpx.get(f"{door.address}/live?about=agenda", timeout=SOON).status_code in {303, 401}


def test_an_unknown_topic_is_named(door: Door) -> None:
    """A slip in a page is told, since a stream that hears nothing looks like a quiet day."""
    with door.browser("anna") as anna:
        refused = anna.get("/live?about=agenda,wether")
    assert refused.status_code == 422


def test_a_stream_ends_with_its_session(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signs out in one tab hears nothing more in another."""
    monkeypatch.setattr(live, "BEAT", 0.2)
    with door.browser("anna") as anna, listening(anna, "agenda") as lines:
        _until(lines, ": still here")
        with httpx.Client(base_url=door.address, cookies=anna.cookies, timeout=SOON) as other_tab:
            other_tab.post("/logout")
        assert _until(lines, "event: over") == "data:"
        assert list(lines) in ([], [""])


def test_one_connection_hears_for_all_and_comes_back(door: Door, database: Database) -> None:
    """When the database drops it every stream ends, so that each page looks for itself; the next stream hears again."""
    with door.browser("anna") as anna, listening(anna, "agenda") as lines, listening(anna, "roster"):
        with psycopg.connect(libpq_url(database.url), autocommit=True) as own:
            ears = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN ponte_news%'"
            assert own.execute(f"SELECT count(*) {ears}").fetchone() == (1,)
            own.execute(f"SELECT pg_terminate_backend(pid) {ears}")
        assert "event: told" not in list(lines)
        with listening(anna, "agenda") as again:
            _something_happens(database)
            assert _until(again, "event: told") == "data: agenda"


def test_a_session_with_too_many_open_pages_is_told_to_come_later(app: FastAPI, door: Door) -> None:
    """A browser keeps six connections to a host; its pages need some of them."""
    app.state.newsroom.most_each = 1
    with door.browser("anna") as anna, listening(anna, "agenda"):
        assert anna.get("/live?about=agenda").status_code == 429
        with door.browser("desk") as desk, listening(desk, "agenda"):
            app.state.newsroom.most = 2
            app.state.newsroom.most_each = 9
            assert anna.get("/live?about=agenda").status_code == 429


def test_an_open_stream_does_not_hold_up_a_stop(door: Door) -> None:
    """SIGTERM ends the streams first; the browsers come back to whoever serves next."""
    with door.browser("anna") as anna, listening(anna, "agenda"):
        door.server.should_exit = True
        door.thread.join(SOON)
        assert not door.thread.is_alive()


def test_without_ending_the_streams_a_stop_would_wait(app: FastAPI) -> None:
    """Control: uvicorn by itself waits for every answer, and this one has no end."""
    plain = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    assert not isinstance(plain, Server)
    with served(app, plain) as door:
        with door.browser("anna") as anna, listening(anna, "agenda"):
            plain.should_exit = True
            door.thread.join(1.5)
            assert door.thread.is_alive()
        door.thread.join(SOON)
        assert not door.thread.is_alive()
