# SPDX-License-Identifier: AGPL-3.0-or-later
"""Use cases of a planning run: ask for it, begin it, note its progress, keep its draft, set it aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Select, case, cast, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.kit.clock import from_wall, machine_now
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.planning.calling import NOBODY_LEAVES, calls_due, narrowed
from dispatch.planning.queries import (
    DRAFT_READY,
    PLANNER_FAILED,
    drafts_meeting,
    has_lost_its_worker,
    mediator_ids,
    run_under_way,
    run_with_plan,
    slots_due,
)
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.intake import Slot
from dispatch.records.offers import Notice
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.statuses import AssignmentStatus, PlanningRunStatus, RunKind, SlotStatus
from dispatch.roster.week import Week
from dispatch.web.i18n import gettext as _
from solver.plan import Assignment as Visit
from solver.plan import Plan
from solver.problem import PlanningProblem

WEEK_DAYS = 7
ROLLING = "planning.week"  # who asks for the run that the policy's evening starts
MOST_ATTEMPTS = 3  # a run whose planner died so often is a fault for a person, not for another try


@dataclass(frozen=True)
class Begun:
    """What the planner needs, with the attempt that fences a later result.

    ``due``: the slots a repair was due for when the week was read; what falls due later this run has not seen.
    """

    run_id: int
    attempt: int
    kind: RunKind
    seconds: int
    seed: int
    problem: PlanningProblem
    due: frozenset[int] = frozenset()

    @property
    def slots(self) -> frozenset[int]:
        """The slots that are planned."""
        return frozenset(int(slot.id) for appointment in self.problem.appointments for slot in appointment.slots)


def ask(
    session: Session,
    now: dt.datetime,
    monday: dt.date,
    kind: RunKind,
    *,
    seconds: int,
    by: str,
    weeks: int = 1,
    seed: int = 1,
) -> PlanningRun:
    """Ask for a run of whole weeks; one of its kind already under way for all of them is answered instead."""
    days = weeks * WEEK_DAYS
    under_way = run_under_way(session, monday, days, kind)
    if under_way is not None:
        return under_way
    run = PlanningRun(kind=kind, week_start=monday, days=days, seconds=seconds, seed=seed, asked_by=by, asked_at=now)
    session.add(run)
    session.flush()
    enqueue(session, "planning.run", queue="planning", run_id=run.id)
    return run


def begin(session: Session, run_id: int, now: dt.datetime) -> Begun | None:
    """Take the run and read the week; null when another worker has it or it is over."""
    free = [PlanningRunStatus.ASKED]
    if has_lost_its_worker(session, run_id):
        free.append(PlanningRunStatus.RUNNING)  # Should that one only have been frozen, its attempt is fenced out.
    taken = (
        update(PlanningRun)
        .where(
            PlanningRun.id == run_id,
            PlanningRun.status.in_(free),
            PlanningRun.attempt < MOST_ATTEMPTS,
        )
        .values(
            status=PlanningRunStatus.RUNNING, attempt=PlanningRun.attempt + 1, snapshot_at=now, alive_at=machine_now()
        )
        .returning(PlanningRun)
    )
    run = session.scalars(taken).one_or_none()
    if run is None:
        return None
    is_repair = run.kind == RunKind.REPAIR
    calls = calls_due(session, Week(run.week_start, run.days), now) if is_repair else NOBODY_LEAVES
    planning = policy_in_force(session).planning
    snapshot = read_snapshot(session, run.week_start, run.days, now, planning, calls.leaving)
    close_too_late(session, snapshot.too_late, now)
    problem = narrowed(snapshot.problem, calls)
    run.problem = msgspec.to_builtins(problem)
    due = slots_due(session, run.week_start, run.days, now)
    return Begun(run.id, run.attempt, RunKind(run.kind), run.seconds, run.seed, problem, due)


def close_too_late(session: Session, slot_ids: tuple[int, ...], now: dt.datetime) -> None:
    """A slot whose last start has passed stays without anybody; why, a run that could still look at it has said."""
    never_planned = Slot.status == SlotStatus.OPEN
    session.execute(
        update(Slot)
        .where(Slot.id.in_(slot_ids), or_(never_planned, Slot.status == SlotStatus.UNFILLED))
        .where(or_(never_planned, Slot.replan_due.is_not(None)))
        .values(
            status=SlotStatus.UNFILLED,
            replan_due=None,
            reasons=case((never_planned, cast({"window": 1}, JSONB)), else_=Slot.reasons),
            changed_at=now,
        )
    )


def note_progress(session: Session, run_id: int, attempt: int, progress: dict[str, Any]) -> bool:
    """Keep the newest figures of a running run; true while nobody asked it to stop."""
    noted = (
        update(PlanningRun)
        .where(
            PlanningRun.id == run_id, PlanningRun.attempt == attempt, PlanningRun.status == PlanningRunStatus.RUNNING
        )
        .values(progress=progress, alive_at=machine_now())
        .returning(PlanningRun.stop_asked)
    )
    stop_asked = session.scalars(noted).one_or_none()
    return stop_asked is False


def keep_draft(session: Session, begun: Begun, plan: Plan, candidates: list[dict[str, Any]], now: dt.datetime) -> bool:
    """Keep the plan as a draft with its proposed assignments and ranked candidates; false when fenced out or overtaken."""
    kept = (
        update(PlanningRun)
        .where(
            PlanningRun.id == begun.run_id,
            PlanningRun.attempt == begun.attempt,
            PlanningRun.status == PlanningRunStatus.RUNNING,
        )
        .values(status=PlanningRunStatus.DRAFT, plan=msgspec.to_builtins(plan), finished_at=now)
        .returning(PlanningRun)
    )
    run = session.scalars(kept).one_or_none()
    if run is None:
        return False
    run.progress = {**(run.progress or {}), **_reached(plan)}
    _is_well_again(session, now)
    monday = run.week_start
    if begun.kind == RunKind.WEEK:
        if not keep_newest_draft(session, run, now):
            return False
        if run.asked_by == ROLLING:
            tell_draft_is_ready(session, run, now)
    ids = mediator_ids(session)
    locked = {lock.slot for lock in begun.problem.locked}
    proposed = [
        {
            "slot_id": int(given.slot),
            "mediator_id": ids[given.mediator],
            "during": _during(monday, given),
            "status": AssignmentStatus.PROPOSED,
            "run_id": begun.run_id,
            "changed_at": now,
        }
        for given in plan.assignments
        if given.slot not in locked
    ]
    if proposed:
        session.execute(insert(Assignment), proposed)
    ranked = [
        {
            "run_id": begun.run_id,
            "mediator_id": ids[candidate["mediator"]],
            "slot_id": int(candidate["slot"]),
            "rank": candidate["rank"],
            "loss": candidate["loss"],
            "start": from_wall(monday, candidate["start"]),
            "reasons": candidate["reasons"],
        }
        for candidate in candidates
    ]
    if ranked:
        session.execute(insert(Candidate), ranked)
    return True


def _reached(plan: Plan) -> dict[str, Any]:
    """What the plan came to, beside the steps that led there: a list of runs reads no whole plans."""
    filled = len(plan.assignments)
    return {
        "filled": filled,
        "slots": filled + len(plan.unfilled),
        "total": plan.score.total,
        "bound": plan.bound,
        "seconds": plan.seconds,
    }


def keep_newest_draft(session: Session, run: PlanningRun, now: dt.datetime) -> bool:
    """Of drafts that share a day only the one asked for last stays, whichever planner was the quicker.

    False when that is another one than this run's.
    """
    drafts = session.scalars(drafts_meeting(run.week_start, run.days).with_for_update()).all()
    is_newest = drafts[0].id == run.id
    over = [draft for draft in drafts if draft.id != run.id] if is_newest else [run]
    for draft in over:
        draft.status = PlanningRunStatus.SET_ASIDE
    close_drafts(session, [draft.id for draft in over], now)
    return is_newest


def weeks_to_plan(session: Session, monday: dt.date) -> tuple[dt.date, int]:
    """The first Monday and the number of weeks to plan for somebody who looks at a week.

    Where a draft plans it among others all of them are planned again: a new draft of one alone would end the whole old one.
    """
    draft = session.scalars(drafts_meeting(monday, WEEK_DAYS)).first()
    return (monday, 1) if draft is None else (draft.week_start, draft.days // WEEK_DAYS)


def tell_draft_is_ready(session: Session, run: PlanningRun, now: dt.datetime) -> None:
    """Nobody waited before a screen for this one, so the coordinators are told."""
    session.add(Notice(kind=DRAFT_READY, values={"run": run.id}, created_at=now))


def close_drafts(session: Session, run_ids: list[int], now: dt.datetime) -> None:
    """Proposed assignments are the draft's own; once it is published or set aside the kept plan tells them."""
    session.execute(
        delete(Assignment).where(Assignment.run_id.in_(run_ids), Assignment.status == AssignmentStatus.PROPOSED)
    )
    told = Notice.values["run"].as_integer().in_(run_ids)
    session.execute(
        update(Notice).where(Notice.kind == DRAFT_READY, Notice.seen_at.is_(None), told).values(seen_at=now)
    )


