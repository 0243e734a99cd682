# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searches that misbehave, for the tests of the guard around them; a module of its own so that a process can import it."""

from __future__ import annotations

import os
import sys
import time
from multiprocessing.connection import Connection

import msgspec

from solver.guarded import Found, Settings, search
from solver.problem import PlanningProblem
from solver.progress import Progress


def dies(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Ends without a word, as one that ran out of memory."""
    os._exit(9)


def sleeps(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Never answers."""
    time.sleep(60)


def finds_and_dies(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans, the second better, and ends without writing it down."""
    for lines in ([], [("a2/1", "m2", 700)]):
        theirs.send_bytes(msgspec.json.encode(Found(Progress(1 + len(lines), 0, 240, 0.1), lines)))
    os._exit(9)


class _Deadly:
    """An import hook that ends the process when it is asked for OR-Tools."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "ortools":
            os._exit(9)


def dies_loading(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """The true search on a machine where OR-Tools cannot be loaded, or not in time."""
    sys.meta_path.insert(0, _Deadly())
    search(theirs, problem, settings)
