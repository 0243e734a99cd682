# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages show of the SMS line: the banner of one that stands still, and the operator's own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice, FieldError

NAMES = {"twilio": _l("the carrier (Twilio)"), "phone": _l("the built-in phone (nothing leaves this machine)")}


def provider_word(provider: str) -> str:
    return _(NAMES[provider]) if provider in NAMES else provider


@dataclass(frozen=True)
class ShutLine:
    """The line in force stands still; ``state`` is failing, stopped or held."""

    state: str
    since: dt.datetime | None
    why: str


@dataclass(frozen=True)
class LineRow:
    """One provider; ``under_way`` counts the SMS it has that are not known to have arrived."""

    provider: str
    name: str
    in_force: bool
    state: str
    since: dt.datetime | None
    why: str
    by: str
    try_at: dt.datetime | None
    under_way: int


@dataclass(frozen=True)
class LinePage:
    """``queued`` SMS wait; ``others`` are the providers the operator may change to; only who ``may_change`` sees forms."""

    lines: tuple[LineRow, ...]
    queued: int
    others: tuple[Choice, ...]
    may_change: bool
    values: FormValues = field(default_factory=lambda: FormValues(()))
    errors: tuple[FieldError, ...] = ()

    @property
    def in_force(self) -> LineRow:
        return next(line for line in self.lines if line.in_force)
