# SPDX-License-Identifier: AGPL-3.0-or-later
"""All registers in the order in which they are saved, since each names rows of those before; and which one a sheet is."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.errors import NotUnderstood
from dispatch.exchange.columns import plain, recognised
from dispatch.exchange.people import ABSENCES, COURSES, EXTRA_SHIFTS, MEDIATORS, PATTERNS
from dispatch.exchange.places import BUDGETS, DESKS, ORGANISATIONS, PLACES, PROJECTS
from dispatch.exchange.register import Register
from dispatch.exchange.sheets import Sheet, unreadable
from dispatch.web.i18n import gettext as _

REGISTERS = (
    PLACES,
    ORGANISATIONS,
    PROJECTS,
    BUDGETS,
    DESKS,
    MEDIATORS,
    PATTERNS,
    ABSENCES,
    COURSES,
    EXTRA_SHIFTS,
)


def register_of(sheet: Sheet) -> Register:
    """By the name of the sheet or of its file ("Elenco mediatori 2026.xlsx"), else by its headers."""
    for name in (sheet.name, sheet.file):
        words = set(plain(name.replace("-", " ").replace(".", " ")).split())
        named = [one for one in REGISTERS if any(set(plain(word).split()) <= words for word in _names(one))]
        if len(named) == 1:
            return named[0]
    ranked = sorted(REGISTERS, key=lambda one: recognised(one.columns, sheet.header), reverse=True)
    best, next_best = (recognised(one.columns, sheet.header) for one in ranked[:2])
    if best > next_best and best >= len(ranked[0].needed):
        return ranked[0]
    raise unreadable(
        sheet.file if sheet.file.startswith(sheet.name) else f"{sheet.file} [{sheet.name}]",
        _("It is not clear which register this is."),
        _("Name the file or the sheet after one of: %(names)s.") % {"names": ", ".join(one.name for one in REGISTERS)},
    )


def in_order(sheets: Sequence[Sheet]) -> tuple[list[tuple[Sheet, Register]], list[NotUnderstood]]:
    """The sheets with their registers, those first that others name; and those that could not be recognised."""
    found: list[tuple[Sheet, Register]] = []
    strange: list[NotUnderstood] = []
    for sheet in sheets:
        try:
            found.append((sheet, register_of(sheet)))
        except NotUnderstood as trouble:
            strange.append(trouble)
    return sorted(found, key=lambda one: REGISTERS.index(one[1])), strange


def _names(register: Register) -> tuple[str, ...]:
    return (register.name.replace("-", " "), *register.also)
