# SPDX-License-Identifier: AGPL-3.0-or-later
"""A quick plan of a problem that is still being made up: what is booked or affordable in it is taken from there.

It stands apart from the planner's own first plan, so that a better planner does not change the instances it is
measured on.
"""

from __future__ import annotations

from random import Random

from solver.diary import Diary
from solver.eligibility import Eligibility
from solver.prepare import Pair, Placement, Prepared
from solver.problem import Standing

MOST_PEOPLE = 12  # tried for a slot: enough to fill nearly all of what can be filled, at a second for 600 slots
DECIMALS = 6  # of a gain: fairness is a float, and the order in which it is added up must not decide


def quick_plan(prepared: Prepared, random: Random) -> list[Placement]:
    """Open posts in random order, each given to whoever gains most among a few; keeps every hard rule.

    People are drawn from all who are eligible, not from the pairs that the search keeps, for the same reason.
    """
    diary = Diary(prepared)
    candidates = [who.tolist() for who in Eligibility.of(prepared.index).candidates]
    for post in random.sample(range(len(candidates)), len(candidates)):
        few = random.sample(candidates[post], min(MOST_PEOPLE, len(candidates[post])))
        best = _best(diary, [prepared.pair[post, number] for number in few if (post, number) in prepared.pair])
        if best is not None:
            diary.put(best)
    return list(diary.placed.values())


def lines(prepared: Prepared, placements: list[Placement]) -> tuple[Standing, ...]:
    """The same placements by id, as ``locked`` and ``published`` write them."""
    index = prepared.index
    return tuple(
        Standing(index.posts[post].slot.id, index.mediators[mediator].id, start) for post, mediator, start in placements
    )


def _best(diary: Diary, pairs: list[Pair]) -> Placement | None:
    best, most = None, 0.0
    for pair in pairs:
        for start in _few(diary, pair):
            placement = Placement(pair.post, pair.mediator, start)
            gain = diary.gain(placement)
            if gain is not None and round(gain, DECIMALS) > most:
                best, most = placement, round(gain, DECIMALS)
    return best


def _few(diary: Diary, pair: Pair) -> set[int] | tuple[int, ...]:
    """The start that a colleague's slot of the same appointment has settled, else the first, middle and last one."""
    settled = {diary.placed[other].start for other in diary.prepared.group[pair.post] if other in diary.placed}
    if settled:
        return settled & set(pair.starts)
    return tuple(sorted({pair.starts[0], pair.starts[len(pair.starts) // 2], pair.starts[-1]}))
