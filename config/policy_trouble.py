# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a policy cannot be used: the key, the value it was given, and what it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Allowed:
    """What one key may hold: its ``shown`` form, a range, fixed choices, or a table with a range for each column.

    ``shown`` is one of: number, decimal, clock (minutes since midnight), time (a text), weekday, choice, truth, text,
    table.
    """

    shown: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    columns: tuple[Allowed, ...] = ()
    rows: int | None = None
    pattern: str = ""

    def __str__(self) -> str:
        if self.columns:
            return f"a table of at most {self.rows} rows: " + ", then ".join(map(str, self.columns))
        if self.choices:
            return " | ".join(self.choices)
        if self.shown == "truth":
            return "true or false"
        if self.low is None:
            return f"a text like {self.pattern}"
        return f"a {'number' if self.shown == 'decimal' else 'whole number'} from {self.low:g} to {self.high:g}"


class PolicyError(ValueError):
    """A policy cannot be used; the message names the key and what is wrong with it.

    ``section``, ``key``, ``value`` and ``allowed`` are there when one key is out of its range; ``order`` names the rule
    of ``policy_order`` that two keys break.
    """

    def __init__(
        self,
        message: str,
        *,
        section: str = "",
        key: str = "",
        value: Any = None,
        allowed: Allowed | None = None,
        order: str = "",
    ) -> None:
        super().__init__(message)
        self.section, self.key, self.value, self.allowed, self.order = section, key, value, allowed, order
