# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board as files: one line for each figure in the CSV, a tab for each table in the workbook; what is veiled stays so."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.kit.spreadsheet import Cell, Column, Sheet
from dispatch.reporting import board_words as words
from dispatch.reporting.board import Board, Line, Veil
from dispatch.reporting.board_page import ranked_languages
from dispatch.reporting.columns import hours
from dispatch.reporting.small_numbers import is_small
from dispatch.reporting.words import month_of_year
from dispatch.web.i18n import gettext as _


def board_sheets(found: Board) -> tuple[Sheet, ...]:
    """The figures one below the other first: that one alone is the CSV."""
    tables = (_ambiti(found), _languages(found), _projects(found), _months(found))
    return (_one_below_the_other(found, tables), *tables)


def _one_below_the_other(found: Board, tables: tuple[Sheet, ...]) -> Sheet:
    columns = (Column(_("Table"), width=18), Column(_("Of"), width=36), Column(_("Figure"), width=36), Column(_("Value"), 2, 18))  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(_("Board"), "", title, value) for title, value in _whole(found)]
    for table in tables:
        titles = [column.title for column in table.columns]
        rows += [
            (table.title, line[0], title, value)
            for line in table.rows
            for title, value in zip(titles[1:], line[1:], strict=True)
        ]
    return Sheet(_("Board"), columns, rows)


def _whole(found: Board) -> Iterator[tuple[str, Cell]]:
    line, waited = found.whole, found.waited
    few = is_small(waited.requests)
    yield _("Counted up to"), found.until
    yield _("Places asked for"), veiled(line.asked_veil, line.tally.places)
    yield _("% filled"), rate(line)
    yield _("Hours delivered"), veiled(line.served_veil, hours(line.tally.delivered))
    yield _("From request to yes, median (hours)"), None if few else hours(waited.median)
    yield _("From request to yes, nine in ten (hours)"), None if few else hours(waited.most)
    yield _("Languages without cover"), len(found.bare)


def veiled(veil: Veil | None, value: Cell) -> Cell:
    return value if veil is None else words.veiled(veil, "")


def rate(line: Line) -> Cell:
    """The fill rate as a number, or as the page says it."""
    return words.filled(line) if line.asked_veil or line.share_veil else line.tally.share


def _ambiti(found: Board) -> Sheet:
    titles = (
        _("Residents"), _("% non-EU"), _("Places asked for"), _("% filled"), _("Hours delivered"),
        _("Delivered hours per 1,000 non-EU residents"), _("Expected share, %"), _("Delivered share, %"),
    )  # fmt: skip
    rows = [(line.name, *_of_ambito(line)) for line in found.ambiti]
    return Sheet(_("Ambiti"), (Column(_("Ambito"), width=36), *(Column(title, 2, 18) for title in titles)), rows)


def _of_ambito(line: Line) -> Iterator[Cell]:
    one = line.share
    yield one.population if one else None
    yield one.incidence if one else None
    yield veiled(line.asked_veil, line.tally.places)
    yield rate(line)
    yield veiled(line.served_veil, hours(line.tally.delivered))
    yield veiled(line.served_veil, hours(one.per_thousand_foreigners) if one else None)
    yield one.expected if one else None
    yield veiled(line.served_veil, one.delivered_share if one else None)


def _languages(found: Board) -> Sheet:
    titles = (_("Places asked for"), _("% filled"), _("Who speak it"))
    rows = [
        (line.name, veiled(line.asked_veil, line.tally.places), rate(line), words.speakers(line.speakers))
        for line in ranked_languages(found)
    ]
    return Sheet(_("Languages"), (Column(_("Language"), width=36), *(Column(title, 2, 18) for title in titles)), rows)


def _projects(found: Board) -> Sheet:
    titles = (_("Granted hours"), _("Worked hours"), _("Confirmed hours, still to do"), _("% used"), _("% of the time elapsed"))  # fmt: skip
    rows = [
        (
            one.purse.name,
            hours(one.purse.granted),
            veiled(one.veil, hours(one.purse.worked)),
            veiled(one.veil, hours(one.purse.booked)),
            veiled(one.veil, one.purse.used_percent),
            one.purse.elapsed,
        )
        for one in found.projects
    ]
    return Sheet(_("Projects"), (Column(_("Project"), width=36), *(Column(title, 2, 18) for title in titles)), rows)


def _months(found: Board) -> Sheet:
    titles = (_("Places asked for"), _("% filled"), _("Hours delivered"))
    rows = [
        (
            month_of_year(one.first),
            veiled(one.line.asked_veil, one.line.tally.places),
            rate(one.line),
            veiled(one.line.served_veil, hours(one.line.tally.delivered)),
        )
        for one in found.months
    ]
    return Sheet(_("Months"), (Column(_("Month"), width=24), *(Column(title, 2, 18) for title in titles)), rows)
