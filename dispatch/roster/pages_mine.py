# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's own availability: a grid of days that one tap changes, and holidays; no visit is ever dropped for her."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import at_home, now
from dispatch.kit.doors import Work
from dispatch.records.roster import Mediator
from dispatch.roster import departing, my_grid
from dispatch.roster.availability_page import as_booked, departures
from dispatch.roster.exceptions import save_absence
from dispatch.roster.herself import base_of, me, refuse_who_left
from dispatch.roster.leaving import Visits, VisitsInTheWay
from dispatch.roster.queries import VisitAhead
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import FormReader, shown
from dispatch.web.register_pages import Saved
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Flash
from dispatch.web.views.roster import MyAvailabilityPage

router = APIRouter(include_in_schema=False)


# Signed in with an account of her own, or behind the signed link that her SMS carry.
@router.get("/my/availability")
@router.get("/m/{token}/availability")
def see_my_availability(request: Request, session: Work, who: Who, saved: Saved = "", kept: Saved = "") -> Response:
    her = me(session, who)
    if saved:
        request.state.flashes = (Flash("success", _("Saved. We ask you for nothing in that time.")),)
    if kept:
        words = _("Noted. Your visits in that time stay yours: to give one up, open your agenda.")
        request.state.flashes = (Flash("warning", words),)
    return _page(request, session, her)


@router.post("/my/availability")
@router.post("/m/{token}/availability")
def add_my_absence(request: Request, session: Work, who: Who, values: Typed) -> Response:
    """A holiday of hers. Her visits in that time are listed first, and stay hers until she gives them back."""
    her = me(session, who)
    refuse_who_left(her)
    choice = Visits.KEEP if values.get("visits") == Visits.KEEP else Visits.REFUSE
    try:
        reader = FormReader(values)
        entry = departing.read_absence(reader, her.code)
        reader.save(session, lambda: save_absence(session, entry, who.actor, now(session), visits=choice))
    except VisitsInTheWay as asked:
        return _page(request, session, her, values, visits=asked.visits, status_code=422)
    except NotUnderstood as refused:
        problems = departing.ABSENCE.where_typed(refused.fields)
        return _page(request, session, her, values, problems=problems, status_code=422)
    return RedirectResponse(f"{base_of(request)}/availability?saved=1", 303)


@router.post("/my/availability/tap")
@router.post("/m/{token}/availability/tap")
def tap_the_grid(request: Request, session: Work, who: Who, values: Typed) -> Response:
    """One cell of the grid: it says what shall be, so that a second tap on the same button changes nothing."""
    her = me(session, who)
    refuse_who_left(her)
    visits = my_grid.tap(session, her, values.get("cell"), who.actor, now(session))
    return RedirectResponse(f"{base_of(request)}/availability{'?kept=1' if visits else ''}#days", 303)


def _page(
    request: Request,
    session: Session,
    her: Mediator,
    values: FormValues | None = None,
    *,
    problems: Iterable[FieldProblem] = (),
    visits: Sequence[VisitAhead] = (),
    status_code: int = 200,
) -> Response:
    moment = now(session)
    page = MyAvailabilityPage(
        first_name=her.name.partition(" ")[0],
        base=base_of(request),
        days=my_grid.days(session, her, moment),
        departures=departures(session, her.id, moment),
        today=at_home(moment).date(),
        values=values or FormValues(),
        errors=shown(problems),
        visits=tuple(as_booked(visit) for visit in visits),
    )
    return render(request, "roster/mine.html", page=page, status_code=status_code)
