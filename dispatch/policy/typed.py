# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key's value as people write it: 21:00 for a minute of the day, a day by name, rows and columns; and read back."""

from __future__ import annotations

import re
from typing import Any

from babel.dates import get_day_names
from babel.numbers import format_decimal

from config.policy_ranges import read_value
from config.policy_trouble import Allowed, PolicyError
from dispatch.policy.words import JOURNEYS
from dispatch.web.forms import FormValues
from dispatch.web.i18n import current_locale, gettext
from dispatch.web.views.page import Choice

FIELD = "value"
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,6})?", re.ASCII)


def cell(column: int, row: int) -> str:
    """The input of one cell of a table."""
    return f"{FIELD}-{row}-{column}"


def in_words(may: Allowed, value: Any) -> str:
    """The value in one line; a table as its rows."""
    match may.shown:
        case "clock":
            return f"{value // 60}:{value % 60:02d}"
        case "time":
            return str(value).removeprefix("0")
        case "weekday":
            return str(get_day_names(locale=current_locale())[value])
        case "truth":
            return gettext("yes") if value else gettext("no")
        case "choice":
            return gettext(JOURNEYS[value])
        case "decimal" | "number":
            return str(format_decimal(value, locale=current_locale()))
        case "table":
            return "; ".join(" → ".join(map(str, row)) for row in value) or gettext("no rows")
    return str(value) or gettext("none")


def as_typed(may: Allowed, value: Any) -> dict[str, str]:
    """The inputs that would write this value."""
    if may.shown == "table":
        return {cell(column, row): str(one) for row, line in enumerate(value) for column, one in enumerate(line)}
    match may.shown:
        case "clock":
            return {FIELD: f"{value // 60:02d}:{value % 60:02d}"}
        case "truth":
            return {FIELD: "true" if value else "false"}
    return {FIELD: str(value)}


def choices_of(may: Allowed) -> tuple[Choice, ...]:
    """What can be chosen, where the value is not written by hand."""
    match may.shown:
        case "weekday":
            return tuple(Choice(str(day), in_words(may, day)) for day in range(7))
        case "truth":
            return (Choice("true", gettext("yes")), Choice("false", gettext("no")))
        case "choice":
            return tuple(Choice(one, in_words(may, one)) for one in JOURNEYS)
    return ()


def read(section: str, key: str, may: Allowed, values: FormValues) -> Any:
    """The value that was typed; raises PolicyError with the range when the key cannot hold it."""
    if may.shown == "table":
        return read_value(section, key, _rows(may, values))
    text = values.get(FIELD).strip()
    found = _one(may, text)
    if found is None:
        raise PolicyError("not readable", section=section, key=key, value=text, allowed=may)
    return read_value(section, key, found)


def _rows(may: Allowed, values: FormValues) -> list[list[Any]]:
    """The rows in which something is written; a half-empty one keeps its hole, which the range then refuses."""
    written = []
    for row in range(may.rows or 0):
        texts = [values.get(cell(column, row)).strip() for column in range(len(may.columns))]
        if any(texts):
            written.append([_one(column, text) for column, text in zip(may.columns, texts, strict=True)])
    return written


def _one(may: Allowed, text: str) -> Any:
    match may.shown:
        case "clock":
            found = CLOCK.fullmatch(text)
            return int(found[1]) * 60 + int(found[2]) if found else None
        case "truth":
            return {"true": True, "false": False}.get(text)
        case "number" | "weekday":
            return int(text) if WHOLE.fullmatch(text) else None
        case "decimal":
            return float(text.replace(",", ".")) if DECIMAL.fullmatch(text) else None
    return text
