# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's pages: the week's agenda, a planning run while it searches, its difference, and publishing it."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import at_home, monday_of, now
from dispatch.kit.doors import Here, Work
from dispatch.planning import publish as publication
from dispatch.planning import service
from dispatch.planning.agenda import agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.queries import run_with_plan
from dispatch.planning.run_page import run_page
from dispatch.records.statuses import RunKind
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
RunId = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL
YEARS = range(2000, 2200)  # a week before and after them is still a date


@router.get("/agenda")
def agenda(
    request: Request,
    session: Work,
    here: Here,
    who: Who,
    week: Text = "",
    ambito: Text = "",
    language: Text = "",
    status: Text = "",
    q: Text = "",
) -> Response:
    moment = now(session)
    monday = monday_named(week) if week else monday_of(at_home(moment).date())
    sieve = Sieve(ambito, language, status, q.strip(), who.ambiti)
    page = agenda_page(session, monday, moment, sieve, here.settings.territory)
    return render(request, "planning/agenda.html", page=page)


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


def monday_named(week: str) -> dt.date:
    """The Monday of "2026-W48", or of any date of the week."""
    try:
        iso = dt.datetime.strptime(f"{week}-1", "%G-W%V-%u") if "W" in week else None  # noqa: DTZ007 - a date, no instant
        day = iso.date() if iso else dt.date.fromisoformat(week)
        if day.year not in YEARS:
            raise ValueError(week)
        return monday_of(day)
    except ValueError:
        field = FieldProblem("week", _("This is not a week."), week, _("Write it as 2026-W48."))
        raise NotUnderstood(_("The week cannot be read."), fields=(field,)) from None
