# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of finding somebody show: who could come to a date, why nobody, what would help, and who is being asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.forms import FormValues
from dispatch.web.views.page import FieldError, Filters, Pager


@dataclass(frozen=True)
class Suitable:
    """A mediator who could take a slot: why her in a line, and what would have to be set aside for her.

    ``asked`` are the words for a question of hers about it; ``no_sms`` her number where she can only be called.
    """

    code: str
    name: str
    why: str
    against: str = ""
    asked: str = ""
    no_sms: str = ""

    @property
    def can_be_asked(self) -> bool:
        return not (self.against or self.asked or self.no_sms)


@dataclass(frozen=True)
class KeptAway:
    """Those whom one rule keeps away; ``names`` is empty where they are too many to be of use."""

    rule: str
    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of the funnel: how many are left once the rule is asked; ``share`` of the first step in per cent."""

    label: str
    count: int
    share: int
    of_all: str = ""


@dataclass(frozen=True)
class Change:
    """A small change after which somebody could come. ``key`` names it in the form; without one it is done at ``href``.

    ``told`` says whom it concerns; ``needs_reason``: it is an exception that is written down with its reason.
    """

    key: str
    words: str
    who: str
    told: str
    needs_reason: bool = False
    href: str = ""


@dataclass(frozen=True)
class Asked:
    """One question about a date: to whom, since when, until when; ``failed`` says in words what became of its SMS."""

    name: str
    code: str
    phone: str
    status: str
    since: dt.datetime | None
    reply_by: dt.datetime
    failed: str = ""


@dataclass(frozen=True)
class Line:
    """A date about which people are asked: their questions, who is next, and who stands for it until then."""

    code: str
    number: int
    slot: int
    start: dt.datetime
    end: dt.datetime
    desk: str
    language: str
    status: str
    now: dt.datetime
    asked: tuple[Asked, ...]
    following: tuple[str, ...] = ()
    booked: str = ""
    instead_of: int = 0

    @property
    def href(self) -> str:
        return f"/requests/{self.code}/appointments/{self.number}/mediators?slot={self.slot}"

    @property
    def action(self) -> str:
        """Where what is done about it is sent to."""
        return f"/offers/{self.code}/{self.number}/{self.slot}"

    @property
    def is_open(self) -> bool:
        return any(one.status in ("queued", "waiting") for one in self.asked)


@dataclass(frozen=True)
class OffersPage:
    """Every date about which somebody is asked, what expires first before the others; ``total`` without the filters."""

    lines: tuple[Line, ...]
    filters: Filters
    pager: Pager
    total: int
    now: dt.datetime
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Promise:
    """What asking means now: until when who is asked first may answer, when the SMS leaves if not at once."""

    reply_by: str
    leaves: str = ""
    at_night: bool = False


@dataclass(frozen=True)
class MediatorsPage:
    """One slot: who has it or is asked, who else could come, who could not and why, and what would help."""

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
    now: dt.datetime
    errors: tuple[FieldError, ...] = ()
    promise: Promise | None = None
    line: Line | None = None
    funnel: tuple[Step, ...] = ()
    kept_away: tuple[KeptAway, ...] = ()
    changes: tuple[Change, ...] = ()
    hopeless: str = ""
    eased: str = ""
    chosen: str = ""
    at: str = ""

    @property
    def href(self) -> str:
        return f"/requests/{self.code}/appointments/{self.number}/mediators"

    @property
    def askable(self) -> tuple[Suitable, ...]:
        return tuple(one for one in self.suitable if one.can_be_asked)
