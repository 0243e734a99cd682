# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which a mediator makes, renews and ends the address of her calendar, and the calendar behind it."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import NotFound
from dispatch.kit.calendar_file import MEDIA_TYPE, calendar_file
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.records.roster import Mediator
from dispatch.roster.calendar_feed import end_address, her_dates, in_use_since, make_address, whose
from dispatch.roster.herself import base_of, me, refuse_who_left
from dispatch.web import i18n
from dispatch.web.i18n import gettext as _
from dispatch.web.register_pages import Saved, say_saved
from dispatch.web.templating import render
from dispatch.web.views.roster import MyCalendarPage
from notifications.catalog import nearest_language

router = APIRouter(include_in_schema=False)
Secret = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# Calendars ask again and again: a quarter of an hour without asking, then an answer of no bytes while nothing changed.
KEPT_FOR = "private, max-age=900"


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
    her = whose(session, calendar_secret)
    if her is None:
        raise NotFound(_("This agenda is not there any more. Ask your coordinator for a new link."))
    with i18n.speaking(nearest_language(her.message_language)):
        dates = her_dates(session, her, now(session))
    body = calendar_file(dates, "Ponte")
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": KEPT_FOR}
    if dates:
        headers["Last-Modified"] = format_datetime(max(date.changed for date in dates), usegmt=True)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _page(request: Request, session: Session, her: Mediator, address: str = "") -> Response:
    page = MyCalendarPage(
        first_name=her.name.partition(" ")[0],
        base=base_of(request),
        address=address,
        since=in_use_since(session, her),
    )
    return render(request, "roster/my_calendar.html", page=page)
