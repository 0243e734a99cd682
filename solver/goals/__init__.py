# SPDX-License-Identifier: AGPL-3.0-or-later
"""The goals, one module each, in the order of the score: total = value - travel - wishes - continuity - ... - cost.

A module's first line is the goal as a coordinator says it; then it says on what it is priced. ``solver.check``
recomputes each of them, written from the sentences and not from this code.
"""

from __future__ import annotations

from solver.goals import changes, continuity, cost, fairness, travel, wishes

SOFT = (travel, wishes, continuity, fairness, changes, cost)
NAMES = tuple(goal.__name__.rpartition(".")[2] for goal in SOFT)
