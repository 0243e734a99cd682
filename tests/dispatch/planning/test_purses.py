# SPDX-License-Identifier: AGPL-3.0-or-later
"""A budget is for the whole period of its project: what other weeks used is taken off, and nothing goes below nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.planning.publish import publish
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, Outcome
from dispatch.records.territory import Budget
from solver.files import accept
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

POLICY = load_policy().planning
FUND = "fami-2463"
LATER = MONDAY + dt.timedelta(days=7)


def paid(session: Session, desk: str, day: int) -> Slot:
    slot = ask_for(session, desk, (at(day, 9), at(day, 9)))
    slot.appointment.project_code = FUND
    session.flush()
    return slot


def hold(session: Session, slot: Slot, status: AssignmentStatus = AssignmentStatus.BOOKED) -> Assignment:
    start = slot.appointment.first_start
    during = Range(start, start + dt.timedelta(minutes=slot.appointment.duration))
    amina = make.mediator(session)
    row = Assignment(slot_id=slot.id, mediator_id=amina.id, during=during, status=status, changed_at=NOW)
    return make.kept(session, row)


def attend(session: Session, held: Assignment, outcome: Outcome, minutes: int) -> None:
    request = held.slot.appointment.request
    make.kept(
        session,
        Attendance(
            assignment_id=held.id,
            slot_id=held.slot_id,
            mediator_id=held.mediator_id,
            desk_id=request.desk_id,
            ambito_code="BG05",
            project_code=FUND,
            status=AttendanceStatus.TOLD,
            outcome=outcome,
            planned=held.during,
            minutes=minutes,
            created_at=NOW,
            changed_at=NOW,
        ),
    )


def left(session: Session, monday: dt.date = LATER) -> dict[str | None, int]:
    problem = read_snapshot(session, monday, 7, NOW, POLICY).problem
    accept(problem)
    return {budget.ambito: budget.minutes for budget in problem.budgets}


@pytest.fixture
def fund(session: Session) -> None:
    """600 minutes in all, 300 of them for the ambito of Trescore."""
    make.project(session, FUND, minutes=600)
    make.kept(session, Budget(project_code=FUND, ambito_code=make.ambito(session).code, minutes=300))


@pytest.mark.usefixtures("fund")
@pytest.mark.parametrize(
    ("status", "used"),
    [
        (AssignmentStatus.PUBLISHED, 60),
        (AssignmentStatus.BOOKED, 60),
        (AssignmentStatus.DONE, 60),
        (AssignmentStatus.WITHDRAWN, 0),
        (AssignmentStatus.PROPOSED, 0),
    ],
)
def test_what_other_weeks_hold_is_taken_off(session: Session, status: AssignmentStatus, used: int) -> None:
    """An hour promised or worked in the week before is gone; one that was only proposed or taken back is not."""
    hold(session, paid(session, "d0", 0), status)
    assert left(session) == {None: 600 - used, "BG05": 300 - used}
    assert left(session, MONDAY) == {None: 600, "BG05": 300}, "its own week counts it as a visit"


@pytest.mark.usefixtures("fund")
@pytest.mark.parametrize(
    ("outcome", "status", "minutes", "used"),
    [
        (Outcome.HELD, AssignmentStatus.DONE, 95, 95),
        (Outcome.MEDIATOR_ABSENT, AssignmentStatus.DONE, 0, 0),
        (Outcome.CANCELLED_LATE, AssignmentStatus.WITHDRAWN, 45, 45),
    ],
)
def test_what_was_attended_counts_with_its_real_minutes(
    session: Session, outcome: Outcome, status: AssignmentStatus, minutes: int, used: int
) -> None:
    """An hour that took 95 minutes costs 95; a late cancellation costs what is paid for it, an absence nothing."""
    attend(session, hold(session, paid(session, "d0", 0), status), outcome, minutes)
    assert left(session) == {None: 600 - used, "BG05": 300 - used}


@pytest.mark.usefixtures("fund")
def test_a_call_that_was_told_is_charged_to_the_whole_project(session: Session) -> None:
    """It has no place, so no ambito pays for it, told or not, though its attendance remembers the desk's."""
    slot = paid(session, "d0", 0)
    slot.appointment.mode, slot.appointment.place_id = "phone", None
    held = hold(session, slot, AssignmentStatus.DONE)
    assert left(session) == {None: 540, "BG05": 300}
    attend(session, held, Outcome.HELD, 95)
    assert left(session) == {None: 505, "BG05": 300}


