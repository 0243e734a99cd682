# SPDX-License-Identifier: AGPL-3.0-or-later
"""Different people for the slots of one appointment: as many slots as can be, and of those teams the best.

A maximum-weight bipartite matching by successive best augmenting paths (Ahuja, Magnanti and Orlin, "Network Flows",
1993, chapter 12): the matching after k paths is the best of all with k slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

Worth = Mapping[int, Fraction]  # what each mediator (by number) is worth on one slot


def best_team(worths: Sequence[Worth], most: int) -> dict[int, int]:
    """Slot position -> mediator: at most ``most`` slots, first as many as possible, then of greatest worth.

    Among equals the smaller number wins. Each slot needs to look at no more people than there are slots: were another
    one of hers chosen, one of these would be free and no worse.
    """
    shortlists = [_shortlist(worth, len(worths)) for worth in worths]
    team: dict[int, int] = {}
    while len(team) < most and (longer := _augmented(shortlists, team)) is not None:
        team = longer
    return team


def _shortlist(worth: Worth, most: int) -> Worth:
    best = sorted(worth, key=lambda mediator: (-worth[mediator], mediator))[:most]
    return {mediator: worth[mediator] for mediator in best}


def _augmented(worths: Sequence[Worth], team: Mapping[int, int]) -> dict[int, int] | None:
    """The best team with one slot more, or None where there is none."""
    owner = {mediator: slot for slot, mediator in team.items()}
    reached, taken_from = _exchanges(worths, team, owner)
    ends = [
        (gain + worth, -mediator, slot)
        for slot, gain in reached.items()
        for mediator, worth in worths[slot].items()
        if mediator not in owner
    ]
    if not ends:
        return None
    _, newcomer, slot = max(ends)
    longer = dict(team)
    mediator = -newcomer
    while slot in taken_from:
        longer[slot], mediator = mediator, team[slot]
        slot = taken_from[slot]
    longer[slot] = mediator
    return longer


def _exchanges(
    worths: Sequence[Worth], team: Mapping[int, int], owner: Mapping[int, int]
) -> tuple[dict[int, Fraction], dict[int, int]]:
    """For each slot what is gained when it hands its person on to an empty slot, and to which slot it hands her.

    Bellman and Ford's rounds: a gain may be negative on the way, and no round trip gains anything in a best team.
    """
    reached = {slot: Fraction(0) for slot in range(len(worths)) if slot not in team}
    taken_from: dict[int, int] = {}
    for _ in worths:
        for slot, gain in list(reached.items()):
            for mediator, worth in worths[slot].items():
                giver = owner.get(mediator)
                if giver is None or giver == slot:
                    continue
                through = gain + worth - worths[giver][mediator]
                if giver not in reached or through > reached[giver]:
                    reached[giver], taken_from[giver] = through, slot
    return reached, taken_from
