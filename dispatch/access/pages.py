# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sign-in page, signing out, the way home by role, and what a browser sees instead of a problem document."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import NotSignedIn, PonteError
from dispatch.records.statuses import Role

router = APIRouter(include_in_schema=False)
HOME = {Role.DESK: "/requests", Role.COORDINATOR: "/agenda", Role.ADMIN: "/agenda", Role.MEDIATOR: "/login"}
API = "/api/"


@router.get("/")
def home(visitor: Who) -> Response:
    """Each role starts at its own first page."""
    assert visitor.role is not None
    return RedirectResponse(HOME[visitor.role], 303)


def error_page(request: Request, error: PonteError) -> Response | None:
    """What a browser gets instead of a problem document; None for programs."""
    if not wants_page(request):
        return None
    if isinstance(error, NotSignedIn):
        return RedirectResponse("/login", 303)
    return None


def wants_page(request: Request) -> bool:
    return not request.url.path.startswith(API) and "text/html" in request.headers.get("accept", "")
