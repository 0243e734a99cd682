# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules 12 to 14 again: one person's visits must be possible together and not be too many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from solver.check.book import Book, Visit, days, in_order
from solver.plan import Violation
from solver.problem import Mediator


def need(book: Book, mediator: Mediator, a: Visit, b: Visit) -> int:
    """Travel minutes when both are on site, else remote_gap."""
    if a.place is not None and b.place is not None:
        return book.travel(mediator, a.place, b.place)
    return book.policy.remote_gap


def too_close(book: Book, mediator: Mediator, a: Visit, b: Visit) -> bool:
    """For two visits in order of start: earlier end + need must not pass the later start. Facts are not judged."""
    return not (a.fact and b.fact) and a.end + need(book, mediator, a, b) > b.start


def driving_while_interpreting(book: Book, mediator: Mediator, day: list[Visit]) -> Iterator[tuple[Visit, Visit]]:
    """Neighbouring on-site visits of a day between which the remote ones leave too little time for the road."""
    onsite = [number for number, visit in enumerate(day) if visit.place is not None]
    for i, j in pairwise(onsite):
        a, b = day[i], day[j]
        remote = sum(visit.minutes for visit in day[i + 1 : j])
        if remote and not (a.fact and b.fact) and a.end + need(book, mediator, a, b) + remote > b.start:
            yield a, b


def one_place(book: Book) -> Iterator[Violation]:
    """Nobody is in two places at once, and the road between them takes time."""
    for name, mediator in book.mediators.items():
        visits = book.visits[name]
        for a, b in combinations(visits, 2):
            if too_close(book, mediator, a, b):
                yield Violation("one_place", f"{name} cannot keep {b} after {a}")
        for day in days(visits).values():
            for a, b in driving_while_interpreting(book, mediator, day):
                if not too_close(book, mediator, a, b):
                    yield Violation("one_place", f"{name} would be interpreting while driving from {a} to {b}")


def fits(book: Book, mediator: Mediator, visits: list[Visit], new: Visit) -> bool:
    """Whether one more visit goes in among hers without moving any."""
    for visit in visits:
        a, b = in_order((visit, new))
        if too_close(book, mediator, a, b):
            return False
    day = in_order([*(visit for visit in visits if visit.day == new.day), new])
    return not any(driving_while_interpreting(book, mediator, day))


def day_allowance(book: Book, mediator: Mediator, day: int) -> int | None:
    """max_day, or what locked and busy work alone amounts to where that is more."""
    if mediator.max_day is None:
        return None
    facts = [visit for visit in book.facts[mediator.id] if visit.day == day]
    return max(mediator.max_day, book.work(mediator, in_order(facts)))


def week_allowance(book: Book, mediator: Mediator, week: int) -> int | None:
    """max_week, or what locked and busy work alone amounts to where that is more."""
    if mediator.max_week is None:
        return None
    facts = (visit for visit in book.facts[mediator.id] if visit.week == week)
    return max(mediator.max_week, sum(book.work(mediator, day) for day in days(facts).values()))


def week_work(book: Book, mediator: Mediator) -> dict[int, int]:
    """Working minutes of each week in which she has a visit or a busy commitment."""
    work: dict[int, int] = {}
    for day in days(book.visits[mediator.id]).values():
        work[day[0].week] = work.get(day[0].week, 0) + book.work(mediator, day)
    return work


def max_day(book: Book) -> Iterator[Violation]:
    """Working minutes of a day stay within max_day."""
    for name, mediator in book.mediators.items():
        for day, visits in days(book.visits[name]).items():
            allowed, work = day_allowance(book, mediator, day), book.work(mediator, visits)
            if allowed is not None and work > allowed:
                yield Violation("max_day", f"{name} would work {work} minutes on day {day}, {allowed} are allowed")


def max_week(book: Book) -> Iterator[Violation]:
    """Working minutes of a week stay within max_week."""
    for name, mediator in book.mediators.items():
        for week, work in week_work(book, mediator).items():
            allowed = week_allowance(book, mediator, week)
            if allowed is not None and work > allowed:
                yield Violation("max_week", f"{name} would work {work} minutes in week {week}, {allowed} are allowed")
