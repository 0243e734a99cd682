# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules 15 to 18 again: what the plan as a whole must respect, whoever is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from solver.check.book import Book, Line
from solver.plan import Violation
from solver.problem import Appointment

Purse = tuple[str, str | None]


def charged(book: Book, appointment: Appointment) -> list[Purse]:
    """Where a filled slot's minutes count: (project, ambito of the place, if there is one) and (project, None)."""
    if appointment.project is None:
        return []
    purses: list[Purse] = [(appointment.project, None)]
    if appointment.place is not None:
        purses.append((appointment.project, book.places[appointment.place].ambito))
    return purses


def spent(book: Book) -> Counter[Purse]:
    """Minutes of the filled slots, by purse."""
    use: Counter[Purse] = Counter()
    for line in book.lines:
        for purse in charged(book, line.appointment):
            use[purse] += line.appointment.duration
    return use


def allowances(book: Book) -> dict[Purse, int]:
    """Each budget's minutes, or what is locked alone where that is more."""
    locked: Counter[Purse] = Counter()
    for standing in book.problem.locked:
        appointment, _ = book.slots[standing.slot]
        for purse in charged(book, appointment):
            locked[purse] += appointment.duration
    return {
        (budget.project, budget.ambito): max(budget.minutes, locked[budget.project, budget.ambito])
        for budget in book.problem.budgets
    }


def budget(book: Book) -> Iterator[Violation]:
    """No project spends more minutes than its budget."""
    use = spent(book)
    for (project, where), allowed in allowances(book).items():
        if use[project, where] > allowed:
            asked = f"{use[project, where]} minutes are assigned, {allowed} are allowed"
            yield Violation("budget", f"project {project} in {where or 'all ambiti'}: {asked}")


def one_mediator(book: Book) -> Iterator[Violation]:
    """A slot has at most one mediator."""
    for slot, count in Counter(line.slot.id for line in book.lines).items():
        if count > 1:
            yield Violation("one_mediator", f"{slot} is assigned {count} times")


def together(book: Book) -> Iterator[Violation]:
    """Slots of one appointment start together and are filled by different people."""
    lines: dict[str, list[Line]] = {}
    for line in book.lines:
        lines.setdefault(line.appointment.id, []).append(line)
    for appointment, group in lines.items():
        for a, b in combinations(group, 2):
            if (a.fact and b.fact) or a.slot.id == b.slot.id:
                continue
            if a.assignment.start != b.assignment.start:
                yield Violation("together", f"{appointment}: {a} and {b} do not start together")
            if a.mediator.id == b.mediator.id:
                yield Violation(
                    "together", f"{appointment}: {a.mediator.id} cannot fill both {a.slot.id} and {b.slot.id}"
                )


def locked(book: Book) -> Iterator[Violation]:
    """What is locked is kept exactly."""
    kept = {line.slot.id for line in book.lines if line.fact}
    for standing in book.problem.locked:
        if standing.slot not in kept:
            yield Violation("locked", f"{standing.slot} must stay with {standing.mediator} at {standing.start}")
