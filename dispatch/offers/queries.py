# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the offers stage asks of visits, offers and plans; what takes a lock says so in its name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Asking, Offer
from dispatch.records.planning import Assignment, Candidate
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    COUNTED_ASSIGNMENT,
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AssignmentStatus,
    OfferStatus,
)


@dataclass
class Visit:
    """One slot with everything that hangs on it, locked in the house's order: appointment → slot → offers → assignments.

    ``asking`` is the open one of a coordinator; its row is only written under the slot's lock.
    """

    appointment: Appointment
    slot: Slot
    offers: Sequence[Offer]
    assignments: Sequence[Assignment]
    asking: Asking | None = None

    def offer(self, offer_id: int) -> Offer:
        return next(offer for offer in self.offers if offer.id == offer_id)

    def open_offers(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.status in OPEN_OFFER]

    def live(self) -> Assignment | None:
        """The assignment that stands for the slot, published or booked; the database allows one."""
        return next((row for row in self.assignments if row.status in LIVE_ASSIGNMENT), None)

    def asks_instead(self) -> bool:
        """Whether somebody is booked only until one of those whom a coordinator has asked says yes."""
        live = self.live()
        return live is not None and self.asking is not None and self.asking.instead_of == live.id


def hours_of_the_others(session: Session, visit: Visit) -> set[Range[dt.datetime]]:
    """When the others of the same appointment are expected: whoever comes with them comes then."""
    query = (
        select(Assignment.during)
        .join(Slot, Slot.id == Assignment.slot_id)
        .where(Slot.appointment_id == visit.appointment.id, Slot.id != visit.slot.id)
        .where(Assignment.status.in_(LIVE_ASSIGNMENT))
    )
    return set(session.scalars(query))


def lock_visits(session: Session, slot_ids: Iterable[int]) -> dict[int, Visit]:
    """These slots by id, each with its rows re-read under lock; lower ids first, so two callers never cross."""
    wanted = sorted(set(slot_ids))
    fresh = {"populate_existing": True}
    appointment_ids = select(Slot.appointment_id).where(Slot.id.in_(wanted))
    locked = select(Appointment).where(Appointment.id.in_(appointment_ids)).order_by(Appointment.id)
    appointments = {row.id: row for row in session.scalars(locked.with_for_update(), execution_options=fresh)}
    slots = session.scalars(
        select(Slot).where(Slot.id.in_(wanted)).order_by(Slot.id).with_for_update(), execution_options=fresh
    ).all()
    offers = session.scalars(
        select(Offer).where(Offer.slot_id.in_(wanted)).order_by(Offer.id).with_for_update(), execution_options=fresh
    ).all()
    assignments = session.scalars(
        select(Assignment)
        .where(Assignment.slot_id.in_(wanted), Assignment.status.in_(LIVE_ASSIGNMENT))
        .order_by(Assignment.id)
        .with_for_update(),
        execution_options=fresh,
    ).all()
    open_ones = select(Asking).where(Asking.slot_id.in_(wanted), Asking.closed_at.is_(None))
    askings = {row.slot_id: row for row in session.scalars(open_ones, execution_options=fresh)}
    return {
        slot.id: Visit(
            appointments[slot.appointment_id],
            slot,
            [offer for offer in offers if offer.slot_id == slot.id],
            [row for row in assignments if row.slot_id == slot.id],
            askings.get(slot.id),
        )
        for slot in slots
    }


def lock_visit(session: Session, slot_id: int) -> Visit:
    return lock_visits(session, [slot_id])[slot_id]


def slot_of_offer(session: Session, offer_id: int) -> int:
    return session.scalars(select(Offer.slot_id).where(Offer.id == offer_id)).one()


def unoffered_assignments(session: Session) -> Sequence[int]:
    """Published assignments that nobody was asked about yet."""
    asked = exists().where(Offer.assignment_id == Assignment.id)
    query = select(Assignment.id).where(Assignment.status == AssignmentStatus.PUBLISHED, ~asked)
    return session.scalars(query.order_by(Assignment.id)).all()


