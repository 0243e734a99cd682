# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers those who cannot wait within a second, whatever the database does; the work goes on behind the answer.

A carrier gives up after some seconds and takes nothing but a success for one. While the database is slow or away, the
honest answer is 503: Twilio then tries again where its number is set up so, calls the fallback address, and shows the
failure to the operator; and whatever it drops is found in its list. A success for what was not stored would lose it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.errors import Unavailable

MOST_AT_ONCE: Final = 200  # what a nation sends in some seconds; behind a database that is away nothing piles up


class Prompt:
    """Gives requests below ``paths`` a short time; who is not through by then gets 503, and its work is not cut off.

    What has begun may still be stored: the carrier's ids make a second delivery of it harmless.
    """

    def __init__(self, app: ASGIApp, paths: tuple[str, ...], seconds: float, most: int = MOST_AT_ONCE) -> None:
        self.app, self.paths, self.seconds, self.most = app, paths, seconds, most
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.paths):
            await self.app(scope, receive, send)
            return
        if len(self._working) >= self.most:
            raise _too_slow()
        answer = _InTime(send)
        work = asyncio.create_task(self._work(scope, receive, answer.send))
        self._working.add(work)
        work.add_done_callback(self._let_go)
        await asyncio.wait({work}, timeout=self.seconds)
        if not work.done() and not answer.begun:
            answer.late = True
            raise _too_slow()
        await work

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def _let_go(self, work: asyncio.Task[None]) -> None:
        """A failure behind a late answer was logged where it was turned into an answer; here it only ends."""
        self._working.discard(work)
        if not work.cancelled():
            work.exception()


class _InTime:
    """Passes an answer on, unless another one has been given in its place."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun, self.late = send, False, False

    async def send(self, message: Message) -> None:
        if not self.late:
            self.begun = True
            await self._send(message)


def _too_slow() -> Unavailable:
    return Unavailable("The database does not answer now. Try again in a few seconds.")
