# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's calendar on a page, and behind a secret address for the calendars that the desk uses already."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.calendar_address import desk_behind, end_address, make_address
from dispatch.errors import NotFound
from dispatch.intake import queries
from dispatch.intake.api import Reads
from dispatch.intake.calendar_dates import dates_in_calendar
from dispatch.intake.calendar_page import AT, calendar_page
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.records.territory import Desk
from dispatch.web.calendars import Secret, calendar_answer
from dispatch.web.i18n import gettext as _
from dispatch.web.register_pages import Saved, say_saved
from dispatch.web.templating import render
from dispatch.web.views.desk_calendar import WEEK

KEPT = dt.timedelta(days=60)  # what is over stays in the desk's calendar this long
router = APIRouter()
DayText = Annotated[str, Query(max_length=10)]
View = Annotated[Literal["week", "month"], Query()]


@router.get("/calendar")
def see_calendar(request: Request, reads: Reads, view: View = "week", day: DayText = "", saved: Saved = "") -> Response:
    """The week or the month of the desk that looks."""
    say_saved(request, saved)
    return render(request, "intake/calendar.html", page=calendar_page(reads, _own(reads), view, day))


@router.post("/calendar")
def change_address(
    request: Request, reads: Reads, here: Here, act: Annotated[Literal["make", "end"], Form()]
) -> Response:
    """The new address stands on this answer alone, because only its hash is kept."""
    desk, actor = _own(reads), reads.visitor.actor
    if act == "end":
        end_address(reads.session, desk, actor, reads.now)
        return RedirectResponse(f"{AT}?saved=1", 303)
    address = f"{here.settings.base_url}{AT}/{make_address(reads.session, desk, actor, reads.now)}.ics"
    page = calendar_page(reads, desk, WEEK, "", address)
    return render(request, "intake/calendar.html", page=page, headers={"Cache-Control": "no-store"})


@router.get("/calendar/{calendar_secret}.ics")
def read_desk_calendar(request: Request, session: Work, here: Here, calendar_secret: Secret) -> Response:
    """The desk's meetings; the address is the only key to it, and opens nothing else."""
    desk = desk_behind(session, calendar_secret)
    if desk is None:
        raise NotFound(_("This calendar is not there any more. Make a new address on the page of your calendar."))
    rows = queries.desk_dates(session, desk.id, now(session) - KEPT, None, cancelled=True)
    live = queries.live_assignments(session, [slot.id for row in rows for slot in row.slots])
    return calendar_answer(request, dates_in_calendar(rows, live, here.settings.base_url), f"Ponte: {desk.name}")


def _own(reads: Reads) -> Desk:
    """The desk whose account this is; the policy lets nobody else in."""
    assert reads.visitor.desk_id is not None
    return reads.session.get_one(Desk, reads.visitor.desk_id)
