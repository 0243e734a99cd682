# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer carries and what no request may: security headers on the way out, a limit of size on the way in."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LastResort = Callable[[Request, Exception], Response]

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# The largest form and the largest webhook are a few kilobytes; `problems.REFUSALS` tells people this number.
LARGEST_BODY = 256 * 1024
# Files of registers, of which the import page takes 2 MB; what carries them on is text, and a third larger.
LARGEST_UPLOAD = 4 * 1024 * 1024
UPLOADS = "/import"


class Guarded:
    """Adds the headers to every answer, refuses a body larger than ``LARGEST_BODY`` (files of registers: ``LARGEST_UPLOAD``), and answers what nobody caught.

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

        if _announced(scope) > _largest(scope):
            await self._refuse(HTTPException(413), scope, receive, send_guarded)
            return
        try:
            await self.app(scope, _counted(receive, _largest(scope)), send_guarded)
        except Exception as failure:  # the boundary of the service: whatever it was, the visitor gets an answer
            if begun:
                raise
            await self._refuse(failure, scope, receive, send_guarded)

    async def _refuse(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_in_threadpool(self.last_resort, Request(scope), error)
        await answer(scope, receive, send)


def _announced(scope: Scope) -> int:
    """The length in the header; a wrong or missing one is found out while reading."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _largest(scope: Scope) -> int:
    path = scope["path"]
    return LARGEST_UPLOAD if path == UPLOADS or path.startswith(f"{UPLOADS}/") else LARGEST_BODY


def _counted(receive: Receive, largest: int) -> Receive:
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise HTTPException(413)  # FastAPI's own, which its reading of a body lets through
        return message

    return receive_counted
