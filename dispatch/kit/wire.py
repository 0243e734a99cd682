# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer carries and what no request may: security headers on the way out, a limit of size on the way in."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.kit.problems import HttpTrouble, problem

LastResort = Callable[[Request, Exception], Response]

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# The largest form and the largest webhook are a few kilobytes.
LARGEST_BODY = 256 * 1024


class Guarded:
    """Adds the headers to every answer, refuses a body larger than ``LARGEST_BODY``, and answers what nobody caught.

    The framework's own last resort stands outside every middleware, so its answers would lack the headers.
    """

    def __init__(self, app: ASGIApp, last_resort: LastResort) -> None:
        self.app, self.last_resort = app, last_resort

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if _announced(scope) > LARGEST_BODY:
            await problem(BodyTooLarge())(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, _counted(receive), send_guarded)
        except Exception as failure:  # the boundary of the service: whatever it was, the visitor gets an answer
            if begun:
                raise
            answer = await run_in_threadpool(self.last_resort, Request(scope), failure)
            await answer(scope, receive, send_guarded)


class BodyTooLarge(HttpTrouble):
    def __init__(self) -> None:
        super().__init__(413, f"The body is larger than {LARGEST_BODY // 1024} KB; send less at a time.")


def _announced(scope: Scope) -> int:
    """The length in the header; a wrong or missing one is found out while reading."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _counted(receive: Receive) -> Receive:
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise BodyTooLarge
        return message

    return receive_counted
