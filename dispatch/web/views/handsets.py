# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the built-in phones show: all of them, or the whole conversation of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters, Pager


@dataclass(frozen=True)
class Bubble:
    """One SMS on a handset: ``incoming`` means that Ponte sent it to this phone.

    ``pieces`` are its text with the addresses in it as links; ``trouble`` says why it never arrived.
    """

    text: str
    at: dt.datetime
    incoming: bool
    status: str = ""
    language: str = ""
    trouble: str = ""
    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Texts, each with the address it leads to or none."""
        return self.pieces or ((self.text, ""),)

    @property
    def failed(self) -> bool:
        return self.status in {"failed", "in_doubt"}


@dataclass(frozen=True)
class Coded:
    """A visit that an answer with its code speaks of."""

    code: str
    start: dt.datetime


@dataclass(frozen=True)
class Handset:
    """A virtual phone. ``questions`` wait for its answer, ``ended`` are visits to tell about.

    ``language`` is the one Ponte writes to it in; ``on_the_way`` counts SMS that have not left yet.
    """

    number: str
    owner: str
    languages: str
    bubbles: tuple[Bubble, ...]
    questions: tuple[Coded, ...] = ()
    ended: tuple[Coded, ...] = ()
    on_the_way: int = 0

    @property
    def digits(self) -> str:
        """The number as it stands in addresses."""
        return "".join(sign for sign in self.number if sign.isdigit())

    @property
    def anchor(self) -> str:
        return f"h{self.digits}"

    @property
    def failed(self) -> int:
        return sum(bubble.failed for bubble in self.bubbles)


@dataclass(frozen=True)
class HandsetsPage:
    """Handsets with an open question first; ``total`` counts them without the filter. ``again`` fetches what is new."""

    handsets: tuple[Handset, ...]
    filters: Filters
    total: int
    waiting: int = 0
    pager: Pager | None = None
    again: str = ""


@dataclass(frozen=True)
class HandsetPage:
    """One phone with its whole conversation; ``earlier`` leads to what came before, where there is more."""

    handset: Handset
    earlier: str = ""
    again: str = ""
