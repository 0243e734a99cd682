# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's agenda over HTTP: a week, a day, a month, the sheet to print, and the copy kept for when the database is away."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import RedirectResponse, Response

from dispatch.access.door import cookie_name
from dispatch.access.visitor import Who
from dispatch.errors import Unavailable
from dispatch.kit.clock import at_home, monday_of, now
from dispatch.kit.doors import Here, Work
from dispatch.kit.installation import Installation
from dispatch.planning.agenda import agenda_page
from dispatch.planning.board import Sieve, local_day
from dispatch.planning.days import day_named, monday_named
from dispatch.planning.last_copy import Copy, read_copy
from dispatch.planning.month import month_page
from dispatch.planning.sheet import sheet_of, sheet_page
from dispatch.planning.timeline import day_page
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render
from dispatch.web.views.agenda import SheetPage

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL
NEVER_KEPT = {"Cache-Control": "no-store"}


@router.get("/agenda")
def agenda(
    request: Request,
    session: Work,
    here: Here,
    who: Who,
    view: Text = "",
    day: Text = "",
    week: Text = "",
    ambito: Text = "",
    language: Text = "",
    status: Text = "",
    q: Text = "",
) -> Response:
    """What is shown and which filters are set stand in the address, so that it can be kept, sent and gone back to."""
    moment = now(session)
    sieve = Sieve(ambito, language, status, q.strip(), who.ambiti)
    shown = day_named(day) if day else monday_named(week) if week else at_home(moment).date()
    if view == "day":
        page = day_page(session, shown, moment, sieve, here.settings.territory)
        return render(request, "planning/day.html", page=page)
    if view == "month":
        month = month_page(session, shown.replace(day=1), moment, sieve, here.settings.territory)
        return render(request, "planning/month.html", page=month)
    table = agenda_page(session, monday_of(shown), moment, sieve, here.settings.territory)
    return render(request, "planning/agenda.html", page=table)


@router.get("/agenda/sheet")
def sheet(request: Request, session: Work, who: Who, day: Text = "", ambito: Text = "") -> Response:
    """One day for the printer, of one ambito or of all that she coordinates."""
    moment = now(session)
    shown = day_named(day) if day else local_day(moment)
    page = sheet_page(session, shown, moment, Sieve(ambito=ambito, ambiti=who.ambiti))
    return render(request, "planning/sheet.html", page=page)


@router.get("/agenda/copy")
def last_copy(request: Request, here: Here) -> Response:
    """The last copy while the database is away, for who was signed in when it was made; else the sheet itself, which asks."""
    if _answers(here):
        return RedirectResponse("/agenda/sheet", 303)
    found = copy_for(request)
    if found is None:
        raise Unavailable(_("The database does not answer now. Try again in a few seconds."))
    ambiti = found.ambiti_of(_token(request))
    days = tuple(sheet_of(day, found.entries, ambiti) for day in found.days)
    return render(request, "planning/sheet.html", headers=NEVER_KEPT, page=SheetPage(days, found.made_at, is_copy=True))


def copy_for(request: Request) -> Copy | None:
    """The copy that this browser's session may read."""
    here: Installation = request.app.state.installation
    return read_copy(here.settings, _token(request))


def _token(request: Request) -> str:
    here: Installation = request.app.state.installation
    return request.cookies.get(cookie_name(here.settings), "")


def _answers(here: Installation) -> bool:
    try:
        with here.database.begin() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        return False
    return True
