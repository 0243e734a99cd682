# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules 1 to 11 again: may this person fill this slot at all, and at this start?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from solver.check.book import Book, Line, Visit, days
from solver.plan import Violation
from solver.problem import Appointment, Mediator, Slot

Holds = Callable[[Book, Appointment, Slot, Mediator], bool]
Rule = Callable[[Book], Iterator[Violation]]


def language(_: Book, __: Appointment, slot: Slot, mediator: Mediator) -> bool:
    """Each language of the slot reached at its level; with any_language, one of them."""
    if not slot.languages:
        return True
    reached = [mediator.languages.get(name, 0) >= level for name, level in slot.languages.items()]
    return any(reached) if slot.any_language else all(reached)


def kind(_: Book, appointment: Appointment, __: Slot, mediator: Mediator) -> bool:
    """She does this kind of work."""
    return appointment.kind in mediator.kinds


def mode(_: Book, appointment: Appointment, __: Slot, mediator: Mediator) -> bool:
    """She works on site, by phone, by video, as the appointment asks."""
    return appointment.mode in mediator.modes


def skills(_: Book, __: Appointment, slot: Slot, mediator: Mediator) -> bool:
    """She has all the skills."""
    return set(slot.skills) <= set(mediator.skills)


def gender(_: Book, __: Appointment, slot: Slot, mediator: Mediator) -> bool:
    """She is of the gender the slot must have."""
    return slot.gender is None or slot.gender == mediator.gender


def excluded(_: Book, __: Appointment, slot: Slot, mediator: Mediator) -> bool:
    """She is not among the excluded."""
    return mediator.id not in slot.excluded


def only(_: Book, __: Appointment, slot: Slot, mediator: Mediator) -> bool:
    """She is among those named, where some are."""
    return slot.only is None or mediator.id in slot.only


def ambito(book: Book, appointment: Appointment, _: Slot, mediator: Mediator) -> bool:
    """She serves the ambito of the place; on-site appointments only."""
    if appointment.mode != "onsite" or appointment.place is None or mediator.ambiti is None:
        return True
    return book.places[appointment.place].ambito in mediator.ambiti


def distance(book: Book, appointment: Appointment, _: Slot, mediator: Mediator) -> bool:
    """Minutes from home to the place are at most max_travel; on-site appointments only."""
    if appointment.mode != "onsite" or appointment.place is None or mediator.max_travel is None:
        return True
    return book.travel(mediator, mediator.home, appointment.place) <= mediator.max_travel


PAIRS: dict[str, Holds] = {
    "language": language,
    "kind": kind,
    "mode": mode,
    "skills": skills,
    "gender": gender,
    "excluded": excluded,
    "only": only,
    "ambito": ambito,
    "distance": distance,
}


def judge(name: str, holds: Holds) -> Rule:
    """The rule over a whole plan: every chosen line must hold; what keeps a lock is not judged."""

    def rule(book: Book) -> Iterator[Violation]:
        for line in book.chosen:
            if not holds(book, line.appointment, line.slot, line.mediator):
                yield Violation(name, f"{line}: {line.mediator.id} does not meet the slot's {name}")

    return rule


def starts(book: Book, appointment: Appointment) -> set[int]:
    """All allowed starts: lo, lo + step, lo + 2 * step ... <= hi of each window."""
    allowed = set()
    for low, high in appointment.windows:
        start = low
        while start <= high:
            allowed.add(start)
            start += book.policy.start_step
    return allowed


def window(book: Book) -> Iterator[Violation]:
    """The start is an allowed one."""
    for line in book.chosen:
        if not start_allowed(book, line.appointment, line.assignment.start):
            yield Violation("window", f"{line}: no window allows this start")


def start_allowed(book: Book, appointment: Appointment, start: int) -> bool:
    step = book.policy.start_step
    return any(low <= start <= high and (start - low) % step == 0 for low, high in appointment.windows)


def inside_shift(mediator: Mediator, start: int, end: int) -> tuple[int, int] | None:
    """The shift of hers that holds the whole visit."""
    return next(((low, high) for low, high in mediator.shifts if low <= start and end <= high), None)


def way_home_covered(book: Book, mediator: Mediator, day: list[Visit], visit: Visit) -> bool:
    """With shift_covers_travel: a day's first on-site visit leaves time to come, its last one time to go home."""
    onsite = [entry for entry in day if entry.place is not None]
    shift = inside_shift(mediator, visit.start, visit.end)
    if not book.policy.shift_covers_travel or visit.place is None or shift is None:
        return True
    if visit is onsite[0] and visit.start < shift[0] + book.travel(mediator, mediator.home, visit.place):
        return False
    return visit is not onsite[-1] or visit.end <= shift[1] - book.travel(mediator, visit.place, mediator.home)


def shift(book: Book) -> Iterator[Violation]:
    """Each visit inside one shift; where the policy says so, the way from home and back home too."""
    for line in book.chosen:
        if inside_shift(line.mediator, line.assignment.start, _end(line)) is None:
            yield Violation("shift", f"{line}: no shift of {line.mediator.id} holds the whole visit")
    if book.policy.shift_covers_travel:
        yield from _ways_not_covered(book)


def _ways_not_covered(book: Book) -> Iterator[Violation]:
    for name, mediator in book.mediators.items():
        for day in days(book.visits[name]).values():
            for visit in day:
                if not visit.fact and not way_home_covered(book, mediator, day, visit):
                    yield Violation("shift", f"{name}: {visit} leaves no time in the shift for the way from or to home")


def _end(line: Line) -> int:
    return line.assignment.start + line.appointment.duration
