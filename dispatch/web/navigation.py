# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which pages each role finds in the header."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.web.i18n import _l


@dataclass(frozen=True)
class NavItem:
    """``label`` is a msgid; ``below`` are other addresses that belong to this page; ``topic`` is told when its count changes."""

    label: str
    href: str
    icon: str
    below: tuple[str, ...] = ()
    topic: str = ""

    def is_current(self, path: str) -> bool:
        """Whether the page at ``path`` stands under this entry."""
        if path == NEW_REQUEST.href:
            return self in (NEW_REQUEST, REQUESTS)
        if path == CALENDAR.href:
            return self == CALENDAR
        return path == self.href or path.startswith((f"{self.href}/", *self.below))


NEW_REQUEST = NavItem(_l("New request"), "/requests/new", "it-plus-circle")
MY_REQUESTS = NavItem(_l("My requests"), "/requests", "it-list")
CALENDAR = NavItem(_l("Calendar"), "/requests/calendar", "it-calendar")
AGENDA = NavItem(_l("Agenda"), "/agenda", "it-calendar", below=("/planning/",))
REQUESTS = NavItem(_l("Requests"), "/requests", "it-list")
PRESENCES = NavItem(_l("Presences"), "/presences", "it-user")
ATTENDANCE = NavItem(_l("Attendance"), "/attendance", "it-check-circle")
REPLIES = NavItem(_l("Replies"), "/inbox", "it-inbox", topic="inbox")
NOTICES = NavItem(_l("Notices"), "/notices", "it-warning-circle", below=("/deliveries", "/offers"), topic="notices")
WORKLOAD = NavItem(_l("Workload"), "/workload", "it-chart-line", below=("/board",))
HANDSETS = NavItem(_l("Handsets"), "/handsets", "it-comment")
REGISTERS = NavItem(
    _l("Registers"),
    "/roster",
    "it-card",
    below=("/desks", "/places", "/organisations", "/projects", "/policy", "/asking", "/import", "/installation"),
)

ITEMS = {
    "desk": (NEW_REQUEST, MY_REQUESTS, CALENDAR),
    "coordinator": (AGENDA, REQUESTS, PRESENCES, ATTENDANCE, WORKLOAD, REPLIES, NOTICES, REGISTERS, HANDSETS),
    "admin": (AGENDA, REQUESTS, PRESENCES, ATTENDANCE, WORKLOAD, REPLIES, NOTICES, REGISTERS, HANDSETS),
}

IMPORT = NavItem(_l("Import"), "/import", "it-upload")
INSTALLATION = NavItem(_l("Installation"), "/installation", "it-settings")
WITHIN_REGISTERS = (
    NavItem(_l("Mediators"), "/roster", "it-user"),
    NavItem(_l("Services"), "/desks", "it-pa"),
    NavItem(_l("Places"), "/places", "it-map-marker"),
    NavItem(_l("Organisations"), "/organisations", "it-files"),
    NavItem(_l("Projects and budgets"), "/projects", "it-chart-line"),
    NavItem(_l("Rules"), "/policy", "it-pencil", below=("/asking",)),
    IMPORT,
)


def items_for(role: str | None, *, rehearses: bool) -> tuple[NavItem, ...]:
    """The entries for a role; none for visitors and for mediators, whose pages are one screen each.

    The built-in phones are there only where SMS go to them.
    """
    return tuple(item for item in ITEMS.get(role or "", ()) if rehearses or item is not HANDSETS)


def registers(everywhere: bool, role: str) -> tuple[NavItem, ...]:
    """The registers' pages beside each other; files reach into every ambito, so only who does sees their page.

    The installation itself is for who administers it.
    """
    shown = WITHIN_REGISTERS if everywhere else tuple(item for item in WITHIN_REGISTERS if item is not IMPORT)
    return (*shown, INSTALLATION) if role == "admin" else shown
