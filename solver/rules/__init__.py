# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hard rules, one module each, in the order in which a refusal is judged.

A module's first line is the rule as a coordinator says it; then it says where it prunes: a pair (slot, mediator),
a day route of one mediator, or the joint choice of all routes. ``solver.check`` says every rule once more, written
from the sentences and not from this code.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.rules import (
    ambito,
    budget,
    distance,
    excluded,
    gender,
    kind,
    language,
    locked,
    max_day,
    max_week,
    mode,
    one_mediator,
    one_place,
    only,
    shift,
    skills,
    together,
    window,
)

if TYPE_CHECKING:
    from solver.index import Post
    from solver.roster import Flags, Numbers, Roster

    Refuses = Callable[[Roster, Post, Numbers], Flags]

HARD = (
    language,
    kind,
    mode,
    skills,
    gender,
    excluded,
    only,
    ambito,
    distance,
    window,
    shift,
    one_place,
    max_day,
    max_week,
    budget,
    one_mediator,
    together,
    locked,
)
NAMES = tuple(rule.__name__.rpartition(".")[2] for rule in HARD)

# The rules that can refuse a slot and a mediator before anything else is known, in the same order.
PAIRWISE: MappingProxyType[str, Refuses] = MappingProxyType(
    {name: rule.refuses for name, rule in zip(NAMES, HARD, strict=True) if hasattr(rule, "refuses")}
)
