# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's page of the week; those of planning runs hang on it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dispatch.access.visitor import Who
from dispatch.kit.clock import at_home, monday_of, now
from dispatch.kit.doors import Here, Work
from dispatch.planning import run_pages
from dispatch.planning.agenda import agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.week_named import monday_named
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
router.include_router(run_pages.router)
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL


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
