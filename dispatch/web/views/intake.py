# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk's pages show: the request form, the list of requests, one request and its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError, Filters, LanguageChoice, Pager


@dataclass(frozen=True)
class Way:
    """One thing that would help, with how many could come then; ``sets`` is what choosing it writes into the form.

    ``lasts``: worth saying also where somebody is free anyway.
    """

    words: str
    sets: tuple[tuple[str, str], ...]
    lasts: bool = False

    @property
    def pick(self) -> str:
        """The settings as one value of a button."""
        return urlencode(self.sets)


@dataclass(frozen=True)
class Chance:
    """How likely the request is to be filled, said before it is sent.

    ``within`` is the most who could come at some start that the desk allows; ``first_of_many``: only the first date of
    several was looked at.
    """

    suitable: int
    free: int
    ways: tuple[Way, ...] = ()
    within: int = 0
    first_of_many: bool = False

    @property
    def low(self) -> bool:
        return not (self.free or self.within)


@dataclass(frozen=True)
class DatesPreview:
    """Which dates a series makes, as texts: its days, those left out with why, or what is wrong with it."""

    days: tuple[str, ...] = ()
    left_out: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class DraftLine:
    """A request that is not sent yet: what it is about, its day, and what it lacks to be sent."""

    id: int
    title: str
    day: str
    lacks: str
    changed_at: dt.datetime

    @property
    def href(self) -> str:
        return f"/requests/new?draft={self.id}"


