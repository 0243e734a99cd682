# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an import found and did: by sheet how many rows were created, changed, left alone or refused, and each finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dispatch.exchange.sheets import Line, Sheet
from dispatch.kit.saved import Outcome


@dataclass(frozen=True)
class Finding:
    """One thing wrong (or, as a warning, only worth saying): where it stands, its value, and what to do."""

    file: str
    line: int
    column: str
    value: str
    message: str
    remedy: str
    is_error: bool = True


@dataclass
class SheetReport:
    """One sheet: its register, outcomes by row (by mediator where several rows make one entry), and refused lines."""

    sheet: Sheet
    register: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: dict[int, tuple[Line, list[str]]] = field(default_factory=dict)

    def refuse(self, line: Line, reason: str) -> None:
        self.refused.setdefault(line.number, (line, []))[1].append(reason)


@dataclass
class Report:
    """``applied`` says whether anything was kept; a file that could not be read at all is a finding on line 0."""

    sheets: list[SheetReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    applied: bool = False

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if not one.is_error]

    @property
    def rejected(self) -> int:
        """How many lines cannot be imported as they are."""
        return sum(len(one.refused) for one in self.sheets)

    @property
    def is_hopeless(self) -> bool:
        """A file or a header cannot be read, so even the good rows are not known."""
        return any(one.line <= 1 for one in self.errors)

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcomes[outcome] for one in self.sheets)
