# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program that is never solved to the end comes near the optimum, takes up where it stopped, and grows like the other."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from solver.gradual import Gradual
from solver.program import ENDLESS, Column, Program

ROWS, NEAR = 60, 0.01


def columns(seed: int, count: int = 400) -> list[Column]:
    """Routes in small: each takes one of the first rows whole, a few others, and some minutes of the last."""
    random = Random(seed)
    found = []
    for _ in range(count):
        taken = dict.fromkeys(random.sample(range(10, ROWS - 1), random.randint(1, 5)), 1.0)
        taken |= {random.randrange(10): 1.0, ROWS - 1: 60.0 * len(taken)}
        found.append(Column(float(random.randint(50, 500)), ENDLESS, taken))
    return found


def uppers() -> list[float]:
    return [1.0] * (ROWS - 1) + [1200.0]


def both(seed: int) -> tuple[Gradual, Program]:
    gradual, exact = Gradual(uppers()), Program(uppers())
    for program in (gradual, exact):
        program.add(columns(seed))
    return gradual, exact


def settled(program: Gradual, times: int = 8) -> tuple[float, np.ndarray]:
    found = program.solve(10.0)
    for _ in range(times - 1):
        found = program.solve(10.0)
    assert found is not None
    return found.objective, found.shares


@pytest.mark.parametrize("seed", range(4))
def test_it_comes_near_the_optimum(seed: int) -> None:
    """What the prices sell is as much as the exact optimum, and so is what the shares bring."""
    gradual, exact = both(seed)
    best = exact.solve(10.0)
    objective, shares = settled(gradual)
    assert best is not None
    assert objective == pytest.approx(best.objective, rel=NEAR)
    brought = sum(column.gain * share for column, share in zip(columns(seed), shares, strict=True))
    assert brought == pytest.approx(best.objective, rel=5 * NEAR)


def test_it_takes_up_where_it_stopped() -> None:
    """Solved eight times it is nearer than solved once."""
    gradual, exact = both(1)
    best = exact.solve(10.0)
    assert best is not None
    once, _ = settled(gradual, 1)
    often, _ = settled(gradual, 8)
    assert abs(often - best.objective) < abs(once - best.objective)


def test_rows_that_come_late_count() -> None:
    """A cut over the columns that are there lowers both optima alike."""
    gradual, exact = both(2)
    free, _ = settled(gradual)
    takes = dict.fromkeys(range(0, 400, 2), 1.0)
    for program in (gradual, exact):
        program.cut(1.0, takes)
    best = exact.solve(10.0)
    assert best is not None
    objective, _ = settled(gradual)
    assert objective < free
    assert objective == pytest.approx(best.objective, rel=NEAR)


def test_columns_taken_whole_stay_until_they_are_released() -> None:
    """What is taken is full and leaves the others less; afterwards all is as before."""
    gradual, exact = both(3)
    worst = min(range(400), key=lambda at: columns(3)[at].gain)
    free = exact.solve(10.0)
    gradual.take([worst])
    objective, shares = settled(gradual)
    assert free is not None
    assert shares[worst] == 1.0
    assert objective < free.objective
    gradual.release([worst])
    assert settled(gradual)[0] == pytest.approx(free.objective, rel=NEAR)


def test_without_time_there_is_no_solution() -> None:
    """As with the exact one, whoever asks goes on with the last."""
    assert both(1)[0].solve(0.0) is None


def test_what_is_no_number_is_never_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound needs prices of at least 0: steps that led nowhere give none, and it starts again."""

    def nowhere(*tables: Any) -> tuple[float, float]:
        tables[7][:] = np.nan
        return np.inf, np.nan

    gradual, exact = both(1)
    with monkeypatch.context() as broken:
        broken.setattr("solver.gradual.approach", nowhere)
        assert gradual.solve(10.0) is None
    best = exact.solve(10.0)
    assert best is not None
    assert settled(gradual)[0] == pytest.approx(best.objective, rel=NEAR)
