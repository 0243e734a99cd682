# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns what a row was refused for into findings that name file, line and column as they stand in the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.errors import FieldProblem
from dispatch.exchange.columns import Matched
from dispatch.exchange.register import Register
from dispatch.exchange.report import Finding, Report, SheetReport
from dispatch.exchange.sheets import Line

# Fields of an entry that a file writes in the cell of another.
WRITTEN_IN = {"skills_until": "skills", "availability": "weekdays", "weekday": "weekdays"}


@dataclass(frozen=True)
class Sayings:
    """What is said about one sheet, into the report of all of them."""

    register: Register
    matched: Matched
    report: Report
    told: SheetReport

    def about_header(self, problems: Iterable[FieldProblem], *, is_error: bool = True) -> None:
        for one in problems:
            value = "" if one.value is None else str(one.value)
            self._add(1, one.field, value, one, is_error)

    def about(self, line: Line, problems: Iterable[FieldProblem]) -> None:
        """The line is refused for these."""
        for one in problems:
            position, column = self._where(one.field)
            typed = line.cells[position] if 0 <= position < len(line.cells) else ""
            self._add(line.number, column, typed or ("" if one.value is None else str(one.value)), one)
            self.told.refuse(line, f"{column}: {one.message} {one.remedy}".strip())

    def column_of(self, field: str) -> str:
        """The field of the column in which this field of an entry is written."""
        names = self._names(field)
        return next((column.field for column in self.register.columns if column.field in names), field)

    def has_good_header(self) -> bool:
        return not any(one.line == 1 and one.file == self.told.sheet.file for one in self.report.errors)

    def _where(self, field: str) -> tuple[int, str]:
        """The column of this field of an entry; for one that the sheet lacks, the header it would have."""
        names = self._names(field)
        for position, column in self.matched.at.items():
            if column.field in names:
                return position, self.told.sheet.header[position]
        return -1, next((column.header for column in self.register.columns if column.field in names), names[0])

    @staticmethod
    def _names(field: str) -> tuple[str, str]:
        head = field.partition(".")[0]
        return head, WRITTEN_IN.get(head, head)

    def _add(self, line: int, column: str, value: str, problem: FieldProblem, is_error: bool = True) -> None:
        file = self.told.sheet.file
        self.report.findings.append(
            Finding(file, line, column, value, problem.message, problem.remedy, is_error=is_error)
        )
