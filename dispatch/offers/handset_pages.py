# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phones over HTTP: all of them, one conversation, an answer, a receipt. With a real carrier there are none."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.kit.installation import Installation
from dispatch.line.queries import in_force
from dispatch.offers import handsets, receipts
from dispatch.offers.handset_queries import owner_of
from dispatch.offers.office import office_of
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render, wants_fragment
from notifications.providers.port import WireStatus

router = APIRouter(include_in_schema=False, prefix="/handsets")
Digits = Annotated[str, Path(pattern=r"^[0-9]{7,15}$")]
Seen = Annotated[str, Query(max_length=8)]
NOTHING_NEW = 204


@router.get("")
def see_handsets(
    request: Request,
    session: Work,
    here: Here,
    q: Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$")] = "",
    state: Annotated[str, Query(max_length=10)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    seen: Seen = "",
) -> Response:
    _only_built_in(session, here)
    shown = handsets.handsets_page(session, here.settings.link_host, q.strip(), state == "waiting", page)
    if wants_fragment(request) and seen and shown.again.endswith(f"seen={seen}"):
        return Response(status_code=NOTHING_NEW)
    return render(request, "offers/handsets.html", page=shown)


@router.get("/{number}")
def see_conversation(
    request: Request,
    number: Digits,
    session: Work,
    here: Here,
    most: Annotated[int, Query(ge=1, le=2_000)] = handsets.CONVERSATION,
    seen: Seen = "",
) -> Response:
    _only_built_in(session, here)
    shown = handsets.handset_page(session, here.settings.link_host, _owner(session, number), most)
    if wants_fragment(request) and seen and shown.again.endswith(f"seen={seen}"):
        return Response(status_code=NOTHING_NEW)
    return render(request, "offers/handset.html", page=shown)


@router.post("/{number}/answer")
def write_on_handset(
    number: Digits,
    session: Work,
    here: Here,
    text: Annotated[str, Form(max_length=480)] = "",
    quick: Annotated[str, Form(max_length=20)] = "",
    back: Annotated[Literal["all", "conversation"], Form()] = "all",
) -> Response:
    _only_built_in(session, here)
    words = quick.strip() or text.strip()
    if not words:
        raise NotUnderstood(
            _("The SMS has no text."),
            fields=(FieldProblem("text", _("It is empty."), text, _("Write the answer, or press SI or NO.")),),
        )
    owner = _owner(session, number)
    handsets.write_back(session, owner.phone, words, now(session), office_of(session, here).rng)
    return RedirectResponse(f"/handsets#h{number}" if back == "all" else f"/handsets/{number}#write", 303)


@router.post("/messages/{reference}/receipt")
def report_from_handset(
    reference: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    session: Work,
    here: Here,
    status: Annotated[Literal["delivered", "failed"], Form()],
    code: Annotated[int | None, Form(ge=0, le=99_999)] = None,
) -> Response:
    """A built-in phone says that an SMS arrived, or that it is dead, as a carrier's receipt would."""
    _only_built_in(session, here)
    if not receipts.report_from_phone(session, reference, WireStatus(status), code, now(session)):
        raise NotFound(_("No SMS has the reference %(reference)s.") % {"reference": reference})
    return Response(status_code=204)


def _owner(session: Session, number: str) -> Mediator:
    owner = owner_of(session, f"+{number}")
    if owner is None:
        raise NotFound(_("No handset has the number %(phone)s. Choose one from the list.") % {"phone": f"+{number}"})
    return owner


def _only_built_in(session: Session, here: Installation) -> None:
    """With a real carrier there are no pretended phones, and nobody may write in a mediator's name.

    Where the operator has changed over to them, somebody reads the SMS from here and phones the people.
    """
    if in_force(session, here.settings) != handsets.PROVIDER:
        raise NotFound(_("The handsets exist only where PONTE_SMS_PROVIDER is 'phone'."))
