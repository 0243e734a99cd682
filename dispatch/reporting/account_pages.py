# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets and equity as pages, in the shape of the workload's tabs: a name, a bar, and the figures behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from config.territory.pack import Pack
from dispatch.kit.spreadsheet import Cell, Column, Sheet
from dispatch.records.territory import Ambito
from dispatch.reporting.asked import EQUITY, Asked
from dispatch.reporting.budgets import Purse
from dispatch.reporting.columns import hours as in_hours
from dispatch.reporting.equity import Share
from dispatch.reporting.load_page import parts_of
from dispatch.reporting.period import LONGEST, Period
from dispatch.reporting.words import hours, number, period_title, signed
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date
from dispatch.web.views.page import Filters
from dispatch.web.views.workload import Bar, Head, LoadPage, LoadRow, Sentence

OF_BUDGETS = (
    (_l("granted"), _l("Granted hours")),
    (_l("worked"), _l("Worked hours")),
    (_l("confirmed, to do"), _l("Confirmed hours, still to do")),
    (_l("remaining"), _l("Remaining hours")),
    (_l("used"), _l("% used")),
    (_l("time elapsed"), _l("% of the time elapsed")),
)
OF_EQUITY = (
    (_l("asked for"), _l("Hours asked for")),
    (_l("filled"), _l("% filled")),
    (_l("delivered"), _l("Delivered hours")),
    (_l("per 1,000 residents"), _l("Delivered hours per 1,000 residents")),
    (_l("per 1,000 non-EU residents"), _l("Delivered hours per 1,000 non-EU residents")),
    (_l("expected share"), _l("Expected share, %")),
    (_l("delivered share"), _l("Delivered share, %")),
    (_l("difference"), _l("Difference in percentage points")),
)
UNKNOWN = "–"


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
    return _page(asked, title, _("Project"), OF_BUDGETS, rows, filters, said, note, legend)


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
    return _sheet(_("Budgets"), names, OF_BUDGETS, rows)


def equity_page(asked: Asked, shares: Sequence[Share], pack: Pack, filters: Filters) -> LoadPage:
    """Every ambito beside its share of the non-EU residents; where that is not known, it says so."""
    widest = max((share.delivered for share in shares), default=0)
    rows = tuple(
        LoadRow(
            share.name,
            asked.row_href(share.code, "ambito"),
            residents(share),
            share_bar(share, widest, sum(one.delivered for one in shares)),
            tuple(_equity_cells(share)),
        )
        for share in shares
    )
    legend = (("worked", _("delivered")), ("target", _("expected")))
    title = _("Equity, %(period)s") % {"period": period_title(asked.period)}
    return _page(asked, title, _("Ambito"), OF_EQUITY, rows, filters, (), sources(shares, pack), legend)


def residents(share: Share) -> str:
    people = number(share.population)
    if share.incidence is None:
        return _("%(people)s residents, non-EU incidence unknown") % {"people": people}
    return _("%(people)s residents, %(percent)s %% non-EU") % {"people": people, "percent": number(share.incidence, 1)}


def share_bar(share: Share, widest: int, delivered: int) -> Bar:
    """The hours delivered; the mark is where they would be if they followed the non-EU residents."""
    fair = None if share.expected is None or not share.delivered_share else share.delivered * share.expected / share.delivered_share  # fmt: skip
    scale = max(widest, fair or 0, 1)
    return Bar(
        text=_("%(used)s h") % {"used": hours(share.delivered)},
        parts=parts_of((("worked", share.delivered),), scale) if delivered else (),
        target=None if fair is None else 100 * fair / scale,
    )


def _equity_cells(share: Share) -> Iterable[str]:
    yield hours(share.requested)
    yield UNKNOWN if share.filled is None else f"{number(share.filled)}\u00a0%"
    yield hours(share.delivered)
    yield UNKNOWN if share.per_thousand is None else hours(share.per_thousand)
    foreigners = share.per_thousand_foreigners
    yield UNKNOWN if foreigners is None else hours(foreigners)
    yield UNKNOWN if share.expected is None else f"{number(share.expected, 1)}\u00a0%"
    yield UNKNOWN if share.delivered_share is None else f"{number(share.delivered_share, 1)}\u00a0%"
    yield signed(share.gap).removesuffix("\u00a0%")


def sources(shares: Iterable[Share], pack: Pack) -> str:
    """Where the figures come from, of when they are, and which ambiti cannot be compared."""
    counted = {"source": pack.population_source, "day": long_date(pack.population_day)}
    said = [
        _("Delivered hours are those of attendance; shares compare the ambiti whose incidence is known."),
        _("Residents: %(source)s, %(day)s.") % counted if pack.population_source else "",
        _("Non-EU incidence: %(source)s.") % {"source": pack.incidence_source} if pack.incidence_source else "",
    ]
    unknown = [share.name for share in shares if share.incidence is None]
    if unknown:
        said.append(_("Not known for: %(names)s.") % {"names": ", ".join(unknown)})
    return " ".join(filter(None, said))


def equity_sheet(shares: Iterable[Share]) -> Sheet:
    rows = [
        (
            share.code,
            share.name,
            share.population,
            share.incidence,
            in_hours(share.requested),
            share.filled,
            in_hours(share.delivered),
            in_hours(share.per_thousand),
            in_hours(share.per_thousand_foreigners),
            share.expected,
            share.delivered_share,
            share.gap,
        )
        for share in shares
    ]
    names = [Column(_("Code")), Column(_("Ambito"), width=36), Column(_("Residents")), Column(_("% non-EU"), 1)]
    return _sheet(_("Equity"), names, OF_EQUITY, rows)


def _page(
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


def _sheet(
    title: str, names: list[Column], columns: Iterable[tuple[str, str]], rows: Sequence[tuple[Cell, ...]]
) -> Sheet:
    return Sheet(title, (*names, *(Column(_(whole), 2, 20) for _short, whole in columns)), rows)
