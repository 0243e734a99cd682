# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collects everything that is wrong with what somebody gave before anything is said, so nobody mends it field by field."""

from __future__ import annotations

from dispatch.errors import FieldProblem, NotUnderstood


class Refused(Exception):
    """One value cannot stand; raised while reading it, collected by ``Findings``."""

    def __init__(self, field: str, value: object, message: str, remedy: str) -> None:
        super().__init__(message)
        self.problem = FieldProblem(field, message, value, remedy)


class Findings:
    """The problems found so far, in the order of the form; ``detail`` is the sentence above them."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        self.problems: list[FieldProblem] = []

    def add(self, field: str, value: object, message: str, remedy: str) -> None:
        self._keep(FieldProblem(field, message, value, remedy))

    def note(self, refused: Refused) -> None:
        self._keep(refused.problem)

    def _keep(self, problem: FieldProblem) -> None:
        """Once: an answer of the whole request is read again for dates that answer otherwise."""
        if problem not in self.problems:
            self.problems.append(problem)

    def refuse(self, detail: str = "") -> None:
        """Raise all of them at once, under another sentence if one is given; nothing happens where there are none."""
        if self.problems:
            raise NotUnderstood(detail or self.detail, fields=tuple(self.problems))
