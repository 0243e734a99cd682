# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the offers stage that are hers: her offer and her agenda on the phone.

A GET never accepts anything: carriers and mail scanners open links before people do.
"""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import NotFound
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.offers import alert_pages, handset_pages, inbox_pages, phone_pages, reply_queries
from dispatch.offers.answering import GIVEN_BACK, settle_offer, withdraw_booking
from dispatch.offers.decisions import Reply
from dispatch.offers.ending import UNREACHABLE
from dispatch.offers.office import Office, office_of
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, OfferStatus
from dispatch.roster.herself import base_of, me, refuse_who_left
from dispatch.web.i18n import gettext as _
from dispatch.web.phone_words import speak_to
from dispatch.web.templating import render
from dispatch.web.views.page import Flash

router = APIRouter(include_in_schema=False)
router.include_router(inbox_pages.router)
router.include_router(alert_pages.router)
router.include_router(handset_pages.router)
Token = Annotated[str, Path(max_length=40)]
Given = Annotated[str, Query(max_length=10)]
Reason = Literal["", "busy", "far", "unsuitable", "other"]


@router.get("/m/{token}")
def see_offer(
    request: Request, token: Token, session: Work, here: Here, who: Who, told: Annotated[str, Query(max_length=1)] = ""
) -> Response:
    offer = _offer(session, who)
    page = phone_pages.offer_page(session, office_of(session, here), offer, token, now(session))
    if offer.settled_by == UNREACHABLE:
        words = _("With your other booking you would not be there in time, so we ask somebody else.")
        request.state.flashes = (Flash("warning", words),)
    elif told and offer.status == OfferStatus.ACCEPTED:
        words = _(
            "It is too near for you to give it back alone: a coordinator reads this and answers. Until then it is yours."
        )
        request.state.flashes = (Flash("info", words),)
    return render(request, "offers/offer.html", page=page)


@router.post("/m/{token}/answer")
def answer_offer(
    token: Token,
    session: Work,
    here: Here,
    who: Who,
    answer: Annotated[Literal["yes", "no"], Form()],
    reason: Annotated[Reason, Form()] = "",
) -> Response:
    by = f"page: {reason}" if reason else "page"
    settle_offer(session, office_of(session, here), _offer(session, who).id, Reply(answer), now(session), by=by)
    return _see(f"/m/{token}")


@router.post("/m/{token}/withdraw")
def give_back(token: Token, session: Work, here: Here, who: Who) -> Response:
    """She cannot go after all; near the start a person decides, and until then it stays hers."""
    offer = _offer(session, who)
    if offer.status == OfferStatus.ACCEPTED:  # pressed twice it is given back once
        done = withdraw_booking(session, office_of(session, here), offer.id, now(session))
        return _see(f"/m/{token}" if done else f"/m/{token}?told=1")
    return _see(f"/m/{token}")


@router.get("/m/{token}/agenda")
def see_agenda(request: Request, session: Work, here: Here, who: Who, given: Given = "") -> Response:
    return _agenda(request, session, here, who, given)


@router.get("/my/agenda")
def see_my_agenda(request: Request, session: Work, here: Here, who: Who, given: Given = "") -> Response:
    """The same page for a mediator who signed in with an account of her own."""
    return _agenda(request, session, here, who, given)


@router.post("/my/give-up")
@router.post("/m/{token}/give-up")
def give_up(
    request: Request, session: Work, here: Here, who: Who, code: Annotated[int, Form(ge=10, le=9999)]
) -> Response:
    """She gives a visit back, as ANNULLA and its code do by SMS; with too little time left a person decides."""
    her = me(session, who)
    refuse_who_left(her)
    offer = reply_queries.newest_with_code(session, her.id, code)
    if offer is None:
        raise NotFound(_("You have no visit with the code %(code)d.") % {"code": code})
    given = _give_up(session, office_of(session, here), reply_queries.in_its_place(session, offer), now(session))
    return _see(f"{base_of(request)}/agenda?given={given}")


def _offer(session: Work, who: Who) -> Offer:
    offer = session.get(Offer, who.link_id) if who.link_id is not None else None
    if offer is None:
        raise NotFound(_("This question is not there any more. Write AIUTO to our number if you need help."))
    speak_to(offer.mediator.message_language)
    return offer


def _give_up(session: Work, office: Office, offer: Offer, instant: dt.datetime) -> str:
    """What came of it: given ``up``, a person ``asked``, or nothing, since it is no visit of hers any more."""
    if offer.status in OPEN_OFFER:  # Asked about its new time: giving it up is a no.
        settle_offer(session, office, offer.id, Reply.NO, instant)
        return "up"
    if offer.status == OfferStatus.ACCEPTED:
        return "up" if withdraw_booking(session, office, offer.id, instant) else "asked"
    return "up" if offer.settled_by == GIVEN_BACK else ""


def _agenda(request: Request, session: Work, here: Here, who: Who, given: str) -> Response:
    her = me(session, who)
    if given:
        up = Flash("success", _("You gave it up: thank you for telling us. We ask somebody else."))
        asked = Flash("warning", _("It is too near for giving it up here: a coordinator has been told and calls you."))
        request.state.flashes = (up if given == "up" else asked,)
    page = phone_pages.agenda_page(session, office_of(session, here), her, now(session), base_of(request))
    return render(request, "offers/agenda.html", page=page)


def _see(address: str) -> Response:
    return RedirectResponse(address, status_code=303)
