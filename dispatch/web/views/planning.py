# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the coordinator's pages show of the week: the agenda, and the people for one slot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters, Reason


@dataclass(frozen=True)
class Visit:
    """One assignment in the agenda; ``status`` is the assignment's (proposed looks like the draft it is).

    ``is_presence`` marks the date of a presence among the visits that a desk asked for.
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


@dataclass(frozen=True)
class AgendaDay:
    date: dt.date
    is_today: bool = False
    holiday: str = ""


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


@dataclass(frozen=True)
class Unassigned:
    """A slot without a person: what it asks, and why nobody (an empty ``reasons``: no run has looked at it yet).

    ``find`` is the page on which somebody is found for it; empty where its time has passed.
    """

    code: str
    href: str
    language: str
    desk: str
    start: dt.datetime
    end: dt.datetime
    status: str = "open"
    urgent: bool = False
    asks: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    find: str = ""


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
class AgendaPage:
    """The week as a table. ``title`` is "Settimana 23–29 novembre 2026"; ``week`` its ISO name, "2026-W48".

    ``unassigned`` can still get somebody; ``missed`` passed without anybody.
    """

    title: str
    week: str
    previous: str
    following: str
    current: str
    days: tuple[AgendaDay, ...]
    rows: tuple[AgendaRow, ...]
    unassigned: tuple[Unassigned, ...]
    filters: Filters
    missed: tuple[Unassigned, ...] = ()
    booked: int = 0
    waiting: int = 0
    run: RunHint | None = None
    can_plan: bool = True
    ready: tuple[DraftReady, ...] = ()
