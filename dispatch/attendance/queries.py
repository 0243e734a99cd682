# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question the attendance stage puts to its tables; what takes a lock says so in its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import INTERVAL, Range
from sqlalchemy.orm import Session

from dispatch.attendance.decisions import HerVisit
from dispatch.attendance.sayings import Settler, both_ends, read_saying
from dispatch.kit.clock import at_home, local_midnight
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import (
    COUNTED_ASSIGNMENT,
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    InboundStatus,
    OfferStatus,
    Outcome,
    RequestStatus,
)

AT_A_TIME = 500  # what a tick leaves, the next one finds


@dataclass
class Visit:
    """One booked or ended visit with everything that hangs on it, locked from the request down to its attendance."""

    request: Request
    appointment: Appointment
    slot: Slot
    assignment: Assignment
    attendance: Attendance | None


def lock_visit(session: Session, assignment_id: int) -> Visit:
    """The visit of an assignment, re-read under lock in the house's order: request → appointment → slot → assignment."""
    slot = session.get_one(Slot, slot_of(session, assignment_id))
    request_id = session.scalars(select(Appointment.request_id).where(Appointment.id == slot.appointment_id)).one()
    fresh = {"populate_existing": True}
    request = select(Request).where(Request.id == request_id).with_for_update()
    appointment = select(Appointment).where(Appointment.id == slot.appointment_id).with_for_update()
    slots = select(Slot).where(Slot.id == slot.id).with_for_update()
    assignment = select(Assignment).where(Assignment.id == assignment_id).with_for_update()
    attendance = select(Attendance).where(Attendance.assignment_id == assignment_id).with_for_update()
    return Visit(
        session.scalars(request, execution_options=fresh).one(),
        session.scalars(appointment, execution_options=fresh).one(),
        session.scalars(slots, execution_options=fresh).one(),
        session.scalars(assignment, execution_options=fresh).one(),
        session.scalars(attendance, execution_options=fresh).one_or_none(),
    )


def has_that_time_again(session: Session, visit: Visit) -> bool:
    """Whether another visit of the same request stands for the same mediator while this one would have been."""
    query = exists().where(
        Assignment.slot_id == Slot.id,
        Slot.appointment_id == Appointment.id,
        Appointment.request_id == visit.request.id,
        Assignment.id != visit.assignment.id,
        Assignment.mediator_id == visit.assignment.mediator_id,
        Assignment.status.in_(COUNTED_ASSIGNMENT),
        Assignment.during.overlaps(visit.assignment.during),
    )
    return session.scalars(select(query)).one()


def given_again(session: Session, visit: Visit) -> int:
    """Minutes of this visit's time that she gave to others after all: booked, done, or cancelled late themselves."""
    during = visit.assignment.during
    worked = select(Assignment.during).where(
        Assignment.mediator_id == visit.assignment.mediator_id,
        Assignment.id != visit.assignment.id,
        Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE]),
        Assignment.during.overlaps(during),
    )
    paid = select(Attendance.planned).where(
        Attendance.mediator_id == visit.assignment.mediator_id,
        Attendance.assignment_id != visit.assignment.id,
        Attendance.outcome == Outcome.CANCELLED_LATE,
        Attendance.minutes > 0,
        Attendance.planned.overlaps(during),
    )
    return sum(_overlap(during, other) for other in (*session.scalars(worked), *session.scalars(paid)))


