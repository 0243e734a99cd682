# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's availability on screen: her weekly pattern, absences, extra shifts and courses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.roster import Mediator
from dispatch.roster import departing, pattern
from dispatch.roster.availability_page import availability_page, clash, standing
from dispatch.roster.departing import Departing
from dispatch.roster.leaving import VisitsInTheWay
from dispatch.roster.page_queries import hers, hers_to_change, only_hers, why_only_read
from dispatch.roster.pattern import How, Overlap
from dispatch.roster.queries import VisitAhead
from dispatch.roster.saving import set_availability
from dispatch.web.forms import FormValues
from dispatch.web.register_forms import FormReader
from dispatch.web.register_pages import RowCode, Saved, say_saved, see_saved
from dispatch.web.register_words import WEEKDAYS
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.roster import Clash

router = APIRouter(include_in_schema=False, prefix="/roster/{mediator_code}")
CHOICE = re.compile(r"(join|keep|take):([0-9]{1,3}):([0-9]{1,3})", re.ASCII)
LINE = re.compile(r"(add|remove):([0-9]{1,3})", re.ASCII)


@router.get("/availability")
def see_availability(request: Request, mediator_code: RowCode, session: Work, who: Who, saved: Saved = "") -> Response:
    row = hers(session, who, mediator_code)
    say_saved(request, saved)
    return _page(request, session, row, only_read=why_only_read(session, who, row))


@router.post("/availability")
def change_pattern(request: Request, mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    """One more line, one less, a choice between two that overlap, or the whole week saved."""
    row = hers_to_change(session, who, mediator_code)
    asked = values.get("do")
    values = FormValues(tuple(pair for pair in values.pairs if pair[0] != "do"))
    if line := LINE.fullmatch(asked):
        number = int(line[2])
        if line[1] == "remove":
            return _page(request, session, row, values=pattern.without_line(values, number), week_typed=True)
        longer = pattern.with_line(values, number % len(WEEKDAYS))
        return _page(request, session, row, values=longer, week_typed=True)
    return _save_pattern(request, session, who, row, values, asked)


@router.post("/absences")
def add_absence(request: Request, mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _depart(request, session, who, hers_to_change(session, who, mediator_code), values, departing.ABSENCE)


@router.post("/extra-shifts")
def add_extra_shift(request: Request, mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _depart(request, session, who, hers_to_change(session, who, mediator_code), values, departing.EXTRA)


@router.post("/courses")
def add_course(request: Request, mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _depart(request, session, who, hers_to_change(session, who, mediator_code), values, departing.COURSE)


@router.post("/departures/remove")
def remove_departure(mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    row = hers_to_change(session, who, mediator_code)
    departing.remove(session, row.code, values, who.actor, now(session))
    return see_saved(f"/roster/{row.code}/availability")


def _save_pattern(
    request: Request, session: Session, who: Visitor, row: Mediator, values: FormValues, asked: str
) -> Response:
    reader = FormReader(values)
    shifts, saved = pattern.read(reader), standing(session, row)
    chosen = CHOICE.fullmatch(asked)
    if chosen and not reader.findings.problems and {int(chosen[2]), int(chosen[3])} <= shifts.keys():
        shifts = pattern.resolve(shifts, cast("How", chosen[1]), Overlap(int(chosen[2]), int(chosen[3])))
        values = pattern.values_of(shifts)
    two_at_once = () if reader.findings.problems else tuple(pattern.overlaps(shifts, saved))
    try:
        reader.findings.refuse()
        set_availability(session, row.code, tuple(shifts.values()), who.actor, now(session))
    except NotUnderstood as refused:
        problems = pattern.where_typed(refused.fields, list(shifts))
        clashes = [clash(shifts, two) for two in two_at_once]
        return _page(
            request,
            session,
            row,
            values=values,
            problems=problems,
            clashes=clashes,
            week_typed=True,
            status_code=422,
        )
    return see_saved(f"/roster/{row.code}/availability")


def _depart(
    request: Request, session: Session, who: Visitor, row: Mediator, values: FormValues, kind: Departing
) -> Response:
    """Save an absence, an extra shift or a course; visits that stand in the way are shown with the choices."""
    try:
        kind.save(session, row.code, FormReader(values), who.actor, now(session))
    except VisitsInTheWay as asked:
        at = f"/roster/{row.code}/{kind.path}"
        visits = only_hers(session, who, asked.visits)
        return _page(request, session, row, values=values, visits=visits, asked_at=at, status_code=422)
    except NotUnderstood as refused:
        problems = kind.where_typed(refused.fields)
        return _page(request, session, row, values=values, problems=problems, status_code=422)
    return see_saved(f"/roster/{row.code}/availability")


def _page(
    request: Request,
    session: Session,
    row: Mediator,
    *,
    values: FormValues | None = None,
    problems: Iterable[FieldProblem] = (),
    clashes: Iterable[Clash] = (),
    visits: Sequence[VisitAhead] = (),
    asked_at: str = "",
    week_typed: bool = False,
    only_read: str = "",
    status_code: int = 200,
) -> Response:
    page = availability_page(
        session,
        row,
        now(session),
        values=values,
        problems=problems,
        clashes=clashes,
        visits=visits,
        asked_at=asked_at,
        week_typed=week_typed,
        only_read=only_read,
    )
    return render(request, "roster/availability.html", page=page, status_code=status_code)
