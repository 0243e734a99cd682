# SPDX-License-Identifier: AGPL-3.0-or-later
"""best_team() fills as many slots as can be with different people, and of those teams finds the best."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from solver.team import Worth, best_team


def by_trying(worths: list[Worth], most: int) -> tuple[int, Fraction]:
    """Slots filled and worth of the best team, by trying all."""
    found = [(0, Fraction(0))]
    for people in product(*([None, *worth] for worth in worths)):
        chosen = [(slot, who) for slot, who in enumerate(people) if who is not None]
        if len({who for _, who in chosen}) == len(chosen) <= most:
            found.append((len(chosen), sum((worths[slot][who] for slot, who in chosen), Fraction(0))))
    return max(found)


def drawn(seed: int) -> list[Worth]:
    rng = random.Random(seed)
    return [
        {who: Fraction(rng.randint(-30, 30), rng.randint(1, 3)) for who in range(5) if rng.random() < 0.6}
        for _ in range(rng.randint(1, 4))
    ]


@pytest.mark.parametrize("most", [1, 2, 4])
def test_the_team_is_the_best_of_all(most: int) -> None:
    """On drawn worths it agrees with trying every team, whatever the limit."""
    for seed in range(200):
        worths = drawn(seed)
        team = best_team(worths, most)
        assert len(set(team.values())) == len(team)
        worth = sum((worths[slot][who] for slot, who in team.items()), Fraction(0))
        assert (len(team), worth) == by_trying(worths, most), seed


def test_a_person_is_handed_on_to_make_room() -> None:
    """The only one for the second slot is also the best for the first: the first takes somebody else."""
    assert best_team([{1: Fraction(9), 2: Fraction(-4)}, {1: Fraction(1)}], 2) == {0: 2, 1: 1}


def test_nobody_gives_an_empty_team() -> None:
    """No slot can be filled: no team."""
    assert best_team([{}, {}], 2) == {}
