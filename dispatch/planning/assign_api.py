# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mediators of one slot over JSON: who has it, who else could, and giving it to one of them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.planning.assigning import How, assign, start_of
from dispatch.planning.choosing import choices_for
from dispatch.planning.queries import SlotName, live_by_slot
from dispatch.planning.schemas import AssignSlot, CandidateOut, SlotOut
from dispatch.planning.seen import find_slot, names_seen
from dispatch.records.intake import Slot
from dispatch.web.i18n import gettext as _

router = APIRouter(prefix="/api/v1/requests/{code}/appointments/{appointment}/mediators", tags=["planning"])
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$", examples=["R-1047"])]
Number = Annotated[int, Path(ge=1, le=100_000, description="The number of one of its meetings.")]
Place = Annotated[int, Query(ge=1, le=100, description="The number of the slot within the meeting.")]


@router.get("")
def read_mediators(code: Code, appointment: Number, session: Work, who: Who, slot: Place = 1) -> SlotOut:
    """Who stands for the slot, and who else could take it at its time, the best first."""
    return _told(session, who, find_slot(session, who, SlotName(code, appointment, slot)))


@router.post("")
def assign_mediator(
    code: Code, appointment: Number, session: Work, who: Who, slot: Place = 1, asked: AssignSlot | None = None
) -> SlotOut:
    """Give the slot to her; whoever had it is told at once that somebody else goes."""
    found = find_slot(session, who, SlotName(code, appointment, slot))
    if asked is None:
        problem = FieldProblem("mediator", _("Nobody is chosen."), None, _("Give the code of a mediator."))
        raise NotUnderstood(_("The meeting cannot be given to her."), fields=(problem,))
    chosen, how, seen = asked.mediator, How(asked.how), asked.instead_of
    assign(session, found.id, chosen, how, who, now(session), despite=asked.despite, seen=seen)
    return _told(session, who, found)


def _told(session: Session, who: Visitor, slot: Slot) -> SlotOut:
    moment, live = now(session), live_by_slot(session, [slot.id]).get(slot.id)
    start = start_of(session, slot)
    names = names_seen(session, who)
    return SlotOut(
        request=slot.appointment.request.code,
        appointment=slot.appointment.number,
        slot=slot.number,
        start=start,
        mediator=live.mediator.code if live else None,
        assignment=live.id if live else None,
        status=slot.status,
        candidates=[
            CandidateOut(mediator=one.mediator, name=names[one.mediator], gain=one.gain, against=[*one.against])
            for one in choices_for(session, slot.id, start, moment)
            if one.mediator in names
        ],
    )