def slots_with_baseless_offers(session: Session) -> Sequence[int]:
    """Slots whose open offers rest on an assignment that no longer stands."""
    query = (
        select(Offer.slot_id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(Offer.status.in_(OPEN_OFFER), Assignment.status.not_in(LIVE_ASSIGNMENT))
    )
    return sorted(set(session.scalars(query)))


def called_away(session: Session, now: dt.datetime) -> Sequence[int]:
    """Offers said yes to whose booking a repair took back for an urgent call, before their time."""
    hers = (Assignment.slot_id == Offer.slot_id) & (Assignment.mediator_id == Offer.mediator_id)
    query = select(Offer.id).where(
        Offer.status == OfferStatus.ACCEPTED,
        func.upper(Offer.during) > now,
        exists().where(hers, Assignment.status == AssignmentStatus.SUPERSEDED),
        ~exists().where(hers, Assignment.status.in_(COUNTED_ASSIGNMENT)),
    )
    return session.scalars(query.order_by(Offer.id)).all()


def untold_moves(session: Session, now: dt.datetime) -> dict[int, list[int]]:
    """Offers whose booking stands at another time than they say, by appointment: their job was lost, or comes just now."""
    query = (
        select(Slot.appointment_id, Offer.id)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Assignment, (Assignment.slot_id == Offer.slot_id) & (Assignment.mediator_id == Offer.mediator_id))
        .where(
            Offer.status == OfferStatus.ACCEPTED,
            Assignment.status == AssignmentStatus.BOOKED,
            Assignment.during != Offer.during,
            func.upper(Assignment.during) > now,
        )
    )
    found: dict[int, list[int]] = {}
    for appointment_id, offer_id in session.execute(query.order_by(Offer.id)):
        found.setdefault(appointment_id, []).append(offer_id)
    return found


def is_hers(session: Session, slot_id: int, mediator_id: int) -> bool:
    """Whether a visit stands for her on this slot, or she has told already how it went: that may be before its end."""
    query = exists().where(
        Assignment.slot_id == slot_id,
        Assignment.mediator_id == mediator_id,
        Assignment.status.in_(COUNTED_ASSIGNMENT),
    )
    return session.scalars(select(query)).one()


def is_asked_instead(session: Session, slot_id: int) -> bool:
    """Whether others are asked about a booked slot, so that its booking gives way to the first yes."""
    query = (
        select(Asking.id)
        .join(Assignment, Assignment.id == Asking.instead_of)
        .where(Asking.slot_id == slot_id, Asking.closed_at.is_(None), Assignment.status == AssignmentStatus.BOOKED)
    )
    return session.scalars(query).first() is not None


def askings_left(session: Session) -> Sequence[int]:
    """Slots whose coordinator's asking is open while nobody is being asked: the next has her turn, or it is over."""
    being_asked = exists().where(Offer.slot_id == Asking.slot_id, Offer.status.in_(OPEN_OFFER))
    return session.scalars(select(Asking.slot_id).where(Asking.closed_at.is_(None), ~being_asked)).all()


def overdue_offers(session: Session, now: dt.datetime) -> Sequence[int]:
    """Open offers whose time to answer is over, the longest overdue first."""
    query = select(Offer.id).where(Offer.status.in_(OPEN_OFFER), Offer.reply_by < now)
    return session.scalars(query.order_by(Offer.reply_by, Offer.id)).all()


def ranked_candidates(session: Session, assignment: Assignment) -> Sequence[tuple[Candidate, Mediator]]:
    """The people the planner ranked for the slot in the run that made the assignment, best first."""
    query = (
        select(Candidate, Mediator)
        .join(Mediator, Mediator.id == Candidate.mediator_id)
        .where(Candidate.run_id == assignment.run_id, Candidate.slot_id == assignment.slot_id)
    )
    return [(candidate, mediator) for candidate, mediator in session.execute(query.order_by(Candidate.rank))]


@dataclass(frozen=True)
class Held:
    """What somebody has at a time already: a visit she said yes to, and how many open offers."""

    booked: bool
    asked: int


def what_they_hold(session: Session, times: Mapping[int, Range[dt.datetime]]) -> dict[int, Held]:
    """For each mediator what overlaps her time in ``times``; two statements for however many people."""
    if not times:
        return {}
    whole = Range(
        min(during.lower for during in times.values() if during.lower),
        max(during.upper for during in times.values() if during.upper),
    )
    booked = select(Assignment.mediator_id, Assignment.during).where(
        Assignment.mediator_id.in_(times), Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE])
    )
    asked = select(Offer.mediator_id, Offer.during).where(
        Offer.mediator_id.in_(times), Offer.status.in_(OPEN_OFFER), Offer.during.overlaps(whole)
    )
    visits = _overlapping(session.execute(booked.where(Assignment.during.overlaps(whole))), times)
    offers = _overlapping(session.execute(asked), times)
    return {her: Held(visits[her] > 0, offers[her]) for her in times}


def _overlapping(
    rows: Iterable[tuple[int, Range[dt.datetime]]], times: Mapping[int, Range[dt.datetime]]
) -> Counter[int]:
    return Counter(her for her, during in rows if during.overlaps(times[her]))


def her_published(session: Session, mediator_id: int, day: Range[dt.datetime]) -> Sequence[Assignment]:
    """What the plan holds for her that day and she has not said yes to."""
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.status == AssignmentStatus.PUBLISHED,
        Assignment.during.overlaps(day),
    )
    return session.scalars(query.order_by(Assignment.id)).all()
