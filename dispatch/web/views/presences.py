# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of presences show: the list, the form, and one presence with its dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError, Filters, LanguageChoice, Pager


@dataclass(frozen=True)
class Coverage:
    """Of the dates of the next four weeks, how many have somebody who said yes."""

    booked: int
    dates: int

    @property
    def tone(self) -> str:
        return "neutral" if not self.dates else "success" if self.booked == self.dates else "warning"


@dataclass(frozen=True)
class PresenceRow:
    """One line of the list. ``state`` says running, ahead or ended in words."""

    code: str
    name: str
    owner: str
    place: str
    when: str
    cover: str
    state: str
    next_days: tuple[dt.date, ...]
    coverage: Coverage

    @property
    def href(self) -> str:
        return f"/presences/{self.code}"


@dataclass(frozen=True)
class PresencesPage:
    """The list, those still held first."""

    filters: Filters
    rows: tuple[PresenceRow, ...]
    pager: Pager | None = None


@dataclass(frozen=True)
class PresenceFormPage:
    """The form of a new presence, or (``code``) of the change of one from a date on; nothing typed gets lost."""

    desks: tuple[Choice, ...]
    ambiti: tuple[Choice, ...]
    places: tuple[Choice, ...]
    languages: tuple[LanguageChoice, ...]
    mediators: tuple[Choice, ...]
    projects: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    every: tuple[Choice, ...]
    covers: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    earliest: dt.date
    action: str = "/presences/new"
    code: str = ""
    name: str = ""
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class DateRow:
    """One date; ``status`` is its slot's."""

    start: dt.datetime
    end: dt.datetime
    status: str
    mediator: str = ""


@dataclass(frozen=True)
class PresencePage:
    """One presence: what it is, its dates to come and those that passed, and what can be done with it.

    ``called_away``: when a mediator was taken off it for an urgent request, and from which date.
    """

    code: str
    name: str
    owner: str
    understood: str
    state: str
    coverage: Coverage
    upcoming: tuple[DateRow, ...]
    past: tuple[DateRow, ...]
    request: str
    today: dt.date
    can_change: bool = False
    called_away: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
