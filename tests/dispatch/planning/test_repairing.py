# SPDX-License-Identifier: AGPL-3.0-or-later
"""No slot is forgotten and no run stands in the way for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.queue import enqueue
from dispatch.kit.session import Database
from dispatch.planning import jobs, queries, repairing, service
from dispatch.planning.planner import Answer
from dispatch.planning.publish import publish
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import AssignmentStatus, OfferStatus, PlanningRunStatus, RunKind, SlotStatus
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

HOUR = dt.timedelta(hours=1)
QUEUED = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'planning.run'")


@pytest.fixture(autouse=True)
def installed(database: Database) -> Iterator[None]:
    running.start(make.installation(database))
    yield
    running._current.clear()


def left_without(session: Session) -> Slot:
    """One mediator, two visits at one hour: one is published to her, the other stays without anybody."""
    make.mediator(session, "m1")
    slots = [ask_for(session, f"d{number}", (at(0, 8), at(0, 8))) for number in (1, 2)]
    publish(session, draft(session).run_id, NOW)
    [unfilled] = [slot for slot in slots if slot.status == SlotStatus.UNFILLED]
    return unfilled


def test_who_is_freed_is_thought_of_for_what_stayed_without_anybody(session: Session) -> None:
    """The other visit is called off an hour later: the repair looks again at once, and finds her."""
    unfilled = left_without(session)
    assert repairing.look_again(session, NOW + HOUR) == 0
    session.scalars(select(Assignment)).one().status = AssignmentStatus.WITHDRAWN
    session.scalars(select(Assignment)).one().changed_at = NOW + HOUR
    session.scalars(select(Slot).where(Slot.id != unfilled.id)).one().status = SlotStatus.CANCELLED
    session.flush()
    assert repairing.look_again(session, NOW + HOUR) == 1
    session.refresh(unfilled)
    assert unfilled.replan_due == NOW + HOUR
    run = draft(session, now=NOW + HOUR, kind=RunKind.REPAIR)
    assert publish(session, run.run_id, NOW + HOUR).published == 1
    assert repairing.look_again(session, NOW + 2 * HOUR) == 0


def test_what_stayed_without_anybody_is_planned_once_a_day_and_not_more(session: Session) -> None:
    """A new mediator leaves no mark on a slot: a day later it is looked at, and in vain not again before the next day."""
    unfilled = left_without(session)
    tomorrow = NOW + dt.timedelta(hours=25)
    assert repairing.look_again(session, tomorrow) == 1
    publish(session, draft(session, now=tomorrow, kind=RunKind.REPAIR).run_id, tomorrow)
    assert (unfilled.status, unfilled.replan_due) == (SlotStatus.UNFILLED, None)
    assert repairing.look_again(session, tomorrow + HOUR) == 0


def test_what_no_week_plan_took_up_is_repaired_when_its_time_comes_near(session: Session) -> None:
    """Asked early, planned by nobody: 48 hours before, it no longer waits for the plan of the week."""
    slot = ask_for(session, "d1", (at(0, 8), at(0, 8)))
    start = slot.appointment.first_start
    assert repairing.look_again(session, start - dt.timedelta(hours=49)) == 0
    assert repairing.look_again(session, start - dt.timedelta(hours=48)) == 1
    assert queries.mondays_to_repair(session, start - dt.timedelta(hours=48)) == [MONDAY]


def test_what_comes_after_the_plan_of_its_week_is_not_kept_waiting(session: Session) -> None:
    """The week was published before it was asked for: it is looked for at once, unless another plan is in hand."""
    make.mediator(session, "m1")
    early = ask_for(session, "d1", (at(2, 8), at(2, 8)))
    run = session.get_one(PlanningRun, draft(session).run_id)
    late = ask_for(session, "d2", (at(3, 8), at(3, 8)))
    early.changed_at, late.changed_at = NOW - HOUR, NOW + HOUR
    early.status = SlotStatus.OPEN  # seen by the plan; what came of it is another matter
    session.flush()
    assert repairing.look_again(session, NOW + HOUR) == 0  # a draft may still take it up
    run.status, run.published_at = PlanningRunStatus.PUBLISHED, NOW
    session.flush()
    assert repairing.look_again(session, NOW + HOUR) == 1
    session.refresh(late)
    assert (early.replan_due, late.replan_due) == (None, NOW + HOUR)
    asked_run(session, RunKind.WEEK)
    late.replan_due = None
    session.flush()
    assert repairing.look_again(session, NOW + HOUR) == 0


def test_a_slot_somebody_is_still_asked_about_is_not_given_up(session: Session) -> None:
    """The best of a batch said no and another has not answered: a repair that finds nobody leaves the slot to her."""
    make.mediator(session, "m1", speaks={"fr": 3})
    slot, other = ask_for(session, "d1", (at(0, 8), at(0, 8))), ask_for(session, "d2", (at(0, 10), at(0, 10)))
    slot.status = SlotStatus.OFFERED
    start = slot.appointment.first_start
    question = {"during": Range(start, start + HOUR), "status": OfferStatus.WAITING, "code": 100, "policy": "batch"}
    her = make.mediator(session, "m2", speaks={"en": 3})
    session.add(Offer(slot_id=slot.id, mediator_id=her.id, reply_by=start, created_at=NOW, **question))
    session.flush()
    publish(session, draft(session, kind=RunKind.REPAIR).run_id, NOW)
    assert (slot.status, other.status) == (SlotStatus.OFFERED, SlotStatus.UNFILLED)


def asked_run(session: Session, kind: RunKind = RunKind.REPAIR) -> PlanningRun:
    return service.ask(session, NOW, MONDAY, kind, seconds=1, by="test")


def test_a_run_whose_workers_keep_dying_is_given_up_and_blocks_no_other(session: Session) -> None:
    """Its third worker died: it has failed, and the next one asked for is a new run."""
    run = asked_run(session)
    run.status, run.attempt = PlanningRunStatus.RUNNING, service.MOST_ATTEMPTS
    run.alive_at = machine_now() - HOUR
    session.flush()
    repairing.give_back(session, machine_now(), NOW)
    session.refresh(run)
    assert run.status == PlanningRunStatus.FAILED
    assert asked_run(session).id != run.id


def test_a_run_of_a_dead_worker_is_asked_again(session: Session) -> None:
    """Control: with attempts left it is tried again, not given up."""
    run = asked_run(session)
    run.status, run.attempt, run.alive_at = PlanningRunStatus.RUNNING, 1, machine_now() - HOUR
    session.flush()
    repairing.give_back(session, machine_now(), NOW)
    session.refresh(run)
    assert run.status == PlanningRunStatus.ASKED
    assert session.execute(QUEUED).scalar() == 2


def test_a_repair_that_nobody_published_stands_in_nobodys_way(session: Session) -> None:
    """Its worker died between the plan and its publication: after a minute its proposals are gone; not before."""
    left_without(session)
    begun = draft(session, kind=RunKind.REPAIR)
    run = session.get_one(PlanningRun, begun.run_id)
    repairing.give_back(session, machine_now(), NOW + dt.timedelta(seconds=30))
    assert run.status == PlanningRunStatus.DRAFT
    repairing.give_back(session, machine_now(), NOW + dt.timedelta(seconds=90))
    session.refresh(run)
    assert run.status == PlanningRunStatus.SET_ASIDE
    proposed = select(Assignment).where(Assignment.status == AssignmentStatus.PROPOSED)
    assert session.scalars(proposed).all() == []


def test_a_run_whose_job_was_lost_is_begun_after_all(session: Session) -> None:
    """Asked for, its job gone: after a minute it is queued again; before, it may just be waiting its turn."""
    asked_run(session)
    session.execute(text("DELETE FROM procrastinate_jobs"))
    repairing.give_back(session, machine_now(), NOW + dt.timedelta(seconds=59))
    assert session.execute(QUEUED).scalar() == 0
    repairing.give_back(session, machine_now(), NOW + dt.timedelta(seconds=61))
    assert session.execute(QUEUED).scalar() == 1


def test_a_week_that_cannot_be_read_fails_once_and_is_left_in_peace(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that make no problem: the run says why, blocks no other, and its repair does not come back every minute."""
    with database.begin() as session:
        set_virtual(session, NOW)
        slot = ask_for(session, "d1", (at(0, 8), at(0, 8)))
        slot.replan_due = NOW
        run = asked_run(session)

    def broken(*_: object) -> None:
        raise ValueError("slots[3].value is negative")

    monkeypatch.setattr(service, "read_snapshot", broken)
    jobs.run(run.id)
    with database.begin() as session:
        kept = session.get_one(PlanningRun, run.id)
        assert (kept.status, kept.trouble) == (PlanningRunStatus.FAILED, "slots[3].value is negative")
        assert queries.mondays_to_repair(session, NOW + dt.timedelta(minutes=1)) == []
        assert queries.mondays_to_repair(session, NOW + dt.timedelta(minutes=2)) == [MONDAY]


