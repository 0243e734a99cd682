# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every relaxation of a tiny problem by trying everything and asking the checker alone, which knows no search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from solver.check import broken_rules, score
from solver.plan import Assignment, Plan
from solver.problem import DAY, Appointment, Mediator, PlanningProblem, Slot


class Tried:
    """One unfilled slot of one plan; whatever is asked is answered by ``solver.check``."""

    def __init__(self, problem: PlanningProblem, plan: Plan, slot: str) -> None:
        self.problem, self.lines = problem, plan.assignments
        self.appointment: Appointment
        self.slot: Slot
        self.appointment, self.slot = next(
            (visit, entry) for visit in problem.appointments for entry in visit.slots if entry.id == slot
        )
        partners = {entry.id for entry in self.appointment.slots}
        self.settled = any(line.slot in partners for line in self.lines)

    def starts(self, appointment: Appointment) -> list[int]:
        step = self.problem.policy.start_step
        return sorted({at for low, high in appointment.windows for at in range(low, high + 1, step)})

    def total(self, problem: PlanningProblem, lines: Iterable[Assignment]) -> int | None:
        """What lines are worth; null where they break a rule."""
        given = list(lines)
        return None if broken_rules(problem, given) else score(problem, given).total

    def totals(self, problem: PlanningProblem, people: Iterable[Mediator], starts: Iterable[int]) -> list[int]:
        """Totals of every lawful way to add the slot alone, by one of these people at one of these starts."""
        when = list(starts)
        tried = (self.total(problem, [*self.lines, self.line(she.id, at)]) for she in people for at in when)
        return [total for total in tried if total is not None]

    def line(self, mediator: str, start: int) -> Assignment:
        return Assignment(self.slot.id, mediator, start, start + self.appointment.duration)

    def as_it_stands(self) -> list[int]:
        return self.totals(self.problem, self.problem.mediators, self.starts(self.appointment))

    def with_one_moved(self) -> Iterator[int]:
        """Totals after moving one other line that is not locked, the slot not fitting without the move."""
        locked = {lock.slot for lock in self.problem.locked}
        visits = {entry.id: visit for visit in self.problem.appointments for entry in visit.slots}
        for other in self.lines:
            if other.slot in locked:
                continue
            rest = [line for line in self.lines if line.slot != other.slot]
            for she in self.problem.mediators:
                for at in self.starts(visits[other.slot]):
                    if (she.id, at) != (other.mediator, other.start):
                        moved = Assignment(other.slot, she.id, at, at + visits[other.slot].duration)
                        yield from self._beside(rest, moved)

    def _beside(self, rest: list[Assignment], moved: Assignment) -> Iterator[int]:
        for she in self.problem.mediators:
            for at in self.starts(self.appointment):
                line = self.line(she.id, at)
                if self.total(self.problem, [*self.lines, line]) is None:
                    total = self.total(self.problem, [*rest, moved, line])
                    if total is not None:
                        yield total

    def at_other_starts(self, tolerance: int) -> int | None:
        """The least distance on the same day at which somebody can come; null if there is none."""
        known, step = self.starts(self.appointment), self.problem.policy.start_step
        for minutes in range(step, tolerance + 1, step):
            starts = {
                at + sign * minutes for at in known for sign in (-1, 1) if (at + sign * minutes) // DAY == at // DAY
            }
            possible = [at for at in starts if 0 <= at < self.problem.horizon.days * DAY and at not in known]
            if self._possible_at(possible):
                return minutes
        return None

    def on_other_days(self, tolerance: int) -> tuple[int, int] | None:
        """(minutes off, days away) of the smallest change of day; null if there is none."""
        known, step = self.starts(self.appointment), self.problem.policy.start_step
        taken = {at // DAY for at in known}
        if not taken:
            return None
        for minutes in range(0, tolerance + 1, step):
            for away in range(1, self.problem.horizon.days):
                days = [d for d in range(self.problem.horizon.days) if d not in taken]
                days = [d for d in days if min(abs(d - other) for other in taken) == away]
                times = {at % DAY + sign * minutes for at in known for sign in (-1, 1)}
                if self._possible_at(day * DAY + at for day in days for at in times if 0 <= at < DAY):
                    return minutes, away
        return None

    def _possible_at(self, starts: Iterable[int]) -> bool:
        for at in starts:
            eased = msgspec.structs.replace(self.appointment, windows=((at, at),))
            problem = self.replaced(eased)
            kept = [line for line in self.lines if line.slot not in {entry.id for entry in eased.slots}]
            if any(self.total(problem, [*kept, self.line(she.id, at)]) is not None for she in problem.mediators):
                return True
        return False

    def over(self, limit: str, allowed: int, people: Iterable[Mediator]) -> bool:
        """Whether ``allowed`` more minutes of a limit, for one of them alone, let her come at a start she could not."""
        for she in people:
            cap = getattr(she, limit)
            if cap is None:
                continue
            longer = msgspec.structs.replace(she, **{limit: cap + allowed})
            others = tuple(longer if other.id == she.id else other for other in self.problem.mediators)
            problem = msgspec.structs.replace(self.problem, mediators=others)
            for at in self.starts(self.appointment):
                lines = [*self.lines, self.line(she.id, at)]
                if self.total(problem, lines) is not None and self.total(self.problem, lines) is None:
                    return True
        return False

    def replaced(self, appointment: Appointment) -> PlanningProblem:
        visits = tuple(appointment if visit.id == appointment.id else visit for visit in self.problem.appointments)
        return msgspec.structs.replace(self.problem, appointments=visits)

    def with_slot(self, **eased: object) -> list[int]:
        """Totals with a slot that asks less, among people who could not come at all before."""
        slot = msgspec.structs.replace(self.slot, **eased)
        slots = tuple(slot if entry.id == slot.id else entry for entry in self.appointment.slots)
        problem = self.replaced(msgspec.structs.replace(self.appointment, slots=slots))
        starts = self.starts(self.appointment)
        return [
            total
            for she in problem.mediators
            for at in starts
            if not self.totals(self.problem, [she], [at])
            for total in self.totals(problem, [she], [at])
        ]
