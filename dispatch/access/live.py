# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stream that tells an open page when to fetch itself again: names of topics, never a row, an id or a person.

A service hears only that something about requests or about what took place has changed: whose it was, its own page
says, by its own right to see.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Set
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from dispatch.access import queries, service, tokens
from dispatch.access.door import cookie_name
from dispatch.access.visitor import STAFF, Who
from dispatch.errors import FieldProblem, Forbidden, NotUnderstood
from dispatch.kit.clock import machine_now
from dispatch.kit.doors import Here, Work
from dispatch.kit.installation import Installation
from dispatch.kit.news import ALL_TOPICS
from dispatch.kit.newsroom import Newsroom
from dispatch.records.statuses import Role
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
HEARD_BY_DESKS: Final = frozenset({"agenda", "attendance"})
BEAT: Final = 15.0  # seconds; proxies shut what is quiet for a minute
PAUSE: Final = 0.5  # seconds between two tellings, so that forty saved rows make a page look once or twice
BACK_AFTER: Final = 3000  # milliseconds after which a browser comes back
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/live")
async def live(
    request: Request, here: Here, who: Who, about: Annotated[str, Query(min_length=1, max_length=120)]
) -> Response:
    """Server-sent events: ``told`` with the topics, a heart beat every 15 seconds, ``over`` when the session ended."""
    assert who.role is not None  # the policy of this route lets nobody else in
    topics = _topics(about, who.role)
    newsroom: Newsroom = request.app.state.newsroom
    token = tokens.fingerprint(request.cookies.get(cookie_name(here.settings), ""))
    newsroom.refuse_too_many(token)
    stream = _stream(newsroom, here, token, topics, who.role)
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


@router.get("/live/counts")
def counts(request: Request, _session: Work) -> Response:
    """What the header counts, in the route's own transaction; each number takes its own out of it."""
    return render(request, "counts.html")


def _topics(about: str, role: Role) -> frozenset[str]:
    topics = frozenset(about.split(","))
    if unknown := sorted(topics - ALL_TOPICS):
        problem = FieldProblem("about", _("There is no such topic."), unknown[0], ", ".join(sorted(ALL_TOPICS)))
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=(problem,))
    if not topics <= heard_by(role):
        raise Forbidden(_("Your account does not open this. Ask who coordinates the service."))
    return topics


def heard_by(role: Role) -> frozenset[str]:
    return ALL_TOPICS if role in STAFF else HEARD_BY_DESKS if role is Role.DESK else frozenset()


async def _stream(
    newsroom: Newsroom, here: Installation, token: str, topics: Set[str], role: Role
) -> AsyncIterator[str]:
    with newsroom.reading(token, topics) as reader:
        yield f"retry: {BACK_AFTER}\n\n"
        if not await newsroom.listens():
            return
        yield "event: listening\ndata:\n\n"
        looked = time.monotonic()
        while not reader.over:
            told = await reader.news(BEAT)
            if time.monotonic() - looked >= BEAT:
                looked = time.monotonic()
                if not await run_in_threadpool(_still_in, here, token, role):
                    yield "event: over\ndata:\n\n"
                    return
            yield f"event: told\ndata: {','.join(told)}\n\n" if told else ": still here\n\n"
            if not reader.over:
                await asyncio.sleep(PAUSE)


def _still_in(here: Installation, token: str, role: Role) -> bool:
    """Whether the session is alive and its account still what it was; reading it does not keep it awake."""
    try:
        with here.database.begin() as session:
            found = queries.live_session(session, token, machine_now(), service.IDLE)
            return found is not None and found.account.role == role
    except SQLAlchemyError:
        return True  # The database is away: the newsroom ends this stream, and the browser comes back.