IN_HAND = text("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'planning.run'")


def killed_over(session: Session, status: PlanningRunStatus) -> PlanningRun:
    """A repair whose worker died in this state, and its job in the hand of another."""
    ask_for(session, "d1", (at(0, 8), at(0, 8)))
    run = asked_run(session)
    assert service.begin(session, run.id, NOW) is not None
    run.status = status
    session.flush()
    session.execute(IN_HAND)
    return run


def test_a_run_is_taken_up_by_who_is_given_the_job_of_a_dead_worker(session: Session) -> None:
    """It does not stand in the way of what is asked for later until its silence is noticed, more than a minute after."""
    run = killed_over(session, PlanningRunStatus.RUNNING)
    begun = service.begin(session, run.id, NOW)
    assert begun is not None
    assert begun.attempt == 2


def test_a_run_that_another_job_is_at_is_left_to_it(session: Session) -> None:
    """Control: two jobs of one run are in hand; who comes second leaves it alone."""
    run = killed_over(session, PlanningRunStatus.RUNNING)
    enqueue(session, "planning.run", queue="planning", run_id=run.id)
    session.execute(IN_HAND)
    assert service.begin(session, run.id, NOW) is None


def test_a_repair_whose_worker_died_before_publishing_is_published(database: Database) -> None:
    """The plan is there: whoever is given its job publishes it, and the slot does not wait for a minute."""
    with database.begin() as session:
        set_virtual(session, NOW)
        make.mediator(session, "m1")
        slot_id = ask_for(session, "d1", (at(0, 8), at(0, 8))).id
        run_id = draft(session, kind=RunKind.REPAIR).run_id
        session.execute(IN_HAND)
    jobs.run(run_id)
    with database.begin() as session:
        assert session.get_one(PlanningRun, run_id).status == PlanningRunStatus.PUBLISHED
        assert session.get_one(Slot, slot_id).status != SlotStatus.OPEN


@pytest.mark.parametrize("asked_meanwhile", [True, False])
def test_what_is_asked_while_a_repair_runs_is_looked_at_right_after(
    database: Database, monkeypatch: pytest.MonkeyPatch, asked_meanwhile: bool
) -> None:
    """The running repair has read the week before: another follows it at once. Control: nothing came, none follows."""
    with database.begin() as session:
        set_virtual(session, NOW)
        make.mediator(session, "m1")
        ask_for(session, "d1", (at(0, 8), at(0, 8)))
        run_id = asked_run(session).id

    def plan(_here: Installation, begun: service.Begun) -> Answer:
        if asked_meanwhile:
            with database.begin() as session:
                ask_for(session, "d2", (at(0, 12), at(0, 12))).replan_due = NOW
        return Answer(solve(begun.problem, seconds=0, seed=1, workers=1), [])

    monkeypatch.setattr(jobs, "plan", plan)
    jobs.run(run_id)
    with database.begin() as session:
        queued = session.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()
    assert ("planning.repair" in queued) is asked_meanwhile
