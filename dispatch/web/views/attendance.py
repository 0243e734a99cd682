# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages about visits that are over show: the coordinator's list, one visit with both sides, her phone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError, Filters, Pager


@dataclass(frozen=True)
class Said:
    """What one side told, in words; ``at`` is when."""

    side: str
    who: str
    outcome: str
    times: str = ""
    km: int | None = None
    note: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True)
class VisitRow:
    """One visit of a list; ``sayings`` are there where they still matter. ``minutes`` None: nothing counts yet."""

    id: int
    request: str
    desk: str
    mediator: str
    start: dt.datetime
    end: dt.datetime
    status: str
    outcome: str = ""
    minutes: int | None = None
    real: str = ""
    sayings: tuple[Said, ...] = ()

    @property
    def href(self) -> str:
        return f"/attendance/{self.id}"


@dataclass(frozen=True)
class AttendancePage:
    """The coordinator's list; ``disputed`` and ``awaited`` count all, whatever is filtered."""

    filters: Filters
    rows: tuple[VisitRow, ...]
    pager: Pager
    total: int
    disputed: int = 0
    awaited: int = 0
    week: str = ""


@dataclass(frozen=True)
class VisitPage:
    """One visit: what was planned, what each side said, and the form that tells (or settles) it.

    ``settles`` for a coordinator; ``closed`` once both agreed, when only a coordinator may say otherwise.
    ``confirm`` shows the box that a note names nobody.
    """

    row: VisitRow
    outcomes: tuple[Choice, ...]
    back: str
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
    settles: bool = False
    closed: bool = False
    confirm: bool = False
    project: str = ""
    settled_by: str = ""


@dataclass(frozen=True)
class PhoneVisitPage:
    """The mediator's page of one visit, behind her signed link; ``said`` is what she told so far."""

    agenda: str
    action: str
    first_name: str
    start: dt.datetime
    end: dt.datetime
    desk: str
    outcomes: tuple[Choice, ...]
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
    said: Said | None = None
    closed: bool = False
    disputed: bool = False
    confirm: bool = False
