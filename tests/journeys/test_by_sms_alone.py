# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator does everything by SMS alone: her number, an offer, her agenda, her time, giving back, how it went."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records import Absence, Assignment, Attendance, Mediator, Message
from dispatch.records.statuses import Role
from tests import make

PHONE = "+393401234567"
MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)  # 9:00 in Italy


class Handset:
    """Her old phone: she writes, the work runs, and she reads what came back."""

    def __init__(self, here: Installation, work: Callable[[], None]) -> None:
        self.here, self.work = here, work
        self.door = TestClient(create_app(here), follow_redirects=False)

    def at(self, instant: dt.datetime) -> None:
        """Time goes on, and the clock strikes."""
        with self.here.database.begin() as session:
            set_virtual(session, instant)
        with self.here.database.begin() as session:
            for timed in TIMED:
                strike(session, timed)
        self.work()

    def writes(self, words: str) -> str:
        """The newest SMS she has got after this one of hers."""
        answer = self.door.post(f"/handsets/{PHONE[1:]}/answer", data={"text": words})
        assert answer.status_code == 303, answer.text
        for _ in range(3):  # what was read is handed over to its stage, whose job is queued while the worker ends
            self.work()
        return self.reads()

    def reads(self) -> str:
        with self.here.database.begin() as session:
            query = select(Message.body).where(Message.to_phone == PHONE).order_by(Message.id.desc())
            return session.scalars(query.limit(1)).one()


@pytest.fixture
def phone(here: Installation, work: Callable[[], None]) -> Handset:
    """A school with two requests of next week, a coordinator, and the only mediator who speaks Arabic."""
    with here.database.begin() as session:
        set_virtual(session, MONDAY)
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1", phone=PHONE)
        make.account(session, "marta", Role.COORDINATOR)
    handset, key = Handset(here, work), make.key_of(here.database, "ic-trescore")
    for day in ("2026-11-30", "2026-12-02"):
        body = make.body("ic-trescore", when=[{"day": day, "from": "09:10"}])
        assert handset.door.post("/api/v1/requests", json=body, headers=key).status_code == 201
    make.signed_in(handset.door, "marta")
    return handset


def test_everything_by_sms_alone(here: Installation, phone: Handset) -> None:
    """From the OK to a test SMS to FATTO after the visit, without a page, a password or a call."""
    phone.door.post("/roster/m1/test-number")
    phone.work()
    assert "Rispondi OK" in phone.reads()
    assert "confermato" in phone.writes("ok")

    run = phone.door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()
    phone.work()
    phone.door.post(f"/api/v1/planning-runs/{run['id']}/publish", json={})
    phone.work()
    phone.at(MONDAY + dt.timedelta(minutes=1))
    with here.database.begin() as session:
        offered = session.scalars(select(Message.body).where(Message.kind == "offer").order_by(Message.id)).all()
    codes = {re.search(r"(30/11|2/12)", body)[0]: re.search(r"SI (\d+)", body)[1] for body in offered}  # type: ignore[index]  # an offer has both
    assert set(codes) == {"30/11", "2/12"}

    assert "SI" in phone.writes("AIUTO")
    assert all(code in phone.writes("si") for code in codes.values()), "a bare yes with two open is asked back"
    assert "confermato" in phone.writes(f"SI {codes['30/11']}")
    assert "confermato" in phone.writes(f"si {codes['2/12']}, grazie")
    agenda = phone.writes("AGENDA")
    assert "30/11" in agenda
    assert "2/12" in agenda

    noted = phone.writes("OCCUPATO 2/12")
    assert codes["2/12"] in noted, "her visit of that day is still hers, and she is told so"
    assert "2/12" in phone.writes(f"ANNULLA {codes['2/12']}")
    assert "sab 28/11 9:00-12:00" in phone.writes("LIBERO sab 9-12")
    assert "OCCUPATO mar 9-13" in phone.writes("OCCUPATO 9-13")

    phone.at(dt.datetime(2026, 11, 29, 18, 1, tzinfo=dt.UTC))
    assert "promemoria" in phone.reads()
    phone.at(dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC))
    assert f"FATTO {codes['30/11']}" in phone.reads()
    assert "9:15-10:20" in phone.writes("FATTO 9:15 10:20")

    with here.database.begin() as session:
        assert session.scalars(select(Attendance.minutes)).all() == [65]
        assert sorted(session.scalars(select(Assignment.status))) == ["done", "withdrawn"]
        assert session.scalars(select(Mediator.number_confirmed_at)).one() is not None
        assert len(session.scalars(select(Absence)).all()) == 1
