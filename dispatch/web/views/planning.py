# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of a plan show: what has nobody, a run on its way, what it would change, and who could go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.forms import FormValues
from dispatch.web.views.page import FieldError, Reason


@dataclass(frozen=True)
class Unassigned:
    """A slot without a person: what it asks, and why nobody (an empty ``reasons``: no run has looked at it yet).

    ``choose`` is where somebody is given it, empty once its time has passed; ``key`` names it among others on a page.
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
    key: str = ""
    choose: str = ""


@dataclass(frozen=True)
class DiffLine:
    """One change a draft would make. ``value`` comes back in the form when the line is accepted."""

    value: str
    code: str
    href: str
    language: str
    desk: str
    start: dt.datetime
    end: dt.datetime
    mediator: str
    was: str = ""
    reason: str = ""
    accepted: bool = True


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

    @property
    def is_over(self) -> bool:
        return self.status not in ("asked", "running")

    @property
    def address(self) -> str:
        return f"/planning/runs/{self.run_id}"


@dataclass(frozen=True)
class RunPage:
    """A run while it searches, then its difference to what stands today, then what publishing did."""

    progress: RunProgress
    week: str
    week_title: str
    weeks: int = 1
    last_day: dt.date | None = None
    new: tuple[DiffLine, ...] = ()
    moved: tuple[DiffLine, ...] = ()
    set_aside: tuple[DiffLine, ...] = ()
    locked: int = 0
    nobody: tuple[Unassigned, ...] = ()
    trouble: str = ""
    published: int = 0

    @property
    def sms(self) -> int:
        """How many messages leave when every line is accepted: one for each new or moved line."""
        return sum(1 for line in (*self.new, *self.moved) if line.accepted)


@dataclass(frozen=True)
class Suitable:
    """A mediator who could take a slot: why her in a line, and what would have to be set aside for her."""

    code: str
    name: str
    why: str
    against: str = ""


@dataclass(frozen=True)
class MediatorsPage:
    """One slot, who has it, and who else could; the form gives it to somebody."""

    code: str
    number: int
    slot: int
    slots: int
    start: dt.datetime
    end: dt.datetime
    desk: str
    language: str
    status: str
    mediator: str
    assignment: str
    instead_of: int
    can_assign: bool
    suitable: tuple[Suitable, ...]
    values: FormValues
    errors: tuple[FieldError, ...] = ()

    @property
    def href(self) -> str:
        return f"/requests/{self.code}/appointments/{self.number}/mediators"
