# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody works longer in a day than she agreed to.

Prunes a day route. What is locked or busy is a fact: where it alone goes past the limit, it becomes the limit.
"""

from __future__ import annotations

from solver.problem import Mediator


def limit(mediator: Mediator, work_of_facts: int) -> int | None:
    """Working minutes a day of hers may reach, given what its facts alone amount to; None is no limit."""
    return None if mediator.max_day is None else max(mediator.max_day, work_of_facts)
