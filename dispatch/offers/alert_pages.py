# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinators' notices and SMS that did not arrive, over HTTP; what the header counts."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import STAFF, Who, visitor
from dispatch.errors import Conflict, NotFound
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.offers import alerts, notice_queries
from dispatch.offers.inbox_queries import count_to_read
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import Number, Text
from dispatch.web.templating import render
from dispatch.web.views.page import Flash

router = APIRouter(include_in_schema=False)
NoticeId = Annotated[int, Path(ge=1, le=2**62)]
Code = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL


@router.get("/notices")
def see_notices(
    request: Request, session: Work, who: Who, state: Text = "", kind: Text = "", page: Number = 1
) -> Response:
    shown = alerts.notices_page(session, who, {"state": state, "kind": kind}, page)
    return render(request, "offers/notices.html", page=shown)


@router.post("/notices/seen")
def mark_all_seen(session: Work, who: Who, newest: Annotated[int, Form(ge=1, le=2**62)]) -> Response:
    """All that stood on the page; what came in meanwhile stays."""
    notice_queries.mark_seen(session, who, None, newest, now(session))
    return RedirectResponse("/notices", 303)


@router.post("/notices/{notice_id}/seen")
def mark_seen(notice_id: NoticeId, session: Work, who: Who) -> Response:
    """Seen twice is seen: who presses second finds it gone, which is what she wanted."""
    if notice_queries.find_notice(session, who, notice_id) is None:
        raise NotFound(_("There is no notice %(number)d. Go back to the list.") % {"number": notice_id})
    notice_queries.mark_seen(session, who, notice_id, notice_id, now(session))
    return RedirectResponse("/notices", 303)


@router.get("/deliveries")
def see_deliveries(
    request: Request, session: Work, who: Who, q: Text = "", status: Text = "", page: Number = 1
) -> Response:
    shown = alerts.deliveries_page(session, who, {"q": q, "status": status}, page)
    return render(request, "offers/deliveries.html", page=shown)


@router.post("/deliveries/{mediator_code}/lift")
def lift_flag(request: Request, mediator_code: Code, session: Work, who: Who) -> Response:
    try:
        her = alerts.lift_flag(session, who, mediator_code, now(session))
    except Conflict as refused:
        flash, status_code = Flash("warning", refused.detail), refused.status
    else:
        flash, status_code = Flash("success", _("SMS go to %(name)s again.") % {"name": her.name}), 200
    request.state.flashes = (flash,)
    shown = alerts.deliveries_page(session, who, {"q": "", "status": ""}, 1)
    return render(request, "offers/deliveries.html", page=shown, status_code=status_code)


def badges(request: Request) -> dict[str, int]:
    """What the header counts beside its entries, read in the page's own transaction; nothing where a page has none."""
    session: Session | None = getattr(request.state, "work", None)
    who = visitor(request)
    if session is None or who.role not in STAFF:
        return {}
    return {"/inbox": count_to_read(session, who), "/notices": notice_queries.count_notices(session, who, unseen=True)}
