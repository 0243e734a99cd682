# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs ask about the installation itself: is it alive, is it ready, what does its API look like."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import text

from dispatch.errors import Unavailable
from dispatch.kit.doors import Work
from dispatch.kit.migrate import missing

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers; nothing else is asked of it."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(session: Work) -> dict[str, str]:
    """The database answers and has every migration, so work can be done here."""
    session.execute(text("SELECT 1"))
    if lacking := missing(session.connection()):
        raise Unavailable(f"The database lacks the migration {lacking[0]}; run: ponte migrate")
    return {"status": "ready"}


@router.get("/api/v1/openapi.json")
def openapi(request: Request) -> dict[str, Any]:
    """The description of the API, for programs."""
    description: dict[str, Any] = request.app.openapi()
    return description
