# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader of the workload asked for, and the addresses that keep it: other tabs, other periods, other orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from dispatch.reporting.facts import BYS
from dispatch.reporting.period import Period, month_of, quarter_of, week_of
from dispatch.reporting.tables import Sieve
from dispatch.reporting.words import TABS, period_title
from dispatch.web.i18n import gettext as _
from dispatch.web.views.workload import PeriodLinks, Tab

WORKLOAD, BUDGETS, EQUITY, MAP = "/workload", "/workload/budgets", "/workload/equity", "/workload/map"
BOARD = "/board"
# The plural stands in addresses: /workload/mediators/m1 is the row m1 of the tab of mediators.
PLURALS = {"mediators": "mediator", "languages": "language", "ambiti": "ambito", "desks": "desk", "projects": "project"}
PLURAL_OF = {by: plural for plural, by in PLURALS.items()}


@dataclass(frozen=True)
class Asked:
    """``path`` is the page's own address; ``order`` a column's name, with "-" the largest first.

    ``show`` is what the map is coloured by.
    """

    path: str
    period: Period
    today: dt.date
    sieve: Sieve
    by: str = BYS[0]
    order: str = ""
    only: str = ""
    show: str = ""

    def href(
        self,
        *,
        period: Period | None = None,
        order: str | None = None,
        only: str | None = None,
        show: str | None = None,
        file: str = "",
    ) -> str:
        """This page with something else; everything that is not named stays."""
        pairs = [
            ("by", self.by if self.path == WORKLOAD and self.by != BYS[0] else ""),
            ("period", (period or self.period).name),
            ("q", self.sieve.text),
            ("ambito", self.sieve.ambito),
            ("language", self.sieve.language),
            ("order", self.order if order is None else order),
            ("only", self.only if only is None else only),
            ("show", self.show if show is None else show),
            ("format", file),
        ]
        return f"{self.path}?{urlencode([pair for pair in pairs if pair[1]])}"

    def row_href(self, key: str, by: str = "", *, period: Period | None = None, ambito: str = "") -> str:
        """The visits behind a row; what is filtered here stays filtered there."""
        pairs = {
            "period": (period or self.period).name,
            "ambito": ambito or self.sieve.ambito,
            "language": self.sieve.language,
        }
        kept = urlencode({name: value for name, value in pairs.items() if value})
        return f"{WORKLOAD}/{PLURAL_OF[by or self.by]}/{quote(key, safe='')}?{kept}"

    def elsewhere(self, path: str, by: str = BYS[0], only: str = "") -> str:
        """Another page of the same period, without the filters of this one."""
        return replace(self, path=path, by=by, sieve=Sieve(), order="", show="").href(only=only)

    def tabs(self) -> tuple[Tab, ...]:
        here = self.path == WORKLOAD
        tabs = [Tab(_(TABS[by]), self.elsewhere(WORKLOAD, by), here and by == self.by) for by in BYS]
        tabs.append(Tab(_("Budgets"), self.elsewhere(BUDGETS), self.path == BUDGETS))
        tabs.append(Tab(_("Equity"), self.elsewhere(EQUITY), self.path == EQUITY))
        tabs.append(Tab(_("Map"), self.elsewhere(MAP), self.path == MAP))
        if self.sieve.ambiti is None:
            tabs.append(Tab(_("Board"), BOARD, self.path == BOARD))
        return tuple(tabs)

    def periods(self) -> PeriodLinks:
        """The same page before, now and after; a month's week is today's where it holds today, else its first."""
        near = self.today if self.period.first <= self.today <= self.period.last else self.period.first
        same = week_of if self.period.is_week else quarter_of if self.period.is_quarter else month_of
        return PeriodLinks(
            title=period_title(self.period),
            name=self.period.name,
            previous=self.href(period=self.period.previous),
            current=self.href(period=same(self.today)),
            following=self.href(period=self.period.following),
            week=self.href(period=week_of(near)),
            month=self.href(period=month_of(near)),
            is_week=self.period.is_week,
            is_month=self.period.is_month,
            quarter=self.href(period=quarter_of(near)),
            is_quarter=self.period.is_quarter,
        )
