# SPDX-License-Identifier: AGPL-3.0-or-later
"""A presence's dates among the requests of desks: nobody drowns in them, and nobody changes them there."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.session import Database
from tests import make
from tests.dispatch.presences.conftest import Coordinator

REQUESTS = "/api/v1/requests"


@pytest.fixture
def school(database: Database, marta: Coordinator) -> TestClient:
    """The desk in whose rooms the presence is, with its key."""
    client = make.client(database)
    client.headers |= make.key_of(database, "ic-trescore")
    return client


def test_lists_of_requests_do_not_drown_in_presences(
    marta: Coordinator, school: TestClient, database: Database
) -> None:
    """The coordinator's list holds what desks asked; the service itself sees who comes, another one does not."""
    presence = marta.entered()
    asked = school.post(REQUESTS, json=make.body("ic-trescore")).json()["code"]
    assert [row["code"] for row in marta.client.get(REQUESTS).json()["items"]] == [asked]
    assert {row["code"] for row in school.get(REQUESTS).json()["items"]} == {asked, presence["request"]}
    other = make.client(database)
    other.headers |= make.key_of(database, "ic-clusone")
    assert other.get(REQUESTS).json()["items"] == []
    assert other.get(f"{REQUESTS}/{presence['request']}").status_code == 404


def test_a_request_of_a_presence_is_read_but_not_changed_there(marta: Coordinator, school: TestClient) -> None:
    """The desk sees the dates and who comes; changing and cancelling is the coordinator's, on the presence."""
    code = marta.entered()["request"]
    assert len(school.get(f"{REQUESTS}/{code}").json()["appointments"]) == 4
    assert school.patch(f"{REQUESTS}/{code}", json={"duration": 90}).status_code == 409
    assert school.post(f"{REQUESTS}/{code}/cancel", json={}).status_code == 409
    page = marta.client.get(f"/requests/{code}").text
    assert "Sono le date di un presidio" in page
    assert f"/requests/{code}/cancel" not in page


def test_the_agenda_marks_a_presence_among_the_visits(marta: Coordinator, school: TestClient) -> None:
    """To assign, it says what it is; the visit that a desk asked for does not."""
    school.post(REQUESTS, json=make.body("ic-trescore"))
    assert "presidio" not in marta.client.get("/agenda?week=2026-W49").text
    marta.entered()
    assert "presidio" in marta.client.get("/agenda?week=2026-W49").text
