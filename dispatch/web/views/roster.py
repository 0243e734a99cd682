# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of the roster show: the list, a mediator's form, her availability, and her own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.kit.clock import at_home
from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError, Filters, LanguageChoice, Pager
from dispatch.web.views.registers import BookedVisit, RegisterForm


@dataclass(frozen=True)
class MediatorRow:
    """One mediator in the list; ``trouble`` says why no SMS reaches her, empty while they do."""

    code: str
    name: str
    languages: str
    organisation: str
    home: str
    limit: str
    target: str
    phone: str
    trouble: str = ""
    next_start: dt.datetime | None = None
    next_end: dt.datetime | None = None
    active: bool = True
    number: str = "untried"

    @property
    def href(self) -> str:
        return f"/roster/{self.code}"


@dataclass(frozen=True)
class RosterPage:
    """The list of mediators; ``total`` counts them without any filter, ``untried`` those nobody has heard from yet."""

    rows: tuple[MediatorRow, ...]
    filters: Filters
    pager: Pager
    total: int
    untried: int = 0


@dataclass(frozen=True)
class MediatorHead:
    """Who the page is about, above each of her pages; ``only_read`` says why the visitor may not change it.

    ``number`` is the state of her phone number since ``number_at``.
    """

    code: str
    name: str
    trouble: str = ""
    active: bool = True
    only_read: str = ""
    number: str = "untried"
    number_at: dt.datetime | None = None


@dataclass(frozen=True)
class MediatorForm(RegisterForm):
    """All that the planner and the SMS need of her; ``rows`` counts the lines for languages."""

    head: MediatorHead | None = None
    languages: tuple[LanguageChoice, ...] = ()
    comuni: tuple[str, ...] = ()
    rows: int = 3


@dataclass(frozen=True)
class ShiftRow:
    """One line of the weekly pattern as it was typed; ``number`` names its inputs."""

    number: int
    weekday: int


@dataclass(frozen=True)
class Clash:
    """Two shifts that overlap, in words, and what can be done: each choice is the value of a button."""

    old: str
    new: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Departure:
    """An absence, an extra shift or a course: when, and what removes it."""

    kind: str
    start: dt.datetime
    end: dt.datetime
    title: str = ""
    place: str = ""
    whole_days: bool = False

    @property
    def first(self) -> dt.date:
        """The first day at home."""
        return at_home(self.start).date()

    @property
    def last(self) -> dt.date:
        """The last day at home; midnight still belongs to the day that it ends."""
        return at_home(self.end - dt.timedelta(microseconds=1)).date()


@dataclass(frozen=True)
class AvailabilityPage:
    """Her weekly pattern as a form, what departs from it, and what stands in the way of what was asked.

    ``asked`` are the inputs of an absence or a course that waits for a choice about ``visits``.
    """

    head: MediatorHead
    values: FormValues
    shifts: tuple[ShiftRow, ...]
    errors: tuple[FieldError, ...] = ()
    clashes: tuple[Clash, ...] = ()
    departures: tuple[Departure, ...] = ()
    places: tuple[Choice, ...] = ()
    visits: tuple[BookedVisit, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    asked_at: str = ""


@dataclass(frozen=True)
class LeavingPage:
    """Visits ahead of a mediator who leaves, and until when she would stay to keep them all."""

    head: MediatorHead
    visits: tuple[BookedVisit, ...]
    last_day: dt.date


@dataclass(frozen=True)
class MyCell:
    """A part of a day: ``state`` is free, part or busy; ``visits`` counts those of hers in it."""

    part: str
    state: str
    visits: int = 0
    is_over: bool = False

    @property
    def becomes(self) -> str:
        """What a tap says."""
        return "busy" if self.state == "free" else "free"


@dataclass(frozen=True)
class MyDay:
    """One line of her grid."""

    day: dt.date
    cells: tuple[MyCell, ...]


@dataclass(frozen=True)
class HerOwnPage:
    """What all her own pages share; ``base`` is where they begin: "/my", or "/m/…" behind her link."""

    first_name: str
    base: str

    @property
    def agenda(self) -> str:
        """The address of her agenda, which every page of hers leads back to."""
        return f"{self.base}/agenda"


@dataclass(frozen=True)
class MyWeekPage(HerOwnPage):
    """Her weekly pattern as a form of her own."""

    values: FormValues
    shifts: tuple[ShiftRow, ...]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class MyChoicesPage(HerOwnPage):
    """How and when Ponte writes to her."""

    reminders: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    chosen: str
    language: str
    at_night: bool


@dataclass(frozen=True)
class MyCalendarPage(HerOwnPage):
    """The address of her calendar: ``address`` right after it was made, ``since`` while one is in use."""

    address: str = ""
    since: dt.datetime | None = None

    @property
    def opens(self) -> str:
        """The address that a phone's calendar subscribes to by itself."""
        return f"webcal://{self.address.partition('://')[2]}"


@dataclass(frozen=True)
class MyAvailabilityPage(HerOwnPage):
    """Her coming days as a grid, what departs from her week, and visits that an absence would hit."""

    days: tuple[MyDay, ...]
    departures: tuple[Departure, ...]
    today: dt.date
    values: FormValues
    errors: tuple[FieldError, ...] = ()
    visits: tuple[BookedVisit, ...] = ()
