# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's page of replies: each in full, settled with one press, by whoever is first."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import Conflict, NotFound
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.kit.installation import Installation
from dispatch.offers import inbox, inbox_queries
from dispatch.offers.inbox_words import told_words
from dispatch.offers.office import office_of
from dispatch.offers.outcomes import settle_reply
from dispatch.records.statuses import InboundOutcome
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render
from dispatch.web.views.page import Flash

router = APIRouter(include_in_schema=False, prefix="/inbox")
ReplyId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("")
def see_inbox(
    request: Request,
    session: Work,
    here: Here,
    who: Who,
    done: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """``done`` is the reply that was settled just now: what came of it stands above the others."""
    flashes = () if done is None else _said(session, who, done)
    return _page(request, session, here, who, flashes)


@router.post("/{inbound_id}/outcome")
def decide(
    request: Request,
    inbound_id: ReplyId,
    session: Work,
    here: Here,
    who: Who,
    outcome: Annotated[InboundOutcome | None, Form()] = None,
    offer_id: Annotated[int | None, Form(ge=1, le=2**62)] = None,
) -> Response:
    """A decision that cannot be carried out changes nothing, and the list says why."""
    if inbox_queries.find_reply(session, who, inbound_id) is None:
        raise NotFound(_("There is no reply %(number)d. Go back to the list.") % {"number": inbound_id})
    if outcome is None:
        return _page(request, session, here, who, (Flash("danger", _("Choose what the reply means.")),), 422)
    try:
        settle_reply(session, office_of(session, here), who, inbound_id, outcome, offer_id, now(session))
    except Conflict as refused:
        return _page(request, session, here, who, (Flash("warning", refused.detail),), refused.status)
    return RedirectResponse(f"/inbox?done={inbound_id}", status_code=303)


def _page(
    request: Request,
    session: Session,
    here: Installation,
    who: Visitor,
    flashes: tuple[Flash, ...] = (),
    status_code: int = 200,
) -> Response:
    request.state.flashes = flashes
    shown = inbox.inbox_page(session, office_of(session, here), who, now(session))
    return render(request, "offers/inbox.html", page=shown, status_code=status_code)


def _said(session: Session, who: Visitor, inbound_id: int) -> tuple[Flash, ...]:
    inbound = inbox_queries.find_reply(session, who, inbound_id)
    if inbound is None or inbound.handled_at is None:
        return ()
    return (Flash(*told_words(session, inbound)),)
