# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a search over routes may still decide: everything, or the weeks of a few mediators beside a standing plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solver.diary import Diary
from solver.prepare import Placement, Prepared
from solver.routes import Stretch


@dataclass(frozen=True, slots=True)
class Scope:
    """The free part of a problem.

    ``stretches``: those that get a route; ``posts``: open posts they may fill; ``starts``: appointments whose start
    people outside have settled; ``room``: minutes left in each budget; ``people``: mediators already on each case.
    """

    stretches: tuple[Stretch, ...]
    posts: frozenset[int]
    starts: dict[int, int]
    room: tuple[int, ...]
    people: dict[str, frozenset[int]]

    def allows(self, prepared: Prepared, placement: Placement) -> bool:
        """Whether a placement of one of these stretches can be chosen here."""
        start = self.starts.get(prepared.index.posts[placement.post].appointment_number)
        return placement.post in self.posts and (start is None or start == placement.start)


def everything(prepared: Prepared, stretches: Iterable[Stretch]) -> Scope:
    return Scope(
        tuple(stretches), frozenset(prepared.open), {}, tuple(prepared.room.values()), dict(prepared.settled_people)
    )


def weeks_of(prepared: Prepared, stretches: Iterable[Stretch], plan: Diary, free: frozenset[int]) -> Scope:
    """The stretches of the mediators in ``free``; all other placements of the plan stand."""
    outside = [placement for placement in plan.placed.values() if placement.mediator not in free]
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
    inside = tuple(stretch for stretch in stretches if stretch.person.number in free)
    reachable = {visit.post for stretch in inside for visit in stretch.visits if not visit.fact}
    return Scope(
        inside,
        frozenset(reachable - taken),
        starts,
        tuple(room),
        {case: frozenset(numbers) for case, numbers in people.items()},
    )
