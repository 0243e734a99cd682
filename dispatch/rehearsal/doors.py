# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only ways into the rehearsed service for its people: HTTP over a socket, as desk, coordinator or handset."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, Self

import httpx

from dispatch.rehearsal.words import DEMO_PASSWORD

READY_WITHIN = 60.0
LOOK_EVERY = 0.05
OVER = ("draft", "published", "set_aside", "failed")


class DoorShut(RuntimeError):
    """The service did not do what a rehearsed person asked; the message has the answer."""


class Doors:
    """A client that speaks for everybody; ``keys`` are API keys by desk, ``coordinator`` a login."""

    def __init__(self, base_url: str, keys: dict[str, str], coordinator: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=60.0, headers={"Accept": "application/json"})
        self._keys = keys
        self._coordinator = coordinator

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                if self._client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(LOOK_EVERY)
        raise DoorShut(f"The service did not answer within {READY_WITHIN:.0f} s on {self._client.base_url}.")

    def sign_in(self) -> None:
        """The coordinator's browser session, kept in the cookie jar."""
        form = {"login": self._coordinator, "password": DEMO_PASSWORD}
        self._expect(self._client.post("/login", data=form), 303)

    def ask(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Submit a request as its desk; ``key`` makes a repeat harmless."""
        headers = self._as_desk(body["desk"]) | {"Idempotency-Key": key}
        return self._told(self._client.post("/api/v1/requests", json=body, headers=headers), 201)

    def staff(self, body: dict[str, Any]) -> dict[str, Any]:
        """Enter a presence as coordinator."""
        return self._told(self._client.post("/api/v1/presences", json=body), 201)

    def cancel(self, desk: str, code: str, numbers: list[int] | None) -> None:
        body = {"appointments": numbers} if numbers else None
        answer = self._client.post(f"/api/v1/requests/{code}/cancel", json=body, headers=self._as_desk(desk))
        if answer.status_code != httpx.codes.CONFLICT:  # the visit has begun: too late to take it back
            self._expect(answer, 200)

    def tell(self, desk: str, attendance_id: int, body: dict[str, Any]) -> None:
        """How a visit went, as its desk says it."""
        path = f"/api/v1/attendance/{attendance_id}"
        answer = self._client.post(path, json=body, headers=self._as_desk(desk))
        if answer.status_code != httpx.codes.CONFLICT:  # silence or a coordinator settled it meanwhile
            self._expect(answer, 200)

    def plan(self, monday: dt.date, seconds: int, seed: int) -> int:
        """Ask the planner for the week as coordinator; the run's id."""
        body = {"week": monday.isoformat(), "seconds": seconds, "seed": seed}
        return int(self._told(self._client.post("/api/v1/planning-runs", json=body), 202)["id"])

    def run(self, run_id: int) -> dict[str, Any]:
        return self._told(self._client.get(f"/api/v1/planning-runs/{run_id}"), 200)

    def publish(self, run_id: int) -> dict[str, Any]:
        return self._told(self._client.post(f"/api/v1/planning-runs/{run_id}/publish", json={}), 200)

    def answer(self, phone: str, text: str) -> None:
        """Send an SMS from a handset, as its page does."""
        path = f"/handsets/{phone.removeprefix('+')}/answer"
        answer = self._client.post(path, data={"text": text})
        if answer.status_code not in (200, 204, 303):
            raise DoorShut(f"{path} answered {answer.status_code}: {answer.text[:300]}")

    def _as_desk(self, desk: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[desk]}"}

    def _told(self, answer: httpx.Response, status: int) -> dict[str, Any]:
        self._expect(answer, status)
        told: dict[str, Any] = answer.json()
        return told

    def _expect(self, answer: httpx.Response, status: int) -> None:
        if answer.status_code != status:
            request = answer.request
            raise DoorShut(f"{request.method} {request.url.path} answered {answer.status_code}: {answer.text[:500]}")
