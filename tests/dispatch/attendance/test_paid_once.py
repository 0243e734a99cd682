# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time that the desk cancelled late is paid, and what she gives of it to somebody else is paid there alone."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.attendance import ending
from dispatch.kit.session import Database
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment
from dispatch.records.planning import Assignment
from dispatch.records.statuses import Outcome
from tests import make
from tests.dispatch.attendance import scene
from tests.dispatch.attendance.scene import START

CALLED_OFF = START - dt.timedelta(hours=5)  # the whole hour is paid
MINUTE = dt.timedelta(minutes=1)


def weigh(database: Database, visit: scene.Booked) -> None:
    with database.begin() as session:
        assert ending.end_visit(session, scene.office(), visit.assignment_id, CALLED_OFF + MINUTE)


def give(database: Database, visit: scene.Booked, later: int, *, hers: bool = True) -> int:
    """Another visit of an hour, for another request, ``later`` minutes after the start of the cancelled one."""
    with database.begin() as session:
        who = session.get_one(Assignment, visit.assignment_id).mediator if hers else make.mediator(session)
        new = make.visit(session, who, START + later * MINUTE)
        new.outcome_due = START + (later + 75) * MINUTE
        return new.id


def paid_late(database: Database) -> list[int]:
    with database.begin() as session:
        rows = select(Attendance.minutes).where(Attendance.outcome == Outcome.CANCELLED_LATE)
        return list(session.scalars(rows.order_by(Attendance.id)))


@pytest.fixture
def visit(database: Database) -> scene.Booked:
    found = scene.booked(database)
    with database.begin() as session:
        cancel_appointments(session, session.scalars(select(Appointment.id)).all(), CALLED_OFF)
    return found


@pytest.mark.parametrize(
    ("later", "hers", "minutes"), [(0, True, []), (30, True, [30]), (60, True, [60]), (0, False, [60])]
)
def test_what_is_given_before_it_is_weighed(
    database: Database, visit: scene.Booked, later: int, hers: bool, minutes: list[int]
) -> None:
    """All of the hour, half of it, the hour after it, or somebody else's visit: only her own minutes are taken off."""
    give(database, visit, later, hers=hers)
    weigh(database, visit)
    assert paid_late(database) == minutes


@pytest.mark.parametrize(
    ("later", "hers", "minutes"), [(0, True, [0]), (30, True, [30]), (60, True, [60]), (0, False, [60])]
)
def test_what_is_given_after_it_was_weighed(
    database: Database, visit: scene.Booked, later: int, hers: bool, minutes: list[int]
) -> None:
    """It was paid whole; once she has been at the other visit, the cancellation pays what is left of the hour."""
    weigh(database, visit)
    assert paid_late(database) == [60]
    new = give(database, visit, later, hers=hers)
    assert paid_late(database) == [60]
    with database.begin() as session:
        assert ending.end_visit(session, scene.office(), new, START + dt.timedelta(hours=4))
    assert paid_late(database) == minutes


def test_a_coordinators_word_stands(database: Database, visit: scene.Booked) -> None:
    """What a person settled is not reckoned anew."""
    weigh(database, visit)
    with database.begin() as session:
        session.scalars(select(Attendance)).one().settled_by = "marta"
    new = give(database, visit, 0)
    with database.begin() as session:
        assert ending.end_visit(session, scene.office(), new, START + dt.timedelta(hours=4))
    assert paid_late(database) == [60]
