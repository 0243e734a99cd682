# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages about visits that are over: the coordinator's list, one visit for desk and coordinator, her phone page.

A GET never tells anything: carriers and mail scanners open links before people do.
"""

import datetime as dt
import math
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.attendance import page_queries, shown, telling
from dispatch.attendance.page_queries import Line, Wanted
from dispatch.attendance.sayings import Side
from dispatch.attendance.schemas import Tell
from dispatch.errors import NotFound, NotUnderstood
from dispatch.kit.clock import at_home, local_midnight, monday_of, now
from dispatch.kit.doors import Here, Work
from dispatch.kit.problems import readable
from dispatch.records.attendance import Attendance
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import short_day
from dispatch.web.phone_words import speak_to
from dispatch.web.status_words import WORDS
from dispatch.web.templating import render
from dispatch.web.views.attendance import AttendancePage
from dispatch.web.views.page import Choice, Filter, Filters, Pager

PER_PAGE = 25
MOST_FIELDS = 20
NO_WORDS = ("csrf", "back")  # of the form, about no visit
WEEKS = 8
router = APIRouter(include_in_schema=False)
AttendanceId = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]


async def typed_in(request: Request) -> FormValues:
    """What was typed, in the order of the form."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return FormValues(tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)))


Typed = Annotated[FormValues, Depends(typed_in)]


@router.get("/attendance")
def list_attendance(
    request: Request,
    session: Work,
    who: Who,
    status: Text = "",
    desk: Text = "",
    mediator: Text = "",
    week: Text = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is disputed or awaited first, then the newest."""
    asked = {"status": status, "desk": desk, "mediator": mediator, "week": week}
    filters = _filters(session, who, asked, at_home(now(session)).date())
    chosen = {item.name: item.value for item in filters.items}
    monday = dt.date.fromisoformat(chosen["week"]) if chosen["week"] else None
    wanted = Wanted(
        chosen["status"],
        chosen["desk"],
        chosen["mediator"],
        local_midnight(monday) if monday else None,
        local_midnight(monday + dt.timedelta(days=7)) if monday else None,
    )
    lines, found = page_queries.list_lines(session, who, wanted, page=page, size=PER_PAGE)
    counts = page_queries.counts(session, who)
    whole = AttendancePage(
        filters=filters,
        rows=tuple(shown.row_of(line) for line in lines),
        pager=Pager("/attendance", page, max(1, math.ceil(found / PER_PAGE)), found, filters.query),
        total=sum(counts.values()),
        disputed=counts.get("disputed", 0),
        awaited=counts.get("awaited", 0),
    )
    return render(request, "attendance/attendance.html", page=whole)


@router.get("/attendance/{attendance_id}")
def see_visit(request: Request, attendance_id: AttendanceId, session: Work, who: Who) -> Response:
    line = telling.find(session, who, attendance_id)
    return render(request, "attendance/visit.html", page=shown.visit_page(line, settles=who.is_staff))


@router.post("/attendance/{attendance_id}")
def tell_visit(request: Request, attendance_id: AttendanceId, session: Work, who: Who, values: Typed) -> Response:
    """The desk's side, or what a coordinator settles; the form again with everything that needs a change."""
    line = telling.find(session, who, attendance_id)
    as_told = values.get("as_told")
    if who.is_staff and as_told in set(Side):
        telling.settle_as_told(session, who, line, Side(as_told), now(session))
        return _see("/attendance")
    try:
        telling.tell_or_settle(session, who, line, _read(values), now(session))
    except NotUnderstood as refused:
        again = shown.visit_page(line, values, refused.fields, settles=who.is_staff)
        return render(request, "attendance/visit.html", status_code=422, page=again)
    if who.is_staff:
        return _see("/attendance")
    # From the top of her list a clerk goes on to the next visit there.
    return _see("/requests?told=1" if values.get("back") == "list" else f"/requests/{line.request.code}#told")


@router.get("/m/{token}/visit")
def see_her_visit(request: Request, session: Work, here: Here, who: Who) -> Response:
    page = shown.phone_page(_hers(session, who), request.url.path, here.settings.signing_secret())
    return render(request, "attendance/phone_visit.html", page=page)


@router.post("/m/{token}/visit")
def tell_her_visit(request: Request, session: Work, here: Here, who: Who, values: Typed) -> Response:
    """Her side, told on the page of her SMS."""
    line = _hers(session, who)
    try:
        telling.tell_or_settle(session, who, line, _read(values), now(session))
    except NotUnderstood as refused:
        secret = here.settings.signing_secret()
        again = shown.phone_page(line, request.url.path, secret, values, refused.fields)
        return render(request, "attendance/phone_visit.html", status_code=422, page=again)
    return _see(request.url.path)


def _hers(session: Work, who: Who) -> Line:
    """The visit that the signed link names."""
    number = who.link_id or 0
    line = page_queries.find_line(session, Attendance.id == number, number)
    if line is None:
        raise NotFound(_("This visit is not there any more. Write AIUTO to our number if you need help."))
    speak_to(line.mediator.message_language)
    return line


def _read(values: FormValues) -> Tell:
    """The form as the API's body; empty inputs say nothing."""
    body: dict[str, Any] = {
        name: value.strip() for name, value in values.pairs if value.strip() and name not in NO_WORDS
    }
    if (km := body.get("km", "")).isascii() and km.isdigit() and len(km) < 10:
        body["km"] = int(km)
    if body.get("note_confirmed") == "true":
        body["note_confirmed"] = True
    try:
        return Tell.model_validate(body)
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _filters(session: Work, who: Who, asked: dict[str, str], today: dt.date) -> Filters:
    """The filters of the list; a value that is no choice filters nothing."""
    statuses = [Choice(value, _(word.label)) for value, word in WORDS["attendance"].items()]
    desks = [Choice(desk.code, desk.name) for desk in page_queries.desks_with_visits(session, who)]
    people = [Choice(one.code, one.name) for one in page_queries.mediators_with_visits(session, who)]
    mondays = [monday_of(today) - dt.timedelta(days=7 * back) for back in range(WEEKS)]
    weeks = [Choice(day.isoformat(), _("from %(day)s") % {"day": short_day(day)}) for day in mondays]
    named = (
        ("status", _("Status"), statuses),
        ("desk", _("Service"), desks),
        ("mediator", _("Mediator"), people),
        ("week", _("Week"), weeks),
    )
    return Filters("/attendance", tuple(_select(name, label, offered, asked[name]) for name, label, offered in named))


def _select(name: str, label: str, offered: list[Choice], value: str) -> Filter:
    known = value if value in {choice.value for choice in offered} else ""
    return Filter(name, label, known, (Choice("", _("all")), *offered))


def _see(address: str) -> Response:
    return RedirectResponse(address, status_code=303)
