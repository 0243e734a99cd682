# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of a simulated month, counted from its rows: who was found, how soon, and who came."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from dispatch.attendance.decisions import TOOK_PLACE
from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT, AssignmentStatus, Mode, OfferStatus, Outcome, SlotStatus
from dispatch.records.territory import Desk, Place
from dispatch.rehearsal.figures import WAITING, WITHOUT, double_bookings, road
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.roster.week import Week, planner_policy

TAKEN = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
LATE = dt.timedelta(hours=24)
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Found:
    """One slot of the month, and who took it if anybody did; ``after`` is the time it took."""

    slot: int
    status: str
    ambito: str
    language: str
    notice: dt.timedelta
    reasons: Mapping[str, int]
    mediator: str | None = None
    during: tuple[dt.datetime, dt.datetime] | None = None
    after: dt.timedelta | None = None

    @property
    def stands(self) -> bool:
        """It was not cancelled: somebody was wanted to the end."""
        return self.status != SlotStatus.CANCELLED

    @property
    def is_late(self) -> bool:
        """Somebody was found only on the last day, although there was more time than that."""
        return self.after is not None and self.notice > LATE and self.notice - self.after < LATE


def found_slots(session: Session, week: Week) -> list[Found]:
    """Every slot of these days, the cancelled too, in the order of their ids."""
    query = (
        select(Slot, Appointment, Request.created_at, Desk)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .where(Appointment.first_start >= week.begins, Appointment.first_start < week.ends)
        .options(selectinload(Appointment.place), selectinload(Desk.place))
        .order_by(Slot.id)
    )
    taken = _taken(session)
    said = _said_yes(session)
    found = []
    for slot, appointment, asked_at, desk in session.execute(query):
        given = taken.get(slot.id)
        start = given[1][0] if given else appointment.asked_start or appointment.first_start
        yes = said.get((slot.id, given[0])) if given else None
        found.append(
            Found(
                slot.id,
                slot.status,
                (appointment.place or desk.place).ambito_code,
                " ".join(sorted(slot.needs["languages"])) or "any",
                start - asked_at,
                slot.reasons or {},
                given[0] if given else None,
                given[1] if given else None,
                yes - asked_at if yes else None,
            )
        )
    return found


def _taken(session: Session) -> dict[int, tuple[str, tuple[dt.datetime, dt.datetime]]]:
    query = (
        select(Assignment.slot_id, Mediator.code, func.lower(Assignment.during), func.upper(Assignment.during))
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(TAKEN))
    )
    return {slot: (code, (start, end)) for slot, code, start, end in session.execute(query)}


def _said_yes(session: Session) -> dict[tuple[int, str], dt.datetime]:
    """When each slot's last yes was settled, by slot and mediator."""
    query = (
        select(Offer.slot_id, Mediator.code, func.max(Offer.closed_at))
        .join(Mediator, Mediator.id == Offer.mediator_id)
        .where(Offer.status == OfferStatus.ACCEPTED)
        .group_by(Offer.slot_id, Mediator.code)
    )
    return {(slot, code): at for slot, code, at in session.execute(query) if at is not None}


def counted(found: Sequence[Found], outcomes: Outcomes) -> dict[str, Any]:
    """The figures of these slots; times in minutes."""
    filled = [one for one in found if one.during is not None]
    truths = [outcomes.truth(one.mediator or "", one.slot, *one.during).outcome for one in filled if one.during]
    waited = [one.after / MINUTE for one in filled if one.after is not None]
    statuses = Counter(one.status for one in found)
    return {
        "slots": len(found),
        "filled": len(filled),
        "booked": statuses[SlotStatus.BOOKED],
        "waiting": sum(statuses[one] for one in WAITING),
        "unfilled": sum(statuses[one] for one in WITHOUT),
        "held": sum(truth in TOOK_PLACE for truth in truths),
        "no_shows": sum(truth is Outcome.MEDIATOR_ABSENT for truth in truths),
        "late_fills": sum(one.is_late for one in filled),
        "time_to_fill_median": round(median(waited), 1) if waited else None,
        "time_to_fill_p90": round(quantiles(waited, n=10)[-1], 1) if len(waited) > 1 else None,
    }


def by(
    key: str, every: Iterable[Found], outcomes: Outcomes, willing: Collection[int], sms: Mapping[int, int]
) -> dict[str, dict[str, Any]]:
    """The same for each ambito, or each language, with how many of its slots somebody would have taken, and its SMS.

    ``every`` holds the cancelled slots too, because SMS were sent about them.
    """
    groups: dict[str, list[Found]] = defaultdict(list)
    for one in every:
        groups[getattr(one, key)].append(one)
    return {
        name: counted([one for one in group if one.stands], outcomes)
        | {
            "fillable_one_by_one": sum(one.slot in willing for one in group),
            "sms_out": sum(sms.get(one.slot, 0) for one in group),
        }
        for name, group in sorted(groups.items())
    }


def roads_and_hours(session: Session, week: Week) -> dict[str, Any]:
    """Minutes on the road (from home, between visits, home again) and how evenly the hours are spread."""
    query = (
        select(Assignment, Appointment, Mediator)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(COUNTED_ASSIGNMENT))
        .where(func.lower(Assignment.during) >= week.begins, func.lower(Assignment.during) < week.ends)
        .options(selectinload(Appointment.place), selectinload(Mediator.home))
        .order_by(func.lower(Assignment.during))
    )
    policy = planner_policy(policy_in_force(session).planning)
    days: dict[tuple[int, dt.date], list[Place]] = defaultdict(list)
    worked: Counter[int] = Counter()
    people = {person.id: person for person in session.scalars(select(Mediator).where(Mediator.active))}
    for assignment, appointment, mediator in session.execute(query):
        start = assignment.during.lower
        assert start is not None
        worked[mediator.id] += appointment.duration
        if appointment.mode == Mode.ONSITE and appointment.place is not None:
            days[mediator.id, start.date()].append(appointment.place)
    minutes = 0
    for (mediator_id, _), places in days.items():
        person = people[mediator_id]
        stops = [person.home, *places, person.home]
        minutes += sum(road(a, b, person, policy) for a, b in pairwise(stops))
    shares = [worked[key] / (person.target_week or person.max_week or 1) for key, person in people.items()]
    return {"travel_minutes": minutes, "fairness": round(1 - gini(shares), 4)}


def gini(shares: Sequence[float]) -> float:
    """0 where all have the same share of their hours, 1 where one has everything."""
    total = sum(shares)
    if not total:
        return 0.0
    ranked = sorted(shares)
    weighted = sum((2 * rank - len(ranked) - 1) * share for rank, share in enumerate(ranked, start=1))
    return weighted / (len(ranked) * total)


def whole(session: Session) -> dict[str, Any]:
    """What is counted over everything that stands."""
    return {"double_bookings": double_bookings(session), "requests": session.scalar(select(func.count(Request.id)))}
