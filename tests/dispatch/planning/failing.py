# SPDX-License-Identifier: AGPL-3.0-or-later
"""A planner that fails in every way it can, and what is seen of the rows before and after (A9)."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
from sqlalchemy import func, select

from dispatch.kit import running
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.planning import jobs, service
from dispatch.planning.planner import Answer, Planner
from dispatch.planning.publish import publish
from dispatch.planning.queries import run_with_plan
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, RunKind
from solver.plan import Plan
from solver.problem import PlanningProblem
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

Spoil = Callable[[Plan], Plan]


def _change(**changes: Any) -> Spoil:
    """The first line of the plan says something else."""

    def spoil(plan: Plan) -> Plan:
        first, *others = plan.assignments
        return msgspec.structs.replace(plan, assignments=(msgspec.structs.replace(first, **changes), *others))

    return spoil


def _all_to_one(plan: Plan) -> Plan:
    """Everybody's visits at once to whoever has the first."""
    her = plan.assignments[0].mediator
    lines = tuple(msgspec.structs.replace(line, mediator=her) for line in plan.assignments)
    return msgspec.structs.replace(plan, assignments=lines)


def _twice(plan: Plan) -> Plan:
    return msgspec.structs.replace(plan, assignments=(plan.assignments[0], *plan.assignments))


def _forgotten(plan: Plan) -> Plan:
    """A slot that is neither filled nor said to be unfilled."""
    return msgspec.structs.replace(plan, assignments=plan.assignments[1:])


def _boast(plan: Plan) -> Plan:
    return msgspec.structs.replace(plan, score=msgspec.structs.replace(plan.score, total=plan.score.total + 1))


WRONG: dict[str, Spoil] = {
    "an unknown slot": _change(slot="999999"),
    "an unknown mediator": _change(mediator="nobody"),
    "a time outside the window": _change(start=0, end=60),
    "another length": _change(end=100_000),
    "one person everywhere": _all_to_one,
    "a slot twice": _twice,
    "a slot forgotten": _forgotten,
    "a score that is not true": _boast,
}


def a_week(database: Database) -> Installation:
    """Four visits published to two people, and four more that nobody has planned yet."""
    here = make.installation(database, planner_workers=1, planner_seconds=2)
    running.start(here)
    with database.begin() as session:
        for number in range(3):
            make.mediator(session, f"m{number}")
        for day in range(4):
            ask_for(session, f"d{day}", (at(day, 8), at(day, 8)))
        publish(session, draft(session).run_id, NOW)
        for number, hour in enumerate((9, 9, 11, 13)):
            ask_for(session, f"e{hour}-{number}", (at(1, hour), at(1, hour)))
    return here


def standing(database: Database) -> list[tuple[Any, ...]]:
    """The plan that stands: every live assignment and every slot's status."""
    with database.begin() as session:
        live = select(Assignment.slot_id, Assignment.mediator_id, Assignment.during, Assignment.status)
        lines = session.execute(live.where(Assignment.status.in_(LIVE_ASSIGNMENT)).order_by(Assignment.slot_id)).all()
        slots = session.execute(select(Slot.id, Slot.status).order_by(Slot.id)).all()
        return [*map(tuple, lines), *map(tuple, slots)]


def plan_the_week(database: Database, kind: RunKind = RunKind.WEEK, seconds: int = 2) -> PlanningRun:
    """Asked for and worked off, as the worker does it."""
    with database.begin() as session:
        run_id = service.ask(session, NOW, MONDAY, kind, seconds=seconds, by="test").id
    jobs.run(run_id)
    with database.begin() as session:
        return run_with_plan(session, run_id)


def proposals(database: Database, run_id: int) -> int:
    with database.begin() as session:
        mine = (Assignment.run_id == run_id) & (Assignment.status == AssignmentStatus.PROPOSED)
        return session.scalars(select(func.count()).where(mine)).one()


@dataclass
class Spoiled(Planner):
    """Answers what the real one would, spoiled; the greedy answer only when ``greedy_too``."""

    spoil: Spoil = lambda plan: plan
    greedy_too: bool = False
    answer: Callable[[PlanningProblem, float], Answer] | None = None

    def plan(self, problem: PlanningProblem, *, seconds: float, **_: Any) -> Answer:
        assert self.answer is not None
        right = self.answer(problem, seconds)
        wrong = seconds > 0 or self.greedy_too
        return Answer(self.spoil(right.plan), right.candidates) if wrong else right


@dataclass
class Killed:
    """What became of the runs whose planner was killed, whether rows changed that must not, and how long the longest took."""

    runs: Counter[str] = field(default_factory=Counter)
    touched: int = 0
    partial: int = 0
    longest: float = 0.0


def kill_the_planner(database: Database, kills: int, longest_wait: float = 1.0) -> Killed:
    """Its process is killed at a random moment of a run, ``kills`` times; the run goes on or fails, and nothing else."""
    here, chance, seen = a_week(database), Random(9), Killed()
    before, planner = standing(database), jobs.planner_of(here)
    planner.start()
    for _ in range(kills):
        timer = threading.Timer(chance.uniform(0, longest_wait), end_child, (planner,))
        timer.start()
        began = time.monotonic()
        run = plan_the_week(database)
        seen.longest = max(seen.longest, time.monotonic() - began)
        timer.cancel()
        seen.runs[run.status] += 1
        seen.touched += standing(database) != before
        seen.partial += proposals(database, run.id) not in (0, lines_of(run))
    jobs.close_planners()
    return seen


def end_child(planner: Planner) -> None:
    child = planner._child
    if child is not None and child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)


def lines_of(run: PlanningRun) -> int:
    """How many proposals a whole plan of the run leaves: every line that is no fact already."""
    facts = {lock["slot"] for lock in (run.problem or {}).get("locked", [])}
    return sum(line["slot"] not in facts for line in (run.plan or {}).get("assignments", []))
