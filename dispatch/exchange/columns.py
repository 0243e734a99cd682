# SPDX-License-Identifier: AGPL-3.0-or-later
"""A register's columns by the many names people give them, and which column of a sheet is which."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from config.territory.words import closest, fold
from dispatch.errors import FieldProblem
from dispatch.exchange.cells import TEXT, Cell
from dispatch.web.i18n import gettext as _

REASON = "motivo dello scarto"  # what a file of rejected rows says beside them; reading passes over it
ALIKE = 0.84  # a header this near to one we miss is a slip; "note" beside "nome" is not


@dataclass(frozen=True)
class Column:
    """``field`` of the entry, the ``header`` we write, other headers people use, and two samples for the template."""

    field: str
    header: str
    also: tuple[str, ...] = ()
    cell: Cell = TEXT
    samples: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Matched:
    """Which column stands at each position of a sheet, with what is wrong and what is only worth saying."""

    at: dict[int, Column] = field(default_factory=dict)
    errors: tuple[FieldProblem, ...] = ()
    warnings: tuple[FieldProblem, ...] = ()


def plain(header: str) -> str:
    """A header without accents, signs, units in brackets and the star of a needed field."""
    return " ".join(re.sub(r"\(.*?\)|[^\w\s]|_", " ", fold(header)).split())


def match(columns: Sequence[Column], header: Sequence[str]) -> Matched:
    """Each header with its column; one nobody knows is passed over with a word, unless it is a slip of one we miss."""
    known = {plain(name): column for column in columns for name in (column.field, column.header, *column.also)}
    at: dict[int, Column] = {}
    errors, warnings = [], []
    for position, name in enumerate(header):
        if not name or plain(name) == REASON:
            continue
        column = known.get(plain(name))
        if column is None:
            continue
        if column in at.values():
            message = _("Two columns say the same: %(column)s.") % {"column": column.header}
            errors.append(FieldProblem(name, message, name, _("Keep one of the two.")))
        at[position] = column
    for name in unknown(known, header):
        near = next(iter(closest(plain(name), {key: key for key in known}, 1)), "")
        missed = near and known[near] not in at.values() and _is_slip(plain(name), near)
        if missed:
            remedy = _("Did you mean %(codes)s?") % {"codes": known[near].header}
            errors.append(FieldProblem(name, _("This column is not known."), name, remedy))
        else:
            warnings.append(FieldProblem(name, _("This column is not known and is passed over."), name, ""))
    return Matched(at, tuple(errors), tuple(warnings))


def unknown(known: dict[str, Column], header: Sequence[str]) -> list[str]:
    return [name for name in header if name and plain(name) != REASON and plain(name) not in known]


def recognised(columns: Sequence[Column], header: Sequence[str]) -> int:
    """How many headers of a sheet are columns of this register."""
    known = {plain(name) for column in columns for name in (column.field, column.header, *column.also)}
    return len({plain(name) for name in header} & known)


def _is_slip(name: str, near: str) -> bool:
    return difflib.SequenceMatcher(None, name, near).ratio() >= ALIKE
