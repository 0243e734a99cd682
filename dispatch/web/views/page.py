# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts that several pages show: who is looking, flash messages, field errors, choices, filters, pagers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Viewer:
    """Who is signed in. ``role`` is a `records.statuses.Role`; ``organisation`` a desk's or a body's name.

    ``everywhere`` is False for a coordinator of some ambiti: she is shown nothing that reaches into all of them.
    """

    name: str
    role: str
    organisation: str = ""
    everywhere: bool = True


@dataclass(frozen=True)
class FooterLinks:
    """What every page links to at its end; an address that is empty is not shown."""

    accessibility: str = "/accessibility"
    privacy: str = ""
    feedback: str = ""


NO_LINKS = FooterLinks()  # but for the page of our own


@dataclass(frozen=True)
class Flash:
    """Said once on the next page. ``tone``: success, info, warning or danger."""

    tone: str
    text: str


@dataclass(frozen=True)
class FieldError:
    """``field`` is the input's name and id, such as ``when-0-day``; the message says what to do."""

    field: str
    message: str


@dataclass(frozen=True)
class Choice:
    """One entry of a select, a radio group or a list of checkboxes; ``hint`` stands after it in small print."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class LanguageChoice:
    """A language as it can be typed: by code, by its Italian name, or by its own name."""

    code: str
    name: str
    autonym: str = ""


@dataclass(frozen=True)
class Filter:
    """One select (or an input of this ``type``, when it has no choices) above a list; "all" comes as the first choice."""

    name: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    type: str = "search"


@dataclass(frozen=True)
class Filters:
    """The filters of one list; ``action`` is the list's own address and takes the filters off."""

    action: str
    items: tuple[Filter, ...]
    keep: tuple[tuple[str, str], ...] = ()

    @property
    def active(self) -> bool:
        return any(item.value for item in self.items)

    @property
    def query(self) -> str:
        """What is set now, for links that must keep it."""
        pairs = [*self.keep, *((item.name, item.value) for item in self.items if item.value)]
        return urlencode(pairs)

    @property
    def cleared(self) -> str:
        """The list without any filter."""
        return f"{self.action}?{urlencode(self.keep)}" if self.keep else self.action


@dataclass(frozen=True)
class Pager:
    """``number`` of ``pages`` (from 1), ``total`` rows in all; ``query`` keeps the filters."""

    action: str
    number: int
    pages: int
    total: int
    query: str = ""

    def href(self, number: int) -> str:
        return f"{self.action}?{self.query}{'&' if self.query else ''}page={number}"

    @property
    def around(self) -> tuple[int, ...]:
        """The page numbers to show: the first, the last, and those next to this one."""
        near = {1, self.pages, self.number - 1, self.number, self.number + 1}
        return tuple(sorted(number for number in near if 1 <= number <= self.pages))


@dataclass(frozen=True)
class Reason:
    """One line of "why nobody": how many mediators fall away here, and what would help."""

    text: str
    count: int
    remedy: str = ""
    remedy_href: str = ""
