# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's page of one slot's mediators, and giving the slot to one of them."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.planning.assign_page import find_slot, mediators_page
from dispatch.planning.assigning import How, assign
from dispatch.planning.queries import SlotName
from dispatch.web.forms import FormValues
from dispatch.web.templating import render
from dispatch.web.typed import Typed

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$")]
Number = Annotated[int, Path(ge=1, le=100_000)]
Place = Annotated[int, Query(ge=1, le=100)]
ADDRESS = "/requests/{code}/appointments/{appointment}/mediators"


@router.get(ADDRESS)
def see_mediators(
    request: Request, code: Code, appointment: Number, session: Work, who: Who, slot: Place = 1
) -> Response:
    found = find_slot(session, who, SlotName(code, appointment, slot))
    page = mediators_page(session, who, found, now(session), FormValues())
    return render(request, "planning/mediators.html", page=page)


@router.post(ADDRESS)
def assign_mediator(
    request: Request, code: Code, appointment: Number, session: Work, who: Who, values: Typed, slot: Place = 1
) -> Response:
    """The request's page, or this one again with why she cannot have it."""
    found, moment = find_slot(session, who, SlotName(code, appointment, slot)), now(session)
    how = How.AGREED if values.get("how") == How.AGREED else How.ASK
    chosen = values.get("mediator").replace("\x00", "")
    despite = values.has("despite", "true")
    try:
        with session.begin_nested():
            assign(session, found.id, chosen, how, who, moment, despite=despite, seen=_seen(values))
    except NotUnderstood as refused:
        page = mediators_page(session, who, found, moment, values, refused.fields)
        return render(request, "planning/mediators.html", status_code=422, page=page)
    return RedirectResponse(f"/requests/{code}", 303)


def _seen(values: FormValues) -> int | None:
    """What stood on the page that was filled in; a form that says nothing of it is not held to it."""
    typed = values.get("instead_of")
    return int(typed) if re.fullmatch("[0-9]{1,18}", typed) else None
