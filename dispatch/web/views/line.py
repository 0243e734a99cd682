# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages show of the SMS line: the banner of one that stands still, and the operator's own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice, FieldError

NAMES = {"twilio": _l("Twilio (the carrier)"), "phone": _l("Built-in phone (nothing leaves this machine)")}
ACCOUNT, ADDRESS = _l("the carrier refuses the account or its token"), _l("the carrier does not know the account")
# What an alarm of codes.toml means for who coordinates; a code that is not here is told as the carrier said it.
ALARMS = {
    "401": ACCOUNT,
    "403": ACCOUNT,
    "20003": ACCOUNT,
    "404": ADDRESS,
    "20404": ADDRESS,
    "21408": _l("the account may not send to this country"),
    "21606": _l("our number may not send SMS"),
    "21660": _l("our number may not send SMS"),
    "21612": _l("our number cannot reach this phone"),
    "30004": _l("the network blocks our messages"),
    "30007": _l("the network blocks our messages"),
}


def provider_word(provider: str) -> str:
    return _(NAMES[provider]) if provider in NAMES else provider


def why_word(why: str) -> str:
    """An alarm's "code: reason" in the reader's language; whatever else stands there was written by a person."""
    code = why.partition(":")[0]
    return f"{_(ALARMS[code])} ({code})" if code in ALARMS else why


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
