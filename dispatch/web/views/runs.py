# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of planning runs show: a search on its way, what its plan would change, and the runs of the past."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters, Pager
from dispatch.web.views.planning import Unassigned


@dataclass(frozen=True)
class SearchPicture:
    """Two paths over the time of a search: the value of the best plan, and above it what no plan can exceed."""

    width: int
    height: int
    value: str
    bound: str
    summary: str


@dataclass(frozen=True)
class SearchTrouble:
    """A search that did not work: what happened, what to do, and what the program wrote."""

    title: str
    remedy: str
    details: str


@dataclass(frozen=True)
class RunProgress:
    """How far the search is. ``margin`` is the gap to the bound in per cent, None until there is a bound."""

    run_id: int
    status: str
    filled: int
    slots: int
    margin: float | None = None
    seconds: int = 0
    limit_seconds: int = 0
    sentence: str = ""
    gains: str = ""
    picture: SearchPicture | None = None
    stopping: bool = False
    waits: bool = False

    @property
    def is_over(self) -> bool:
        return self.status not in ("asked", "running")

    @property
    def address(self) -> str:
        return f"/planning/runs/{self.run_id}"


@dataclass(frozen=True)
class DiffLine:
    """One change a draft would make. ``value`` comes back in the form when the line is accepted.

    ``was`` is who had it before, ``was_at`` when, if that changes too; ``refused`` says why it cannot stand although it
    is accepted; ``sms`` is how many are asked about it.
    """

    value: str
    code: str
    href: str
    language: str
    desk: str
    start: dt.datetime
    end: dt.datetime
    mediator: str
    was: str = ""
    was_at: dt.datetime | None = None
    reason: str = ""
    accepted: bool = True
    sms: int = 1
    refused: str = ""


@dataclass(frozen=True)
class Recipient:
    """Somebody who would get SMS, and how many."""

    name: str
    sms: int


@dataclass(frozen=True)
class Choice:
    """What pressing the button would do: lines accepted, SMS, to whom; ``refused`` rest on lines that are not accepted."""

    lines: int = 0
    sms: int = 0
    to: tuple[Recipient, ...] = ()
    unreachable: tuple[str, ...] = ()
    refused: tuple[DiffLine, ...] = ()


@dataclass(frozen=True)
class Totals:
    """How many lines of each kind the whole difference has, whatever the filters show."""

    new: int = 0
    moved: int = 0
    dropped: int = 0
    locked: int = 0
    nobody: int = 0


@dataclass(frozen=True)
class Told:
    """Who did something with the run and when; an empty name is Ponte itself."""

    by: str
    at: dt.datetime


@dataclass(frozen=True)
class RunPage:
    """A run while it searches, then its difference to what stands today, then what publishing did.

    ``elsewhere`` are accepted lines that the filters hide; ``newer`` leads to the draft that took this one's place.
    """

    progress: RunProgress
    week: str
    week_title: str
    weeks: int = 1
    last_day: dt.date | None = None
    asked: Told | None = None
    settled: Told | None = None
    filters: Filters | None = None
    totals: Totals = Totals()
    new: tuple[DiffLine, ...] = ()
    moved: tuple[DiffLine, ...] = ()
    dropped: tuple[DiffLine, ...] = ()
    locked: tuple[DiffLine, ...] = ()
    elsewhere: tuple[str, ...] = ()
    nobody: tuple[Unassigned, ...] = ()
    choice: Choice = Choice()
    set_aside: tuple[DiffLine, ...] = ()
    trouble: SearchTrouble | None = None
    published: int = 0
    left: int = 0
    became: tuple[tuple[str, int], ...] = ()
    newer: str = ""
    warning: str = ""

    @property
    def changes(self) -> int:
        return self.totals.new + self.totals.moved + self.totals.dropped

    @property
    def shown(self) -> int:
        return len(self.new) + len(self.moved) + len(self.dropped) + len(self.locked) + len(self.nobody)


@dataclass(frozen=True)
class RunLine:
    """One run in the list: who asked, when, what came out, and what became of it (statuses of its assignments)."""

    href: str
    asked: Told
    week: str
    weeks: int
    status: str
    is_repair: bool
    filled: int = 0
    slots: int = 0
    value: str = ""
    margin: float | None = None
    published: int | None = None
    set_aside: int = 0
    left: int = 0
    became: tuple[tuple[str, int], ...] = ()
    settled: Told | None = None


@dataclass(frozen=True)
class RunsPage:
    """The runs of the past, newest first."""

    rows: tuple[RunLine, ...]
    filters: Filters
    pager: Pager
