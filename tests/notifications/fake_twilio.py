# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stateful Twilio on this machine: it takes, lists, refuses, fails and reports messages as the real one would.

In a test: `with FakeTwilio() as fake:` and give the real client `base_url=fake.url`. As a process of its own:
`python -m tests.notifications.fake_twilio --port 0`, which prints its address; then POST /_fake/settings (the
attributes of Settings), POST /_fake/inbound, GET /_fake/messages. Written against Twilio's documents and their
OpenAPI description, not against our client; it signs by its own code.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.client
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Self
from urllib.parse import urlencode, urlsplit

from tests.notifications.fake_twilio_http import serve
from tests.notifications.fake_twilio_state import FakeMessage, Mishap, Settings

ACCOUNT_SID = "AC" + "0a" * 16
AUTH_TOKEN = "token-of-the-tests"
OUR_NUMBER = "+393399900000"
STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START_WORDS = {"start", "unstop", "yes"}
FINAL = {"delivered", "undelivered", "failed", "canceled"}


def sign(token: str, url: str, fields: Mapping[str, str]) -> str:
    """X-Twilio-Signature as Twilio documents it: HMAC-SHA1 over the address and the sorted fields, in base64."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class FakeTwilio:
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
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._numbers = count(1)
        self._tellers = ThreadPoolExecutor(4, thread_name_prefix="fake-twilio")
        self._server = serve(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address to give the client as its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
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
            self.messages[message.sid] = message
        if self.settings.callbacks:
            self._tellers.submit(self._tell, message, tuple(self.settings.callbacks))
        return message

    def new_sid(self) -> str:
        """The next message id, in Twilio's form."""
        return f"SM{next(self._numbers):032x}"

    def next_mishap(self) -> Mishap | None:
        """What befalls this creation; counts the request."""
        with self.lock:
            self.requests += 1
            return Mishap(self.settings.mishaps.pop(0)) if self.settings.mishaps else None

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

    def listed(self, to: str | None) -> list[FakeMessage]:
        """What the list shows now, newest first: it lags `list_lag` seconds behind."""
        shown_until = self.clock() - timedelta(seconds=self.settings.list_lag)
        with self.lock:
            there = [m for m in self.messages.values() if to in (None, m.to) and m.created_at <= shown_until]
        return list(reversed(there))

    def report(self, sid: str, status: str, error_code: int | None = None) -> int | None:
        """Set a status and post it to the message's callback; the HTTP status of the answer, None without one."""
        message = self.messages[sid]
        message.status, message.error_code = status, error_code
        if message.callback is None:
            return None
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.sender or self.number,
            "MessageSid": sid,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if error_code is not None:
            fields["ErrorCode"] = str(error_code)
        return self.post(message.callback, fields)

    def inbound(self, url: str, sender: str, body: str, *, sid: str | None = None) -> int | None:
        """A person writes to our number: post it, signed, to `url`. The same `sid` again is a second delivery."""
        word = body.strip().lower()
        with self.lock:
            message = FakeMessage(sid or self.new_sid(), self.number, sender, body, "inbound", "received", self.clock())
            self.messages[message.sid] = message
            if word in STOP_WORDS:
                self.opted_out.add(sender)
            elif word in START_WORDS:
                self.opted_out.discard(sender)
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": sender,
            "FromCountry": "IT",
            "MessageSid": message.sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": self.number,
            "ToCountry": "IT",
        }
        if word in STOP_WORDS | START_WORDS:
            fields["OptOutType"] = "STOP" if word in STOP_WORDS else "START"
        return self.post(url, fields)

    def post(self, url: str, fields: Mapping[str, str], signature: str | None = None) -> int | None:
        """Post a form signed for the public `url` to where it can be reached; None when nobody answers."""
        reached = next((url.replace(a, b, 1) for a, b in self.settings.reach.items() if url.startswith(a)), url)
        parts = urlsplit(reached)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
        try:
            connection.request(
                "POST",
                parts.path + (f"?{parts.query}" if parts.query else ""),
                urlencode(fields),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": signature or sign(self.auth_token, url, fields),
                },
            )
            answer = connection.getresponse()
            answer.read()
        except OSError:
            return None
        finally:
            connection.close()
        return answer.status

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
