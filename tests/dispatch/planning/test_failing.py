# SPDX-License-Identifier: AGPL-3.0-or-later
"""A9: whatever becomes of the planner, the plan that stands is untouched, no plan is kept in part, somebody is called."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from procrastinate.jobs import Job
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from dispatch.kit import running
from dispatch.kit.session import Database
from dispatch.planning import jobs
from dispatch.planning.planner import Answer, Planner, PlannerFailed
from dispatch.planning.queries import PLANNER_FAILED
from dispatch.records.offers import Notice
from dispatch.records.statuses import PlanningRunStatus
from solver.candidates import ranked
from solver.generate import generate
from solver.problem import PlanningProblem
from solver.solve import solve
from tests.dispatch.planning.failing import (
    WRONG,
    Spoiled,
    a_week,
    kill_the_planner,
    lines_of,
    plan_the_week,
    proposals,
    standing,
)

pytestmark = pytest.mark.xdist_group("planner")
KILLS = 1


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    jobs.close_planners()
    running._current.clear()


def solved(problem: PlanningProblem, seconds: float) -> Answer:
    plan = solve(problem, seconds=0, seed=1, workers=1)
    return Answer(plan, [found._asdict() for found in ranked(problem, plan, most=3)])


def alarms(database: Database) -> list[str]:
    with database.begin() as session:
        unseen = select(Notice.values["why"].astext).where(Notice.kind == PLANNER_FAILED, Notice.seen_at.is_(None))
        return list(session.scalars(unseen))


@pytest.fixture
def spoiled(monkeypatch: pytest.MonkeyPatch) -> Spoiled:
    """A planner in this process, whose answers a test spoils."""
    made = Spoiled(memory_mb=4096, workers=1, answer=solved)
    monkeypatch.setattr(jobs, "planner_of", lambda _here: made)
    return made


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_plan_is_no_plan(database: Database, spoiled: Spoiled, name: str) -> None:
    """The greedy one is kept in its place; where that is wrong too the run fails, alone, and somebody is called."""
    a_week(database)
    before, spoiled.spoil = standing(database), WRONG[name]
    run = plan_the_week(database)
    assert run.status == PlanningRunStatus.DRAFT
    assert proposals(database, run.id) == lines_of(run) > 0
    assert (standing(database), alarms(database)) == (before, [])
    spoiled.greedy_too = True
    run = plan_the_week(database)
    assert (run.status, proposals(database, run.id)) == (PlanningRunStatus.FAILED, 0)
    assert standing(database) == before
    assert alarms(database) == [run.trouble]


@pytest.mark.parametrize("name", ["one person everywhere", "a slot forgotten"])
def test_without_the_audit_a_wrong_plan_is_kept(
    database: Database, spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Control: whoever opens the draft would see it as the planner's advice."""
    monkeypatch.setattr(jobs, "audited", lambda _problem, answer: answer)
    a_week(database)
    spoiled.spoil, spoiled.greedy_too = WRONG[name], True
    assert plan_the_week(database).status == PlanningRunStatus.DRAFT


def test_an_alarm_stands_once_and_until_a_run_succeeds(database: Database, spoiled: Spoiled) -> None:
    """Two failures are one alarm; a plan that comes ends it."""
    a_week(database)
    spoiled.spoil, spoiled.greedy_too = WRONG["a slot twice"], True
    plan_the_week(database)
    plan_the_week(database)
    assert len(alarms(database)) == 1
    spoiled.spoil = lambda plan: plan
    plan_the_week(database)
    assert alarms(database) == []


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("print('Amina'); import sys; sys.stdout.flush(); input()", "cannot be read"),
        ("""print('{"type":"answer","plan":{},"candidates":[]}', flush=True); input()""", "cannot be read"),
        ("""print('{"type":"answer", "plan"', end='', flush=True)""", "cannot be read"),
        ("raise SystemExit(137)", "ended by itself"),
        ("import time; time.sleep(60)", "did not come up"),
    ],
    ids=["no JSON", "half a plan", "cut off", "out of memory", "silent"],
)
def test_a_child_that_does_not_speak_like_one_fails_its_order(
    monkeypatch: pytest.MonkeyPatch, says: str, why: str
) -> None:
    """Nothing it may do reaches further than the order."""
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **pipes: real([command[0], "-c", says], **pipes))
    mute = Planner(memory_mb=4096, workers=1, start_seconds=3)
    with pytest.raises(PlannerFailed, match=why):
        mute.plan(generate(sizes=(4, 12, 2), seed=1), seconds=1, seed=1, candidates=0)
    assert mute._child is None


def test_a_planner_killed_at_any_moment_leaves_the_standing_plan(database: Database) -> None:
    """One of the full 200: the run is finished by the greedy plan of a fresh process, or has failed."""
    seen = kill_the_planner(database, KILLS)
    assert (seen.touched, seen.partial) == (0, 0)
    assert sum(seen.runs.values()) == KILLS
    assert set(seen.runs) <= {PlanningRunStatus.DRAFT, PlanningRunStatus.FAILED}


def test_freed_time_that_the_database_refused_is_offered_again() -> None:
    """No tick comes back to it: the job itself is tried again."""
    job = Job(id=1, queue="planning", lock=None, queueing_lock=None, task_name=jobs.offer_freed.name)
    refused = OperationalError("", {}, Exception("deadlock detected"))
    assert jobs.offer_freed.get_retry_exception(refused, job) is not None
