# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the registers' pages have in common: the form of one row, and visits that stand in the way of a change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError


@dataclass(frozen=True)
class RegisterForm:
    """A form of one row: ``code`` is the row's own once it exists, ``options`` what each field may choose from."""

    action: str
    values: FormValues
    errors: tuple[FieldError, ...] = ()
    code: str = ""
    name: str = ""
    options: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class BookedVisit:
    """A visit that stands in the way of a change, with the status of its assignment."""

    request: str
    desk: str
    start: dt.datetime
    end: dt.datetime
    status: str

    @property
    def href(self) -> str:
        return f"/requests/{self.request}"
