# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk's calendar shows: its meetings in a week by parts of the day, or in a month by weeks, and its address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Choice

WEEK, MONTH = "week", "month"


@dataclass(frozen=True)
class Meeting:
    """One meeting of the desk; ``status`` of ``family`` is told in words and in tone."""

    href: str
    start: dt.datetime
    end: dt.datetime
    title: str
    status: str
    family: str = "appointment"
    mediator: str = ""
    place: str = ""


@dataclass(frozen=True)
class CalendarDay:
    """One cell of the table: a day, or a part of one; ``beyond`` says that it belongs to another month."""

    day: dt.date
    meetings: tuple[Meeting, ...] = ()
    today: bool = False
    beyond: bool = False
    feast: bool = False


@dataclass(frozen=True)
class CalendarRow:
    """One row: ``head`` is the part of the day, or the week it is."""

    head: str
    cells: tuple[CalendarDay, ...]


@dataclass(frozen=True)
class DeskCalendarPage:
    """``columns`` are the days (of a week) or the names of weekdays (of a month); ``address`` is shown once, when made.

    ``views`` lead to the other view of the same days; ``total`` is how many meetings stand on the page.
    """

    view: str
    title: str
    columns: tuple[CalendarDay, ...]
    rows: tuple[CalendarRow, ...]
    previous: str
    following: str
    current: str
    views: tuple[Choice, ...]
    total: int
    desk: str = ""
    since: dt.datetime | None = None
    address: str = ""

    @property
    def opens(self) -> str:
        """The address that a calendar's program subscribes to by a press."""
        return f"webcal://{self.address.partition('://')[2]}"
