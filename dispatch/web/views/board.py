# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the board shows: a few figures on top, the trend of the months, and tables of sums with how each is reckoned."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.web.views.workload import Bar, Tab


@dataclass(frozen=True)
class BoardTile:
    """One figure in large type; ``note`` puts it beside another, ``how`` says what it is made of."""

    title: str
    value: str
    note: str
    how: str
    tone: str = ""


@dataclass(frozen=True)
class BoardMonth:
    """A column of the trend; ``height`` in percent of the tallest."""

    label: str
    title: str
    height: float
    hours: str
    share: str
    is_running: bool = False


@dataclass(frozen=True)
class BoardRow:
    name: str
    note: str
    bar: Bar | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class BoardTable:
    """``heads`` are those of the name, of the bar and of the cells; ``rest`` how many rows only the files hold."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    legend: tuple[tuple[str, str], ...]
    how: str
    nothing: str
    rest: int = 0


@dataclass(frozen=True)
class BoardPage:
    title: str
    lead: str
    tabs: tuple[Tab, ...]
    previous: str
    current: str
    following: str
    tiles: tuple[BoardTile, ...]
    months: tuple[BoardMonth, ...]
    months_how: str
    tables: tuple[BoardTable, ...]
    csv: str
    xlsx: str
    small: str
    note: str
    is_empty: bool
