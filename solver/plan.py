# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan that answers a problem: who takes which slot when, who stays without and why, and what it is worth."""

from __future__ import annotations

from typing import Literal

from msgspec.json import Decoder

from solver.problem import Frozen

# The order is the order in which a refusal is judged (planning.md §2); "outbid" closes it: she could, but was better used.
HARD_RULES = (
    "language",
    "kind",
    "mode",
    "skills",
    "gender",
    "excluded",
    "only",
    "ambito",
    "distance",
    "window",
    "shift",
    "one_place",
    "max_day",
    "max_week",
    "budget",
    "one_mediator",
    "together",
    "locked",
)
GOALS = ("travel", "wishes", "continuity", "fairness", "changes", "cost")


class Assignment(Frozen, frozen=True):
    slot: str
    mediator: str
    start: int
    end: int


class Unfilled(Frozen, frozen=True):
    """A slot nobody takes; ``reasons`` counts each mediator once, so the counts sum to the number of mediators."""

    slot: str
    reasons: dict[str, int]


class Score(Frozen, frozen=True):
    """Each cost as it enters the total: total = value - travel - wishes - continuity - fairness - changes - cost."""

    value: int
    travel: int
    wishes: int
    continuity: int
    fairness: int
    changes: int
    cost: int
    total: int


class Plan(Frozen, frozen=True):
    """``status`` is optimal when total = bound, else feasible; gap = (bound - total) / max(1, bound)."""

    format: Literal["ponte-plan/1"]
    status: Literal["optimal", "feasible"]
    seconds: float
    seed: int
    assignments: tuple[Assignment, ...]
    unfilled: tuple[Unfilled, ...]
    score: Score
    bound: int
    gap: float


class Violation(Frozen, frozen=True):
    """A hard rule that a plan breaks: the rule's name and one sentence that says by what."""

    rule: str
    message: str


Decoder(Plan)  # learnt while one thread imports, as the classes of a problem are
