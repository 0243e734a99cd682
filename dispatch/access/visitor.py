# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who stands at the door: the value that every route gets, whatever credential was shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from dispatch.records.statuses import Role

STAFF = frozenset({Role.COORDINATOR, Role.ADMIN})


class Credential(StrEnum):
    """What proves who somebody is.

    ``carrier`` is a signature over the request, ``watcher`` the token of who watches, ``calendar``
    the secret in the address of a calendar, ``setup`` the code in an empty server's terminal: their routes check them.
    """

    NONE = "none"
    SESSION = "session"
    API_KEY = "api_key"
    LINK = "link"
    CARRIER = "carrier"
    WATCHER = "watcher"
    CALENDAR = "calendar"
    SETUP = "setup"


@dataclass(frozen=True)
class Visitor:
    """``actor`` is what the audit writes; ``ambiti`` None means every ambito; ``link_id`` the id in a signed link."""

    actor: str = "nobody"
    credential: Credential = Credential.NONE
    role: Role | None = None
    account_id: int | None = None
    desk_id: int | None = None
    mediator_id: int | None = None
    ambiti: tuple[str, ...] | None = None
    locale: str = "it"
    name: str = ""
    organisation: str = ""
    link_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


NOBODY = Visitor()


def visitor(request: Request) -> Visitor:
    """The visitor that ``dispatch.access.door.admit`` let in; nobody on public pages."""
    found: Visitor = getattr(request.state, "visitor", NOBODY)
    return found


Who = Annotated[Visitor, Depends(visitor)]
