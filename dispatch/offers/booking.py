# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a yes a booking: her day is audited under lock, the database has the last word, everybody concerned is told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, local_midnight
from dispatch.kit.policy import policy_in_force
from dispatch.offers.ending import REASSIGNED, close, end_asking, lose_booking, reopen_unless_asked, undo
from dispatch.offers.freeing import free
from dispatch.offers.notices import NoticeKind, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, her_published, lock_visits
from dispatch.offers.writing import span, tell
from dispatch.outbox.due import dues_of_booking
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    AppointmentStatus,
    AskingEnd,
    AssignmentStatus,
    OfferStatus,
    SlotStatus,
)
from dispatch.roster.day import day_refusals
from notifications.message import MessageKind


def lock_her_day(session: Session, *offers: Offer) -> dict[int, Visit]:
    """The offered visits and those the plan holds for her on their days, since a yes to one may undo another.

    One SMS may answer several offers: they are locked together, in the house's order, before the first is settled.
    """
    wanted = {offer.slot_id for offer in offers}
    for offer in offers:
        day = at_home(span(offer.during)[0]).date()
        whole = Range(local_midnight(day), local_midnight(day + dt.timedelta(days=1)))
        wanted |= {row.slot_id for row in her_published(session, offer.mediator_id, whole)}
    return lock_visits(session, wanted)


def book(session: Session, office: Office, visits: dict[int, Visit], offer: Offer, now: dt.datetime) -> bool:
    """Give her the slot; false when she cannot be there (``visits`` as `lock_her_day` gave them)."""
    visit = visits[offer.slot_id]
    gives_way = visit.live() if visit.asks_instead() else None
    if not _fits_her_day(session, office, visits, offer, now) or not _write(session, visit, offer, now):
        return False
    if gives_way is not None:
        _release(session, office, visit, gives_way, now)
    end_asking(visit, AskingEnd.BOOKED, now)
    visit.slot.status, visit.slot.replan_due, visit.slot.changed_at = SlotStatus.BOOKED, None, now
    visit.slot.reasons = None
    for other in visit.open_offers():
        if other.id != offer.id and close(session, other, OfferStatus.COVERED, now, "covered"):
            tell(session, office, MessageKind.COVERED, other, now)
    start, _ = span(offer.during)
    tell_desk(session, NoticeKind.BOOKED, visit, now, mediator=offer.mediator.code, start=start.isoformat())
    _confirm_appointment(visit)
    return True


def _fits_her_day(session: Session, office: Office, visits: dict[int, Visit], offer: Offer, now: dt.datetime) -> bool:
    start, end = span(offer.during)
    if not day_refusals(session, offer.mediator_id, offer.slot_id, start, end):
        return True
    # What the plan holds for her without her word gives way to what she says yes to; what she said yes to does not.
    held = [visit for visit in visits.values() if visit.slot.id != offer.slot_id and _is_held(visit, offer.mediator_id)]
    trial = session.begin_nested()
    for visit in held:
        undo(session, visit.assignments[0], AssignmentStatus.SUPERSEDED, now)
    if not held or day_refusals(session, offer.mediator_id, offer.slot_id, start, end):
        trial.rollback()
        return False
    trial.commit()
    for visit in held:
        _take_back(session, office, visit, offer.mediator_id, now)
    return True


def _is_held(visit: Visit, mediator_id: int) -> bool:
    live = visit.live()
    return live is not None and live.mediator_id == mediator_id and live.status == AssignmentStatus.PUBLISHED


def _take_back(session: Session, office: Office, visit: Visit, mediator_id: int, now: dt.datetime) -> None:
    """The question that her other yes has answered: she cannot do both."""
    for offer in visit.open_offers():
        if offer.mediator_id == mediator_id:
            free(session, office, offer, now, "other booking")
    for row in visit.assignments:
        if row.agreed is not None:
            lose_booking(session, visit, row, now)
    reopen_unless_asked(office, visit, now)


def _write(session: Session, visit: Visit, offer: Offer, now: dt.datetime) -> bool:
    """Compare and set where the plan already gave her the slot; else supersede and insert, and the database decides."""
    dues = dues_of_booking(offer.mediator, offer.during, now, policy_in_force(session))
    live = visit.live()
    if live is not None and live.mediator_id == offer.mediator_id and live.during == offer.during:
        taken = session.execute(
            update(Assignment)
            .where(Assignment.id == live.id, Assignment.status == AssignmentStatus.PUBLISHED)
            .values(status=AssignmentStatus.BOOKED, changed_at=now, agreed=None, agreed_place_id=None, **dues)
            .returning(Assignment.id)
        ).scalar()
        return taken is not None
    if live is not None and live.status == AssignmentStatus.BOOKED and not visit.asks_instead():
        return False
    point = session.begin_nested()
    if live is not None:
        undo(session, live, _gives_way(live), now)
    written = session.execute(
        insert(Assignment)
        .values(
            slot_id=offer.slot_id,
            mediator_id=offer.mediator_id,
            during=offer.during,
            status=AssignmentStatus.BOOKED,
            run_id=live.run_id if live else None,
            changed_at=now,
            **dues,
        )
        .on_conflict_do_nothing()
        .returning(Assignment.id)
    ).scalar()
    if written is None:
        point.rollback()
        return False
    point.commit()
    return True


def _release(session: Session, office: Office, visit: Visit, booked: Assignment, now: dt.datetime) -> None:
    """Whoever was booked, and only until somebody else said yes, hears that somebody else goes."""
    for offer in visit.offers:
        if offer.status == OfferStatus.ACCEPTED and offer.mediator_id == booked.mediator_id:
            free(session, office, offer, now, REASSIGNED, MessageKind.REASSIGNED)


def _gives_way(live: Assignment) -> AssignmentStatus:
    """The plan's choice is superseded; a booking is withdrawn, as when a coordinator gives it to somebody else."""
    return AssignmentStatus.WITHDRAWN if live.status == AssignmentStatus.BOOKED else AssignmentStatus.SUPERSEDED


def _confirm_appointment(visit: Visit) -> None:
    slots = [slot for slot in visit.appointment.slots if slot.status != SlotStatus.CANCELLED]
    if visit.appointment.status == AppointmentStatus.OPEN and all(s.status == SlotStatus.BOOKED for s in slots):
        visit.appointment.status = AppointmentStatus.CONFIRMED
