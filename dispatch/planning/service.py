# SPDX-License-Identifier: AGPL-3.0-or-later
"""Use cases of a planning run: ask for it, begin it, note its progress, keep its draft, set it aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import case, cast, delete, insert, or_, update
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.kit.clock import from_wall, machine_now
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.planning.calling import NOBODY_LEAVES, calls_due, narrowed
from dispatch.planning.queries import mediator_ids, run_under_way, run_with_plan
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.statuses import AssignmentStatus, PlanningRunStatus, RunKind, SlotStatus
from dispatch.roster.week import Week
from dispatch.web.i18n import gettext as _
from solver.plan import Assignment as Visit
from solver.plan import Plan
from solver.problem import PlanningProblem

WEEK_DAYS = 7
MOST_ATTEMPTS = 3  # a run whose planner died so often is a fault for a person, not for another try


@dataclass(frozen=True)
class Begun:
    """What the planner needs, with the attempt that fences a later result."""

    run_id: int
    attempt: int
    kind: RunKind
    seconds: int
    seed: int
    problem: PlanningProblem


def ask(
    session: Session, now: dt.datetime, monday: dt.date, kind: RunKind, *, seconds: int, by: str, seed: int = 1
) -> PlanningRun:
    """Ask for a run of a week; one of its kind already under way for that week is answered instead."""
    under_way = run_under_way(session, monday, kind)
    if under_way is not None:
        return under_way
    run = PlanningRun(
        kind=kind, week_start=monday, days=WEEK_DAYS, seconds=seconds, seed=seed, asked_by=by, asked_at=now
    )
    session.add(run)
    session.flush()
    enqueue(session, "planning.run", queue="planning", run_id=run.id)
    return run


def begin(session: Session, run_id: int, now: dt.datetime) -> Begun | None:
    """Take the run and read the week; null when another worker has it or it is over."""
    taken = (
        update(PlanningRun)
        .where(
            PlanningRun.id == run_id,
            PlanningRun.status == PlanningRunStatus.ASKED,
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
    return Begun(run.id, run.attempt, RunKind(run.kind), run.seconds, run.seed, problem)


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
    """Keep the plan as a draft with its proposed assignments and ranked candidates; false when fenced out."""
    kept = (
        update(PlanningRun)
        .where(
            PlanningRun.id == begun.run_id,
            PlanningRun.attempt == begun.attempt,
            PlanningRun.status == PlanningRunStatus.RUNNING,
        )
        .values(status=PlanningRunStatus.DRAFT, plan=msgspec.to_builtins(plan), finished_at=now)
        .returning(PlanningRun.week_start)
    )
    monday = session.scalars(kept).one_or_none()
    if monday is None:
        return False
    if begun.kind == RunKind.WEEK:
        set_older_drafts_aside(session, begun.run_id, monday)
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


def set_older_drafts_aside(session: Session, run_id: int, monday: dt.date) -> None:
    older = (
        update(PlanningRun)
        .where(
            PlanningRun.week_start == monday,
            PlanningRun.id < run_id,
            PlanningRun.status == PlanningRunStatus.DRAFT,
        )
        .values(status=PlanningRunStatus.SET_ASIDE)
        .returning(PlanningRun.id)
    )
    forget_proposals(session, list(session.scalars(older)))


def forget_proposals(session: Session, run_ids: list[int]) -> None:
    """Proposed assignments are the draft's own; once it is published or set aside the kept plan tells them."""
    session.execute(
        delete(Assignment).where(Assignment.run_id.in_(run_ids), Assignment.status == AssignmentStatus.PROPOSED)
    )


def set_aside(session: Session, run_id: int) -> PlanningRun:
    run = run_with_plan(session, run_id, lock=True)
    if run.status != PlanningRunStatus.DRAFT:
        raise Conflict(_("Only a draft can be set aside; this run is no longer one. Go back to the agenda."))
    run.status = PlanningRunStatus.SET_ASIDE
    forget_proposals(session, [run_id])
    return run


def ask_to_stop(session: Session, run_id: int) -> PlanningRun:
    """The planner keeps its best plan so far and ends; a run that is over already stays as it is."""
    run = run_with_plan(session, run_id, lock=True)
    run.stop_asked = True
    return run


def fail(session: Session, begun: Begun, trouble: str, now: dt.datetime) -> None:
    """The standing plan is untouched; the run says what happened."""
    session.execute(
        update(PlanningRun)
        .where(PlanningRun.id == begun.run_id, PlanningRun.attempt == begun.attempt)
        .where(PlanningRun.status == PlanningRunStatus.RUNNING)
        .values(status=PlanningRunStatus.FAILED, trouble=trouble[:500], finished_at=now)
    )


def _during(monday: dt.date, given: Visit) -> Range[dt.datetime]:
    start = from_wall(monday, given.start)
    return Range(start, start + dt.timedelta(minutes=given.end - given.start))
