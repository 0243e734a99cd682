# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of the week, counted from rows: slots by state, SMS by kind, and double bookings found by plain code."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, selectinload

from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Inbound, Message
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT, Mode, SlotStatus
from dispatch.records.territory import Place
from dispatch.roster.week import Week, planner_policy
from solver import problem as planner
from solver.travel import road_minutes

WAITING = (SlotStatus.OFFERED,)
NOTHING = dt.timedelta()
WITHOUT = (SlotStatus.OPEN, SlotStatus.UNFILLED)


@dataclass(frozen=True)
class Settled:
    """The week's slots: booked + waiting + unfilled = slots; cancelled ones are not among them."""

    requests: int
    slots: int
    booked: int
    waiting: int
    unfilled: int
    cancelled: int
    later_weeks: int
    sms_out: int
    sms_in: int
    sms_by_kind: dict[str, int]
    replies: dict[str, int]
    double_bookings: int


@dataclass(frozen=True)
class Empty:
    """A slot without anybody: what it asked, and how many mediators each rule kept away."""

    code: str
    languages: str
    start: dt.datetime
    place: str
    reasons: dict[str, int]


def settled(session: Session, week: Week) -> Settled:
    statuses: Counter[str] = Counter(session.scalars(_slots_of(week)))
    later = select(func.count()).select_from(Slot).join(Appointment).where(Appointment.first_start >= week.ends)
    sent = select(Message.kind, func.count()).where(Message.attempt > 0).group_by(Message.kind).order_by(Message.kind)
    read = select(Inbound.status, func.count()).group_by(Inbound.status).order_by(Inbound.status)
    out = {kind: count for kind, count in session.execute(sent)}  # noqa: C416 - dict() takes a result for a mapping
    replies = {status: count for status, count in session.execute(read)}  # noqa: C416
    counted = {name: sum(statuses[one] for one in group) for name, group in _groups().items()}
    return Settled(
        requests=session.scalar(_requests_since(week)) or 0,
        slots=sum(counted.values()),
        cancelled=statuses[SlotStatus.CANCELLED],
        later_weeks=session.scalar(later) or 0,
        sms_out=sum(out.values()),
        sms_in=sum(replies.values()),
        sms_by_kind=out,
        replies=replies,
        double_bookings=double_bookings(session),
        **counted,
    )


def _requests_since(week: Week) -> Select[int]:
    """Those with a date in the week or after it; what was over before is the past's."""
    has_date = exists().where(Appointment.request_id == Request.id, Appointment.last_start >= week.begins)
    return select(func.count()).select_from(Request).where(has_date)


def _groups() -> dict[str, tuple[SlotStatus, ...]]:
    return {"booked": (SlotStatus.BOOKED,), "waiting": WAITING, "unfilled": WITHOUT}


def _slots_of(week: Week) -> Select[str]:
    return (
        select(Slot.status)
        .join(Appointment)
        .where(Appointment.first_start < week.ends, Appointment.last_start >= week.begins)
    )


def empty_slots(session: Session, week: Week) -> list[Empty]:
    query = (
        select(Slot, Appointment, Request.code)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .where(Slot.status.in_(WITHOUT), Appointment.first_start < week.ends, Appointment.last_start >= week.begins)
        .options(selectinload(Appointment.place).selectinload(Place.comune))
        .order_by(Appointment.first_start, Slot.id)
    )
    return [
        Empty(
            code,
            " ".join(slot.needs["languages"]) or "–",
            appointment.first_start,
            appointment.place.comune.name
            if appointment.place and appointment.mode == Mode.ONSITE
            else appointment.mode,
            slot.reasons or {},
        )
        for slot, appointment, code in session.execute(query).all()
    ]


@dataclass(frozen=True)
class Stay:
    """One live visit of a mediator; ``place`` is null when nobody travels for it."""

    start: dt.datetime
    end: dt.datetime
    place: Place | None


def double_bookings(session: Session) -> int:
    """Live pairs of one mediator's visits that overlap, or whose road is longer than the time between them.

    Written without the database's constraint: rows are read and compared one by one.
    """
    query = (
        select(Assignment, Appointment, Mediator)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(COUNTED_ASSIGNMENT))
        .options(selectinload(Appointment.place))
    )
    stays: dict[int, list[Stay]] = defaultdict(list)
    people: dict[int, Mediator] = {}
    for assignment, appointment, mediator in session.execute(query).all():
        people[mediator.id] = mediator
        start, end = assignment.during.lower, assignment.during.upper
        assert start is not None
        assert end is not None
        stays[mediator.id].append(Stay(start, end, appointment.place if appointment.mode == Mode.ONSITE else None))
    policy = planner_policy(policy_in_force(session).planning)
    return sum(impossible_pairs(found, people[mediator_id], policy) for mediator_id, found in stays.items())


def impossible_pairs(stays: Iterable[Stay], mediator: Mediator, policy: planner.Policy) -> int:
    """Pairs that follow one another too closely: all that overlap, and neighbours on site too far apart."""
    in_order = sorted(stays, key=lambda stay: (stay.start, stay.end))
    overlapping = sum(
        later.start < earlier.end for number, earlier in enumerate(in_order) for later in in_order[number + 1 :]
    )
    onsite = [stay for stay in in_order if stay.place is not None]
    far = sum(
        NOTHING <= gap(a, b) < dt.timedelta(minutes=road(a.place, b.place, mediator, policy))
        for a, b in pairwise(onsite)
    )
    return overlapping + far


def gap(earlier: Stay, later: Stay) -> dt.timedelta:
    return later.start - earlier.end


def road(origin: Place | None, target: Place | None, mediator: Mediator, policy: planner.Policy) -> int:
    """Minutes between two places by her means of transport; 0 within one place."""
    if origin is None or target is None or origin.id == target.id:
        return 0
    ends = tuple(
        planner.Place(id=str(one.id), lat=one.lat, lon=one.lon, ambito=one.ambito_code) for one in (origin, target)
    )
    by_car = road_minutes(ends, policy)[0, 1]
    return -int(-(by_car * mediator.travel_factor - 1e-9) // 1)
