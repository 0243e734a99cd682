# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moves what people agreed to when their appointment moves: a booking follows, waits for a new yes, or ends.

All in one transaction, so no moment exists in which the old time and the new one are both hers. The appointment's row
holds the new time and place already; the mediators are locked before it. Offers belong to their own stage: its job
``offers.tell_moved``, queued in the same transaction, asks and tells people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.appointments.lost_time import weigh_lost_time
from dispatch.appointments.room import has_room
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.outbox.due import dues_of_booking
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AppointmentStatus,
    AssignmentStatus,
    OfferStatus,
    SlotStatus,
)

Span = Range[dt.datetime]


class Fate(StrEnum):
    """What becomes of her visit: she keeps it and is told, is asked for a new yes, or no longer has it."""

    KEEPS = "keeps"
    IS_ASKED = "is_asked"
    LOSES = "loses"


def needs_new_yes(agreed: Span, wanted: Span, *, same_place: bool, minutes: int) -> bool:
    """Whether a time is further from what she agreed to than the policy lets pass; ending earlier never is."""
    assert agreed.lower is not None
    assert agreed.upper is not None
    assert wanted.lower is not None
    assert wanted.upper is not None
    most = dt.timedelta(minutes=minutes)
    return not same_place or abs(wanted.lower - agreed.lower) > most or wanted.upper - agreed.upper > most


def fate_of(agreed: Span, wanted: Span, *, same_place: bool, told_otherwise: bool, free: bool, minutes: int) -> Fate:
    """``told_otherwise``: she was asked about yet another time already, so what she once agreed to no longer counts."""
    if not free:
        return Fate.LOSES
    asks = told_otherwise or needs_new_yes(agreed, wanted, same_place=same_place, minutes=minutes)
    return Fate.IS_ASKED if asks else Fate.KEEPS


def agreed_slots(live: Mapping[int, Assignment]) -> set[int]:
    """Of slots with what stands for them, those that somebody said yes to, also where a new yes is waited for."""
    return {slot_id for slot_id, row in live.items() if _is_agreed(row)}


def live_of(session: Session, slot_ids: Iterable[int]) -> dict[int, Assignment]:
    """What stands for each of the slots."""
    query = select(Assignment).where(Assignment.slot_id.in_(list(slot_ids)), Assignment.status.in_(LIVE_ASSIGNMENT))
    return {row.slot_id: row for row in session.scalars(query.execution_options(populate_existing=True))}


def people_on(session: Session, request_id: int) -> set[int]:
    """The mediators who stand for slots of a request; to be locked before its rows."""
    query = (
        select(Assignment.mediator_id)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .where(Appointment.request_id == request_id, Assignment.status.in_(LIVE_ASSIGNMENT))
    )
    return set(session.scalars(query))


def follow(
    session: Session, appointment: Appointment, start: dt.datetime, place_before: int | None, now: dt.datetime
) -> None:
    """Bring everybody on an appointment along to where and when it is now; ``start`` is its new one."""
    session.flush()
    during = Range(start, start + dt.timedelta(minutes=appointment.duration))
    slots = [slot for slot in appointment.slots if slot.status != SlotStatus.CANCELLED]
    asked = _lock_offers(session, [slot.id for slot in slots])
    live = _lock_live(session, [slot.id for slot in slots])
    move = _Move(session, appointment, during, place_before, now)
    for slot in slots:
        standing = live.get(slot.id)
        if standing is not None and _is_agreed(standing):
            move.take_along(slot, standing, [offer for offer in asked if offer.slot_id == slot.id])
        else:
            move.plan_anew(slot, standing)
    booked = bool(slots) and all(slot.status == SlotStatus.BOOKED for slot in slots)
    appointment.status = AppointmentStatus.CONFIRMED if booked else AppointmentStatus.OPEN
    enqueue(session, "offers.tell_moved", appointment_id=appointment.id, offer_ids=[offer.id for offer in asked])


