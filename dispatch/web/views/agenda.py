# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the coordinator's agenda shows: a week as a table, a day as lanes, a month at a glance, and a sheet to print."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters
from dispatch.web.views.planning import Unassigned


@dataclass(frozen=True)
class Visit:
    """One assignment in the agenda; ``status`` is the assignment's (proposed looks like the draft it is).

    ``is_presence`` marks the date of a presence among the visits that a desk asked for; ``choose`` is where somebody
    else is given it, and empty once it is over.
    """

    code: str
    start: dt.datetime
    end: dt.datetime
    desk: str
    status: str
    href: str
    language: str = ""
    project: str = ""
    mode: str = "onsite"
    is_presence: bool = False
    key: str = ""
    choose: str = ""
    town: str = ""


@dataclass(frozen=True)
class AgendaDay:
    date: dt.date
    is_today: bool = False
    holiday: str = ""
    href: str = ""


@dataclass(frozen=True)
class AgendaRow:
    """A mediator's week: one tuple of visits per day, in the order of the page's days; hours used and allowed."""

    mediator: str
    languages: str
    used_hours: str
    limit_hours: str
    cells: tuple[tuple[Visit, ...], ...]
    share: int = 0
    note: str = ""
    href: str = ""
    key: str = ""


@dataclass(frozen=True)
class Idle:
    """A mediator without a visit in what is shown; ``note`` says when she would be there."""

    mediator: str
    languages: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class RunHint:
    """The latest run of this week, when the coordinator still has something to do with it."""

    href: str
    status: str
    changes: int = 0


@dataclass(frozen=True)
class DraftReady:
    """A draft that the policy's evening made and nobody has looked at yet, with its first and last day."""

    href: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Turn:
    """Another view of the same time."""

    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class AgendaHead:
    """What every view has above it; ``sheet`` is a day's agenda for the printer."""

    week: str
    previous: str
    current: str
    following: str
    filters: Filters
    sheet: Turn
    turns: tuple[Turn, ...] = ()
    run: RunHint | None = None
    can_plan: bool = True
    ready: tuple[DraftReady, ...] = ()


@dataclass(frozen=True)
class AgendaPage:
    """The week as a table. ``title`` is "Settimana 23–27 nov 2026".

    ``unassigned`` can still get somebody; ``missed`` passed without anybody.
    """

    title: str
    head: AgendaHead
    days: tuple[AgendaDay, ...]
    rows: tuple[AgendaRow, ...]
    unassigned: tuple[Unassigned, ...]
    missed: tuple[Unassigned, ...] = ()
    idle: tuple[Idle, ...] = ()
    booked: int = 0
    waiting: int = 0
    draft: int = 0


@dataclass(frozen=True)
class Cell:
    """A stretch of a lane, ``span`` steps wide: ``what`` is visit, road, tight (a road longer than its gap), busy,
    off (no shift of hers) or free; ``minutes`` are those of the road, ``text`` is what keeps her busy."""

    span: int
    what: str
    visit: Visit | None = None
    minutes: int = 0
    text: str = ""


@dataclass(frozen=True)
class Lane:
    """One mediator's day; a second line of cells where two things of hers are at the same time."""

    mediator: str
    languages: str
    used_hours: str
    limit_hours: str
    lines: tuple[tuple[Cell, ...], ...]
    href: str = ""
    key: str = ""
    share: int = 0


@dataclass(frozen=True)
class DayPage:
    """A day as lanes under the hours from the first to the last; ``steps`` are those of an hour."""

    title: str
    head: AgendaHead
    hours: tuple[str, ...]
    steps: int
    lanes: tuple[Lane, ...]
    unassigned: tuple[Unassigned, ...]
    missed: tuple[Unassigned, ...] = ()
    idle: tuple[Idle, ...] = ()
    holiday: str = ""
    booked: int = 0
    waiting: int = 0
    draft: int = 0


@dataclass(frozen=True)
class MonthDay:
    """A day at a glance; outside the month it has no figures."""

    date: dt.date
    href: str
    is_today: bool = False
    is_outside: bool = False
    holiday: str = ""
    booked: int = 0
    waiting: int = 0
    draft: int = 0
    missing: int = 0


@dataclass(frozen=True)
class MonthPage:
    title: str
    head: AgendaHead
    weekdays: tuple[dt.date, ...]
    weeks: tuple[tuple[MonthDay, ...], ...]
    booked: int = 0
    waiting: int = 0
    draft: int = 0
    missing: int = 0


@dataclass(frozen=True)
class SheetLine:
    """A visit on paper; ``status`` is the slot's."""

    start: dt.datetime
    end: dt.datetime
    where: str
    language: str
    status: str
    mode: str = "onsite"


@dataclass(frozen=True)
class SheetDay:
    """A day's sheet: who goes where, and what has nobody; ``columns`` are as many as its lines need on one A4 sheet."""

    date: dt.date
    people: tuple[tuple[str, tuple[SheetLine, ...]], ...]
    nobody: tuple[SheetLine, ...] = ()
    columns: int = 2
    total: int = 0


@dataclass(frozen=True)
class SheetPage:
    """Sheets to print; ``made_at`` is when they were read, and ``is_copy`` says that the database is away since."""

    days: tuple[SheetDay, ...]
    made_at: dt.datetime
    ambito: str = ""
    is_copy: bool = False
    back: str = "/agenda"
    turns: tuple[Turn, ...] = ()
    filters: Filters | None = None
