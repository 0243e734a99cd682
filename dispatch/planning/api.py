# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning over JSON: ask for a run of one or more weeks, watch it, stop it, publish it, or set it aside."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path

from dispatch.access.visitor import Who
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.planning import assign_api, service
from dispatch.planning import publish as publication
from dispatch.planning.difference import counts, difference
from dispatch.planning.queries import run_with_plan
from dispatch.planning.schemas import AskRun, PublishRun, Run
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import RunKind
from solver.plan import Plan
from solver.problem import PlanningProblem

router = APIRouter()
runs = APIRouter(prefix="/api/v1/planning-runs", tags=["planning"])
RunId = Annotated[int, Path(ge=1, le=2**62)]


@runs.post("", status_code=202)
def ask_run(asked: AskRun, here: Here, session: Work, who: Who) -> Run:
    """Ask the planner for whole weeks, planned together; a run already under way for them is answered instead."""
    seconds = asked.seconds or here.settings.planner_seconds
    run = service.ask(
        session,
        now(session),
        asked.week,
        RunKind.WEEK,
        seconds=seconds,
        by=who.actor,
        weeks=asked.weeks,
        seed=asked.seed,
    )
    return told(run_with_plan(session, run.id))


@runs.get("/{run_id}")
def read_run(run_id: RunId, session: Work) -> Run:
    return told(run_with_plan(session, run_id))


@runs.post("/{run_id}/stop")
def stop_run(run_id: RunId, session: Work) -> Run:
    """The planner ends and keeps the best plan found so far."""
    return told(service.ask_to_stop(session, run_id))


@runs.post("/{run_id}/publish")
def publish_run(run_id: RunId, wanted: PublishRun, session: Work, who: Who) -> Run:
    """Publish a draft, or only the lines named; lines that changed since the snapshot are set aside and told."""
    publication.publish(session, run_id, now(session), slots=wanted.slots, by=who.actor)
    return told(run_with_plan(session, run_id))


@runs.post("/{run_id}/set-aside")
def set_run_aside(run_id: RunId, session: Work, who: Who) -> Run:
    return told(service.set_aside(session, run_id, now(session), by=who.actor))


def told(run: PlanningRun) -> Run:
    lines = None
    plan = None if run.plan is None else msgspec.convert(run.plan, Plan)
    if plan is not None:
        lines = counts(difference(msgspec.convert(run.problem, PlanningProblem), plan))
    return Run(
        id=run.id,
        kind=run.kind,
        status=run.status,
        week=run.week_start,
        weeks=run.days // service.WEEK_DAYS,
        progress=run.progress,
        difference=None if lines is None else {str(change): count for change, count in lines.items()},
        total=None if plan is None else plan.score.total,
        bound=None if plan is None else plan.bound,
        gap=None if plan is None else plan.gap,
        outcome=run.outcome,
        trouble=run.trouble,
    )


router.include_router(runs)
router.include_router(assign_api.router)
