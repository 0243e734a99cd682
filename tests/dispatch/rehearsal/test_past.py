# SPDX-License-Identifier: AGPL-3.0-or-later
"""The weeks before the rehearsed one: whole rows, nothing left to do, and the same for the same seed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall
from dispatch.kit.recurrence import closures_of
from dispatch.kit.session import Database
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, Outcome, SlotStatus
from dispatch.rehearsal.past import live_through
from dispatch.rehearsal.population import populate
from dispatch.rehearsal.profiles import PROFILES
from dispatch.rehearsal.scene import opening

MONDAY = dt.date(2026, 11, 30)


def lived(session: Session, seed: int) -> list[tuple[object, ...]]:
    """What two weeks leave behind, told without the ids of rows."""
    with session.begin_nested() as undone:
        province = populate(session, "bergamo", PROFILES["XS"], MONDAY, opening(MONDAY), 1)
        held = live_through(session, province, closures_of("bergamo"), seed, 2)
        session.flush()
        told = session.execute(
            select(Attendance.planned, Attendance.outcome, Attendance.minutes, Assignment.status)
            .join(Assignment)
            .order_by(func.lower(Attendance.planned), Attendance.desk_id, Attendance.minutes)
        ).all()
        assert len(told) == held > 20
        _is_over(session)
        undone.rollback()
    return [(str(planned), outcome, minutes, status) for planned, outcome, minutes, status in told]


def _is_over(session: Session) -> None:
    """Every visit lies before the rehearsed week, every question is closed, no repair is due."""
    begins = from_wall(MONDAY, 0)
    assert all(start < begins for start in session.scalars(select(Appointment.last_start)))
    assert session.scalars(select(Slot.id).where(Slot.replan_due.is_not(None))).all() == []
    assert session.scalars(select(Offer.id).where(Offer.status.in_(OPEN_OFFER))).all() == []
    assert set(session.scalars(select(Slot.status))) <= {SlotStatus.BOOKED, SlotStatus.UNFILLED}
    assert set(session.scalars(select(Request.status))) == {"closed"}
    paid = session.scalars(select(Attendance).where(Attendance.outcome == Outcome.HELD)).all()
    assert all(row.minutes > 0 and row.real is not None for row in paid)


def test_a_seed_lives_the_same_past_again(database: Database) -> None:
    """The same seed gives the same visits and outcomes, another seed others."""
    with database.begin() as session:
        first, again, other = (lived(session, seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    assert {status for *_, status in first} == {AssignmentStatus.DONE}
