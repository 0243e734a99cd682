# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of very large problems, walked by small ones: masters that are only approached, pairs left out, plunges."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from solver import blocks
from solver.check import check
from solver.prepare import Placement, Prepared
from solver.solve import solve
from solver.thinned import thinned
from tests.solver.brute import best_total, effort, hostile

SMALL = [seed for seed in range(80) if effort(hostile(seed)) < 150][:20]
SMALL += [
    90,
    92,
    95,
    143,
    174,
    180,
    196,
    203,
    210,
    216,
    222,
    226,
    237,
    239,
    262,
    265,
    267,
    277,
]  # where pairs can be left out


@pytest.mark.parametrize("pairs", [-1, 1 << 40])
def test_plans_are_checked_and_bounds_hold(pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against trying everything, as a nation (``pairs`` -1: what is drawn is thinned) and as a large week."""
    monkeypatch.setattr("solver.blocks.MANY", 0)
    monkeypatch.setattr("solver.master.LARGE", 0)
    monkeypatch.setattr("solver.solve.MANY_PAIRS", pairs)
    asked: list[float] = []
    stood_in = 0

    def thin(prepared: Prepared, known: Iterable[Placement]) -> Prepared:
        nonlocal stood_in
        less = thinned(prepared, known, 1)
        stood_in += len(less.stand_in)
        return less

    monkeypatch.setattr("solver.solve.thinned", thin)
    monkeypatch.setattr(blocks, "plan_in_blocks", lambda search, share=0.5: asked.append(share))
    near = 0
    for seed in SMALL:
        given, optimum = hostile(seed), best_total(hostile(seed))
        plan = solve(given, seconds=20.0, seed=1, workers=1)
        assert not check(given, plan)
        assert plan.score.total <= optimum <= plan.bound
        near += plan.score.total >= 0.9 * optimum
    assert asked, "the control: the way of large problems was walked"
    assert near > len(SMALL) // 2
    assert (stood_in > 0) == (pairs < 0), "the control: somebody was left out of a nation, and nobody of a week"
