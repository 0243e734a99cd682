# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page shows of how people are asked: each row of the policy, worked out, with the time it usually takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AskingRow:
    """One row: how far away the start is, how many are asked at once, by when they answer, and when it is filled.

    ``rules`` are the addresses and names of the keys that make the row.
    """

    when: str
    how: str
    reply_by: str
    median: str
    p90: str
    filled: str
    rules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AskingPage:
    """``basis`` says what the times rest on; ``example`` is the moment at which the deadlines are worked out."""

    rows: tuple[AskingRow, ...]
    basis: str
    example: str


@dataclass(frozen=True)
class AskingChange:
    """One row as it is and as a change would make it; ``is_same`` where nothing in it would be different."""

    now: AskingRow | None
    then: AskingRow | None

    @property
    def is_same(self) -> bool:
        return self.now == self.then
