# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets as a page and a file: what every project and ambito was granted, used and has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from dispatch.kit.spreadsheet import Column, Sheet
from dispatch.records.territory import Ambito
from dispatch.reporting.account_pages import UNKNOWN, account_page, account_sheet
from dispatch.reporting.asked import Asked
from dispatch.reporting.budgets import Purse
from dispatch.reporting.columns import hours as in_hours
from dispatch.reporting.load_page import parts_of
from dispatch.reporting.period import LONGEST, Period
from dispatch.reporting.words import hours, number
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date
from dispatch.web.views.page import Filters
from dispatch.web.views.workload import Bar, LoadPage, LoadRow, Sentence

OF_BUDGETS = (
    (_l("granted"), _l("Granted hours")),
    (_l("worked"), _l("Worked hours")),
    (_l("confirmed, to do"), _l("Confirmed hours, still to do")),
    (_l("remaining"), _l("Remaining hours")),
    (_l("used"), _l("% used")),
    (_l("time elapsed"), _l("% of the time elapsed")),
)


def budgets_page(
    asked: Asked, purses: Sequence[Purse], ambiti: dict[str, Ambito], filters: Filters, said: tuple[Sentence, ...]
) -> LoadPage:
    """Every purse with what is left of it; the mark on the bar is how much of the time is over."""
    rows = tuple(
        LoadRow(
            ambiti[purse.ambito].name if purse.ambito else purse.name,
            asked.row_href(purse.project, "project", period=days_of(purse), ambito=purse.ambito or ""),
            purse.name if purse.ambito else _("the whole project"),
            purse_bar(purse),
            tuple(_budget_cells(purse)),
        )
        for purse in purses
    )
    note = _(
        "Everything charged to a project from its first day on; the mark on the bar is how much of its time is over."
    )
    legend = (("worked", _("worked")), ("booked", _("confirmed, to do")), ("target", _("time elapsed")))
    title = _("Budgets on %(day)s") % {"day": long_date(asked.today)}
    return account_page(asked, title, _("Project"), OF_BUDGETS, rows, filters, said, note, legend)


def days_of(purse: Purse) -> Period:
    """Its days as far as one page can show them; from there one turns to the next ones."""
    return Period(purse.starts, min(purse.ends, purse.starts + dt.timedelta(days=LONGEST - 1)))


def purse_bar(purse: Purse) -> Bar:
    """Worked and promised minutes on the scale of the grant; without a grant there is nothing to measure them by."""
    if purse.granted is None:
        return Bar(_("%(used)s h, no limit") % {"used": hours(purse.used)})
    scale = max(purse.granted, purse.used, 1)
    return Bar(
        text=_("%(used)s of %(limit)s h") % {"used": hours(purse.used), "limit": hours(purse.granted)},
        parts=parts_of((("worked", purse.worked), ("booked", purse.booked)), scale),
        limit=100 * purse.granted / scale if purse.used > purse.granted else None,
        target=purse.elapsed * purse.granted / scale,
        is_over=purse.used > purse.granted,
    )


def _budget_cells(purse: Purse) -> Iterable[str]:
    yield UNKNOWN if purse.granted is None else hours(purse.granted)
    yield hours(purse.worked)
    yield hours(purse.booked)
    yield UNKNOWN if purse.remaining is None else hours(purse.remaining)
    yield UNKNOWN if purse.used_percent is None else f"{number(purse.used_percent)}\u00a0%"
    yield f"{number(purse.elapsed)}\u00a0%"


def budgets_sheet(purses: Iterable[Purse], ambiti: dict[str, Ambito]) -> Sheet:
    rows = [
        (
            purse.project,
            purse.name,
            ambiti[purse.ambito].name if purse.ambito else "",
            in_hours(purse.granted),
            in_hours(purse.worked),
            in_hours(purse.booked),
            in_hours(purse.remaining),
            purse.used_percent,
            purse.elapsed,
        )
        for purse in purses
    ]
    names = [Column(_("Code")), Column(_("Project"), width=36), Column(_("Ambito"), width=36)]
    return account_sheet(_("Budgets"), names, OF_BUDGETS, rows)
