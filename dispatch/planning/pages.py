# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a plan: a planning run while it searches, its difference, and publishing it; the agenda is beside it."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.planning import agenda_pages, assign_pages, service
from dispatch.planning import publish as publication
from dispatch.planning.days import monday_named
from dispatch.planning.queries import run_with_plan
from dispatch.planning.run_page import run_page
from dispatch.records.statuses import RunKind
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
router.include_router(agenda_pages.router)
router.include_router(assign_pages.router)
RunId = Annotated[int, Path(ge=1, le=2**62)]


@router.post("/planning/runs")
def start_run(
    session: Work,
    here: Here,
    who: Who,
    week: Annotated[str, Form(max_length=20)],
    weeks: Annotated[int | None, Form(ge=1, le=4)] = None,
) -> Response:
    """``weeks`` comes with a run that is tried again; else it is the shown week, or those of the draft it belongs to."""
    monday = monday_named(week)
    first, many = service.weeks_to_plan(session, monday) if weeks is None else (monday, weeks)
    seconds = here.settings.planner_seconds
    run = service.ask(session, now(session), first, RunKind.WEEK, seconds=seconds, by=who.actor, weeks=many)
    return see(run.id)


@router.get("/planning/runs/{run_id}")
def read_run(request: Request, run_id: RunId, session: Work) -> Response:
    page = run_page(session, run_with_plan(session, run_id))
    return render(request, "planning/run.html", page=page, run=page.progress)


@router.post("/planning/runs/{run_id}/stop")
def stop_run(run_id: RunId, session: Work) -> Response:
    service.ask_to_stop(session, run_id)
    return see(run_id)


@router.post("/planning/runs/{run_id}/publish")
def publish_run(run_id: RunId, session: Work, line: Annotated[list[str] | None, Form()] = None) -> Response:
    """The ticked lines; those nobody can take are noted as such whatever was ticked."""
    publication.publish(session, run_id, now(session), slots=line or [])
    return see(run_id)


def see(run_id: int) -> Response:
    return RedirectResponse(f"/planning/runs/{run_id}", 303)
