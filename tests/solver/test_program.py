# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linear program is answered with numbers, whatever method was tried first."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from solver.program import Column, Program

COLUMNS = [Column(3.0, 1.0, {0: 1.0}), Column(2.0, 1.0, {0: 1.0, 1: 1.0})]


class Astray:
    """HiGHS whose interior point method hands back what is no number."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def getSolution(self) -> Any:  # noqa: N802 - its name
        found = self.real.getSolution()
        if self.real.getOptionValue("solver")[1] == "ipm":
            found.row_dual = [float("nan")] * len(found.row_dual)
        return found


def _program(*, astray: bool) -> Program:
    program = Program([1.0, 1.0], inside=True)
    program.add(COLUMNS)
    if astray:
        program._highs = cast("Any", Astray(program._highs))
    return program


def test_what_is_no_number_is_solved_again_by_the_other_method() -> None:
    found = _program(astray=True).solve(10.0)
    assert found is not None
    assert found.objective == pytest.approx(3.0)
    assert np.isfinite(found.prices).all()


def test_the_control_goes_astray() -> None:
    """Without the second look those prices would have been handed on."""
    program = _program(astray=True)
    program.solve(10.0)
    program.inside = False  # what the guard looks at
    program._highs.setOptionValue("solver", "ipm")
    found = program.solve(10.0)
    assert found is not None
    assert np.isnan(found.prices).any()
