# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holds every mediator the sheets speak of before the first row is saved, in the order in which everybody takes them.

A file names people in an order of its own, and its transaction is long: taken row by row, an import and a booking would
end up waiting for each other, and one of them would be refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dispatch.exchange.columns import match
from dispatch.exchange.register import Register, slug
from dispatch.exchange.sheets import Sheet
from dispatch.kit.locks import lock_mediators
from dispatch.records.roster import Mediator


def hold_people(session: Session, sheets: Iterable[tuple[Sheet, Register]]) -> None:
    """A text that may mean several holds them all; one that means nobody is refused later, with its row."""
    named = {text.strip() for sheet, register in sheets for text in _named(sheet, register)}
    codes = named | {slug(text) for text in named}
    names = {text.lower() for text in named}
    if named:
        meant = or_(Mediator.code.in_(codes), func.lower(Mediator.name).in_(names))
        lock_mediators(session, session.scalars(select(Mediator.id).where(meant)))


def _named(sheet: Sheet, register: Register) -> Iterator[str]:
    """The cells that say whose day a row may change."""
    columns = match(register.columns, sheet.header).at
    whose = [position for position, column in columns.items() if column.field in register.people]
    for line in sheet.lines:
        yield from (line.cells[position] for position in whose if position < len(line.cells))
