# SPDX-License-Identifier: AGPL-3.0-or-later
"""Paid time that a late cancellation frees goes at once to requests nearby that have nobody (messaging.md §3).

No search: one person and a few slots are tried by the checker, every rule said by it and every gain counted by it, with
the minutes that are paid anyway for nothing. What wins is published like a plan's line, so she gets an ordinary offer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, from_wall, monday_of, wall_minute
from dispatch.kit.locks import lock_mediators
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.planning.queries import live_by_slot, lock_appointments_of, slots_being_asked
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from solver.check import broken_rules, day_violations, score
from solver.plan import Assignment as Visit
from solver.problem import PlanningProblem

WITHOUT = (SlotStatus.OPEN, SlotStatus.UNFILLED)


def offer_freed_time(session: Session, assignment_id: int, now: dt.datetime) -> list[int]:
    """Publish to her what fits best into the time she was freed of late; the slots, and none where it was in time."""
    freed, policy = session.get_one(Assignment, assignment_id), policy_in_force(session)
    start, end = _ends(freed.during)
    late = start - freed.changed_at < dt.timedelta(hours=policy.attendance.late_hours)
    if freed.status != AssignmentStatus.WITHDRAWN or not late or end <= now:
        return []
    reach = dt.timedelta(minutes=policy.planning.freed_reach_minutes)
    lock_mediators(session, [freed.mediator_id])
    slots = lock_appointments_of(session, _nearby(session, freed, start - reach, end + reach))
    taken = live_by_slot(session, slots).keys() | slots_being_asked(session, slots)
    open_slots = {key: slot for key, slot in slots.items() if slot.status in WITHOUT and key not in taken}
    if not open_slots:
        return []
    monday = monday_of(at_home(start).date())
    trial = _Trial(
        read_snapshot(session, monday, 7, now, policy.planning).problem,
        session.get_one(Mediator, freed.mediator_id).code,
        (wall_minute(start, monday), wall_minute(end, monday)),
        policy.planning.freed_reach_minutes,
    )
    chosen = trial.fill({str(key) for key in open_slots})
    _publish(session, freed, open_slots, {int(visit.slot): _during(visit, monday) for visit in chosen}, now)
    return [int(visit.slot) for visit in chosen]


@dataclass
class _Trial:
    """One mediator's freed minutes, and what the week would be with another visit of hers."""

    problem: PlanningProblem
    mediator: str
    freed: tuple[int, int]
    reach: int

    def __post_init__(self) -> None:
        lasts = {slot.id: one.duration for one in self.problem.appointments for slot in one.slots}
        standing = [*self.problem.locked, *self.problem.published]
        self.held = [
            Visit(slot=one.slot, mediator=one.mediator, start=one.start, end=one.start + lasts[one.slot])
            for one in standing
        ]

    def fill(self, wanted: set[str]) -> list[Visit]:
        """The best visit for the freed time, then the best for what is left of it."""
        chosen: list[Visit] = []
        while (best := self._best(wanted - {visit.slot for visit in chosen})) is not None:
            chosen.append(best)
            self.held.append(best)
        return chosen

    def _best(self, wanted: set[str]) -> Visit | None:
        before = score(self.problem, self.held)
        ranked: list[tuple[float, int, Visit]] = []
        for visit in self._starts(wanted):
            if day_violations(self.problem, self.mediator, [*self.held, visit]):
                continue
            after = score(self.problem, [*self.held, visit])
            paid = self._paid(visit) / (visit.end - visit.start)  # minutes she is paid for anyway cost nothing
            gain = after.total - before.total + (after.cost - before.cost) * paid
            ranked.append((gain, self._paid(visit), visit))
        for gain, paid_minutes, visit in sorted(ranked, key=lambda one: (-one[0], -one[1], one[2].start, one[2].slot)):
            if gain > 0 and paid_minutes > 0 and not broken_rules(self.problem, [*self.held, visit]):
                return visit
        return None

    def _starts(self, wanted: set[str]) -> Iterator[Visit]:
        """Every allowed start that lies in the freed time or reaches a little beyond it."""
        low, high = self.freed[0] - self.reach, self.freed[1] + self.reach
        for one in self.problem.appointments:
            starts = {
                start
                for first, last in one.windows
                for start in range(first, last + 1, self.problem.policy.start_step)
                if low <= start and start + one.duration <= high
            }
            for slot in one.slots:
                if slot.id in wanted:
                    for start in sorted(starts):
                        yield Visit(slot=slot.id, mediator=self.mediator, start=start, end=start + one.duration)

    def _paid(self, visit: Visit) -> int:
        return max(0, min(visit.end, self.freed[1]) - max(visit.start, self.freed[0]))


def _nearby(session: Session, freed: Assignment, low: dt.datetime, high: dt.datetime) -> list[int]:
    """Slots that have nobody and may begin then; whoever refused one is not asked about it again."""
    query = (
        select(Slot.id)
        .join(Appointment)
        .where(
            Slot.status.in_(WITHOUT),
            ~Slot.excluded.contains([freed.mediator_id]),
            Appointment.status == AppointmentStatus.OPEN,
            Appointment.first_start < high,
            Appointment.last_start >= low,
        )
    )
    return list(session.scalars(query.order_by(Slot.id)))


def _publish(
    session: Session,
    freed: Assignment,
    slots: Mapping[int, Slot],
    times: Mapping[int, Range[dt.datetime]],
    now: dt.datetime,
) -> None:
    for slot_id, during in times.items():
        session.execute(
            insert(Assignment).values(
                slot_id=slot_id,
                mediator_id=freed.mediator_id,
                during=during,
                status=AssignmentStatus.PUBLISHED,
                changed_at=now,
            )
        )
        slot = slots[slot_id]
        slot.status, slot.replan_due, slot.reasons, slot.changed_at = SlotStatus.OFFERED, None, None, now
    if times:
        enqueue(session, "offers.make", priority=5)


def _during(visit: Visit, monday: dt.date) -> Range[dt.datetime]:
    start = from_wall(monday, visit.start)
    return Range(start, start + dt.timedelta(minutes=visit.end - visit.start))


def _ends(during: Range[dt.datetime]) -> tuple[dt.datetime, dt.datetime]:
    assert during.lower is not None
    assert during.upper is not None
    return during.lower, during.upper