def _overlap(one: Range[dt.datetime], other: Range[dt.datetime]) -> int:
    (low, high), (begin, end) = both_ends(one), both_ends(other)
    return max(0, int((min(high, end) - max(low, begin)).total_seconds() // 60))


def lock_paid_late(session: Session, visit: Visit) -> Sequence[Attendance]:
    """Late cancellations paid to her for time that this visit of hers has taken; a coordinator's word is left alone."""
    query = select(Attendance).where(
        Attendance.mediator_id == visit.assignment.mediator_id,
        Attendance.assignment_id != visit.assignment.id,
        Attendance.outcome == Outcome.CANCELLED_LATE,
        Attendance.settled_by == Settler.CANCELLATION,
        Attendance.planned.overlaps(visit.assignment.during),
    )
    return session.scalars(query.order_by(Attendance.id).with_for_update()).all()


def visit_of(session: Session, attendance: Attendance) -> Visit:
    """The visit of an attendance as it stands, not locked: its assignment ended and changes no more."""
    slot = session.get_one(Slot, attendance.slot_id)
    appointment = slot.appointment
    return Visit(appointment.request, appointment, slot, attendance.assignment, attendance)


def slot_of(session: Session, assignment_id: int) -> int:
    return session.scalars(select(Assignment.slot_id).where(Assignment.id == assignment_id)).one()


def lock_assignment(session: Session, assignment_id: int) -> Assignment:
    query = select(Assignment).where(Assignment.id == assignment_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def lock_bookings_ahead(session: Session, mediator_id: int, now: dt.datetime) -> Sequence[Assignment]:
    """What she said yes to and has not begun, the soonest first."""
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.status == AssignmentStatus.BOOKED,
        func.lower(Assignment.during) > now,
    )
    locked = query.order_by(Assignment.id).with_for_update()
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def reminded_since(session: Session, assignment: Assignment, since: dt.datetime) -> bool:
    """Whether a reminder of this visit was written since then."""
    offer = offer_of(session, assignment)
    if offer is None:
        return False
    query = exists().where(Message.offer_id == offer.id, Message.kind == "reminder", Message.created_at >= since)
    return session.scalars(select(query)).one()


def to_remind(session: Session, now: dt.datetime) -> Sequence[int]:
    """Assignments of which somebody should be reminded by now, the soonest visit first."""
    due = or_(Assignment.evening_due <= now, Assignment.hours_due <= now)
    query = select(Assignment.id).where(due).order_by(func.lower(Assignment.during), Assignment.id)
    return session.scalars(query.limit(AT_A_TIME)).all()


def to_ask(session: Session, now: dt.datetime) -> Sequence[int]:
    """Assignments whose end, or whose late cancellation, is to be looked at by now."""
    query = select(Assignment.id).where(Assignment.outcome_due <= now)
    return session.scalars(query.order_by(Assignment.outcome_due, Assignment.id).limit(AT_A_TIME)).all()


def to_look_at_again(session: Session, now: dt.datetime) -> Sequence[int]:
    """Attendances on which somebody was silent for long enough, as their assignments."""
    query = select(Attendance.assignment_id).where(Attendance.remind_at <= now)
    return session.scalars(query.order_by(Attendance.remind_at, Attendance.id).limit(AT_A_TIME)).all()


def handed_over(session: Session, before: dt.datetime) -> Sequence[int]:
    """Replies about visits, received before this instant, that nobody has taken yet."""
    ours = Inbound.reading["kind"].astext == "command"  # what she says of her own time is another stage's
    query = select(Inbound.id).where(Inbound.status == InboundStatus.HANDED_OVER, ours, Inbound.received_at <= before)
    return session.scalars(query.order_by(Inbound.id).limit(AT_A_TIME)).all()


def offer_of(session: Session, assignment: Assignment) -> Offer | None:
    """The offer that she accepted for this visit; none where she was booked without an SMS."""
    query = select(Offer).where(
        Offer.slot_id == assignment.slot_id,
        Offer.mediator_id == assignment.mediator_id,
        Offer.status == OfferStatus.ACCEPTED,
    )
    return session.scalars(query.order_by(Offer.id.desc()).limit(1)).first()


def her_visits(session: Session, mediator_id: int, since: dt.datetime, now: dt.datetime) -> list[HerVisit]:
    """What she may speak of: visits of hers until tonight, with the code of the SMS that offered them."""
    tomorrow = local_midnight(at_home(now).date() + dt.timedelta(days=1))
    query = (
        select(Assignment, Attendance, Offer.code)
        .join(Offer, (Offer.slot_id == Assignment.slot_id) & (Offer.mediator_id == Assignment.mediator_id))
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Assignment.mediator_id == mediator_id,
            Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE]),
            Offer.status == OfferStatus.ACCEPTED,
            func.lower(Assignment.during) < tomorrow,
            func.lower(Assignment.during) >= since,
        )
        .order_by(func.lower(Assignment.during))
    )
    return [
        HerVisit(
            assignment.id,
            code,
            both_ends(assignment.during),
            told=found is not None and found.by_mediator is not None,
            closed=found is not None and found.status == AttendanceStatus.AGREED,
            said=read_saying(found.by_mediator) if found is not None else None,
            begun=both_ends(assignment.during)[0] <= now,
        )
        for assignment, found, code in session.execute(query)
    ]


def outcomes_of(session: Session, appointment_id: int) -> list[tuple[AttendanceStatus, Outcome | None]]:
    """Status and outcome of everybody who was to come to an appointment; one still under way counts as awaited."""
    query = (
        select(Attendance.status, Attendance.outcome)
        .select_from(Assignment)
        .join(Slot, Slot.id == Assignment.slot_id)
        .outerjoin(Attendance, Attendance.assignment_id == Assignment.id)
        .where(
            Slot.appointment_id == appointment_id,
            Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE]),
        )
    )
    return [
        (AttendanceStatus(status or AttendanceStatus.AWAITED), Outcome(outcome) if outcome else None)
        for status, outcome in session.execute(query)
    ]


def is_over(now: dt.datetime) -> ColumnElement[bool]:
    """A request nothing of which is still to come or to be agreed on; a presence goes on, whatever its dates so far."""
    minutes = func.make_interval(0, 0, 0, 0, 0, cast(Appointment.duration, Integer), type_=INTERVAL)
    left = exists().where(
        Appointment.request_id == Request.id,
        or_(
            Appointment.status == AppointmentStatus.CONFIRMED,
            (Appointment.status == AppointmentStatus.OPEN) & (Appointment.last_start + minutes > now),
        ),
    )
    some = exists().where(Appointment.request_id == Request.id, Appointment.status != AppointmentStatus.CANCELLED)
    awaited = exists().where(
        Appointment.request_id == Request.id,
        Slot.appointment_id == Appointment.id,
        Assignment.slot_id == Slot.id,
        or_(
            Assignment.status == AssignmentStatus.BOOKED,
            Assignment.id.in_(select(Attendance.assignment_id).where(Attendance.status != AttendanceStatus.AGREED)),
        ),
    )
    return (Request.status == RequestStatus.OPEN) & Request.presence_id.is_(None) & some & ~left & ~awaited


def requests_that_are_over(session: Session, now: dt.datetime) -> Sequence[int]:
    query = select(Request.id).where(is_over(now))
    return session.scalars(query.order_by(Request.id).limit(AT_A_TIME)).all()


def lock_request_that_is_over(session: Session, request_id: int, now: dt.datetime) -> Request | None:
    session.execute(select(Request.id).where(Request.id == request_id).with_for_update())
    query = select(Request).where(Request.id == request_id, is_over(now))
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
