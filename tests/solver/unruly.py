# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searches that misbehave, for the tests of the guard around them; a module of its own so that a process can import it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from multiprocessing.connection import Connection

import msgspec

from solver.guarded import Ended, Found, Loaded, Loading, Settings, Writing, only_locked, search
from solver.problem import PlanningProblem
from solver.progress import Progress

MEBIBYTE = 1 << 20


def dies(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Ends without a word, as one that ran out of memory."""
    os._exit(9)


def sleeps(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Never answers."""
    time.sleep(60)


def finds_and_dies(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans, the second better, and ends without writing it down."""
    tells_two_plans(theirs)
    os._exit(9)


def tells_two_plans(theirs: Connection) -> None:
    """The second fills one more slot."""
    for lines in ([], [("a2/1", "m2", 700)]):
        theirs.send_bytes(msgspec.json.encode(Found(Progress(1 + len(lines), 0, 240, 0.1), lines)))


def answers(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Behaves: tells of two plans and answers with a third, which keeps what is locked."""
    tells_two_plans(theirs)
    for said in (Writing(), Ended(only_locked(problem, settings.seed, 0.1))):
        theirs.send_bytes(msgspec.json.encode(said))


def compiles(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Compiles for longer than it may search, then answers."""
    theirs.send_bytes(msgspec.json.encode(Loading()))
    time.sleep(5)
    theirs.send_bytes(msgspec.json.encode(Loaded(5.0)))
    answers(theirs, problem, settings)


def pretends(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Has nothing to compile, and never answers."""
    for said in (Loading(), Loaded(0.0)):
        theirs.send_bytes(msgspec.json.encode(said))
    time.sleep(60)


def eats(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans and asks for two GiB; ends by itself where it gets them."""
    tells_two_plans(theirs)
    eaten = [bytearray(MEBIBYTE) for _ in range(2048)]
    os._exit(len(eaten) % 9)


def nibbles(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans and takes nearly all its memory; then what it needs next fails in other words."""
    tells_two_plans(theirs)
    assert settings.memory is not None
    eaten = []
    with contextlib.suppress(MemoryError):
        while True:
            eaten.append(bytearray(MEBIBYTE))
    raise RuntimeError("can't start new thread")


def fails(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans and meets an error that has nothing to do with memory."""
    tells_two_plans(theirs)
    raise RuntimeError("something else")


def aborts(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans and ends as C++ does where it finds no memory."""
    tells_two_plans(theirs)
    os.abort()


def is_killed(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """Tells of two plans and is ended by the system."""
    tells_two_plans(theirs)
    os.kill(os.getpid(), signal.SIGKILL)


class _Deadly:
    """An import hook that ends the process when it is asked for OR-Tools."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "ortools":
            os._exit(9)


def dies_loading(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """The true search on a machine where OR-Tools cannot be loaded, or not in time."""
    sys.meta_path.insert(0, _Deadly())
    search(theirs, problem, settings)