@dataclass
class _Move:
    session: Session
    appointment: Appointment
    during: Span
    place_before: int | None
    now: dt.datetime
    minutes: int = field(init=False)

    def __post_init__(self) -> None:
        self.minutes = policy_in_force(self.session).offers.move_minutes

    def take_along(self, slot: Slot, row: Assignment, offers: Sequence[Offer]) -> None:
        """Her booking, or what she was asked about it, follows as far as her day and the policy let it."""
        place = self.appointment.place_id
        if row.during == self.during and place == self.place_before:
            return
        agreed = row.agreed or row.during
        agreed_place = row.agreed_place_id if row.agreed else self.place_before
        fate = fate_of(
            agreed,
            self.during,
            same_place=place == agreed_place,
            told_otherwise=_was_told_otherwise(row, agreed, offers),
            free=self._is_free(row),
            minutes=self.minutes,
        )
        if fate is Fate.KEEPS:
            self._keep(slot, row, agreed, agreed_place)
        elif fate is Fate.IS_ASKED:
            self._ask(slot, row, agreed, agreed_place)
        else:
            self._end(row)
            self._open(slot, self.now)

    def plan_anew(self, slot: Slot, row: Assignment | None) -> None:
        """Nobody said yes yet: whoever was being asked is freed, and the planner looks at it as it is now."""
        if row is not None:
            row.status, row.changed_at = AssignmentStatus.WITHDRAWN, self.now
        self._open(slot, slot.replan_due if row is None else self.now)

    def _is_free(self, row: Assignment) -> bool:
        assert self.during.lower is not None
        assert self.during.upper is not None
        start, end = self.during.lower, self.during.upper
        return has_room(self.session, row.mediator_id, row.slot_id, start, end, self.now)

    def _keep(self, slot: Slot, row: Assignment, agreed: Span, agreed_place: int | None) -> None:
        mediator = self.session.get_one(Mediator, row.mediator_id)
        dues = dues_of_booking(mediator, self.during, self.now, policy_in_force(self.session))
        row.status, row.during, row.changed_at = AssignmentStatus.BOOKED, self.during, self.now
        row.agreed, row.agreed_place_id = (None, None) if agreed == self.during else (agreed, agreed_place)
        row.evening_due, row.hours_due = dues["evening_due"], dues["hours_due"]
        row.outcome_due = dues["outcome_due"]
        slot.status, slot.replan_due, slot.changed_at = SlotStatus.BOOKED, None, self.now
        self.session.flush()

    def _ask(self, slot: Slot, row: Assignment, agreed: Span, agreed_place: int | None) -> None:
        """What she agreed to ends here, and the new time is only published until she answers."""
        if row.status == AssignmentStatus.BOOKED:  # By that time lost time is found, not by where it was moved since.
            row.during, row.agreed, row.agreed_place_id = agreed, None, None
        self._end(row, weighed=False)
        self.session.flush()
        self.session.add(
            Assignment(
                slot_id=slot.id,
                mediator_id=row.mediator_id,
                during=self.during,
                status=AssignmentStatus.PUBLISHED,
                run_id=row.run_id,
                changed_at=self.now,
                agreed=agreed,
                agreed_place_id=agreed_place,
            )
        )
        slot.status, slot.replan_due, slot.excluded = SlotStatus.OFFERED, None, []
        slot.reasons, slot.changed_at = None, self.now
        self.session.flush()

    def _end(self, row: Assignment, *, weighed: bool = True) -> None:
        """Whether lost time is paid the attendance stage weighs, once it is sure that it is lost."""
        was_booked, had_due = row.status == AssignmentStatus.BOOKED, row.outcome_due is not None
        row.status, row.changed_at = AssignmentStatus.WITHDRAWN, self.now
        row.evening_due = row.hours_due = None
        row.outcome_due = self.now if weighed and had_due else None
        if weighed and was_booked:
            enqueue(self.session, "planning.offer_freed", queue="planning", assignment_id=row.id)
        if weighed and not was_booked:
            weigh_lost_time(self.session, row, self.now)

    def _open(self, slot: Slot, due: dt.datetime | None) -> None:
        slot.status, slot.replan_due, slot.excluded = SlotStatus.OPEN, due, []
        slot.reasons, slot.changed_at = None, self.now


def _is_agreed(row: Assignment) -> bool:
    return row.status == AssignmentStatus.BOOKED or (
        row.status == AssignmentStatus.PUBLISHED and row.agreed is not None
    )


def _was_told_otherwise(row: Assignment, agreed: Span, offers: Iterable[Offer]) -> bool:
    """Whether a question about yet another time has left, while what she agreed to is no longer hers."""
    if row.status == AssignmentStatus.BOOKED:
        return False
    hers = [offer for offer in offers if offer.mediator_id == row.mediator_id]
    return any(
        offer.status == OfferStatus.WAITING or (offer.known is not None and offer.known != agreed)
        for offer in hers
        if offer.status in OPEN_OFFER
    )


def _lock_offers(session: Session, slot_ids: Sequence[int]) -> Sequence[Offer]:
    """The open and accepted offers of these slots, re-read under lock."""
    query = select(Offer).where(Offer.slot_id.in_(slot_ids), Offer.status.in_((*OPEN_OFFER, OfferStatus.ACCEPTED)))
    fresh = {"populate_existing": True}
    return session.scalars(query.order_by(Offer.id).with_for_update(), execution_options=fresh).all()


def _lock_live(session: Session, slot_ids: Sequence[int]) -> dict[int, Assignment]:
    query = select(Assignment).where(Assignment.slot_id.in_(slot_ids), Assignment.status.in_(LIVE_ASSIGNMENT))
    fresh = {"populate_existing": True}
    rows = session.scalars(query.order_by(Assignment.id).with_for_update(), execution_options=fresh)
    return {row.slot_id: row for row in rows}
