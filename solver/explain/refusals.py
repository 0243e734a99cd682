# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rules keep a mediator from a slot at a start, in a plan as it stands: all of them, not only the first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from solver.explain.calendar import Calendar, Line
from solver.goals.travel import measure
from solver.index import Post, week_of
from solver.person import Person, day_holds
from solver.roster import Flags, Numbers
from solver.rules import PAIRWISE, budget, one_place
from solver.visits import REMOTE, Visit

# Rules that look at the slot and the person alone; a window and a shift depend on the start as well.
PERSONAL = tuple(name for name in PAIRWISE if name not in {"window", "shift"})
# Rules that depend on the start and on the rest of the plan, in the order in which they are judged.
TIMED = ("shift", "one_place", "max_day", "max_week", "budget", "together")


def barred(calendar: Calendar, post: Post) -> dict[str, Flags]:
    """For each personal rule, over all mediators by number: whether it bars her from this slot at any time."""
    everybody = np.arange(calendar.roster.size, dtype=np.int64)
    return {name: PAIRWISE[name](calendar.roster, post, everybody) for name in PERSONAL}


def able(calendar: Calendar, post: Post) -> list[int]:
    """Numbers of the mediators whom no personal rule bars, ascending."""
    left: Numbers = np.arange(calendar.roster.size, dtype=np.int64)
    for name in PERSONAL:
        left = left[~PAIRWISE[name](calendar.roster, post, left)]
    return [int(number) for number in left]


def fits(calendar: Calendar, line: Line) -> bool:
    """Whether no rule that depends on time or plan forbids adding this line."""
    return next(refusals(calendar, line), None) is None


def first_refusal(calendar: Calendar, line: Line) -> str | None:
    """The first rule of all that forbids adding this line: personal, then the window, then those of ``TIMED``."""
    she = np.array([line.mediator], dtype=np.int64)
    for name in PERSONAL:
        if PAIRWISE[name](calendar.roster, line.post, she)[0]:
            return name
    if line.start not in calendar.index.starts(line.post.appointment):
        return "window"
    return next(refusals(calendar, line), None)


def refusals(calendar: Calendar, line: Line) -> Iterator[str]:
    """The rules of ``TIMED`` that forbid adding this line, each judged as if the others held."""
    person, visit = calendar.person(line.mediator), calendar.visit(line)
    held = any(low <= visit.start and visit.end <= high for low, high in person.mediator.shifts)
    if not held:
        yield "shift"
    day = calendar.day_with(line, visit)
    if held and person.covers and not way_covered(person, day, visit):
        yield "shift"
    if meets(calendar, person, visit) or not one_place.drivable(person, day):
        yield "one_place"
    work = measure(person, day).work
    if work > person.day_limit(line.day[1]):
        yield "max_day"
    if week_work(calendar, line, work) > person.week_limit(week_of(line.start)):
        yield "max_week"
    if any(short > 0 for short in short_purses(calendar, line.post).values()):
        yield "budget"
    if any(start != line.start or number == line.mediator for _, number, start in calendar.partners(line.post)):
        yield "together"


def way_covered(person: Person, day: list[Visit], visit: Visit) -> bool:
    """With ``shift_covers_travel``: whether the visit's shift also holds the way from home and back, if it comes
    first or last of the on-site visits of her day."""
    if visit.place == REMOTE:
        return True
    stops = [stop for stop in day if stop.place != REMOTE]
    comes = visit != stops[0] or person.may_come_first(visit)
    return comes and (visit != stops[-1] or person.may_come_last(visit))


def meets(calendar: Calendar, person: Person, visit: Visit) -> bool:
    """Whether one of her visits, facts included, is too close to this one."""
    others = chain(person.facts, calendar.chosen.get(person.number, ()))
    return any(one_place.clash(person, visit, other) for other in others)


def collisions(calendar: Calendar, line: Line) -> list[Visit]:
    """Her visits, facts included, that are too close to this one."""
    person, visit = calendar.person(line.mediator), calendar.visit(line)
    others = chain(person.facts, calendar.chosen.get(line.mediator, ()))
    return [other for other in others if one_place.clash(person, visit, other)]


def week_work(calendar: Calendar, line: Line, day_work: int) -> int:
    """Her working minutes of the week if the line's day amounted to ``day_work``."""
    worked = calendar.week.get((line.mediator, week_of(line.start)), 0)
    return worked - calendar.measured(line.day).work + day_work


def short_purses(calendar: Calendar, post: Post) -> dict[budget.Purse, int]:
    """For each budget the slot is charged to, by how many minutes it is short; 0 or less where there is room."""
    purses = budget.purses(calendar.index, post)
    return {purse: post.duration - calendar.left[purse] for purse in purses if purse in calendar.left}


def stands(calendar: Calendar, key: tuple[int, int]) -> bool:
    """Whether a (mediator number, day) keeps the rules of a day and a week after a visit was taken from it."""
    number, day = key
    person = calendar.person(number)
    week = day // 7
    held = day_holds(person, day, calendar.days.get(key, []))
    return held and calendar.week.get((number, week), 0) <= person.week_limit(week)
