# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an offer ends without a booking: its unsent SMS stays at home, its assignment is undone, its slot opens again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session, object_session

from dispatch.appointments.lost_time import weigh_lost_time
from dispatch.kit.queue import enqueue
from dispatch.offers.decisions import QUESTIONS
from dispatch.offers.notices import NoticeKind, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit
from dispatch.offers.wire_queries import was_taken
from dispatch.outbox.cap import CAPPED
from dispatch.outbox.due import NOTHING_DUE
from dispatch.records.offers import Asking, Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AskingEnd,
    AssignmentStatus,
    MessageStatus,
    OfferStatus,
    SlotStatus,
)

# How an offer ended whose booking a repair took back for an urgent call: a late yes to it books nothing any more.
CALLED_AWAY = "called away"
# How one ended to which she said yes, and could not be there between her other visits.
UNREACHABLE = "unreachable"
# How one ended whose visit moved, and another took its place: a yes to the old time is no yes to the new one.
MOVED = "moved"
# How one ended, or a booking, whose visit a coordinator gave to somebody else.
REASSIGNED = "reassigned"
# How one ended that a coordinator took back before anybody answered.
STOPPED = "stopped"


def close(session: Session, offer: Offer, status: OfferStatus, now: dt.datetime, by: str) -> bool:
    """End a locked open offer; true when its question had left, so that its reader needs to hear of it."""
    had_left = offer.status == OfferStatus.WAITING
    offer.status, offer.closed_at, offer.settled_by = status, now, by
    keep_at_home(session, offer.id, now, f"offer {status.value}")
    return had_left


def keep_at_home(session: Session, offer_id: int, now: dt.datetime, why: str) -> bool:
    """Questions, and reminders of a booking that has ended, must not leave any more while they are still queued.

    True when she will not hear of a move: she knows of the time before it.
    """
    held = session.scalars(
        update(Message)
        .where(
            Message.offer_id == offer_id,
            Message.kind.in_([*QUESTIONS, "reminder"]),
            Message.status == MessageStatus.QUEUED,
        )
        .values(status=MessageStatus.FAILED, trouble=why, settled_at=now)
        .returning(Message.kind)
    )
    return "moved" in held.all()


def give_up(
    session: Session, office: Office, visit: Visit, offer: Offer, status: OfferStatus, now: dt.datetime, by: str
) -> bool:
    """She will not take it (refused, silent, unreachable): undo, remember her, and let a repair look for another.

    Whose question never left was not silent: a line that is shut must not use up everybody who could come. Nor has she
    been asked who had her SMS of the day: she is left out for that day alone, which the ended offer tells. Who said yes
    to an hour at which she cannot be there may be asked about another one, once.
    """
    had_left = close(session, offer, status, now, by)
    live = visit.live()
    if live is not None and live.status == AssignmentStatus.PUBLISHED and live.mediator_id == offer.mediator_id:
        undo(session, live, AssignmentStatus.WITHDRAWN, now)
        if live.agreed is not None:
            lose_booking(session, visit, live, now)
    asked = status is not OfferStatus.EXPIRED and by != CAPPED
    if (had_left or asked or was_taken(session, offer.id)) and not _would_come(visit, offer):
        exclude(visit, offer.mediator_id)
    reopen_unless_asked(office, visit, now)
    return had_left


def _would_come(visit: Visit, offer: Offer) -> bool:
    """Her yes was refused by her other visits, and that has not happened before at this one."""
    refused = [
        other for other in visit.offers if (other.mediator_id, other.settled_by) == (offer.mediator_id, UNREACHABLE)
    ]
    return refused == [offer]


def lose_booking(session: Session, visit: Visit, moved: Assignment, now: dt.datetime) -> None:
    """The visit moved and she will not come at its new time: the desk, which counted on her, is told."""
    assert moved.agreed is not None
    assert moved.agreed.lower is not None
    weigh_lost_time(session, moved, now)
    tell_desk(session, NoticeKind.REOPENED, visit, now, start=moved.agreed.lower.isoformat())


def undo(session: Session, assignment: Assignment, status: AssignmentStatus, now: dt.datetime) -> bool:
    """Compare and set: only an assignment that still stands as it was read is undone."""
    done = session.execute(
        update(Assignment)
        .where(Assignment.id == assignment.id, Assignment.status == assignment.status)
        .values(status=status, changed_at=now, **NOTHING_DUE)
        .returning(Assignment.id)
        .execution_options(synchronize_session="fetch")
    ).scalar()
    return done is not None


def exclude(visit: Visit, mediator_id: int) -> None:
    if mediator_id not in visit.slot.excluded:
        visit.slot.excluded = [*visit.slot.excluded, mediator_id]


def forgive(visit: Visit, mediator_id: int) -> None:
    """She would come after all, only somebody was quicker: should the slot open again, she is one of those to ask."""
    visit.slot.excluded = [other for other in visit.slot.excluded if other != mediator_id]


def reopen_unless_asked(office: Office, visit: Visit, now: dt.datetime) -> bool:
    """The slot is open again, and due for a repair, when nobody stands for it and nobody is being asked."""
    standing = [row for row in visit.assignments if row.status in LIVE_ASSIGNMENT]
    asked = [offer for offer in visit.offers if offer.status in OPEN_OFFER]
    if visit.asking is not None and not asked:
        _pass_on(visit.asking)
    if visit.slot.status not in (SlotStatus.OFFERED, SlotStatus.BOOKED) or standing:
        return False
    if asked or visit.asking is not None:
        if visit.slot.status == SlotStatus.BOOKED:  # Who was booked is no more, and others are being asked already.
            visit.slot.status, visit.slot.changed_at = SlotStatus.OFFERED, now
        return False
    visit.slot.status, visit.slot.changed_at = SlotStatus.OPEN, now
    visit.slot.replan_due = now + dt.timedelta(seconds=office.offers.repair_delay_seconds)
    return True


def end_asking(visit: Visit, how: AskingEnd, now: dt.datetime) -> None:
    """A coordinator's asking is over; who has her question still has it."""
    if visit.asking is not None:
        visit.asking.closed_at, visit.asking.ended = now, how
        visit.asking = None


def _pass_on(asking: Asking) -> None:
    """Whom the coordinator named next has her turn in a job of its own, which locks her first."""
    session = object_session(asking)
    assert session is not None
    enqueue(session, "offers.ask_next", slot_id=asking.slot_id)
