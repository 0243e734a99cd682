# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the coordinators' pages of notices and of SMS that did not arrive show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Filters, Pager


@dataclass(frozen=True)
class NoticeLine:
    """One notice in words, with what it concerns; ``seen_by`` is empty while nobody has seen it."""

    id: int
    at: dt.datetime
    text: str
    tone: str
    icon: str
    about: str = ""
    href: str = ""
    seen_by: str = ""
    seen_at: dt.datetime | None = None


@dataclass(frozen=True)
class NoticesPage:
    """``total`` are all notices there ever were for this reader, ``unseen`` those nobody has seen."""

    lines: tuple[NoticeLine, ...]
    filters: Filters
    pager: Pager
    total: int
    unseen: int


@dataclass(frozen=True)
class Delivery:
    """An SMS that did not arrive, or of which nobody knows: why, and what Ponte did about it."""

    at: dt.datetime
    phone: str
    kind: str
    status: str
    reason: str
    done: str
    name: str = ""
    href: str = ""


@dataclass(frozen=True)
class BlockedPhone:
    """A number that gets no SMS. ``can_lift``: it is held dead; an opt-out only its owner takes back."""

    mediator: str
    name: str
    phone: str
    reason: str
    can_lift: bool

    @property
    def href(self) -> str:
        return f"/roster/{self.mediator}"


@dataclass(frozen=True)
class DeliveriesPage:
    deliveries: tuple[Delivery, ...]
    blocked: tuple[BlockedPhone, ...]
    filters: Filters
    pager: Pager
    total: int
