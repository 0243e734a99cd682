# SPDX-License-Identifier: AGPL-3.0-or-later
"""Problems that once broke a search on its way: kept, so that none of them does so again."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.check import check
from solver.files import read_problem
from tests.solver.properties.sweep import answer

SAVED = sorted((Path(__file__).parent / "saved").glob("*.json"))


@pytest.mark.parametrize("file", SAVED, ids=lambda file: file.stem)
def test_a_problem_that_was_too_much_once_is_solved(file: Path) -> None:
    """A weekly limit over a Sunday night, budgets that are cut, a target where fairness costs nothing."""
    problem = read_problem(file)
    plan = answer(problem)
    assert not check(problem, plan)
    assert plan.assignments


def test_there_are_saved_problems() -> None:
    """Control: an empty folder would test nothing."""
    assert len(SAVED) >= 3
