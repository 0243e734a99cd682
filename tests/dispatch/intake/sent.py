# SPDX-License-Identifier: AGPL-3.0-or-later
"""A school that has sent requests: its browser, and what the others do to them meanwhile."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records import Appointment, Assignment, Mediator, Offer, Request
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, OfferStatus, Role, SlotStatus
from tests import make

TAGS = re.compile(r"<[^>]+>")


@dataclass
class School:
    """A clerk's browser, signed in at a school where Amina may come."""

    database: Database
    door: TestClient

    @classmethod
    def opened(cls, database: Database, code: str = "ic-trescore", login: str = "sara") -> School:
        with database.begin() as session:
            desk = make.desk(session, code)
            if session.scalar(select(Mediator).where(Mediator.code == "amina")) is None:
                make.languages(session, "bn")
                make.mediator(session, "amina", name="Amina Benali")
            make.account(session, login, Role.DESK, desk_id=desk.id)
            set_virtual(session, make.NOW)
        door = make.client(database)
        door.headers["accept"] = "text/html"
        return cls(database, make.signed_in(door, login))

    def ask(self, desk: str = "ic-trescore", **changes: Any) -> str:
        answer = self.door.post("/api/v1/requests", json=make.body(desk, **changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def words(self, path: str) -> str:
        """The page as somebody reads it."""
        answer = self.door.get(path)
        assert answer.status_code == 200, answer.text
        return " ".join(TAGS.sub(" ", answer.text.partition("<main")[2]).split())

    def offer(self, code: str, number: int = 1, *, reply_by: dt.datetime) -> None:
        """Amina is asked about a date."""
        with self.database.begin() as session:
            row = self._row(session, code, number)
            amina = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
            row.slots[0].status = SlotStatus.OFFERED
            asked = make.offer(session, amina, make.NOW, OfferStatus.WAITING, row.slots[0])
            asked.reply_by = reply_by

    def book(self, code: str, number: int = 1) -> None:
        """Amina has said yes to a date."""
        with self.database.begin() as session:
            row = self._row(session, code, number)
            amina = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
            assert row.asked_start is not None
            during = Range(row.asked_start, row.asked_start + dt.timedelta(minutes=row.duration))
            booked = Assignment(slot_id=row.slots[0].id, mediator_id=amina.id, during=during, changed_at=make.NOW)
            booked.status = AssignmentStatus.BOOKED
            session.add(booked)
            row.slots[0].status, row.status = SlotStatus.BOOKED, AppointmentStatus.CONFIRMED
            asked = session.scalars(select(Offer).where(Offer.slot_id == row.slots[0].id)).first()
            if asked is not None:
                asked.status, asked.closed_at = OfferStatus.ACCEPTED, make.NOW + dt.timedelta(minutes=40)

    def at(self, instant: dt.datetime) -> None:
        with self.database.begin() as session:
            set_virtual(session, instant)

    @staticmethod
    def _row(session: Any, code: str, number: int) -> Appointment:
        query = select(Appointment).join(Request).where(Request.code == code, Appointment.number == number)
        found: Appointment = session.scalars(query).one()
        return found
