# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booked visit for the tests of attendance: offered, said yes to by SMS, with the office of the tests of offers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.attendance import ending, taking
from dispatch.attendance.office import Office
from dispatch.attendance.queries import lock_visit
from dispatch.kit.session import Database
from dispatch.records.attendance import Attendance
from dispatch.records.offers import Inbound, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus
from tests import make
from tests.dispatch.offers import scene as offers

START = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)  # a Wednesday, 9:00 in Italy
END = START + dt.timedelta(hours=1)
LATER = END + dt.timedelta(minutes=15)  # when the question leaves
POLICY = load_policy().attendance
NUMBERS = count(1)  # ids of a carrier, which gives none twice


@dataclass(frozen=True)
class Booked:
    """What a test needs to know of its visit."""

    assignment_id: int
    code: int
    phone: str


def office() -> Office:
    return Office(load_policy(), offers.CHANCE, b"test", "ponte.example")


def booked(
    database: Database, start: dt.datetime = START, *, minutes: int = 60, phone: str = "", **mediator: object
) -> Booked:
    """One visit that a mediator (a new one, or the one with ``phone``) has said yes to on Monday morning."""
    with database.begin() as session:
        her = _with_phone(session, phone) if phone else None
        person = her or make.mediator(session, **mediator)  # type: ignore[arg-type]  # columns of a mediator
        offers.publish(session, offers.slot(session, start, minutes=minutes), [person], start, minutes=minutes)
        phone = person.phone
    offers.ask_all(database, offers.office())
    offers.send_all(database, offers.office())
    with database.begin() as session:
        offer = session.scalars(select(Offer).order_by(Offer.id.desc()).limit(1)).one()
        code = offer.code
    assert offers.says(database, phone, f"SI {code}", offers.MONDAY_MORNING) == InboundStatus.SETTLED
    with database.begin() as session:
        newest = select(Assignment.id).order_by(Assignment.id.desc()).limit(1)
        return Booked(session.scalars(newest).one(), code, phone)


def _with_phone(session: Session, phone: str) -> Mediator:
    return session.scalars(select(Mediator).where(Mediator.phone == phone)).one()


def ended(database: Database, visit: Booked, now: dt.datetime = LATER) -> None:
    """Its end has passed, and the tick came round."""
    with database.begin() as session:
        assert ending.end_visit(session, office(), visit.assignment_id, now)


def says(
    database: Database, visit: Booked, words: str, now: dt.datetime = LATER, *, sid: str = ""
) -> InboundStatus | None:
    """She writes; the offers stage reads it, and this one takes what is handed over."""
    first = offers.says(database, visit.phone, words, now, sid=sid or f"IN{next(NUMBERS)}")
    if first != InboundStatus.HANDED_OVER:
        return first
    with database.begin() as session:
        inbound_id = session.scalars(select(Inbound.id).order_by(Inbound.id.desc()).limit(1)).one()
        return taking.take(session, office(), inbound_id, now)


def attendance(session: Session, visit: Booked) -> Attendance:
    return session.scalars(select(Attendance).where(Attendance.assignment_id == visit.assignment_id)).one()


def opened(session: Session, visit: Booked, now: dt.datetime = LATER) -> Attendance:
    """The row of a visit, made if need be."""
    return ending.open_attendance(session, office(), lock_visit(session, visit.assignment_id), now)
