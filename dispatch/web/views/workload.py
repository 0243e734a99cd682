# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the workload pages show: tables with bars, the sentence on top, the visits behind a row, budgets, equity."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters


@dataclass(frozen=True)
class Part:
    """A piece of a bar in percent of its width; ``tone`` is worked, booked or planned."""

    tone: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A bar with its number as text. ``limit`` and ``target`` are marks at that percentage of the width."""

    text: str
    parts: tuple[Part, ...] = ()
    limit: float | None = None
    target: float | None = None
    note: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Head:
    """A column; ``order`` is "ascending" or "descending" where the table is sorted by it, ``group`` a title above it."""

    title: str
    href: str = ""
    order: str = ""
    group: str = ""
    explained: str = ""


@dataclass(frozen=True)
class LoadRow:
    """``cells`` are ready texts in the order of the page's columns after name and bar."""

    name: str
    href: str
    about: str
    bar: Bar
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class Sentence:
    """Something to look at, with a link to the rows it is about."""

    text: str
    href: str
    tone: str = "warning"


@dataclass(frozen=True)
class PeriodLinks:
    """Where one gets from a period: before, now, after, and the same days as a week, a month or a quarter."""

    title: str
    name: str
    previous: str
    current: str
    following: str
    week: str
    month: str
    is_week: bool
    is_month: bool
    quarter: str
    is_quarter: bool


@dataclass(frozen=True)
class LoadPage:
    """One tab of the workload; ``period`` is null where the page is about today (budgets).

    ``legend`` says what the tones of its bars mean, and the mark on them (tone "target").
    """

    title: str
    tabs: tuple[Tab, ...]
    period: PeriodLinks | None
    heads: tuple[Head, ...]
    rows: tuple[LoadRow, ...]
    totals: tuple[str, ...]
    filters: Filters
    sentences: tuple[Sentence, ...]
    csv: str
    xlsx: str
    legend: tuple[tuple[str, str], ...]
    lead: str = ""
    note: str = ""
    only: str = ""
    only_off: str = ""


@dataclass(frozen=True)
class VisitLine:
    """A visit behind a figure. ``code`` is empty where it lies in an ambito the reader does not see."""

    start: dt.datetime
    end: dt.datetime
    code: str
    href: str
    desk: str
    mediator: str
    mediator_href: str
    language: str
    state: str
    outcome: str
    planned: str
    booked: str
    worked: str
    km: str
    project: str


@dataclass(frozen=True)
class BehindPage:
    """The visits behind one row of the workload, and what they add up to; ``is_hers``: all are one mediator's."""

    title: str
    about: str
    back: str
    period: PeriodLinks
    visits: tuple[VisitLine, ...]
    totals: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    is_hers: bool
    csv: str
    xlsx: str
