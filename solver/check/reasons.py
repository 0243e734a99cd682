# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slot stays empty: for each mediator the first rule that fails against the finished plan.

The rules are taken in the order of docs/planning.md, keeping the starts that are still possible: a rule about the
start, the day, the week or the appointment fails when it leaves none of them. Said the other way round: each start
fails at some rule, and the one that gets furthest names it. A mediator whom no rule stops could have come; she counts
as ``outbid``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from solver.check.book import Book, Visit, days, in_order
from solver.check.joint import allowances, charged, spent
from solver.check.pairs import PAIRS, inside_shift, language, starts, way_home_covered
from solver.check.persons import day_allowance, fits, week_allowance
from solver.problem import Appointment, Mediator, Slot

OUTBID = "outbid"


class Explanation:
    """The reasons of one finished plan's empty slots; what is shared between slots is worked out once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._use = spent(book)
        self._allowed = allowances(book)
        self._days: dict[str, dict[int, list[Visit]]] = {}
        self._day_limits: dict[tuple[str, int], int | None] = {}
        self._week_limits: dict[tuple[str, int], int | None] = {}
        self._work: dict[tuple[str, int], int] = {}
        self._speakers: dict[tuple[tuple[tuple[str, int], ...], bool], list[Mediator]] = {}
        self._settled: dict[str, list[tuple[int, str]]] = {}
        for line in book.lines:
            self._settled.setdefault(line.appointment.id, []).append((line.assignment.start, line.mediator.id))

    def of_slot(self, slot_id: str) -> dict[str, int]:
        """Counts of mediators by reason; they sum to the number of mediators."""
        appointment, slot = self.book.slots[slot_id]
        speakers = self._speaking(appointment, slot)
        counts = Counter({"language": len(self.book.mediators) - len(speakers)})
        counts.update(self.of_mediator(slot_id, mediator) for mediator in speakers)
        return {reason: count for reason, count in counts.items() if count}

    def of_mediator(self, slot_id: str, mediator: Mediator) -> str:
        """The first rule that keeps her from this slot, or ``outbid``."""
        appointment, slot = self.book.slots[slot_id]
        for name, holds in PAIRS.items():
            if not holds(self.book, appointment, slot, mediator):
                return name
        furthest = -1
        rules = self._rules(appointment, mediator)
        for start in sorted(starts(self.book, appointment)):
            visit = self.book.visit(slot_id, start, fact=False)
            failed = next((rank for rank, (_, holds) in enumerate(rules) if not holds(visit)), None)
            if failed is None:
                return OUTBID
            furthest = max(furthest, failed)
        return rules[furthest][0] if furthest >= 0 else "window"

    def _rules(self, appointment: Appointment, mediator: Mediator) -> list[tuple[str, Callable[[Visit], bool]]]:
        """The rules that depend on the start or on the plan, in order; one_mediator and locked stop nobody here."""
        visits = self.book.visits[mediator.id]
        return [
            ("shift", lambda visit: self._in_shift(mediator, visit)),
            ("one_place", lambda visit: fits(self.book, mediator, visits, visit)),
            ("max_day", lambda visit: self._day_has_room(mediator, visit)),
            ("max_week", lambda visit: self._week_has_room(mediator, visit)),
            ("budget", lambda _: self._affordable(appointment)),
            ("together", lambda visit: self._agrees(appointment, mediator, visit)),
        ]

    def _in_shift(self, mediator: Mediator, visit: Visit) -> bool:
        if inside_shift(mediator, visit.start, visit.end) is None:
            return False
        return way_home_covered(self.book, mediator, self._day_with(mediator, visit), visit)

    def _day_has_room(self, mediator: Mediator, visit: Visit) -> bool:
        allowed = self._allowed_on(mediator, visit.day)
        return allowed is None or self.book.work(mediator, self._day_with(mediator, visit)) <= allowed

    def _week_has_room(self, mediator: Mediator, visit: Visit) -> bool:
        allowed = self._allowed_in(mediator, visit.week)
        if allowed is None:
            return True
        others = (day for day in self._days_of(mediator) if day // 7 == visit.week and day != visit.day)
        work = sum(self._work_of(mediator, day) for day in others)
        return work + self.book.work(mediator, self._day_with(mediator, visit)) <= allowed

    def _allowed_on(self, mediator: Mediator, day: int) -> int | None:
        if (mediator.id, day) not in self._day_limits:
            self._day_limits[mediator.id, day] = day_allowance(self.book, mediator, day)
        return self._day_limits[mediator.id, day]

    def _allowed_in(self, mediator: Mediator, week: int) -> int | None:
        if (mediator.id, week) not in self._week_limits:
            self._week_limits[mediator.id, week] = week_allowance(self.book, mediator, week)
        return self._week_limits[mediator.id, week]

    def _affordable(self, appointment: Appointment) -> bool:
        purses = [purse for purse in charged(self.book, appointment) if purse in self._allowed]
        return all(self._use[purse] + appointment.duration <= self._allowed[purse] for purse in purses)

    def _agrees(self, appointment: Appointment, mediator: Mediator, visit: Visit) -> bool:
        settled = self._settled.get(appointment.id, [])
        return all(start == visit.start and who != mediator.id for start, who in settled)

    def _day_with(self, mediator: Mediator, visit: Visit) -> list[Visit]:
        return in_order([*self._days_of(mediator).get(visit.day, []), visit])

    def _days_of(self, mediator: Mediator) -> dict[int, list[Visit]]:
        if mediator.id not in self._days:
            self._days[mediator.id] = days(self.book.visits[mediator.id])
        return self._days[mediator.id]

    def _work_of(self, mediator: Mediator, day: int) -> int:
        if (mediator.id, day) not in self._work:
            self._work[mediator.id, day] = self.book.work(mediator, self._days_of(mediator)[day])
        return self._work[mediator.id, day]

    def _speaking(self, appointment: Appointment, slot: Slot) -> list[Mediator]:
        """Mediators who pass the language rule; slots with equal needs share the answer."""
        key = (tuple(slot.languages.items()), slot.any_language)
        if key not in self._speakers:
            everybody = self.book.mediators.values()
            self._speakers[key] = [person for person in everybody if language(self.book, appointment, slot, person)]
        return self._speakers[key]
