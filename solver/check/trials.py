# SPDX-License-Identifier: AGPL-3.0-or-later
"""One mediator tried at one start beside a finished plan: the rules that the plan decides, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from solver.check.book import Book, Visit, days, in_order
from solver.check.joint import allowances, charged, spent
from solver.check.pairs import inside_shift, way_home_covered
from solver.check.persons import day_allowance, driving_while_interpreting, fits, week_allowance
from solver.problem import Appointment, Mediator


class Trial:
    """A visit that is not in the plan, put among those of its day."""

    def __init__(
        self, book: Book, appointment: Appointment, mediator: Mediator, visit: Visit, day: list[Visit]
    ) -> None:
        self.book, self.appointment, self.mediator, self.visit = book, appointment, mediator, visit
        self.day = in_order([*day, visit]) if day else [visit]

    @cached_property
    def work(self) -> int:
        """Working minutes of the day with this visit."""
        return self.book.work(self.mediator, self.day)


Rules = tuple[tuple[str, Callable[[Trial], bool]], ...]


class Trials:
    """The finished plan as it stands in a trial's way; what is shared between trials is worked out once.

    ``rules`` are all that depend on the start or on the plan; one_mediator and locked stop nobody here. ``later`` are
    those that are left for a visit which has its shift and is clear of every other visit.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._use, self._allowed = spent(book), allowances(book)
        self._days: dict[str, dict[int, list[Visit]]] = {}
        self._day_limits: dict[tuple[str, int], int | None] = {}
        self._week_limits: dict[tuple[str, int], int | None] = {}
        self._work: dict[tuple[str, int], int] = {}
        self._weeks: dict[tuple[str, int], int] = {}
        self._settled: dict[str, list[tuple[int, str]]] = {}
        for line in book.lines:
            self._settled.setdefault(line.appointment.id, []).append((line.assignment.start, line.mediator.id))
        self.later: Rules = (
            ("one_place", self._drivable),
            ("max_day", self._day_has_room),
            ("max_week", self._week_has_room),
            ("budget", self._affordable),
            ("together", self._agrees),
        )
        self.rules: Rules = (("shift", self._in_shift), ("one_place", self._fits), *self.later[1:])

    def furthest(self, slot_id: str, mediator: Mediator, starts: Iterable[int], rules: Rules) -> str | None:
        """The last of the rules that fail first at one of these starts; None when one start passes them all."""
        furthest = 0
        appointment, days = self.book.slots[slot_id][0], self._days_of(mediator)
        for start in starts:
            visit = self.book.visit(slot_id, start, fact=False)
            trial = Trial(self.book, appointment, mediator, visit, days.get(visit.day, []))
            failed = next((rank for rank, (_, holds) in enumerate(rules) if not holds(trial)), None)
            if failed is None:
                return None
            furthest = max(furthest, failed)
            if rules[failed][0] == "budget":  # money does not ask when: no other start gets further
                break
        return rules[furthest][0]

    def _in_shift(self, trial: Trial) -> bool:
        visit = trial.visit
        if inside_shift(trial.mediator, visit.start, visit.end) is None:
            return False
        return way_home_covered(self.book, trial.mediator, trial.day, visit)

    def _fits(self, trial: Trial) -> bool:
        return fits(self.book, trial.mediator, self.book.visits[trial.mediator.id], trial.visit)

    def _drivable(self, trial: Trial) -> bool:
        return len(trial.day) < 3 or not any(driving_while_interpreting(self.book, trial.mediator, trial.day))

    def _day_has_room(self, trial: Trial) -> bool:
        key = trial.mediator.id, trial.visit.day
        if key not in self._day_limits:
            self._day_limits[key] = day_allowance(self.book, trial.mediator, trial.visit.day)
        allowed = self._day_limits[key]
        return allowed is None or trial.work <= allowed

    def _week_has_room(self, trial: Trial) -> bool:
        key = trial.mediator.id, trial.visit.week
        if key not in self._week_limits:
            self._week_limits[key] = week_allowance(self.book, trial.mediator, trial.visit.week)
        allowed = self._week_limits[key]
        if allowed is None:
            return True
        return self._work_in(*key) - self._work_on(trial.mediator.id, trial.visit.day) + trial.work <= allowed

    def _affordable(self, trial: Trial) -> bool:
        purses = [purse for purse in charged(self.book, trial.appointment) if purse in self._allowed]
        return all(self._use[purse] + trial.appointment.duration <= self._allowed[purse] for purse in purses)

    def _agrees(self, trial: Trial) -> bool:
        settled = self._settled.get(trial.appointment.id, [])
        return all(start == trial.visit.start and who != trial.mediator.id for start, who in settled)

    def _days_of(self, mediator: Mediator) -> dict[int, list[Visit]]:
        if mediator.id not in self._days:
            self._days[mediator.id] = days(self.book.visits[mediator.id])
        return self._days[mediator.id]

    def _work_in(self, name: str, week: int) -> int:
        """Working minutes of a week of the plan."""
        if (name, week) not in self._weeks:
            hers = self._days_of(self.book.mediators[name])
            self._weeks[name, week] = sum(self._work_on(name, day) for day in hers if day // 7 == week)
        return self._weeks[name, week]

    def _work_on(self, name: str, day: int) -> int:
        """Working minutes of a day of the plan."""
        if (name, day) not in self._work:
            mediator = self.book.mediators[name]
            self._work[name, day] = self.book.work(mediator, self._days_of(mediator).get(day, []))
        return self._work[name, day]
