# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody works longer in a week than she agreed to.

Prunes the joint choice of a mediator's days. Facts that go past the limit become the limit, as in a day.
"""

from __future__ import annotations

from solver.problem import Mediator


def limit(mediator: Mediator, work_of_facts: int) -> int | None:
    """Working minutes a week of hers may reach, given what its facts alone amount to; None is no limit."""
    return None if mediator.max_week is None else max(mediator.max_week, work_of_facts)
