# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same seed, one worker and no time limit hit: the same plan again, here and in any other process."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec

from solver.generate import generate
from solver.problem import PlanningProblem
from tests.solver.brute import hostile
from tests.solver.properties.sweep import answer

ROOT = Path(__file__).parents[3]
SAY = "from tests.solver.properties.test_repeated import fingerprint; print(fingerprint())"


def _instances() -> list[PlanningProblem]:
    """Small hostile ones, and crowded days that are left with a gap: there the search tries and draws the most."""
    crowded = [generate(sizes=(8, 40, 2), family=family, caps=True, seed=1) for family in (None, "mixed")]
    return [*map(hostile, range(20, 50)), *crowded]


def fingerprint() -> str:
    """A digest of the plans of all instances, seconds aside."""
    plans = [msgspec.structs.replace(answer(problem), seconds=0.0) for problem in _instances()]
    return sha256(msgspec.json.encode(plans)).hexdigest()


def _elsewhere(hash_seed: str) -> str:
    """The same digest from a process in which sets and dictionaries of strings lie in another order."""
    known = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", SAY], env=known, cwd=ROOT, capture_output=True, text=True, check=True)
    return said.stdout.strip()


def test_plans_are_the_same_again_here_and_elsewhere() -> None:
    """Twice in this process, once each in two others."""
    assert fingerprint() == fingerprint() == _elsewhere("1") == _elsewhere("2")
