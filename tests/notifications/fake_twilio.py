# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stateful Twilio on this machine: it takes, lists, refuses, fails and reports messages as the real one would.

In a test: `with FakeTwilio() as fake:` and give the real client `base_url=fake.url`. As a process of its own:
`python -m tests.notifications.fake_twilio --port 0`, which prints its address; then POST /_fake/settings (the
attributes of Settings), /_fake/inbound, /_fake/report, /_fake/tick, GET /_fake/messages. Written against Twilio's
documents and their OpenAPI description, not against our client; it signs by its own code.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.notifications.fake_twilio_http import serve
from tests.notifications.fake_twilio_state import (
    FINAL,
    START_WORDS,
    STOP_WORDS,
    UNSENT,
    VALIDITY_EXPIRED,
    FakeMessage,
    Mishap,
    ReportMishap,
    Settings,
)
from tests.notifications.fake_twilio_webhooks import inbound_fields, opt_choice, post_form, report_fields, sign
from tests.notifications.loopback import Loopback

__all__ = ["ACCOUNT_SID", "AUTH_TOKEN", "OUR_NUMBER", "START_WORDS", "STOP_WORDS", "FakeTwilio", "sign"]

ACCOUNT_SID = "AC" + "0a" * 16
AUTH_TOKEN = "token-of-the-tests"
OUR_NUMBER = "+393399900000"


