# SPDX-License-Identifier: AGPL-3.0-or-later
"""Imports files into the registers: all rows or, when rejects are asked for, the good ones; a trial keeps nothing.

Each row is saved behind a savepoint, so that a bad one leaves nothing of itself and the next can still name the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import IntegrityError

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.exchange.columns import Column, Matched, match
from dispatch.exchange.groups import save_groups
from dispatch.exchange.holding import hold_people
from dispatch.exchange.register import Register, Values, Work
from dispatch.exchange.registers import in_order
from dispatch.exchange.report import Finding, Report, SheetReport
from dispatch.exchange.sayings import Sayings
from dispatch.exchange.sheets import Line, Sheet, read_file
from dispatch.kit.findings import Refused
from dispatch.web.i18n import gettext as _

Step = Callable[[], None]


class Keep(StrEnum):
    """What an import leaves behind: nothing (a trial), everything or nothing, or whatever is good."""

    NOTHING = "nothing"
    ALL = "all"
    GOOD = "good"


@dataclass(frozen=True)
class Upload:
    """A file as it was given."""

    name: str
    content: bytes


def import_files(work: Work, uploads: Iterable[Upload], keep: Keep, step: Step = lambda: None) -> Report:
    """Import what the files hold; ``step`` is called after each row. The report says what was kept."""
    report = Report()
    sheets, strange = in_order(_sheets(uploads, report))
    for trouble in strange:
        report.findings += _of_file(trouble)
    if keep is not Keep.NOTHING:  # A look at a file keeps nobody from answering.
        hold_people(work.session, sheets)
    trial = work.session.begin_nested()
    for sheet, register in sheets:
        report.sheets.append(_import_sheet(work, sheet, register, report, step))
    all_good = keep is Keep.ALL and not report.errors
    report.applied = all_good or (keep is Keep.GOOD and not report.is_hopeless)
    if report.applied:
        trial.commit()
    else:
        trial.rollback()
    return report


def _sheets(uploads: Iterable[Upload], report: Report) -> list[Sheet]:
    """The sheets of all files; one that cannot be read is a finding."""
    sheets: list[Sheet] = []
    for upload in uploads:
        try:
            sheets += read_file(upload.name, upload.content)
        except NotUnderstood as trouble:
            report.findings += _of_file(trouble)
    return sheets


def _of_file(trouble: NotUnderstood) -> list[Finding]:
    return [Finding(one.field, 0, "", "", one.message, one.remedy) for one in trouble.fields]


def _import_sheet(work: Work, sheet: Sheet, register: Register, report: Report, step: Step) -> SheetReport:
    """Every row of a sheet; with a header that cannot be used, none."""
    told = SheetReport(sheet, register.name)
    matched = match(register.columns, sheet.header)
    say = Sayings(register, matched, report, told)
    say.about_header(matched.warnings, is_error=False)
    say.about_header((*matched.errors, *_missing(register, matched)))
    if say.has_good_header():
        rows = _rows(work, sheet, register, say, step)
        if register.shifts is not None:
            save_groups(work, register, rows, say)
        else:
            for _key, line, values in rows:
                _save(work, register, line, values, say)
    return told


def _missing(register: Register, matched: Matched) -> Iterator[FieldProblem]:
    """A sheet must say at least whose row it is: by code or, where there is one, by name."""
    there = {column.field for column in matched.at.values()}
    first = register.columns[0]
    whose = {first.field, "name"} if first.field == "code" else {first.field}
    if not whose & there:
        found = ", ".join(column.header for column in register.columns[: len(register.needed) + 1])
        message = _("The column %(column)s is missing.") % {"column": first.header}
        yield FieldProblem(
            first.header, message, None, _("The first line must hold headers: %(names)s…") % {"names": found}
        )


def _rows(work: Work, sheet: Sheet, register: Register, say: Sayings, step: Step) -> Iterator[tuple[str, Line, Values]]:
    """The lines that can be read; a second one for the same entry is refused, naming the first."""
    seen: dict[str, int] = {}
    for line in sheet.lines:
        step()
        if len(line.cells) > len(sheet.header):
            message = _("The row has %(cells)d cells, the header %(columns)d.") % {
                "cells": len(line.cells),
                "columns": len(sheet.header),
            }
            remedy = _("A cell with the separator in it needs quotes; or save with semicolons.")
            say.about(line, [FieldProblem(register.columns[0].field, message, None, remedy)])
            continue
        values, unread = _read(say.matched.at, line)
        if unread:
            _refuse_unread(work, register, line, values, unread, say)
            continue
        try:
            key = register.key(work, values)
        except NotUnderstood as refused:
            say.about(line, refused.fields)
            continue
        if register.shifts is None and seen.setdefault(key, line.number) != line.number:
            message = _("This stands on line %(line)d already.") % {"line": seen[key]}
            say.about(line, [FieldProblem(register.columns[0].field, message, None, _("Keep one of the two."))])
            continue
        yield key, line, values


def _refuse_unread(
    work: Work, register: Register, line: Line, values: Values, unread: Sequence[FieldProblem], say: Sayings
) -> None:
    """Say which cells cannot be read, and what would be wrong besides, so that nobody mends a row cell by cell."""
    fields = {problem.field for problem in unread}
    besides: tuple[FieldProblem, ...] = ()
    if register.save is not None:
        trial = work.session.begin_nested()
        try:
            register.save(work, values)
        except NotUnderstood as refused:
            besides = refused.fields
        except IntegrityError:
            besides = ()
        trial.rollback()
    say.about(line, [*unread, *(one for one in besides if say.column_of(one.field) not in fields)])


def _read(at: dict[int, Column], line: Line) -> tuple[Values, list[FieldProblem]]:
    """The cells of a line by field, a blank one as None; for one that cannot be read a sample stands in."""
    values: Values = {}
    problems: list[FieldProblem] = []
    for position, column in at.items():
        text = line.cells[position] if position < len(line.cells) else ""
        try:
            values[column.field] = column.cell.read(text) if text else None
        except Refused as refused:
            found, sample = refused.problem, next(filter(None, column.samples), "")
            problems.append(FieldProblem(column.field, found.message, found.value, found.remedy))
            values[column.field] = column.cell.read(sample) if sample else None
    return values, problems


def _save(work: Work, register: Register, line: Line, values: Values, say: Sayings) -> None:
    assert register.save is not None
    point = work.session.begin_nested()
    try:
        saved = register.save(work, values)
        point.commit()
    except NotUnderstood as refused:
        point.rollback()
        say.about(line, refused.fields)
    except IntegrityError:  # two rows that each are right and together are not, in a way nobody foresaw
        point.rollback()
        message = _("Another row holds what may be there only once.")
        say.about(line, [FieldProblem(register.columns[0].field, message, None, _("Compare it with the others."))])
    else:
        say.told.outcomes[saved.outcome] += 1
