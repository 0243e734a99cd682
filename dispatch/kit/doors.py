# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a route asks for: the installation, and one transaction that commits before its answer leaves."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.types import Scope

from dispatch.kit.installation import Installation


def installation(request: Request) -> Installation:
    found: Installation = request.app.state.installation
    return found


def in_transaction(request: Request, here: Annotated[Installation, Depends(installation)]) -> Iterator[Session]:
    """The route's transaction; the frame of its page counts in it too, so that no page holds two connections."""
    with here.database.begin() as session:
        request.state.work = session
        try:
            yield session
        finally:
            del request.state.work  # an error's page comes later, and must not begin a transaction that nobody ends


Here = Annotated[Installation, Depends(installation)]
# scope="function": the commit happens when the route returns, before the answer leaves; a failed commit is a 5xx.
Work = Annotated[Session, Depends(in_transaction, scope="function")]


def route_template(scope: Scope) -> str | None:
    """The path template of the matched route with every prefix, as the policy table writes it; None where none matched."""
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(route, "path", None)
