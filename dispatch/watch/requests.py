# SPDX-License-Identifier: AGPL-3.0-or-later
"""One log line and one measurement a request, by the template of its route: the address itself may be a signed link."""

from __future__ import annotations

import time
import uuid

import structlog
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.kit.doors import route_template

log = structlog.get_logger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Watched:
    """Measures how long each request waited for its answer to begin, and gives the answer a number to ask about."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self.app = app
        self.waited = Histogram(
            "ponte_http_request_seconds",
            "Until an answer of this process began, by route template.",
            ("method", "route", "status"),
            registry=registry,
            buckets=BUCKETS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        number, began, status = uuid.uuid4().hex[:16], time.perf_counter(), 500
        seconds: float | None = None

        async def send_watched(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
                MutableHeaders(scope=message)["X-Request-Id"] = number
            await send(message)

        with structlog.contextvars.bound_contextvars(request=number):
            try:
                await self.app(scope, receive, send_watched)
            finally:
                self._note(scope, status, time.perf_counter() - began if seconds is None else seconds)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        route = route_template(scope) or "none"
        self.waited.labels(method, route, str(status)).observe(seconds)
        visitor = scope["state"].get("visitor")
        role = getattr(visitor, "role", None) or "nobody"
        log.info("http", method=method, route=route, status=status, ms=round(seconds * 1000, 1), role=str(role))
