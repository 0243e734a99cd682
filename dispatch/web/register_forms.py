# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the registers' forms: hours, euros, times and days as people type them, into what an entry asks for.

What cannot be read is collected beside what the entry itself refuses, so that everything is said at once.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.findings import Findings
from dispatch.kit.notes import is_writable
from dispatch.kit.problems import readable
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import FieldError

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")
CLOCK = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])", re.ASCII)
LAST_MINUTE = 1440
YEARS = range(1900, 2200)  # a slip of the year beyond them is no date of ours


class FormReader:
    """One filled form; every reading gives the value, or None and a finding at its field."""

    def __init__(self, values: FormValues) -> None:
        # PostgreSQL holds no NUL, and nobody types one.
        self.values = FormValues(tuple((name, value.replace("\x00", "\ufffd")) for name, value in values.pairs))
        self.findings = Findings(_("Some fields cannot be accepted."))

    def text(self, name: str) -> str | None:
        given = self.values.get(name).strip()
        if not is_writable(given):
            self.refuse(name, given, _("This text has signs that cannot be stored."), _("Write it again without them."))
            return None
        return given or None

    def texts(self, *names: str) -> dict[str, str]:
        """Those that are filled, for fields where empty means: as the entry has it by itself."""
        return {name: found for name in names if (found := self.text(name)) is not None}

    def day(self, name: str) -> dt.date | None:
        if (given := self.text(name)) is None:
            return None
        try:
            day = dt.date.fromisoformat(given)
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            self.refuse(name, given, _("This is not a date."), _("Choose a day."))
            return None
        return day

    def minute(self, name: str) -> int | None:
        """A time on the wall as minutes since midnight; 24:00 is the end of the day."""
        if (given := self.text(name)) is None:
            return None
        found = CLOCK.fullmatch(given)
        minute = int(found[1]) * 60 + int(found[2]) if found else LAST_MINUTE + 1
        if minute > LAST_MINUTE:
            self.refuse(name, given, _("This is not a time."), _("Write it as 9:30."))
            return None
        return minute

    def hours(self, name: str) -> int | None:
        """Hours, with a comma or a point, as whole minutes."""
        return self._scaled(name, 60, _("Write hours, such as 18 or 7,5."))

    def euros(self, name: str) -> int | None:
        """Euros, with a comma or a point, as cents."""
        return self._scaled(name, 100, _("Write euros, such as 27,50."))

    def number(self, name: str) -> float | None:
        """A number with a comma or a point."""
        if (given := self.text(name)) is None:
            return None
        number = as_number(given)
        if number is None:
            self.refuse(name, given, _("This is not a number."), _("Write a number, such as 1,2."))
        return number

    def _scaled(self, name: str, by: int, remedy: str) -> int | None:
        if (given := self.text(name)) is None:
            return None
        number = as_number(given)
        if number is None:
            self.refuse(name, given, _("This is not a number."), remedy)
            return None
        return round(number * by)

    def refuse_known(self, code: str | None, known: object) -> None:
        """A new row needs a code of its own: the form of a new one never changes one that is there."""
        if known is not None:
            remedy = _("Choose another code, or change the row that is there.")
            self.refuse("code", code, _("This code is taken."), remedy)

    def refuse(self, field: str, value: object, message: str, remedy: str) -> None:
        self.findings.add(field, value, message, remedy)

    def entry(self, shape: type[Shape], given: Mapping[str, Any]) -> Shape:
        """The entry of what was read, with None for what could not be; raises all that is wrong when it is none."""
        try:
            return shape.model_validate(given)
        except ValidationError as refused:
            raise self._all(readable(refused.errors(), _)) from refused

    def save(self, session: Session, act: Callable[[], Result]) -> Result:
        """Save, or leave no trace: what could not be read and what the register refuses are said together."""
        with session.begin_nested():
            try:
                done = act()
            except NotUnderstood as refused:
                if not self.findings.problems:
                    raise
                raise self._all(refused.fields) from refused
            self.findings.refuse()
        return done

    def _all(self, others: Iterable[FieldProblem]) -> NotUnderstood:
        """The findings and these, each field once: what could not be read is why an entry misses it."""
        known = {input_name(problem.field) for problem in self.findings.problems}
        more = [problem for problem in others if input_name(problem.field) not in known]
        return NotUnderstood(self.findings.detail, fields=(*self.findings.problems, *more))


def as_number(text: str) -> float | None:
    """A plain number with a comma or a point; None for anything else, also for what no form needs (1e9, nan)."""
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,18})?", text, re.ASCII):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


def input_name(field: str) -> str:
    """The input that a problem's field is about: "budgets.0.minutes" is `budgets-0-minutes`."""
    return field.replace(".", "-")


def shown(problems: Iterable[FieldProblem]) -> tuple[FieldError, ...]:
    """Findings as the form shows them, what to do behind what is wrong."""
    return tuple(
        FieldError(input_name(problem.field), f"{problem.message} {problem.remedy}".strip()) for problem in problems
    )


def as_hours(minutes: int | None) -> str:
    """Minutes as the form shows hours: "7,5"; empty for none."""
    return "" if minutes is None else f"{minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def as_euros(cents: int) -> str:
    """Cents as the form shows euros: "27,50"."""
    return f"{cents // 100},{cents % 100:02d}"


def as_clock(minute: int) -> str:
    """Minutes since midnight as an input for a time holds them: "09:30"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