@pytest.mark.usefixtures("fund")
def test_a_dispute_keeps_the_planned_minutes_until_it_is_settled(session: Session) -> None:
    """Nothing is paid yet, but the hour may still be: it is not given away meanwhile."""
    held = hold(session, paid(session, "d0", 0), AssignmentStatus.DONE)
    attend(session, held, Outcome.HELD, 0)
    session.query(Attendance).one().status = AttendanceStatus.DISPUTED
    assert left(session) == {None: 540, "BG05": 240}


@pytest.mark.usefixtures("fund")
def test_a_late_cancellation_of_the_planned_week_is_taken_off(session: Session) -> None:
    """It is paid for and stands in no plan, so nobody else would count it."""
    attend(session, hold(session, paid(session, "d0", 0), AssignmentStatus.WITHDRAWN), Outcome.CANCELLED_LATE, 45)
    assert left(session, MONDAY) == {None: 555, "BG05": 255}


def test_a_purse_that_is_overdrawn_is_empty(session: Session) -> None:
    """Less than nothing cannot be spent."""
    make.project(session, FUND, minutes=30)
    hold(session, paid(session, "d0", 0))
    assert left(session) == {None: 0}


def test_a_project_outside_its_period_binds_nothing_and_pays_nothing(session: Session) -> None:
    """It ends on Sunday: the week after has no budget of it, and its visit there is planned without a purse."""
    make.project(session, FUND, minutes=30, ends=LATER - dt.timedelta(days=1))
    make.mediator(session, "m1")
    paid(session, "d0", 7)
    problem = read_snapshot(session, LATER, 7, NOW, POLICY).problem
    accept(problem)
    assert problem.budgets == ()
    assert [appointment.project for appointment in problem.appointments] == [None]
    both = read_snapshot(session, MONDAY, 14, NOW, POLICY).problem
    assert ([b.minutes for b in both.budgets], [a.project for a in both.appointments]) == ([30], [None])


def test_the_second_weeks_plan_sees_what_the_first_used(session: Session) -> None:
    """Ninety minutes in all pay for one hour: planned in the first week, the second stays without; alone it is filled."""
    make.project(session, FUND, minutes=90)
    make.mediator(session, "m1")
    first, second = paid(session, "d0", 0), paid(session, "d1", 7)
    publish(session, draft(session).run_id, NOW)
    assert first.status == "offered"
    later = draft(session, monday=LATER)
    publish(session, later.run_id, NOW)
    session.refresh(second)
    assert (second.status, second.reasons) == ("unfilled", {"budget": 1})
    [budget] = session.query(Budget).all()
    budget.minutes = 120  # the control: enough for both
    session.flush()
    publish(session, draft(session, monday=LATER).run_id, NOW)
    session.refresh(second)
    assert second.status == "offered"


def test_a_skill_that_ends_within_the_horizon_is_asked_for_only_before(session: Session) -> None:
    """Two weeks planned at once: she is qualified on the first Monday and no longer on the second."""
    make.mediator(session, "m1", skills=["health"], skills_until={"health": "2026-12-02"})
    before, after = paid_skill(session, "d0", 0), paid_skill(session, "d1", 7)
    problem = read_snapshot(session, MONDAY, 14, NOW, POLICY).problem
    excluded = {slot.id: slot.excluded for one in problem.appointments for slot in one.slots}
    assert excluded == {str(before.id): (), str(after.id): ("m1",)}


def paid_skill(session: Session, desk: str, day: int) -> Slot:
    return ask_for(session, desk, (at(day, 9), at(day, 9)), skills=["health"])


def test_a_visit_that_stands_beyond_the_horizon_is_not_planned_again(session: Session) -> None:
    """Asked for either Monday and booked on the second: the first week leaves it alone, the second knows it."""
    slot = ask_for(session, "d0", (at(0, 9), at(0, 9)), (at(7, 9), at(7, 9)))
    held = hold(session, slot)
    start = dt.datetime.fromisoformat(at(7, 9))
    held.during = Range(start, start + dt.timedelta(hours=1))
    session.flush()
    first, second = (read_snapshot(session, monday, 7, NOW, POLICY).problem for monday in (MONDAY, LATER))
    assert (first.appointments, first.locked) == ((), ())
    assert [lock.start for lock in second.locked] == [600]
