# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator at the door, a school and an ambito of hers, another ambito that is not, and one mediator."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.statuses import Role
from tests import make

PRESENCES = "/api/v1/presences"


class Coordinator:
    """Who enters presences over JSON, signed in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def enter(self, **changes: Any) -> Any:
        return self.client.post(PRESENCES, json=make.shift(**changes))

    def entered(self, **changes: Any) -> dict[str, Any]:
        answer = self.enter(**changes)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def read(self, code: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{PRESENCES}/{code}").json()
        return found

    def change(self, code: str, **changes: Any) -> Any:
        return self.client.patch(f"{PRESENCES}/{code}", json=changes)

    def end(self, code: str, last_day: str) -> Any:
        return self.client.post(f"{PRESENCES}/{code}/end", json={"last_day": last_day})

    def listed(self, **query: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(PRESENCES, params=query).json()
        return found


@pytest.fixture
def marta(database: Database, monkeypatch: pytest.MonkeyPatch) -> Coordinator:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        make.desk(session, "ic-clusone", place_id=make.place(session, "ic-clusone", comune_code="016077").id)
        make.mediator(session, "m1")
        make.account(session, "marta", Role.COORDINATOR, ambiti=["BG05"])
    return Coordinator(make.signed_in(make.client(database), "marta"))
