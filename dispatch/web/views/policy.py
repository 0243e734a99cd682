# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of the policy show: every key with its explanation and value, and the form that changes one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.views.asking import AskingChange
from dispatch.web.views.page import Choice, FieldError


@dataclass(frozen=True)
class ChangeLine:
    """One change: from when, what it says, who made it and why; ``state`` is past, now or future."""

    since: dt.datetime
    value: str
    by: str
    at: dt.datetime
    why: str
    state: str


@dataclass(frozen=True)
class KeyLine:
    """One key: its name, the value in force, the shipped one, the change behind it, and those still to come.

    ``range`` is what it may hold, ``example`` what its value means on an ordinary day.
    """

    href: str
    label: str
    name: str
    value: str
    shipped: str
    change: ChangeLine | None = None
    coming: tuple[ChangeLine, ...] = ()
    range: str = ""
    example: str = ""

    @property
    def is_changed(self) -> bool:
        return self.value != self.shipped


@dataclass(frozen=True)
class Group:
    """The keys that one explanation is about."""

    explanation: str
    keys: tuple[KeyLine, ...]


@dataclass(frozen=True)
class PolicySection:
    code: str
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class PolicyPage:
    """``changed`` counts the keys that do not hold what is shipped, ``coming`` the changes that are yet to begin."""

    sections: tuple[PolicySection, ...]
    changed: int
    coming: int


@dataclass(frozen=True)
class Trial:
    """A value that somebody only tries: what it would mean, and how long filling a slot would take, row by row."""

    value: str
    means: str
    asking: tuple[AskingChange, ...] = ()
    is_same: bool = False


@dataclass(frozen=True)
class PolicyKeyPage:
    """The form of one key. ``kind`` is the input: number, text, time, select or table, with ``columns`` and ``rows``."""

    key: KeyLine
    section: str
    explanation: str
    kind: str
    hint: str
    history: tuple[ChangeLine, ...]
    today: dt.date
    today_means: str = ""
    tried: Trial | None = None
    choices: tuple[Choice, ...] = ()
    columns: tuple[str, ...] = ()
    rows: int = 0
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
