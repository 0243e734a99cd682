# SPDX-License-Identifier: AGPL-3.0-or-later
"""What budgets and equity share as pages: the shape of the workload's tabs, with columns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dispatch.kit.spreadsheet import Cell, Column, Sheet
from dispatch.reporting.asked import EQUITY, Asked
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Filters
from dispatch.web.views.workload import Head, LoadPage, LoadRow, Sentence

UNKNOWN = "–"


def account_page(
    asked: Asked,
    title: str,
    first: str,
    columns: Iterable[tuple[str, str]],
    rows: tuple[LoadRow, ...],
    filters: Filters,
    said: tuple[Sentence, ...],
    note: str,
    legend: tuple[tuple[str, str], ...],
) -> LoadPage:
    heads = [Head(first), Head(_("Hours")), *(Head(_(short), explained=_(whole)) for short, whole in columns)]
    return LoadPage(
        title=title,
        tabs=asked.tabs(),
        period=asked.periods() if asked.path == EQUITY else None,
        heads=tuple(heads),
        rows=rows,
        totals=(),
        filters=filters,
        sentences=said,
        csv=asked.href(file="csv"),
        xlsx=asked.href(file="xlsx"),
        legend=legend,
        note=note,
        only=asked.only,
        only_off=asked.href(only=""),
    )


def account_sheet(
    title: str, names: list[Column], columns: Iterable[tuple[str, str]], rows: Sequence[tuple[Cell, ...]]
) -> Sheet:
    return Sheet(title, (*names, *(Column(_(whole), 2, 20) for _short, whole in columns)), rows)
