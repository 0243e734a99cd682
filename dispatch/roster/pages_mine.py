# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's own availability: she sees her week and enters a holiday; visits in that time are never dropped for her."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import FieldProblem, Forbidden, NotFound, NotUnderstood
from dispatch.kit.clock import at_home, now
from dispatch.kit.doors import Work
from dispatch.records.roster import Mediator
from dispatch.roster import departing, pattern
from dispatch.roster.availability_page import as_booked, departures, standing
from dispatch.roster.exceptions import save_absence
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
def see_my_availability(request: Request, session: Work, who: Who, saved: Saved = "") -> Response:
    if saved:
        request.state.flashes = (Flash("success", _("Saved. We ask you for nothing in that time.")),)
    return _page(request, session, _me(session, who))


@router.post("/my/availability")
@router.post("/m/{token}/availability")
def add_my_absence(request: Request, session: Work, who: Who, values: Typed) -> Response:
    """A holiday of hers. Her visits in that time are listed first, and stay hers until she gives them back."""
    me = _me(session, who)
    _refuse_who_left(me)
    choice = Visits.KEEP if values.get("visits") == Visits.KEEP else Visits.REFUSE
    try:
        reader = FormReader(values)
        entry = departing.read_absence(reader, me.code)
        reader.save(session, lambda: save_absence(session, entry, who.actor, now(session), visits=choice))
    except VisitsInTheWay as asked:
        return _page(request, session, me, values, visits=asked.visits, status_code=422)
    except NotUnderstood as refused:
        problems = departing.ABSENCE.where_typed(refused.fields)
        return _page(request, session, me, values, problems=problems, status_code=422)
    return RedirectResponse(f"{request.url.path}?saved=1", 303)


def _me(session: Session, who: Visitor) -> Mediator:
    me = session.get(Mediator, who.mediator_id) if who.mediator_id is not None else None
    if me is None:
        raise NotFound(_("This agenda is not there any more. Ask your coordinator for a new link."))
    return me


def _refuse_who_left(me: Mediator) -> None:
    """Her link has no end of its own: who is retired still reads her agenda, but enters nothing any more."""
    if not me.active:
        raise Forbidden(
            _(
                "You are not on the list of mediators any more, so nothing was entered. Call your coordinator to come back."
            )
        )


def _page(
    request: Request,
    session: Session,
    me: Mediator,
    values: FormValues | None = None,
    *,
    problems: Iterable[FieldProblem] = (),
    visits: Sequence[VisitAhead] = (),
    status_code: int = 200,
) -> Response:
    moment = now(session)
    page = MyAvailabilityPage(
        first_name=me.name.partition(" ")[0],
        address=request.url.path,
        agenda=f"{request.url.path.removesuffix('availability')}agenda",
        week=pattern.week_in_words(shift for shift in standing(session, me) if _holds(shift.valid_until, moment)),
        departures=departures(session, me.id, moment),
        today=at_home(moment).date(),
        values=values or FormValues(),
        errors=shown(problems),
        visits=tuple(as_booked(visit) for visit in visits),
    )
    return render(request, "roster/mine.html", page=page, status_code=status_code)


def _holds(valid_until: dt.date | None, moment: dt.datetime) -> bool:
    """A shift that is over for good is not shown to her any more."""
    return valid_until is None or valid_until >= at_home(moment).date()