class FakeTwilio(Loopback):
    """The account: its messages, its settings, and the HTTP server in front of them."""

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        number: str = OUR_NUMBER,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        **settings: object,
    ) -> None:
        self.account_sid, self.auth_token, self.number, self.clock = account_sid, auth_token, number, clock
        self.settings = Settings()
        self.configure(**settings)
        self.messages: dict[str, FakeMessage] = {}
        self.opted_out: set[str] = set()
        self.requests = 0
        self._held: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._numbers = count(1)
        self._tellers = ThreadPoolExecutor(4, thread_name_prefix="fake-twilio")
        super().__init__(serve(self, port))

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        super().__exit__(*error)
        self._tellers.shutdown(wait=True, cancel_futures=True)

    def configure(self, **settings: object) -> None:
        """Change settings by name; an unknown name is an error of the test."""
        for name, value in settings.items():
            if not hasattr(self.settings, name):
                raise ValueError(f"setting {name!r} is unknown: see Settings")
            setattr(self.settings, name, value)

    def take(self, to: str, body: str, **details: object) -> FakeMessage:
        """Keep a new outbound message and begin to report on it."""
        with self.lock:
            message = FakeMessage(self.new_sid(), to, None, body, "outbound-api", "queued", self.clock())
            for name, value in details.items():
                setattr(message, name, value)
            if message.service is not None:
                message.status = "accepted"
            self.messages[message.sid] = message
        if self.settings.callbacks:
            self._tellers.submit(self._tell, message, tuple(self.settings.callbacks))
        return message

    def new_sid(self) -> str:
        """The next message id, in Twilio's form."""
        return f"SM{next(self._numbers):032x}"

    def next_mishap(self, to: str = "") -> Mishap | None:
        """What befalls this creation; counts the request."""
        with self.lock:
            self.requests += 1
            waiting = self.settings.mishaps_of.get(to) or self.settings.mishaps
            return Mishap(waiting.pop(0)) if waiting else None

    def sent(self, *, to: str | None = None, body: str | None = None) -> list[FakeMessage]:
        """The outbound messages taken, oldest first."""
        with self.lock:
            return [
                message
                for message in self.messages.values()
                if message.direction == "outbound-api" and to in (None, message.to) and body in (None, message.body)
            ]

    def taken_by_callback(self) -> Counter[str]:
        """How often a message was taken for each StatusCallback address, in which our reference travels."""
        return Counter(message.callback for message in self.sent() if message.callback)

    def listed(
        self, to: str | None, *, sender: str | None = None, sent: Callable[[datetime | None], bool] = lambda _: True
    ) -> list[FakeMessage]:
        """What the list shows now, newest first: it lags `list_lag` seconds behind."""
        shown_until = self.clock() - timedelta(seconds=self.settings.list_lag)
        with self.lock:
            there = [m for m in self.messages.values() if m.created_at <= shown_until]
        fits = [self.look_at(m) for m in there if to in (None, m.to) and sender in (None, m.sender)]
        return [m for m in reversed(fits) if sent(m.sent_at)]

    def tick(self) -> list[int | None]:
        """Move every message as far as the clock says, and report each step; the answers in that order."""
        steps = [(message, *step) for message in list(self.messages.values()) for step in self._moved(message)]
        return [self._post_report(*step) for step in steps]

    def look_at(self, message: FakeMessage) -> FakeMessage:
        """The message as it is now; reports on what it went through meanwhile go out by themselves."""
        for status, code in self._moved(message):
            self._tellers.submit(self._post_report, message, status, code)
        return message

    def _moved(self, message: FakeMessage) -> list[tuple[str, int | None]]:
        with self.lock:
            steps = self._steps(message)
            for status, code in steps:
                self._settle(message, status, code)
        return steps

    def _steps(self, message: FakeMessage) -> list[tuple[str, int | None]]:
        """The statuses that are due. Whatever still waits when its validity ends fails, as Twilio says with 30036."""
        age = (self.clock() - message.created_at).total_seconds()
        due, moves = list[tuple[str, int | None]](), self.settings.moves
        if message.direction != "outbound-api" or message.status in FINAL:
            return due
        while message.moved < len(moves) and moves[message.moved][0] <= age:
            after, status = moves[message.moved]
            if self._expires(message, due, after):
                break
            failure = self.settings.undeliverable.get(message.to) if status in FINAL else None
            due.append(("undelivered", failure) if failure is not None else (status, None))
            message.moved += 1
        if moves and self._expires(message, due, age):
            message.moved = len(moves)
            due.append(("failed", VALIDITY_EXPIRED))
        return due

    @staticmethod
    def _expires(message: FakeMessage, due: Sequence[tuple[str, int | None]], after: float) -> bool:
        status = due[-1][0] if due else message.status
        return message.validity is not None and status in UNSENT and after > message.validity

    def report(self, sid: str, status: str, error_code: int | None = None) -> int | None:
        """Set a status and post it to the message's callback; the HTTP status of the answer, None without one."""
        message = self.messages[sid]
        self._settle(message, status, error_code)
        return self._post_report(message, status, error_code)

    def _settle(self, message: FakeMessage, status: str, error_code: int | None) -> None:
        with self.lock:
            message.status, message.error_code, message.updated_at = status, error_code, self.clock()
            if status not in UNSENT and message.sent_at is None:
                message.sent_at = message.updated_at
            if message.service is not None and message.sender is None and status not in ("accepted", "scheduled"):
                message.sender = next(iter(self.settings.services.get(message.service, ())), self.number)

    def _post_report(self, message: FakeMessage, status: str, error_code: int | None) -> int | None:
        if message.callback is None:
            return None
        with self.lock:
            mishap = ReportMishap(self.settings.report_mishaps.pop(0)) if self.settings.report_mishaps else None
            report = (message.callback, report_fields(self, message, status, error_code))
            if mishap is ReportMishap.SWAPPED:
                self._held.append(report)
            if mishap in (ReportMishap.SWAPPED, ReportMishap.LOST):
                return None
            late, self._held = self._held, []
        answer = self.post(*report)
        for again in [report] * (mishap is ReportMishap.TWICE) + late:
            self.post(*again)
        return answer

    def inbound(self, url: str, sender: str, body: str, *, sid: str | None = None) -> int | None:
        """A person writes to our number: post it, signed, to `url`. The same `sid` again is a second delivery."""
        choice = opt_choice(self, body)
        with self.lock:
            message = FakeMessage(sid or self.new_sid(), self.number, sender, body, "inbound", "received", self.clock())
            message.sent_at = message.created_at
            self.messages[message.sid] = message
            if choice == "STOP":
                self.opted_out.add(sender)
            elif choice == "START":
                self.opted_out.discard(sender)
        return self.post(url, inbound_fields(self, message)) if url else None

    def post(self, url: str, fields: Mapping[str, str], signature: str | None = None) -> int | None:
        """Post a form signed for the public `url` to where it can be reached; None when nobody answers."""
        reached = next((url.replace(a, b, 1) for a, b in self.settings.reach.items() if url.startswith(a)), url)
        return post_form(reached, fields, signature or sign(self.auth_token, url, fields))

    def _tell(self, message: FakeMessage, statuses: Sequence[str]) -> None:
        error = self.settings.undeliverable.get(message.to)
        for status in statuses:
            if self.stopping.wait(self.settings.callback_delay):
                return
            failed = error is not None and status in FINAL
            self.report(message.sid, "undelivered" if failed else status, error if failed else None)


def main() -> None:
    """Run as a process until standard input closes, so that it ends with the test that started it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    with FakeTwilio(port=parser.parse_args().port) as fake:
        sys.stdout.write(fake.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