@dataclass(frozen=True)
class RequestFormPage:
    """The form of a new request, or of one that is changed (``action`` and ``code`` tell which).

    ``values`` holds what was typed, by the names of the JSON body joined with "-"; nothing of it gets lost.
    ``copies`` are earlier requests to start from, as addresses; ``desks`` has one entry for a desk's own account.
    ``days`` is how many rows for days there are; ``unseen`` are values without an input, sent along as they are.
    ``draft`` is the number of the draft it goes on with (``saved`` just now), ``drafts`` are the others; ``usual`` is
    what the desk mostly answers, by field. ``looked``: somebody pressed to see the chance.
    """

    languages: tuple[LanguageChoice, ...]
    desks: tuple[Choice, ...]
    places: tuple[Choice, ...]
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
    warnings: tuple[FieldError, ...] = ()
    mediators: tuple[Choice, ...] = ()
    skills: tuple[Choice, ...] = ()
    projects: tuple[Choice, ...] = ()
    copies: tuple[Choice, ...] = ()
    chance: Chance | None = None
    chance_url: str = ""
    dates: DatesPreview | None = None
    dates_url: str = ""
    action: str = "/requests/new"
    code: str = ""
    earliest: dt.date | None = None
    days: int = 1
    most_days: int = 20
    most_people: int = 6
    unseen: tuple[tuple[str, str], ...] = ()
    draft: int = 0
    saved: bool = False
    drafts: tuple[DraftLine, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    looked: bool = False


@dataclass(frozen=True)
class RequestRow:
    """One line of the list. ``status`` is the appointment's status of ``family``: the next one of the request."""

    code: str
    language: str
    kind: str
    place: str
    start: dt.datetime | None
    end: dt.datetime | None
    status: str
    family: str = "appointment"
    desk: str = ""
    mediator: str = ""
    more: int = 0
    urgent: bool = False

    @property
    def href(self) -> str:
        return f"/requests/{self.code}"


@dataclass(frozen=True)
class StateTab:
    """One state above the list, with how many requests are in it under the other filters."""

    label: str
    count: int
    href: str
    current: bool = False


@dataclass(frozen=True)
class RequestsPage:
    """The list, next first. ``upcoming`` and ``past`` are shown one under the other.

    ``state`` is the one chosen among ``tabs``; ``to_tell`` are visits that wait for this desk's word.
    """

    filters: Filters
    upcoming: tuple[RequestRow, ...]
    past: tuple[RequestRow, ...] = ()
    pager: Pager | None = None
    may_ask: bool = True
    shows_desk: bool = False
    state: str = ""
    tabs: tuple[StateTab, ...] = ()
    to_tell: tuple[VisitTold, ...] = ()
    drafts: tuple[DraftLine, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether something is left out of the list by choice."""
        return self.filters.active or bool(self.state)

    @property
    def unfiltered(self) -> Filters:
        """The filters whose link takes off the state as well."""
        return replace(self.filters, keep=())


@dataclass(frozen=True)
class Step:
    """One station of the way: ``state`` is done, now, or next; ``at`` when it was reached."""

    label: str
    state: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Criterion:
    """One thing the desk asked for; ``must`` None where the distinction makes no sense (a date, a place)."""

    label: str
    value: str
    must: bool | None = None


@dataclass(frozen=True)
class AppointmentRow:
    """One dated occurrence on the tracking page.

    ``steps`` is its way, ``next`` what happens from here on; ``cost`` what calling it off now means, ``late`` whether that
    is paid. ``href`` leads to where it can be changed or cancelled; ``apart`` says that it was changed by itself; ``choose``
    leads a coordinator to where she chooses its mediator. ``expected`` tells her how people are asked about it, until
    when, and how long that usually takes.
    """

    number: int
    start: dt.datetime
    end: dt.datetime
    status: str
    family: str = "appointment"
    slots: str = ""
    mediator: str = ""
    href: str = ""
    apart: bool = False
    choose: str = ""
    expected: str = ""
    steps: tuple[Step, ...] = ()
    next: str = ""
    cost: str = ""
    late: bool = False
    ahead: bool = False
    place: str = ""


@dataclass(frozen=True)
class VisitTold:
    """A visit that is over: how it stands, and whether this desk has still to tell."""

    id: int
    start: dt.datetime
    end: dt.datetime
    mediator: str
    status: str
    outcome: str = ""
    can_tell: bool = False
    request: str = ""
    title: str = ""

    @property
    def href(self) -> str:
        return f"/attendance/{self.id}"

    @property
    def asked(self) -> str:
        """The page of the request it was part of."""
        return f"/requests/{self.request}"


@dataclass(frozen=True)
class RequestPage:
    """One request: its dates that are ``coming`` and those that are ``over``, what was understood, what can still be done.

    ``rule`` is the notice rule; ``notice`` why nothing can be changed here; ``told`` what came of the change just made.
    """

    code: str
    title: str
    status: str
    coming: tuple[AppointmentRow, ...]
    over: tuple[AppointmentRow, ...]
    understood: str
    criteria: tuple[Criterion, ...]
    desk: str = ""
    rule: str = ""
    notice: str = ""
    can_change: bool = False
    can_cancel: bool = False
    can_repeat: bool = False
    just_sent: bool = False
    told: str = ""
    visits: tuple[VisitTold, ...] = ()
    history: tuple[tuple[dt.datetime, str], ...] = ()

    @property
    def first(self) -> AppointmentRow | None:
        """The date whose way stands large above: the next one, else the last there was; none of a cancelled request."""
        shown = [*self.coming, *self.over[-1:]]
        return next((row for row in shown if row.steps and self.status != "cancelled"), None)

    @property
    def is_late(self) -> bool:
        return any(row.late for row in self.coming)

    @property
    def waits_for_word(self) -> bool:
        """Whether a visit waits for what this desk tells of it."""
        return any(visit.can_tell for visit in self.visits)


@dataclass(frozen=True)
class ScopeDate:
    """One date that a choice touches: how it stands, who comes, what calling it off costs, whether it is left alone."""

    start: dt.datetime
    end: dt.datetime
    status: str
    family: str
    mediator: str = ""
    cost: str = ""
    late: bool = False
    left: bool = False


@dataclass(frozen=True)
class Scope:
    """How far a change goes: this date, this and the following, all; with every date it touches."""

    value: str
    label: str
    dates: tuple[ScopeDate, ...]

    @property
    def touched(self) -> tuple[ScopeDate, ...]:
        return tuple(date for date in self.dates if not date.left)

    @property
    def accepted(self) -> int:
        """How many of them somebody has accepted."""
        return sum(bool(date.mediator) for date in self.touched)

    @property
    def paid(self) -> int:
        """How many of them are paid although they are called off."""
        return sum(date.late for date in self.touched)


@dataclass(frozen=True)
class DatePage:
    """One date of a request, to change or to cancel: alone, with the following, or with all still to come.

    ``changing`` and ``cancelling`` list the dates of each choice, one alone where it is the only date left; ``apart`` is
    how many others were changed by themselves, ``over`` how many took place already. ``cost`` is what calling off this
    date means.
    """

    code: str
    number: int
    title: str
    start: dt.datetime
    end: dt.datetime
    status: str
    family: str
    places: tuple[Choice, ...]
    values: FormValues
    errors: tuple[FieldError, ...] = ()
    changing: tuple[Scope, ...] = ()
    cancelling: tuple[Scope, ...] = ()
    can_change: bool = True
    mediator: str = ""
    cost: str = ""
    late: bool = False
    rule: str = ""
    apart: int = 0
    over: int = 0
    most_people: int = 6
    move_minutes: int = 30

    @property
    def is_series(self) -> bool:
        return len(self.changing) > 1

    @property
    def href(self) -> str:
        return f"/requests/{self.code}/appointments/{self.number}"
