# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a search over routes may still decide: everything, or the units of a few mediators beside a standing plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solver.diary import Diary
from solver.prepare import Prepared
from solver.problem import DAY
from solver.routes import Unit


@dataclass(frozen=True, slots=True)
class Scope:
    """The free part of a problem.

    ``units``: those that get a route; ``posts``: open posts they may fill; ``starts``: appointments whose start
    people outside have settled; ``room``: minutes left in each budget; ``people``: mediators already on each case.
    """

    units: tuple[Unit, ...]
    posts: frozenset[int]
    starts: dict[int, int]
    room: tuple[int, ...]
    people: dict[str, frozenset[int]]


def everything(prepared: Prepared, units: Iterable[Unit], posts: frozenset[int] | None = None) -> Scope:
    """All of these units; ``posts``: those they can fill, if not all open ones."""
    posts = frozenset(prepared.open) if posts is None else posts
    room = usable(prepared, posts, list(prepared.room.values()))
    return Scope(tuple(units), posts, {}, room, dict(prepared.settled_people))


def usable(prepared: Prepared, posts: Iterable[int], room: Sequence[int]) -> tuple[int, ...]:
    """The minutes of each budget that whole posts can use: the greatest sum of their durations that it has room for.

    The sums are the bits of one number, shifted by each duration. A linear program would sell the rest in pieces.
    """
    sums = [1] * len(room)
    for post in sorted(posts):
        for purse in prepared.purses[post]:
            sums[purse] |= sums[purse] << prepared.index.posts[post].duration & (2 << room[purse]) - 1
    return tuple(found.bit_length() - 1 for found in sums)


def weeks_of(prepared: Prepared, units: Sequence[Unit], reach: Sequence[frozenset[int]], plan: Diary) -> Scope:
    """Some units free, all other placements of the plan standing. ``reach``: the posts each of these can fill."""
    inside = {(unit.person.number, day) for unit in units for stretch in unit.stretches for day in stretch.days}
    outside = [given for given in plan.placed.values() if (given.mediator, given.start // DAY) not in inside]
    taken = {placement.post for placement in outside}
    room = list(prepared.room.values())
    people = {case: set(numbers) for case, numbers in prepared.settled_people.items()}
    starts: dict[int, int] = {}
    for post, mediator, start in outside:
        starts[prepared.index.posts[post].appointment_number] = start
        for purse in prepared.purses[post]:
            room[purse] -= prepared.index.posts[post].duration
        case = prepared.case_of[post]
        if case is not None:
            people.setdefault(case, set()).add(mediator)
    posts = frozenset(frozenset[int]().union(*reach) - taken)
    return Scope(
        tuple(units),
        posts,
        starts,
        usable(prepared, posts, room),
        {case: frozenset(numbers) for case, numbers in people.items()},
    )