def set_aside(session: Session, run_id: int, now: dt.datetime, by: str = "") -> PlanningRun:
    run = run_with_plan(session, run_id, lock=True)
    if run.status != PlanningRunStatus.DRAFT:
        raise Conflict(_("Only a draft can be set aside; this run is no longer one. Go back to the agenda."))
    run.status, run.settled_by = PlanningRunStatus.SET_ASIDE, by[:80]
    close_drafts(session, [run_id], now)
    return run


def ask_to_stop(session: Session, run_id: int) -> PlanningRun:
    """The planner keeps its best plan so far and ends; a run that is over already stays as it is."""
    run = run_with_plan(session, run_id, lock=True)
    run.stop_asked = True
    return run


def fail(session: Session, begun: Begun, trouble: str, now: dt.datetime) -> None:
    """The standing plan is untouched; the run says what happened, and somebody is called."""
    failed = (
        update(PlanningRun)
        .where(PlanningRun.id == begun.run_id, PlanningRun.attempt == begun.attempt)
        .where(PlanningRun.status == PlanningRunStatus.RUNNING)
        .values(status=PlanningRunStatus.FAILED, trouble=trouble[:500], finished_at=now)
        .returning(PlanningRun.id)
    )
    if session.scalars(failed).one_or_none() is not None:
        call_somebody(session, begun.run_id, trouble, now)


def call_somebody(session: Session, run_id: int, why: str, now: dt.datetime) -> None:
    """An alarm stands once, until a run succeeds: a planner that fails each minute is one trouble."""
    if session.scalars(_alarms()).first() is None:
        session.add(Notice(kind=PLANNER_FAILED, values={"run": run_id, "why": why[:200]}, created_at=now))


def _alarms() -> Select[Notice]:
    return select(Notice).where(Notice.kind == PLANNER_FAILED, Notice.seen_at.is_(None))


def _is_well_again(session: Session, now: dt.datetime) -> None:
    for alarm in session.scalars(_alarms()):
        alarm.seen_at = now


def _during(monday: dt.date, given: Visit) -> Range[dt.datetime]:
    start = from_wall(monday, given.start)
    return Range(start, start + dt.timedelta(minutes=given.end - given.start))
