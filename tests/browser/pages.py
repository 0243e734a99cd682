# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which pages there are: every GET of the policy table that a person can open, as everybody who may.

Nothing is listed by hand, so no page can be forgotten: what is no page says why it is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.access.policy import Policy
from dispatch.access.visitor import Credential
from dispatch.records.statuses import Role
from tests.browser.world import World

NO_PAGES = {
    "/": "leads on to the first page of the role",
    "/requests/hint": "leads on to the form",
    "/requests/drafts": "leads on to the form",
    "/requests/{code}/change": "leads on to the form",
    "/healthz": "is read by machines",
    "/readyz": "is read by machines",
    "/metrics": "is read by machines",
    "/live": "is a stream of events",
    "/live/counts": "is read by the pages' own script",
    "/agenda/copy": "leads on to the sheet while the database answers",
    "/feeds/{calendar_secret}.ics": "is read by calendars",
    "/requests/calendar/{calendar_secret}.ics": "is read by calendars",
    "/requests/{code}/calendar.ics": "is a file to keep",
    "/import/templates/{file}": "is a file to keep",
    "/import/registers.xlsx": "is a file to keep",
    "/setup": "is gone where somebody can sign in; test_journeys_setup.py looks at it",
}
API, API_PAGES = "/api/", ("/api/v1/docs", "/api/v1/curl")
# Coordinators and administrators see the same pages; an administrator looks where nobody else may.
LOOKERS = (Role.DESK, Role.COORDINATOR, Role.MEDIATOR)


@dataclass(frozen=True)
class Spot:
    """One page as one person sees it; it is named by its path and role in the report of a run."""

    path: str
    role: str
    policy: Policy

    def address(self, world: World) -> str:
        """The path with rows of the world in its braces; a new kind of brace needs a row there first."""
        token = {"token": world.tokens[self.policy.purpose]} if self.policy.purpose else {}
        return self.path.format(**world.values, **token)

    def __str__(self) -> str:
        return f"{self.path} as {self.role}"


def spots(table: Mapping[tuple[str, str], Policy]) -> list[Spot]:
    """Every page of the table, once for each role that may open it."""
    return [
        Spot(path, role, policy)
        for (method, path), policy in table.items()
        if method == "GET" and _is_page(path)
        for role in _who(policy)
    ]


def _is_page(path: str) -> bool:
    return path in API_PAGES or not (path in NO_PAGES or path.startswith(API))


def _who(policy: Policy) -> Iterable[str]:
    if Credential.SESSION not in policy.credentials:
        return ["link" if Credential.LINK in policy.credentials else "nobody"]
    lookers = [role.value for role in LOOKERS if role in policy.roles]
    return lookers or [Role.ADMIN.value]
