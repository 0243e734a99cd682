# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the registers out as the tables that the import reads back equal, the templates, and the rows it refused."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from dispatch.exchange.columns import REASON
from dispatch.exchange.register import Register
from dispatch.exchange.registers import REGISTERS
from dispatch.exchange.report import Report
from dispatch.exchange.writing import Table


def registers_as_tables(session: Session) -> list[Table]:
    """Every register of the installation, in the order in which it is imported again."""
    return [register_as_table(session, register) for register in REGISTERS]


def register_as_table(session: Session, register: Register) -> Table:
    columns = register.written
    rows = [
        ["" if values.get(one.field) is None else one.cell.write(values[one.field]) for one in columns]
        for values in register.rows(session)
    ]
    return Table(register.name, [column.header for column in columns], rows)


def templates() -> list[Table]:
    """Every register with all its headers and two sample rows."""
    return [template(register) for register in REGISTERS]


def template(register: Register) -> Table:
    rows = [[column.samples[number] for column in register.columns] for number in (0, 1)]
    return Table(register.name, [column.header for column in register.columns], rows)


def rejects_of(report: Report) -> list[Table]:
    """The refused rows as they were typed, each with the reasons in one more column; mended they can be imported."""
    return list(_rejects(report))


def _rejects(report: Report) -> Iterable[Table]:
    for told in report.sheets:
        if told.refused:
            kept = [at for at, name in enumerate(told.sheet.header) if name.casefold() != REASON]
            rows = [
                [*(line.cells[at] if at < len(line.cells) else "" for at in kept), " ".join(reasons)]
                for _number, (line, reasons) in sorted(told.refused.items())
            ]
            yield Table(told.register, [*(told.sheet.header[at] for at in kept), REASON], rows)
