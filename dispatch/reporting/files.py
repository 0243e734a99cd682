# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tabs of the workload as spreadsheets: the same figures as on the page, with two decimals and without words."""

from __future__ import annotations

from dispatch.kit.spreadsheet import Column, Sheet
from dispatch.reporting.asked import PLURAL_OF, Asked
from dispatch.reporting.columns import FIGURES, FILED
from dispatch.reporting.load_page import about, named
from dispatch.reporting.service import Workload
from dispatch.reporting.words import ONE, TABS, period_title
from dispatch.web.i18n import gettext as _


def load_sheet(asked: Asked, load: Workload) -> Sheet:
    figures = [FIGURES[name] for name in FILED[asked.by]]
    columns = [Column(_("Code")), Column(_(ONE[asked.by]), width=32), Column(_("About"), width=32)]
    columns += [Column(_(figure.whole), figure.decimals, 18) for figure in figures]
    rows = [
        (row.key, named(row, asked.by), about(row, asked.by), *(figure.value(row) for figure in figures))
        for row in load.rows
    ]
    return Sheet(f"{_(TABS[asked.by])} {period_title(asked.period)}", tuple(columns), rows)


def file_name(asked: Asked, what: str = "") -> str:
    """ "carico-mediators-2026-11": what it is of and when, in signs that every disk takes."""
    return "-".join(("carico", what or PLURAL_OF[asked.by], asked.period.name))
