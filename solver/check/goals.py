# SPDX-License-Identifier: AGPL-3.0-or-later
"""The score again, term by term, from section 3 of docs/planning.md; fractions are exact until the end."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor

from solver.check.book import Book, days
from solver.check.persons import week_work
from solver.plan import Score
from solver.problem import Mediator, Slot

HALF = Fraction(1, 2)


def value(book: Book) -> int:
    """The sum over filled slots."""
    return sum({line.slot.id: line.slot.value for line in book.lines}.values())


def travel(book: Book) -> int:
    """All legs, home to home, of every day of a person on which at least one on-site slot is assigned."""
    driven = 0
    for name, mediator in book.mediators.items():
        for day in days(book.visits[name]).values():
            if any(visit.slot is not None and visit.place is not None for visit in day):
                driven += sum(book.legs(mediator, day))
    return book.policy.travel_cost * driven


def wishes(book: Book) -> int:
    """The listed cost of what each chosen mediator misses or is."""
    return sum(_wishes_missed(line.slot, line.mediator) for line in book.lines)


def continuity(book: Book) -> int:
    """Per case: case_cost for each mediator beyond the first on its filled slots."""
    people: dict[str, set[str]] = {}
    for line in book.lines:
        if line.appointment.case is not None:
            people.setdefault(line.appointment.case, set()).add(line.mediator.id)
    return book.policy.case_cost * sum(len(names) - 1 for names in people.values())


def fairness(book: Book) -> int:
    """The convex cost of used % of each weekly target, summed exactly, then floor(x + 1/2) once."""
    total = Fraction(0)
    for mediator in book.mediators.values():
        if mediator.target_week is not None:
            for work in week_work(book, mediator).values():
                total += _used_cost(book, Fraction(100 * work, mediator.target_week))
    return floor(total + HALF)


def changes(book: Book) -> int:
    """change_cost for each published slot filled by somebody else, at another time, or not at all."""
    filled = {(line.slot.id, line.mediator.id, line.assignment.start) for line in book.lines}
    moved = [was for was in book.problem.published if (was.slot, was.mediator, was.start) not in filled]
    return book.policy.change_cost * len(moved)


def cost(book: Book) -> int:
    """floor(cost_per_euro * euros of service + 1/2)."""
    euros = sum(
        (Fraction(line.appointment.duration, 60) * Fraction(line.mediator.hourly_cost, 100) for line in book.lines),
        Fraction(0),
    )
    return floor(book.policy.cost_per_euro * euros + HALF)


GOALS: dict[str, Callable[[Book], int]] = {
    "travel": travel,
    "wishes": wishes,
    "continuity": continuity,
    "fairness": fairness,
    "changes": changes,
    "cost": cost,
}


def score(book: Book) -> Score:
    """What the book's assignments are worth, each cost as it enters the total."""
    costs = {name: goal(book) for name, goal in GOALS.items()}
    worth = value(book)
    return Score(value=worth, **costs, total=worth - sum(costs.values()))


def _level(slot: Slot, mediator: Mediator) -> int:
    """Lowest level among the slot's languages; with any_language the highest that reaches its minimum; none: 3."""
    hers = [(mediator.languages.get(name, 0), least) for name, least in slot.languages.items()]
    if not hers:
        return 3
    if slot.any_language:
        return max((level for level, least in hers if level >= least), default=0)
    return min(level for level, _ in hers)


def _wishes_missed(slot: Slot, mediator: Mediator) -> int:
    wish = slot.wishes
    gender = wish.gender.cost if wish.gender is not None and wish.gender.is_ != mediator.gender else 0
    skills = sum(price for skill, price in wish.skills.items() if skill not in mediator.skills)
    anyone_else = wish.mediators.get("*", 0)
    return (
        gender + skills + wish.mediators.get(mediator.id, anyone_else) + wish.level.get(str(_level(slot, mediator)), 0)
    )


def _used_cost(book: Book, used: Fraction) -> Fraction:
    """Each further percent costs what the last corner at or below it says."""
    corners = book.policy.fairness_cost
    ends = [Fraction(start) for start, _ in corners[1:]] + [used]
    return (
        sum(
            (
                max(Fraction(0), min(used, end) - start) * price
                for (start, price), end in zip(corners, ends, strict=True)
            ),
            Fraction(0),
        )
        if corners
        else Fraction(0)
    )
