# SPDX-License-Identifier: AGPL-3.0-or-later
"""For each hard rule two problems that differ by it alone: one in which the rule is slack, and one in which it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solver.problem import Budget, Mediator, PlanningProblem, Slot, Travel
from tests.solver.properties.changed import computed, each_mediator, each_slot, policy, replace

COPY = "+"  # ends the id of a slot that stands in twice for one
MOST, POOR = 50, 20  # minutes of work, and of a budget

Pair = tuple[PlanningProblem, PlanningProblem]
Change = Callable[[PlanningProblem], PlanningProblem]


def _harder(change: Change) -> Callable[[PlanningProblem], Pair]:
    return lambda problem: (problem, change(problem))


def _slots(**given: Callable[[Slot], Any]) -> Callable[[PlanningProblem], Pair]:
    """Each slot with some of its conditions made harder."""
    return _harder(
        lambda problem: each_slot(problem, lambda slot: replace(slot, **{key: new(slot) for key, new in given.items()}))
    )


def _people(**given: Callable[[Mediator], Any]) -> Callable[[PlanningProblem], Pair]:
    """Each mediator with some of her abilities or limits made smaller."""
    return _harder(
        lambda problem: replace(
            problem,
            mediators=tuple(
                replace(mediator, **{key: new(mediator) for key, new in given.items()})
                for mediator in problem.mediators
            ),
        )
    )


def _least(limit: int | None) -> int:
    return MOST if limit is None else min(MOST, limit)


def _last_starts(problem: PlanningProblem) -> PlanningProblem:
    """Of each window its last start."""
    step = problem.policy.start_step
    visits = []
    for visit in problem.appointments:
        ends = (high - (high - low) % step for low, high in visit.windows)
        visits.append(replace(visit, windows=tuple((end, end) for end in ends)))
    return replace(problem, appointments=tuple(visits))


def _slow_roads(problem: PlanningProblem) -> Pair:
    """Every road and every change to another call takes an hour more; nothing else may look at the roads."""
    slack = policy(each_mediator(problem, max_travel=None), travel_is_work="none", shift_covers_travel=False)
    minutes, size = computed(problem), range(len(problem.places))
    slow = Travel(minutes=tuple(tuple(minutes[a][b] + 60 * (a != b) for b in size) for a in size))
    return slack, policy(replace(slack, travel=slow), remote_gap=problem.policy.remote_gap + 60)


def _poorer(problem: PlanningProblem) -> PlanningProblem:
    """Every project has twenty minutes, here and everywhere."""
    purses = {(name, where): POOR for name in ("p", "q") for where in (None, "A", "B")}
    for budget in problem.budgets:
        purses[budget.project, budget.ambito] = min(POOR, budget.minutes)
    return replace(problem, budgets=tuple(Budget(*purse, minutes) for purse, minutes in purses.items()))


def split(problem: PlanningProblem) -> PlanningProblem:
    """Every slot an appointment of its own."""
    visits = (
        replace(visit, id=f"{visit.id} {number}", slots=(slot,))
        for visit in problem.appointments
        for number, slot in enumerate(visit.slots)
    )
    return replace(problem, appointments=tuple(visits))


def _twice(problem: PlanningProblem) -> Pair:
    """Beside every slot a copy of it, under another name."""
    tight = split(problem)
    copies = tuple(
        replace(visit, id=visit.id + COPY, slots=tuple(replace(slot, id=slot.id + COPY) for slot in visit.slots))
        for visit in tight.appointments
    )
    return replace(tight, appointments=tight.appointments + copies), tight


# Rule, in which respect, and the two problems.
SWITCHED: list[tuple[str, str, Callable[[PlanningProblem], Pair]]] = [
    # A level that any of several languages may reach also decides what a locked slot's wishes cost: left alone.
    (
        "language",
        "native speakers",
        _slots(languages=lambda slot: slot.languages if slot.any_language else dict.fromkeys(slot.languages, 3)),
    ),
    ("kind", "no mediation", _people(kinds=lambda her: tuple(kind for kind in her.kinds if kind != "mediation"))),
    ("mode", "by phone and video", _people(modes=lambda her: tuple(mode for mode in her.modes if mode != "onsite"))),
    ("skills", "health", _slots(skills=lambda _: ("health",))),
    ("gender", "women", _slots(gender=lambda slot: slot.gender or "f")),
    ("excluded", "not m0", _slots(excluded=lambda slot: (*slot.excluded, "m0"))),
    ("only", "m1", _slots(only=lambda slot: ("m1",) if slot.only is None else ("nobody",))),
    ("ambito", "A", _people(ambiti=lambda _: ("A",))),
    ("distance", "near", _people(max_travel=lambda her: 10 if her.max_travel is None else min(10, her.max_travel))),
    ("window", "last start", _harder(_last_starts)),
    (
        "shift",
        "later",
        _people(shifts=lambda her: tuple((max(low, 540), high) for low, high in her.shifts if max(low, 540) < high)),
    ),
    (
        "shift",
        "the way from home",
        lambda problem: (policy(problem, shift_covers_travel=False), policy(problem, shift_covers_travel=True)),
    ),
    ("one_place", "slow roads", _slow_roads),
    ("max_day", "50 minutes", _people(max_day=lambda her: _least(her.max_day))),
    ("max_week", "50 minutes", _people(max_week=lambda her: _least(her.max_week))),
    ("budget", "20 minutes", _harder(_poorer)),
    ("one_mediator", "copies", _twice),
    ("together", "split", lambda problem: (split(problem), problem)),
    ("locked", "free", lambda problem: (replace(problem, locked=()), problem)),
]
