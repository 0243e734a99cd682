# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the mediator's phone pages show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.kit.clock import at_home


@dataclass(frozen=True)
class Booking:
    """A visit on the mediator's own agenda; the address and the contact are there because she said yes.

    ``code`` gives it up; None where that is not for this page.
    """

    start: dt.datetime
    end: dt.datetime
    desk: str
    place: str
    language: str = ""
    address: str = ""
    contact: str = ""
    status: str = "booked"
    code: int | None = None

    @property
    def day(self) -> dt.date:
        """The day at home on which it begins."""
        return at_home(self.start).date()


@dataclass(frozen=True)
class OfferPage:
    """The question put to a mediator. Before yes only language, when, how long, kind of service, comune, km.

    ``agenda`` is the address of her agenda, a signed link of its own. ``status`` is the offer's; ``now`` turns the deadline into words; ``booking`` is set once she accepted.
    ``known`` is the time before a move that needs a new yes; ``give_back`` is where a booking is given back.
    ``sector`` is the kind of service ("scuola"), never its name; ``minutes`` the way from home; ``note`` is the desk's, for who said yes.
    """

    token: str
    agenda: str
    first_name: str
    status: str
    start: dt.datetime
    end: dt.datetime
    comune: str
    sector: str
    language: str
    kind: str
    reply_by: dt.datetime
    now: dt.datetime
    mode: str = "onsite"
    km: int | None = None
    minutes: int | None = None
    booking: Booking | None = None
    upcoming: tuple[Booking, ...] = ()
    known: tuple[dt.datetime, dt.datetime] | None = None
    give_back: str = ""
    withdraw_hours: int = 48
    note: str = ""
    month_hours: str = ""

    @property
    def base(self) -> str:
        """Where her other pages begin."""
        return self.agenda.removesuffix("/agenda")


@dataclass(frozen=True)
class OpenOffer:
    """A question still waiting, on the mediator's agenda."""

    href: str
    start: dt.datetime
    end: dt.datetime
    comune: str
    language: str
    reply_by: dt.datetime


@dataclass(frozen=True)
class EndedVisit:
    """A visit of hers that is over and that she has not told about yet."""

    href: str
    start: dt.datetime
    end: dt.datetime
    desk: str


@dataclass(frozen=True)
class MediatorAgendaPage:
    """Her open questions, her next visits by day, her hours of the month."""

    token: str
    agenda: str
    first_name: str
    now: dt.datetime
    bookings: tuple[Booking, ...]
    offers: tuple[OpenOffer, ...] = ()
    ended: tuple[EndedVisit, ...] = ()
    month_hours: str = ""
    base: str = "/my"
