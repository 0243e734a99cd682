# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which a mediator makes, renews and ends the address of her calendar, and the calendar behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.calendar_address import end_address, in_use_since, make_address, mediator_behind
from dispatch.access.visitor import Who
from dispatch.errors import NotFound
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.records.roster import Mediator
from dispatch.roster.calendar_feed import her_dates
from dispatch.roster.herself import base_of, me, refuse_who_left
from dispatch.web import i18n
from dispatch.web.calendars import Secret, calendar_answer
from dispatch.web.i18n import gettext as _
from dispatch.web.register_pages import Saved, say_saved
from dispatch.web.templating import render
from dispatch.web.views.roster import MyCalendarPage
from notifications.catalog import nearest_language

router = APIRouter(include_in_schema=False)


@router.get("/my/calendar")
@router.get("/m/{token}/calendar")
def see_my_calendar(request: Request, session: Work, who: Who, saved: Saved = "") -> Response:
    her = me(session, who)
    say_saved(request, saved)
    return _page(request, session, her)


@router.post("/my/calendar")
@router.post("/m/{token}/calendar")
def change_my_calendar(
    request: Request, session: Work, here: Here, who: Who, act: Annotated[Literal["make", "end"], Form()]
) -> Response:
    """The new address stands on this answer alone, because only its hash is kept."""
    her = me(session, who)
    refuse_who_left(her)
    if act == "end":
        end_address(session, her, who.actor, now(session))
        return RedirectResponse(f"{base_of(request)}/calendar?saved=1", 303)
    secret = make_address(session, her, who.actor, now(session))
    answer = _page(request, session, her, f"{here.settings.base_url}/feeds/{secret}.ics")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/feeds/{calendar_secret}.ics")
def see_calendar_file(request: Request, session: Work, calendar_secret: Secret) -> Response:
    """Her visits; the address is the only key to it, and opens nothing else."""
    her = mediator_behind(session, calendar_secret)
    if her is None:
        raise NotFound(_("This agenda is not there any more. Ask your coordinator for a new link."))
    with i18n.speaking(nearest_language(her.message_language)):
        dates = her_dates(session, her, now(session))
    return calendar_answer(request, dates, "Ponte")


def _page(request: Request, session: Session, her: Mediator, address: str = "") -> Response:
    page = MyCalendarPage(
        first_name=her.name.partition(" ")[0],
        base=base_of(request),
        address=address,
        since=in_use_since(session, her),
    )
    return render(request, "roster/my_calendar.html", page=page)
