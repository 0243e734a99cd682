# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan written into its problem's book: who does what, when and where, in plain ids and plain minutes.

This package shares nothing with the solver but the two file contracts, so that an error there cannot hide itself
here: travel, allowed starts and working minutes are said again from docs/planning.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import asin, ceil, cos, radians, sin, sqrt

from solver.plan import Assignment
from solver.problem import DAY, WEEK, Appointment, Mediator, Place, PlanningProblem, Slot, Standing

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Visit:
    """One entry of a person's day. Place None: by phone, by video or nowhere in particular. Slot None: busy."""

    start: int
    end: int
    place: str | None
    slot: str | None
    fact: bool

    @property
    def day(self) -> int:
        return self.start // DAY

    @property
    def week(self) -> int:
        return self.start // WEEK

    @property
    def minutes(self) -> int:
        return self.end - self.start

    def __str__(self) -> str:
        return f"{self.slot or 'a busy commitment'} at {self.start}"


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment with everything its ids stand for."""

    assignment: Assignment
    slot: Slot
    appointment: Appointment
    mediator: Mediator
    fact: bool

    def __str__(self) -> str:
        return f"{self.mediator.id} on {self.slot.id} at {self.assignment.start}"


class Book:
    """Look-ups over one problem and the assignments of one plan, all of whose ids must be known."""

    def __init__(self, problem: PlanningProblem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.policy = problem.policy
        self.mediators: dict[str, Mediator] = {mediator.id: mediator for mediator in problem.mediators}
        self.places: dict[str, Place] = {place.id: place for place in problem.places}
        self.slots: dict[str, tuple[Appointment, Slot]] = {
            slot.id: (appointment, slot) for appointment in problem.appointments for slot in appointment.slots
        }
        self.locked: dict[str, Standing] = {standing.slot: standing for standing in problem.locked}
        self._numbers = {place.id: number for number, place in enumerate(problem.places)}
        self._legs: dict[tuple[float, str, str], int] = {}
        self.lines = [self._line(assignment) for assignment in assignments]
        self.facts = self._facts()
        self.visits = self._visits()

    @property
    def chosen(self) -> Iterator[Line]:
        """The lines a plan is answerable for: all but those that keep a lock."""
        return (line for line in self.lines if not line.fact)

    def travel(self, mediator: Mediator, start: str, end: str) -> int:
        """Minutes she needs from one place to another: ceil(minutes * factor - 1e-9), 0 for the same place id."""
        if start == end:
            return 0
        key = (mediator.travel_factor, start, end)
        if key not in self._legs:
            self._legs[key] = ceil(self._minutes(start, end) * mediator.travel_factor - 1e-9)
        return self._legs[key]

    def legs(self, mediator: Mediator, day: list[Visit]) -> tuple[int, int]:
        """Minutes driven on one day in order: (between its on-site stops, from home to the first and back home)."""
        stops = [visit.place for visit in day if visit.place is not None]
        if not stops:
            return 0, 0
        between = self._between(mediator, stops)
        return between, self.travel(mediator, mediator.home, stops[0]) + self.travel(mediator, stops[-1], mediator.home)

    def work(self, mediator: Mediator, day: list[Visit]) -> int:
        """Working minutes of one day in order: visits, busy commitments and the legs that count as work."""
        minutes = sum(visit.minutes for visit in day)
        if self.policy.travel_is_work == "all":
            return minutes + sum(self.legs(mediator, day))
        if self.policy.travel_is_work == "between":
            return minutes + self._between(mediator, [visit.place for visit in day if visit.place is not None])
        return minutes

    def _between(self, mediator: Mediator, stops: list[str]) -> int:
        return sum(self.travel(mediator, a, b) for a, b in pairwise(stops))

    def visit(self, slot_id: str, start: int, *, fact: bool) -> Visit:
        appointment, _ = self.slots[slot_id]
        place = appointment.place if appointment.mode == "onsite" else None
        return Visit(start, start + appointment.duration, place, slot_id, fact)

    def _minutes(self, start: str, end: str) -> int:
        """Minutes by car, from the matrix or from the two places' coordinates."""
        if self.problem.travel is not None and self.problem.travel.minutes is not None:
            return self.problem.travel.minutes[self._numbers[start]][self._numbers[end]]
        km = _haversine_km(self.places[start], self.places[end])
        on_the_road = ceil(km * self.policy.road_factor / self.policy.travel_speed_kmh * 60 - 1e-9)
        return on_the_road + self.policy.arrival_minutes

    def _line(self, assignment: Assignment) -> Line:
        appointment, slot = self.slots[assignment.slot]
        lock = self.locked.get(assignment.slot)
        kept = lock is not None and (lock.mediator, lock.start) == (assignment.mediator, assignment.start)
        return Line(assignment, slot, appointment, self.mediators[assignment.mediator], kept)

    def _facts(self) -> dict[str, list[Visit]]:
        """Every mediator's busy commitments, then her locked visits."""
        facts = {
            mediator.id: [Visit(busy.start, busy.end, busy.place, None, True) for busy in mediator.busy]
            for mediator in self.problem.mediators
        }
        for lock in self.problem.locked:
            facts[lock.mediator].append(self.visit(lock.slot, lock.start, fact=True))
        return facts

    def _visits(self) -> dict[str, list[Visit]]:
        """Every mediator's busy commitments and the visits of the plan's lines, in order of start.

        A locked visit that the plan moves or drops is where the plan says; the rule ``locked`` speaks about that.
        """
        visits = {name: [fact for fact in facts if fact.slot is None] for name, facts in self.facts.items()}
        for line in self.lines:
            visits[line.mediator.id].append(self.visit(line.slot.id, line.assignment.start, fact=line.fact))
        return {mediator: in_order(entries) for mediator, entries in visits.items()}


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """By start, then end, then place: facts may coincide, and the lines of a file may come in any order."""
    return sorted(visits, key=lambda visit: (visit.start, visit.end, visit.place or ""))


def days(visits: Iterable[Visit]) -> dict[int, list[Visit]]:
    """Visits by the day of their start, each day in order."""
    found: dict[int, list[Visit]] = {}
    for visit in in_order(visits):
        found.setdefault(visit.day, []).append(visit)
    return found


def _haversine_km(a: Place, b: Place) -> float:
    lat_a, lon_a, lat_b, lon_b = map(radians, (a.lat, a.lon, b.lat, b.lon))
    half = sin((lat_a - lat_b) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_a - lon_b) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
