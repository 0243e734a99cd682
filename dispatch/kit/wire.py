# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer carries and what no request may: security headers on the way out, a limit of size on the way in."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.kit.problems import HttpTrouble, problem

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
    """Adds the headers to every answer, also to errors, and refuses a body larger than ``LARGEST_BODY``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if _announced(scope) > LARGEST_BODY:
            await _too_large(scope, receive, send_guarded)
            return
        await self.app(scope, _counted(receive), send_guarded)


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


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    await problem(BodyTooLarge())(scope, receive, send)
