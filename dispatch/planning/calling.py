# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may be called away from a presence: for an urgent slot that has nobody, by a repair, and for nothing less.

A presence that is never left empty stays a fact like every booking. One that may be left enters the repair as
movable, beside the urgent slots alone: no routine slot stands in that problem, so none can gain by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.presences import Presence
from dispatch.records.statuses import LIVE_ASSIGNMENT, Cover, Priority, SlotStatus
from dispatch.roster.week import Week
from solver.problem import PlanningProblem

Span = Range[dt.datetime]


@dataclass(frozen=True)
class Calls:
    """Urgent slots that nobody takes, and the slots of presences whose mediator may leave for them; ids."""

    urgent: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()


NOBODY_LEAVES = Calls()


def calls_due(session: Session, week: Week, now: dt.datetime) -> Calls:
    """What a repair of this week may call people away for: urgent slots left without anybody, due once more."""
    query = _urgent(now).where(
        Slot.status == SlotStatus.UNFILLED,
        Slot.replan_due <= now,
        Appointment.first_start < week.ends,
        Appointment.last_start >= week.begins,
    )
    return _calls(session, [(slot, one) for slot, one in session.execute(query)], now)


def worth_calling(session: Session, slot_ids: Collection[int], now: dt.datetime) -> frozenset[int]:
    """Those of the slots that are urgent and within reach of somebody who may leave her presence."""
    found = session.execute(_urgent(now).where(Slot.id.in_(slot_ids)))
    slots = [(slot, appointment) for slot, appointment in found]
    return frozenset(slot.id for slot, one in slots if _calls(session, [(slot, one)], now).leaving)


def narrowed(problem: PlanningProblem, calls: Calls) -> PlanningProblem:
    """The problem with what stands and the urgent slots; other open slots wait for a repair of their own."""
    if not calls.leaving:
        return problem
    kept = {standing.slot for standing in (*problem.locked, *problem.published)} | {str(key) for key in calls.urgent}
    appointments = (
        msgspec.structs.replace(one, slots=tuple(slot for slot in one.slots if slot.id in kept))
        for one in problem.appointments
    )
    return msgspec.structs.replace(problem, appointments=tuple(one for one in appointments if one.slots))


def _urgent(now: dt.datetime) -> Select[Slot, Appointment]:
    """Urgent slots of desks whose time has not passed."""
    return (
        select(Slot, Appointment)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .where(Request.priority == Priority.URGENT, Request.presence_id.is_(None), Appointment.last_start > now)
    )


def _calls(session: Session, slots: Sequence[tuple[Slot, Appointment]], now: dt.datetime) -> Calls:
    policy = policy_in_force(session)
    if not slots or not policy.presences.call_away:
        return NOBODY_LEAVES
    reach = dt.timedelta(minutes=policy.presences.reach_minutes)
    # What begins sooner is a fact to the planner: nobody could be told in time, and a repair would call in vain for ever.
    soonest = now + dt.timedelta(minutes=policy.planning.earliest_minutes)
    times = [span for _, appointment in slots for span in _times(appointment, reach)]
    leaving = {
        slot_id for slot_id, during in _may_leave(session, times, soonest) if any(during.overlaps(t) for t in times)
    }
    return Calls(frozenset(slot.id for slot, _ in slots), frozenset(leaving)) if leaving else NOBODY_LEAVES


def _times(appointment: Appointment, reach: dt.timedelta) -> Iterable[Span]:
    """When somebody who takes it may be busy with it, the road included."""
    length = dt.timedelta(minutes=appointment.duration)
    for first, last in appointment.windows:
        yield Range(dt.datetime.fromisoformat(first) - reach, dt.datetime.fromisoformat(last) + length + reach)


def _may_leave(session: Session, times: Sequence[Span], soonest: dt.datetime) -> Iterable[tuple[int, Span]]:
    """The presences that begin not before ``soonest``, may be left and have somebody, near these times."""
    whole = Range(min(time.lower for time in times if time.lower), max(time.upper for time in times if time.upper))
    query = (
        select(Assignment.slot_id, Assignment.during)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Presence, Presence.id == Request.presence_id)
        .where(
            Presence.cover == Cover.MAY_LEAVE,
            Assignment.status.in_(LIVE_ASSIGNMENT),
            Assignment.during.overlaps(whole),
            func.lower(Assignment.during) >= soonest,
        )
    )
    return [(slot_id, during) for slot_id, during in session.execute(query)]
