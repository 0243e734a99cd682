# SPDX-License-Identifier: AGPL-3.0-or-later
"""After `solver.warm` no search has to compile anything, whatever its problem."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from solver import kernel
from solver.generate import generate
from solver.solve import solve
from solver.warm import warm

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("family", "caps"), [(None, False), (None, True), ("mixed", False), ("budgets", True)])
def test_one_form_of_the_code_serves_every_problem(family: str | None, caps: bool, workers: int) -> None:
    """Arrays of another type or layout would be compiled for anew, for half a minute in the middle of a search."""
    warm()
    forms = list(kernel.price_units.signatures)
    solve(generate(sizes=(6, 30, 3), family=family, caps=caps), seconds=5, seed=1, workers=workers)
    assert kernel.price_units.signatures == forms
    assert len(forms) == 1


def test_the_command_says_that_the_planner_is_ready() -> None:
    """What `make setup` and the image run."""
    said = subprocess.run([sys.executable, "-m", "solver.warm"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "the planner is ready after" in said.stdout
    assert said.stderr == ""
