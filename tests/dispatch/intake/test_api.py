# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests over HTTP on PostgreSQL: what is created, what repeats, what changes, and what is nobody's business."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from tests import make

REQUESTS = "/api/v1/requests"


class Desk:
    """A desk's program at the door: a client with the desk's key."""

    def __init__(self, client: TestClient, code: str, key: dict[str, str]) -> None:
        self.client, self.code, self.key = client, code, key

    def post(self, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        return self.client.post(REQUESTS, json=make.body(self.code, **changes), headers=self.key | (headers or {}))

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(REQUESTS + path, params=query, headers=self.key)

    def patch(self, code: str, **changes: Any) -> Any:
        return self.client.patch(f"{REQUESTS}/{code}", json=changes, headers=self.key)

    def cancel(self, code: str, **body: Any) -> Any:
        return self.client.post(f"{REQUESTS}/{code}/cancel", json=body, headers=self.key)


@pytest.fixture
def school(database: Database) -> Desk:
    with database.begin() as session:
        make.desk(session, "ic-trescore")
        make.desk(session, "ic-clusone")
        make.mediator(session, "m1")
        set_virtual(session, make.NOW)
    return Desk(make.client(database), "ic-trescore", make.key_of(database, "ic-trescore"))


def test_a_request_becomes_an_appointment_with_an_open_slot(school: Desk) -> None:
    """One day and one language are one appointment with one open slot, said back in plain Italian."""
    answer = school.post()
    assert answer.status_code == 201, answer.text
    request = answer.json()
    assert request["code"] == f"R-{1000 + request['id']}"
    assert answer.headers["location"] == f"{REQUESTS}/{request['code']}"
    (appointment,) = request["appointments"]
    assert appointment["starts"] == [{"first": "2026-11-30T08:10:00Z", "last": "2026-11-30T08:10:00Z"}]
    (slot,) = appointment["slots"]
    assert (slot["status"], slot["languages"]) == ("open", {"ar": 2})
    assert school.get(f"/{request['code']}").json() == request
