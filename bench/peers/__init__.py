# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other people's planners behind one small interface, so that all of them meet the same problem and the same audit.

A peer hands back lines (slot, mediator, start), as good as it can say them; ``bench.peers.mending`` audits them against
the original problem and mends what the peer cannot express. A module that needs a package which is not installed
fails to import, and ``find`` says so in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.problem import PlanningProblem

Line = tuple[str, str, int]  # slot, mediator, start

MODULES = {
    "greedy": "greedy_insertion",
    "ALNS": "alns_search",
    "OR-Tools routing": "ortools_routing",
    "PyVRP": "pyvrp_search",
    "VROOM": "vroom_search",
    "CP-SAT": "cp_sat",
}

# Tried, and left out for a reason that the report repeats.
LEFT_OUT = {
    "Timefold": (
        "left out: its Python package (1.24.0b0, stopped in July 2025) solved 60 slots, but on 200 slots the native code "
        "between Python and Java 17 crashed each time its plan was handed back, as did the newer JPype 1.7.1"
    ),
}


class NotHere(Exception):
    """A peer that cannot run on this machine; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A planner: what it cannot say of our problem, whether it uses several threads itself, and how to run it.

    ``solve(problem, seconds, workers, seed)`` returns the lines it chose; what is locked is not among them.
    """

    name: str
    cannot: tuple[str, ...]
    threads: bool
    solve: Callable[[PlanningProblem, float, int, int], list[Line]]


def find(name: str) -> Peer:
    """The peer of this name; raises NotHere when something it needs is missing."""
    try:
        peer = import_module(f"bench.peers.{MODULES[name]}").PEER
    except ModuleNotFoundError as missing:
        raise NotHere(f"not installed (no module {missing.name})") from missing
    assert isinstance(peer, Peer)
    return peer
