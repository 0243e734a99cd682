# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of planning runs: start one, watch it, stop it, choose among its lines, publish them or set it aside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import Conflict
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.planning import publish as publication
from dispatch.planning import service
from dispatch.planning.days import monday_named
from dispatch.planning.difference import difference_of
from dispatch.planning.publish import NoDraft, Raced
from dispatch.planning.queries import run_with_plan
from dispatch.planning.run_lines import Sifter
from dispatch.planning.run_page import run_page
from dispatch.planning.runs import runs_page
from dispatch.planning.sound import CHANGES
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import RunKind
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import Number, Text
from dispatch.web.moments import moment
from dispatch.web.templating import render, wants_fragment
from dispatch.web.views.runs import RunPage

router = APIRouter(include_in_schema=False)
RunId = Annotated[int, Path(ge=1, le=2**62)]
Ticked = Annotated[list[str] | None, Form()]
Chosen = Annotated[str, Form(max_length=80, pattern=r"^[^\x00]*$")]
Without = Annotated[str, Query(max_length=6000, pattern=r"^[0-9.]*$")]
NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)


@router.get("/planning/runs")
def see_runs(request: Request, session: Work, kind: Text = "", status: Text = "", page: Number = 1) -> Response:
    return render(request, "planning/runs.html", page=runs_page(session, kind, status, page))


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
def read_run(
    request: Request,
    run_id: RunId,
    session: Work,
    ambito: Text = "",
    kind: Text = "",
    change: Text = "",
    without: Without = "",
) -> Response:
    """``without`` are the lines that are not accepted, so that the choice is in the address and nothing need be kept."""
    run, left = run_with_plan(session, run_id), frozenset(NUMBER.findall(without))
    return shown(request, run_page(session, run, now(session), Sifter(ambito, kind, change), left))


@router.post("/planning/runs/{run_id}/stop")
def stop_run(run_id: RunId, session: Work) -> Response:
    service.ask_to_stop(session, run_id)
    return see(run_id)


@router.post("/planning/runs/{run_id}/choice")
def choose_lines(
    request: Request,
    run_id: RunId,
    session: Work,
    line: Ticked = None,
    ambito: Chosen = "",
    kind: Chosen = "",
    change: Chosen = "",
) -> Response:
    """What the ticked lines come to: the bar with its button alone where script asks, else the page at its address."""
    run, sifter = run_with_plan(session, run_id), Sifter(ambito, kind, change)
    left = not_ticked(run, line or [])
    if wants_fragment(request):
        page = run_page(session, run, now(session), sifter, left)
        return render(request, "planning/_choice.html", page=page, run=page.progress)
    return see(run_id, ambito=ambito, kind=kind, change=change, without=".".join(sorted(left, key=int)))


@router.post("/planning/runs/{run_id}/publish")
def publish_run(request: Request, run_id: RunId, session: Work, who: Who, line: Ticked = None) -> Response:
    """The ticked lines; those nobody can take are noted as such whatever was ticked."""
    run = run_with_plan(session, run_id)
    left = not_ticked(run, line or [])
    if not line:
        told = _("No line is accepted, so there is nothing to publish. Tick what you want, or set the draft aside.")
        return refused(request, run_page(session, run, now(session), without=left), told, 422)
    try:
        publish_twice(session, run_id, who, line)
    except NoDraft:
        page = run_page(session, run_with_plan(session, run_id), now(session))
        return refused(request, page, too_late(page), Conflict.status)
    except Raced as taken:
        return refused(request, run_page(session, run, now(session), without=left), taken.detail, taken.status)
    return see(run_id)


@router.post("/planning/runs/{run_id}/set-aside")
def set_run_aside(request: Request, run_id: RunId, session: Work, who: Who) -> Response:
    try:
        service.set_aside(session, run_id, now(session), by=who.actor)
    except Conflict:
        page = run_page(session, run_with_plan(session, run_id), now(session))
        return refused(request, page, too_late(page), Conflict.status)
    return see(run_id)


def publish_twice(session: Session, run_id: int, who: Visitor, lines: list[str]) -> None:
    """Beaten to it by an answer that came just then, it is tried once more; what was written by then is taken back."""
    try:
        with session.begin_nested():
            publication.publish(session, run_id, now(session), slots=lines, by=who.actor)
    except Raced:
        session.expire_all()
        with session.begin_nested():
            publication.publish(session, run_id, now(session), slots=lines, by=who.actor)


def not_ticked(run: PlanningRun, ticked: list[str]) -> frozenset[str]:
    """The lines of the difference that could be accepted and are not."""
    if run.plan is None:
        return frozenset()
    return frozenset(line.slot for line in difference_of(run) if line.change in CHANGES) - frozenset(ticked)


def too_late(page: RunPage) -> str:
    """Somebody else was quicker: who, when, and that nothing happened by this press."""
    if page.settled and page.settled.by:
        told = _("%(name)s published this draft, %(moment)s. Nothing was changed by you, and no SMS left twice.")
        return told % {"name": page.settled.by, "moment": moment(page.settled.at)}
    return _("This is no draft any more: somebody was quicker. Nothing was changed by you, and no SMS left twice.")


def shown(request: Request, page: RunPage, status: int = 200) -> Response:
    return render(request, "planning/run.html", page=page, run=page.progress, status_code=status)


def refused(request: Request, page: RunPage, warning: str, status: int) -> Response:
    return shown(request, replace(page, warning=warning), status)


def see(run_id: int, **query: str) -> Response:
    asked = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(f"/planning/runs/{run_id}{'?' if asked else ''}{asked}", 303)
