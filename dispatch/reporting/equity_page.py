# SPDX-License-Identifier: AGPL-3.0-or-later
"""Equity as a page and a file: the hours of each ambito beside who lives there, with the sources of those figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from config.territory.pack import Pack
from dispatch.kit.spreadsheet import Column, Sheet
from dispatch.reporting.account_pages import UNKNOWN, account_page, account_sheet
from dispatch.reporting.asked import Asked
from dispatch.reporting.columns import hours as in_hours
from dispatch.reporting.equity import Share
from dispatch.reporting.load_page import parts_of
from dispatch.reporting.words import hours, number, period_title, signed
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date
from dispatch.web.views.page import Filters
from dispatch.web.views.workload import Bar, LoadPage, LoadRow

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
    return account_page(asked, title, _("Ambito"), OF_EQUITY, rows, filters, (), sources(shares, pack), legend)


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
    return account_sheet(_("Equity"), names, OF_EQUITY, rows)
