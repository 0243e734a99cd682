# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows read as a problem: facts are locked, what has not left may move, and nobody is offered yesterday."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.kit.clock import from_wall, wall_minute
from dispatch.planning import service
from dispatch.planning.publish import publish
from dispatch.planning.queries import run_with_plan
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence, Commitment
from dispatch.records.statuses import AssignmentStatus, OfferStatus
from dispatch.roster.day import day_refusals
from solver.files import accept
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

POLICY = load_policy().planning


def test_shifts_lose_absences_and_gain_commitments(session: Session) -> None:
    """An absence is cut out of her shifts; a course is busy at its place; both in wall minutes of the week."""
    mediator = make.mediator(session, "m1", shifts=[(0, 480, 780), (0, 780, 1020)])
    place = make.place(session, "course")
    hour = dt.timedelta(hours=1)
    nine, noon = from_wall(MONDAY, 540), from_wall(MONDAY, 720)
    session.add(Absence(mediator_id=mediator.id, during=Range(nine, nine + hour)))
    session.add(Commitment(mediator_id=mediator.id, place_id=place.id, during=Range(noon, noon + hour)))
    session.flush()
    [seen] = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem.mediators
    assert seen.shifts == ((480, 540), (600, 1020))
    assert [(busy.place, busy.start, busy.end) for busy in seen.busy] == [("course", 720, 780)]


def test_an_offer_that_has_left_is_a_fact(session: Session) -> None:
    """Published may move while its offer is queued; the moment it waits for an answer it is locked."""
    mediator = make.mediator(session, "m1")
    slot = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, NOW)
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    assert ([*problem.locked], [p.slot for p in problem.published]) == ([], [str(slot.id)])
    [assignment] = session.query(Assignment).all()
    session.add(
        Offer(
            slot_id=slot.id,
            mediator_id=mediator.id,
            assignment_id=assignment.id,
            during=assignment.during,
            status=OfferStatus.WAITING,
            code=412,
            policy="cascade",
            reply_by=NOW,
            created_at=NOW,
        )
    )
    session.flush()
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    assert ([p.slot for p in problem.locked], [*problem.published]) == ([str(slot.id)], [])
    accept(problem)


def test_windows_are_cut_to_what_can_still_be_offered(session: Session) -> None:
    """On Monday at ten nobody is offered Monday at nine; a slot whose last start has passed is too late."""
    make.mediator(session, "m1")
    flexible = ask_for(session, "d0", (at(0, 8), at(0, 12)))
    gone = ask_for(session, "d1", (at(0, 8), at(0, 8)))
    snapshot = read_snapshot(session, MONDAY, 7, dt.datetime.fromisoformat(at(0, 9)), POLICY)
    [appointment] = snapshot.problem.appointments
    assert appointment.id == str(flexible.appointment_id)
    [(low, high)] = appointment.windows
    assert low >= 600 + POLICY.earliest_minutes
    assert (low - 540) % POLICY.start_step == 0
    assert high == 780
    assert snapshot.too_late == (gone.id,)


def test_a_visit_keeps_its_wall_time_across_the_autumn_night() -> None:
    """A day counts 1440 minutes also when it had 25 hours: nine o'clock stays nine o'clock."""
    monday = dt.date(2026, 10, 19)  # the clocks go back on Sunday the 25th
    for minute in (6 * 1440 + 60, 6 * 1440 + 540, 6 * 1440 + 1439):
        assert wall_minute(from_wall(monday, minute), monday) == minute


def test_her_day_is_audited_with_what_she_already_has(session: Session) -> None:
    """10:30 in Trescore and 10:45 in Clusone do not overlap, and still nobody can do both."""
    mediator = make.mediator(session, "m1")
    make.comune(session, "016077", name="Clusone", short_name="Clusone", lat=45.8894, lon=9.9473)
    here, there = (ask_for(session, code, (at(0, 8), at(0, 16))) for code in ("here", "there"))
    there.appointment.place_id = make.place(session, "far", comune_code="016077").id
    nine = dt.datetime.fromisoformat(at(0, 8))
    hour = dt.timedelta(hours=1)
    session.add(
        Assignment(
            slot_id=here.id,
            mediator_id=mediator.id,
            during=Range(nine, nine + hour),
            status=AssignmentStatus.BOOKED,
            changed_at=NOW,
        )
    )
    session.flush()
    close, far = nine + dt.timedelta(minutes=75), nine + dt.timedelta(minutes=150)
    refused = day_refusals(session, mediator.id, there.id, close, close + hour)
    assert [sentence.split(":")[0] for sentence in refused] == ["one_place"]
    assert day_refusals(session, mediator.id, there.id, far, far + hour) == []


def test_a_late_result_is_fenced_out(session: Session) -> None:
    """A frozen worker that wakes up finds its attempt over: its plan is not kept."""
    make.mediator(session, "m1")
    ask_for(session, "d0", (at(0, 8), at(0, 8)))
    begun = draft(session)
    stale = service.Begun(begun.run_id, begun.attempt, begun.kind, 5, 1, begun.problem)
    run = run_with_plan(session, begun.run_id)
    run.status, run.attempt = "running", begun.attempt + 1
    session.flush()
    plan = solve(begun.problem, seconds=0, seed=1, workers=1)
    assert service.keep_draft(session, stale, plan, [], NOW) is False
    assert service.note_progress(session, begun.run_id, begun.attempt, {"filled": 1}) is False
