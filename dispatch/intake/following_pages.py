# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a request that was sent: its way, its dates to change or call off, its file for a calendar, once more."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.errors import NotUnderstood
from dispatch.intake import queries, service
from dispatch.intake.api import Code, Number, Reads
from dispatch.intake.calendar_dates import dates_in_calendar
from dispatch.intake.date_page import change_in, date_page, shown_of
from dispatch.intake.dates import cancel_date, change_date
from dispatch.intake.form import form_page
from dispatch.intake.form_pages import look_for_others
from dispatch.intake.outcome import last_mark
from dispatch.intake.repeating import next_week
from dispatch.intake.schemas import ScopeWord
from dispatch.intake.tracking import page_of
from dispatch.kit.calendar_file import MEDIA_TYPE, calendar_file
from dispatch.kit.doors import Here
from dispatch.web.shown import ChangedMeanwhile
from dispatch.web.templating import render
from dispatch.web.typed import Typed

router = APIRouter()
Flag = Annotated[str, Query(max_length=10)]


@router.get("/{code}")
def read_request(request: Request, code: Code, reads: Reads, sent: Flag = "", said: Flag = "") -> Response:
    """Where the request stands and what can still be done."""
    page = page_of(reads, service.find(reads, code), just_sent=bool(sent), said=bool(said))
    return render(request, "intake/request.html", page=page)


@router.get("/{code}/again")
def ask_again(request: Request, code: Code, reads: Reads) -> Response:
    """The form of a new request, filled like this one, for a week later."""
    page = form_page(reads, next_week(reads, service.find(reads, code)))
    return render(request, "intake/new_request.html", page=page)


@router.get("/{code}/calendar.ics")
def read_calendar(code: Code, reads: Reads, here: Here) -> Response:
    """The dates of the request for any calendar: nobody's name is in the file."""
    asked = service.find(reads, code)
    slots = [slot.id for one in asked.appointments for slot in one.slots]
    live = queries.live_assignments(reads.session, slots)
    dates = dates_in_calendar(asked.appointments, live, here.settings.base_url)
    named = {"Content-Disposition": f'attachment; filename="{asked.code}.ics"'}
    return Response(calendar_file(dates, asked.code), media_type=MEDIA_TYPE, headers=named)


@router.post("/{code}/cancel")
def cancel_request(code: Code, reads: Reads) -> Response:
    mark = last_mark(reads, code)
    service.cancel(reads, code)
    return _see_told(reads, code, mark)


@router.get("/{code}/appointments/{appointment}")
def read_date(request: Request, code: Code, appointment: Number, reads: Reads) -> Response:
    """One date of a request, to change it or to call it off."""
    return render(request, "intake/date.html", page=date_page(reads, service.find(reads, code), appointment))


@router.post("/{code}/appointments/{appointment}/change")
def change_one(request: Request, code: Code, appointment: Number, reads: Reads, values: Typed) -> Response:
    """The tracking page again, or the form with everything that needs a change."""
    asked = service.find(reads, code)
    try:
        with reads.session.begin_nested():
            look = partial(look_for_others, reads, values, partial(shown_of, number=appointment))
            change_date(reads, code, appointment, change_in(asked, appointment, values), look)
    except ChangedMeanwhile as other:
        page = date_page(reads, service.find(reads, code), appointment, other.values)
        return render(request, "intake/date.html", status_code=other.status, page=page)
    except NotUnderstood as refused:
        page = date_page(reads, asked, appointment, values, refused.fields)
        return render(request, "intake/date.html", status_code=422, page=page)
    return RedirectResponse(f"/requests/{code}?said=1", 303)


@router.post("/{code}/appointments/{appointment}/cancel")
def cancel_one(code: Code, appointment: Number, reads: Reads, scope: Annotated[ScopeWord, Form()] = "this") -> Response:
    mark = last_mark(reads, code)
    cancel_date(reads, code, appointment, scope)
    return _see_told(reads, code, mark)


def _see_told(reads: Reads, code: str, mark: int) -> Response:
    """On to the tracking page, which says what came of it; where nothing was left to call off it says nothing."""
    reads.session.flush()
    return RedirectResponse(f"/requests/{code}{'?said=1' if last_mark(reads, code) != mark else ''}", 303)
