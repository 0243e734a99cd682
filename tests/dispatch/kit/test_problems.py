# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every failure becomes an answer: a problem for programs, with headers, whatever broke."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect, Request

from dispatch.access import pages
from dispatch.access.policy import PUBLIC, TABLE
from dispatch.app import create_app
from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.kit.problems import Problems, printable, problem
from dispatch.kit.session import Database
from tests import make

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")


def visitor(monkeypatch: pytest.MonkeyPatch, failure: Exception | None = None) -> TestClient:
    """An application without a database, with one more route that fails as told."""
    app = create_app(make.installation(NOWHERE))
    monkeypatch.setitem(TABLE, ("GET", "/broken"), PUBLIC)

    @app.get("/broken")
    def broken() -> None:
        if failure is not None:
            raise failure

    return TestClient(app, raise_server_exceptions=False)


def app_of(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


def test_without_a_database_it_is_alive_but_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart would help nothing: alive, not ready, and when to come back."""
    client = visitor(monkeypatch)
    assert client.get("/healthz").json() == {"status": "alive"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_problem_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor reads that it failed, never why in our words; the headers are there as ever."""
    answer = visitor(monkeypatch, RuntimeError("password=hunter2")).get("/broken")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "content-security-policy" in answer.headers


def test_who_went_away_is_no_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A form that asks anew while it is typed breaks the question before off: that is recorded as no error of ours."""
    answer = visitor(monkeypatch, ClientDisconnect()).get("/broken")
    assert answer.status_code == 400
    assert "request failed" not in caplog.text


def test_a_broken_error_page_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the page for errors fails itself, the plain problem is the last word."""

    def torn(request: Request, name: str, **context: object) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr(pages, "render", torn)
    answer = visitor(monkeypatch, RuntimeError()).get("/broken", headers={"accept": "text/html"})
    assert (answer.status_code, answer.json()["status"]) == (500, 500)


def test_a_wrong_method_or_address_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what the framework refuses speaks our language."""
    client = visitor(monkeypatch)
    for answer, status in ((client.get("/nowhere"), 404), (client.put("/healthz"), 405)):
        assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_wrong_method_is_told_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9110 wants the right ones in a header; a person reads where to find them, in her language."""
    client = visitor(monkeypatch)
    refused = client.put("/healthz")
    assert refused.headers["allow"] == "GET"
    (line,) = refused.json()["errors"]
    assert (line["field"], line["value"], line["remedy"]) == (
        "method",
        "PUT",
        "Guarda nella descrizione dell’API quali accetta.",
    )
    english = client.put("/healthz", headers={"accept-language": "en"}).json()
    assert (english["title"], refused.json()["title"]) == ("Not done this way", "Non si fa così")


def test_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A length that was never announced is counted while reading, and refused with the same words."""
    client = visitor(monkeypatch)

    @app_of(client).post("/broken")
    def broken(body: dict[str, str]) -> None: ...

    monkeypatch.setitem(TABLE, ("POST", "/broken"), PUBLIC)
    chunks = (b"x" * 10_000 for _ in range(40))
    streamed = client.post("/broken", content=chunks, headers={"content-type": "application/json"})
    announced = client.post("/broken", content=b"x" * 400_000)
    assert (streamed.status_code, announced.status_code) == (413, 413)
    assert streamed.json()["errors"] == announced.json()["errors"]


def test_a_body_that_is_not_announced_as_json_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reader can do about it is the header, not the type of the value."""
    client = visitor(monkeypatch)

    @app_of(client).post("/broken")
    def broken(body: dict[str, str]) -> None: ...

    monkeypatch.setitem(TABLE, ("POST", "/broken"), PUBLIC)
    (line,) = client.post("/broken", content=b'{"a": "b"}', headers={"content-type": "text/plain"}).json()["errors"]
    assert (line["field"], line["value"]) == ("body", '{"a": "b"}')
    assert "application/json" in line["remedy"]


@pytest.mark.parametrize(
    "value", ["\ud800", "\x00", float("nan"), float("inf"), 10**400, [1] * 10_000, {"a": "\ud800"}]
)
def test_every_value_can_be_given_back(value: object) -> None:
    """What somebody sent is echoed in a form that every JSON reader takes, and short."""
    error = NotUnderstood("no", fields=(FieldProblem("\ud800", "m", value, "r"),))
    body = bytes(problem(error).body)
    (line,) = json.loads(body)["errors"]
    assert len(body) < 3000
    json.dumps(line, allow_nan=False).encode()
    str(line["value"]).encode()


def test_small_values_come_back_as_they_are() -> None:
    """A number stays a number, so a program can compare it."""
    assert [printable(value) for value in (0, 780, True, None, 1.5, "xx")] == [0, 780, True, None, 1.5, "xx"]


def test_a_page_is_given_only_where_one_is_made() -> None:
    """Without a page for it, everybody gets the problem."""
    answer = Problems().answer(Request({"type": "http", "path": "/", "method": "GET"}), NotFound("gone"))
    assert answer.media_type == "application/problem+json"
