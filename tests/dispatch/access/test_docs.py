# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API explains itself: a description for programs, and a page of our own for people."""

from __future__ import annotations

from dispatch.access.docs import docs_page
from dispatch.app import create_app
from dispatch.kit.session import Database
from tests import make

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")


def test_the_page_names_every_operation_and_field() -> None:
    """What the description knows is on the page, with the fields of inner objects by their path."""
    app = create_app(make.installation(NOWHERE))
    page = docs_page(app.openapi())
    post = next(one for one in page.operations if (one.method, one.path) == ("POST", "/api/v1/requests"))
    needed = {part.name for part in post.body if part.required and "." not in part.name}
    assert needed == {"desk", "kind", "languages", "when", "duration"}
    assert {"languages.0.code", "when.0.from", "repeat.until", "gender.is"} <= {part.name for part in post.body}
    assert "Idempotency-Key" in {part.name for part in post.parameters}


def test_the_page_loads_nothing_from_elsewhere() -> None:
    """No script or style of another host: the description of the API works where the net ends."""
    text = make.client(NOWHERE).get("/api/v1/docs").text
    assert "<code>/api/v1/requests/{code}</code>" in text
    assert "http://" not in text
    assert "https://" not in text


def test_the_description_is_for_anybody() -> None:
    """A program reads it without a key."""
    told = make.client(NOWHERE).get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert "/api/v1/requests/{code}" in told["paths"]
