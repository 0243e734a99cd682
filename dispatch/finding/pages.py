# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator finds somebody for a date: books her, has people asked, makes a change that helps, sees who is asked."""

import datetime as dt
import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import Conflict, NotUnderstood
from dispatch.finding.board import offers_page
from dispatch.finding.easing import carry_out
from dispatch.finding.page import allowed_start, mediators_page
from dispatch.finding.words import eased_words
from dispatch.intake.api import Reads
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.offers import asking as conversation
from dispatch.offers.office import office_of
from dispatch.planning.asking import ask
from dispatch.planning.assigning import How, assign
from dispatch.planning.queries import SlotName
from dispatch.planning.seen import find_slot, names_seen
from dispatch.records.intake import Slot
from dispatch.records.statuses import AskingWay
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import Number as PageNumber
from dispatch.web.lists import Text
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Flash

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$")]
Number = Annotated[int, Path(ge=1, le=100_000)]
PathPlace = Annotated[int, Path(ge=1, le=100)]
Place = Annotated[int, Query(ge=1, le=100)]
Chosen = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]
ADDRESS = "/requests/{code}/appointments/{appointment}/mediators"
WAYS = {"one": AskingWay.IN_ORDER, "in_order": AskingWay.IN_ORDER, "together": AskingWay.TOGETHER}


@router.get(ADDRESS)
def see_mediators(
    request: Request,
    code: Code,
    appointment: Number,
    session: Work,
    who: Who,
    slot: Place = 1,
    choose: Chosen = "",
    eased: Chosen = "",
    at: Chosen = "",
) -> Response:
    """``choose`` is ticked beforehand, ``eased`` the kind of change just made, ``at`` another start that is allowed."""
    found = find_slot(session, who, SlotName(code, appointment, slot))
    start = allowed_start(session, found, at)
    said = eased_words(eased, choose, names_seen(session, who))
    page = mediators_page(session, who, found, now(session), FormValues(), chosen=choose, eased=said, at=start)
    return render(request, "finding/mediators.html", page=page)


@router.post(ADDRESS)
def give_or_ask(
    request: Request, code: Code, appointment: Number, session: Work, who: Who, values: Typed, slot: Place = 1
) -> Response:
    """Book her who agreed on the phone, or have people asked; a refusal shows the page again with what was ticked."""
    found, moment = find_slot(session, who, SlotName(code, appointment, slot)), now(session)
    at = allowed_start(session, found, values.get("at"))
    try:
        with session.begin_nested():
            way = WAYS.get(values.get("how"))
            if way is not None:
                people = _named(session, who, found, values, at)
                ask(session, found.id, people, way, who, moment, start=at, seen=_seen(values))
                return RedirectResponse(_address(code, appointment, slot), 303)
            chosen = _clean(values.get("assign") or values.get("assign_despite") or values.get("mediator"))
            despite = values.has("despite", "true") or "assign_despite" in values
            seen = _seen(values)
            assign(session, found.id, chosen, How.AGREED, who, moment, despite=despite, seen=seen, at=at)
    except NotUnderstood as refused:
        page = mediators_page(session, who, found, moment, values, refused.fields, at=at)
        return render(request, "finding/mediators.html", status_code=422, page=page)
    return RedirectResponse(f"/requests/{code}", 303)


@router.post(f"{ADDRESS}/change")
def make_change(
    request: Request, code: Code, appointment: Number, reads: Reads, values: Typed, slot: Place = 1
) -> Response:
    """The page of the date as it is then, with her chosen who could come now; or why the change would help no longer."""
    session, who = reads.session, reads.visitor
    found = find_slot(session, who, SlotName(code, appointment, slot))
    try:
        with session.begin_nested():
            eased = carry_out(reads, found, values.get("change"), _clean(values.get("why")))
    except (NotUnderstood, Conflict) as refused:
        if isinstance(refused, Conflict):
            request.state.flashes = (Flash("warning", refused.detail),)
        session.expire_all()
        page = mediators_page(session, who, found, reads.now, values, refused.fields)
        return render(request, "finding/mediators.html", status_code=refused.status, page=page)
    told = {"choose": eased.mediator, "eased": eased.kind, "at": eased.start.isoformat()}
    return RedirectResponse(f"{_address(code, eased.appointment.number, slot)}&{urlencode(told)}", 303)


@router.get("/offers")
def see_offers(
    request: Request,
    session: Work,
    who: Who,
    ambito: Text = "",
    language: Text = "",
    state: Text = "",
    page: PageNumber = 1,
) -> Response:
    asked = {"ambito": ambito, "language": language, "state": state}
    shown = offers_page(session, who, asked, page, now(session))
    return render(request, "finding/offers.html", page=shown)


@router.post("/offers/{code}/{appointment}/{slot}/next")
def ask_the_next(code: Code, appointment: Number, slot: PathPlace, session: Work, here: Here, who: Who) -> Response:
    """She whose turn comes next is asked now; who has the question keeps it."""
    found, moment = find_slot(session, who, SlotName(code, appointment, slot)), now(session)
    if not conversation.ask_next(session, office_of(session, here), found.id, moment, at_once=True):
        raise Conflict(_("Nobody is left to be asked next. Look at the date and choose somebody."))
    record(session, moment, who.actor, "ask_next", "slot", found.id)
    return RedirectResponse("/offers", 303)


@router.post("/offers/{code}/{appointment}/{slot}/stop")
def stop_asking(code: Code, appointment: Number, slot: PathPlace, session: Work, here: Here, who: Who) -> Response:
    """Every open question is taken back, and who has read hers is told."""
    found, moment = find_slot(session, who, SlotName(code, appointment, slot)), now(session)
    taken = conversation.stop_asking(session, office_of(session, here), found.id, moment)
    record(session, moment, who.actor, "stop_asking", "slot", found.id, questions=taken)
    return RedirectResponse("/offers", 303)


def _named(session: Session, who: Visitor, slot: Slot, values: FormValues, at: dt.datetime | None) -> list[str]:
    """Who was ticked, in the order of the list; nobody ticked means all who can be asked, or the first of them."""
    ticked = [_clean(code) for code in values.all("mediator")]
    if not ticked:
        page = mediators_page(session, who, slot, now(session), values, at=at)
        ticked = [one.code for one in page.askable]
    return ticked[:1] if values.get("how") == "one" else ticked


def _seen(values: FormValues) -> int | None:
    """What stood on the page that was filled in; a form that says nothing of it is not held to it."""
    typed = values.get("instead_of")
    return int(typed) if re.fullmatch("[0-9]{1,18}", typed) else None


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _address(code: str, appointment: int, slot: int) -> str:
    return f"/requests/{code}/appointments/{appointment}/mediators?slot={slot}"
