# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan without JavaScript, by the real planner: proposed, counted, one line left out, published, asked, in the agenda."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.records.offers import Message
from dispatch.records.statuses import Role
from tests import make
from tests.reader import text


def test_a_coordinator_accepts_two_of_three(here: Installation, work: Callable[[], None]) -> None:
    """What the button says is what leaves; the third request waits in the agenda as before, and the list knows all of it."""
    door = TestClient(create_app(here), follow_redirects=False, headers={"Accept-Language": "it"})
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1")
        make.account(session, "marta", Role.COORDINATOR)
    key = make.key_of(here.database, "ic-trescore")
    for day in ("2026-12-09", "2026-12-10", "2026-12-11"):
        body = make.body("ic-trescore", when=[{"day": day, "from": "09:10"}])
        assert door.post("/api/v1/requests", json=body, headers=key).status_code == 201
    make.signed_in(door, "marta")
    address = door.post("/planning/runs", data={"week": "2026-W50"}).headers["location"]
    assert '<noscript><meta http-equiv="refresh"' in door.get(address).text
    work()
    page = door.get(address).text
    lines = re.findall(r'name="line" value="(\d+)"', page)
    assert "Pubblica e invia 3 SMS" in text(page)
    assert "po-draft" in page
    counted = door.post(f"{address}/choice", data={"line": lines[:2]}).headers["location"]
    assert "Pubblica e invia 2 SMS" in text(door.get(counted).text)
    assert door.post(f"{address}/publish", data={"line": lines[:2]}).headers["location"] == address
    work()
    with here.database.begin() as session:
        assert len(session.scalars(select(Message.id).where(Message.kind == "offer")).all()) == 2
    agenda = text(door.get("/agenda?week=2026-W50").text)
    assert "2 in attesa di risposta" in agenda
    assert "Una da assegnare" in agenda
    listed = text(door.get("/planning/runs").text)
    assert "2 pubblicate, una non accettata" in listed
    assert "Marta" in listed
