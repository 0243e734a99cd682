# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a finished plan's total would rise by with somebody on one more slot: exact, and cheap to ask for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from solver.goals import changes, cost, wishes
from solver.index import day_of
from solver.openings import Opening, Wanted
from solver.visits import place_of

if TYPE_CHECKING:
    from solver.index import Post
    from solver.standing_plan import StandingPlan


class Bid(NamedTuple):
    """What a mediator on a slot changes: whole points, and the exact fairness and euros that are rounded in the sum."""

    mediator: int
    points: int
    unfair: Fraction
    euros: Fraction

    @property
    def worth(self) -> Fraction:
        return self.points - self.unfair - self.euros


def wanted(standing: StandingPlan, post: Post, starts: Sequence[int]) -> Wanted:
    """The visit of a slot, at some of its starts."""
    return Wanted(starts, sorted({day_of(start) for start in starts}), post.duration, place_of(standing.index, post))


def bids(
    standing: StandingPlan, post: Post, number: int, starts: Sequence[int], openings: Iterable[Opening]
) -> Iterator[tuple[int, int, Bid]]:
    """(first start, past the last, bid) for each opening of hers; a later one replaces an earlier one.

    The start that keeps what was published follows alone, with what it earns by that.
    """
    mediator = standing.index.mediators[number]
    bare = post.slot.value - wishes.cost(post.slot, mediator) - standing.newcomer(post.appointment.case, number)
    euros = cost.euros(post.duration, mediator) * standing.policy.cost_per_euro
    for first, past, travel, work, week in openings:
        bid = Bid(number, bare - standing.policy.travel_cost * travel, standing.unfairer(number, week, work), euros)
        yield first, past, bid
        for kept in _published(standing, post, mediator.id, starts, range(first, past)):
            earned = changes.kept(standing.index, post.slot.id, mediator.id, starts[kept])
            yield kept, kept + 1, bid._replace(points=bid.points + earned)


def gain(standing: StandingPlan, case: str | None, chosen: Sequence[Bid]) -> int:
    """Exactly what the total rises by when all of these, on slots of one appointment, come true.

    Fairness and euros are rounded once, on the whole plan's sums (docs/planning.md, section 3).
    """
    points = sum(bid.points for bid in chosen) - standing.first_of_case(case, len(chosen))
    unfair = standing.unfair + sum(bid.unfair for bid in chosen)
    euros = standing.euros + sum(bid.euros for bid in chosen)
    return points - (_whole(unfair) - _whole(standing.unfair)) - (_whole(euros) - _whole(standing.euros))


def _published(standing: StandingPlan, post: Post, mediator: str, starts: Sequence[int], among: range) -> Iterator[int]:
    """The number of the start at which the slot was published with her, if it is among these."""
    was = standing.index.published.get(post.slot.id)
    if was is not None and was.mediator == mediator:
        yield from (number for number in among if starts[number] == was.start)


def _whole(total: Fraction) -> int:
    """floor(x + 1/2), as the score rounds."""
    return floor(total + Fraction(1, 2))
