# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attendance over JSON: the visits that are over, and the desk's side of how they went."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from dispatch.access.visitor import Visitor, Who
from dispatch.attendance import page_queries, telling
from dispatch.attendance.page_queries import Line, Wanted
from dispatch.attendance.sayings import Settler, both_ends
from dispatch.attendance.schemas import AttendanceList, AttendanceOut, Span, StatusWord, Tell
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import local_midnight, now
from dispatch.kit.doors import Work
from dispatch.kit.problems import refusals
from dispatch.web.i18n import gettext as _

PER_PAGE = 50
router = APIRouter(prefix="/api/v1/attendance", tags=["attendance"], responses=refusals("Both sides agreed already"))
AttendanceId = Annotated[int, Path(ge=1, le=2**62)]
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]
Day = Annotated[dt.date | None, Query(ge=dt.date(2000, 1, 1), le=dt.date(2200, 1, 1))]


def visit(attendance_id: AttendanceId, session: Work, who: Who) -> Line:
    """The visit of the address; whoever may not see it hears so before the body is looked at."""
    return telling.find(session, who, attendance_id)


Visit = Annotated[Line, Depends(visit, scope="function")]


@router.get("")
def list_attendance(
    session: Work,
    who: Who,
    status: StatusWord = "",
    desk: Word = "",
    mediator: Word = "",
    since: Day = None,
    until: Day = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = PER_PAGE,
) -> AttendanceList:
    """The visits that are over and that you may see, disputed and awaited ones first; days include both ends."""
    if since and until and until < since:
        message, remedy = _("These days make no period."), _("Choose an earlier day.")
        field = FieldProblem("since", message, since.isoformat(), remedy)
        raise NotUnderstood(_("The period cannot be read."), fields=(field,))
    wanted = Wanted(
        status,
        desk,
        mediator,
        local_midnight(since) if since else None,
        local_midnight(until + dt.timedelta(days=1)) if until else None,
    )
    lines, total = page_queries.list_lines(session, who, wanted, page=page, size=per_page)
    return AttendanceList(
        items=[_told(line, who) for line in lines], page=page, pages=-(-total // per_page), total=total
    )


@router.post("/{attendance_id}")
def tell_attendance(line: Visit, told: Tell, session: Work, who: Who) -> AttendanceOut:
    """Tell how it went: a desk's key tells the desk's side; a coordinator's session settles. Twice is as once."""
    telling.tell_or_settle(session, who, line, told, now(session))
    return _told(line, who)


def _told(line: Line, who: Visitor) -> AttendanceOut:
    row = line.row
    planned = both_ends(row.planned)
    real = None if row.real is None else both_ends(row.real)
    return AttendanceOut(
        id=row.id,
        request=line.request.code,
        status=row.status,
        outcome=row.outcome,
        desk=line.desk.code,
        mediator=line.mediator.name,
        ambito=row.ambito_code,
        project=row.project_code,
        planned=Span(start=planned[0], end=planned[1]),
        real=None if real is None else Span(start=real[0], end=real[1]),
        minutes=row.minutes,
        km=row.km,
        note=row.note,
        by_mediator=_said(row.by_mediator),
        by_desk=_said(row.by_desk),
        settled_by=row.settled_by if who.is_staff else _settler(row.settled_by),
    )


def _said(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """One side's word without the account, key or phone it came by."""
    return None if stored is None else {name: value for name, value in stored.items() if name != "via"}


def _settler(settled_by: str | None) -> str | None:
    """What settled it; a coordinator's account is her colleagues' to know."""
    return settled_by if settled_by is None or settled_by in set(Settler) else "coordinator"
