# SPDX-License-Identifier: AGPL-3.0-or-later
"""The HTTP face of the fake Twilio: create, list and fetch messages, and a door for tests in other processes."""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from notifications.segments import measure
from tests.notifications.fake_twilio_rules import Refusal, check_form, problem
from tests.notifications.fake_twilio_state import TAKEN_ALL_THE_SAME, UNSENT, FakeMessage, Mishap

if TYPE_CHECKING:
    from tests.notifications.fake_twilio import FakeTwilio

_MESSAGES = re.compile(r"/2010-04-01/Accounts/(?P<account>AC\w+)/Messages(?:/(?P<sid>\w+))?\.json")
MOST_A_PAGE, FIRST_TOKEN = 1000, "PA"


def serve(fake: FakeTwilio, port: int) -> ThreadingHTTPServer:
    """The server, bound and not yet running."""

    class Handler(_Handler):
        account = fake

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.block_on_close = False
    server.request_queue_size = 128
    return server


class _Handler(BaseHTTPRequestHandler):
    account: FakeTwilio
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests read the state."""

    def do_GET(self) -> None:
        """List, fetch, or tell a test what there is."""
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == "/_fake/messages":
            return self._answer(200, [_public(message) for message in self.account.messages.values()])
        return self._guarded(lambda: self._read(path, query))

    def do_POST(self) -> None:
        """Create a message, or do what a test asks for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path.startswith("/_fake/"):
            return self._asked(self.path.removeprefix("/_fake/"), json.loads(body))
        return self._guarded(lambda: self._create(dict(parse_qsl(body.decode(), keep_blank_values=True))))

    def _asked(self, what: str, wanted: dict[str, Any]) -> None:
        match what:
            case "settings":
                self.account.configure(**wanted)
                return self._answer(200, {})
            case "inbound":
                return self._answer(200, {"status": self.account.inbound(**wanted)})
            case "report":
                return self._answer(200, {"status": self.account.report(**wanted)})
            case "tick":
                return self._answer(200, {"statuses": self.account.tick()})
        return self._answer(404, {})

    def _guarded(self, act: Any) -> None:
        try:
            self._check_account()
            act()
        except Refusal as refusal:
            self._answer(*problem(refusal.code))

    def _check_account(self) -> None:
        wanted = base64.b64encode(f"{self.account.account_sid}:{self.account.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            raise Refusal(20003)
        path = _MESSAGES.fullmatch(urlsplit(self.path).path)
        if path is None or path["account"] != self.account.account_sid:
            raise Refusal(20404)

    def _create(self, form: dict[str, str]) -> None:
        mishap = self.account.next_mishap(form.get("To", ""))
        if mishap is Mishap.TOO_MANY:
            raise Refusal(20429)
        message = None
        if mishap is None or mishap in TAKEN_ALL_THE_SAME:
            message = self._take(form)
        match mishap:
            case Mishap.ERROR_BEFORE | Mishap.ERROR_AFTER:
                return self._answer(*problem(20500))
            case Mishap.HANG_BEFORE | Mishap.HANG_AFTER:
                self.account.stopping.wait(self.account.settings.hang_seconds)
                return self._reset()
            case Mishap.RESET_BEFORE | Mishap.RESET_AFTER:
                return self._reset()
            case Mishap.GARBLED:
                return self._answer_raw(201, b'{"sid": "SM')
        assert message is not None
        return self._answer(201, self._resource(message))

    def _take(self, form: dict[str, str]) -> FakeMessage:
        to, body = form.get("To", ""), form.get("Body", "")
        check_form(form, self.account)
        return self.account.take(
            to,
            body,
            sender=form.get("From"),
            service=form.get("MessagingServiceSid"),
            callback=form.get("StatusCallback"),
            validity=int(form["ValidityPeriod"]) if "ValidityPeriod" in form else None,
        )

    def _read(self, path: str, query: str) -> None:
        if self.account.settings.list_broken:
            return self._answer(*problem(20500))
        found = _MESSAGES.fullmatch(path)
        sid = found["sid"] if found else None
        if sid is None:
            return self._list(dict(parse_qsl(query)))
        if sid not in self.account.messages:
            raise Refusal(20404)
        return self._answer(200, self._resource(self.account.look_at(self.account.messages[sid])))

    def _list(self, asked: dict[str, str]) -> None:
        """One page. Its token names the last message of the page before, so that new ones shift nothing."""
        page, size = int(asked.get("Page", "0")), min(int(asked.get("PageSize", "50")), MOST_A_PAGE)
        listed = self.account.listed(asked.get("To"), sender=asked.get("From"), sent=_sent_when(asked))
        before = asked.get("PageToken", FIRST_TOKEN).removeprefix(FIRST_TOKEN)
        begin = 1 + [message.sid for message in listed].index(before) if before else page * size
        shown, more = listed[begin : begin + size], len(listed) > begin + size
        self._answer(
            200,
            {
                "end": page * size + max(len(shown) - 1, 0),
                "first_page_uri": self._page_uri(asked, 0),
                "next_page_uri": self._page_uri(asked, page + 1, shown[-1].sid) if more else None,
                "page": page,
                "page_size": size,
                "previous_page_uri": self._page_uri(asked, page - 1) if page else None,
                "start": page * size,
                "uri": self._page_uri(asked, page),
                "messages": [self._resource(message) for message in shown],
            },
        )

    def _page_uri(self, asked: dict[str, str], page: int, after: str = "") -> str:
        plain = {name: value for name, value in asked.items() if name not in ("Page", "PageToken")}
        token = {"PageToken": FIRST_TOKEN + after} if after else {}
        return f"{urlsplit(self.path).path}?{urlencode({**plain, 'Page': page, **token})}"

    def _resource(self, message: FakeMessage) -> dict[str, Any]:
        here = f"/2010-04-01/Accounts/{self.account.account_sid}/Messages/{message.sid}"
        sent_at = None if message.status in UNSENT else message.sent_at or message.created_at
        return {
            "account_sid": self.account.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": _mail_date(message.created_at),
            "date_sent": _mail_date(sent_at),
            "date_updated": _mail_date(message.updated_at or message.created_at),
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": None if message.error_code is None else f"Error {message.error_code}",
            "from": message.sender,
            "messaging_service_sid": message.service,
            "num_media": "0",
            "num_segments": "0" if message.service and message.sender is None else str(measure(message.body).segments),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{here}/Media.json"},
            "to": message.to,
            "uri": f"{here}.json",
        }

    def _answer(self, status: int, content: Any) -> None:
        self._answer_raw(status, json.dumps(content).encode())

    def _answer_raw(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Break the connection with a TCP reset, answering nothing."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _public(message: FakeMessage) -> dict[str, Any]:
    moments = {name: value.isoformat() for name, value in vars(message).items() if isinstance(value, datetime)}
    return {**asdict(message), **moments}


def _mail_date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def _sent_when(asked: dict[str, str]) -> Callable[[datetime | None], bool]:
    """DateSent, DateSent< and DateSent>: a day of GMT or an instant, the ends included; what was not sent is left out."""
    spans = [(name, *_span(value)) for name, value in asked.items() if name.startswith("DateSent")]

    def fits(sent: datetime | None) -> bool:
        if sent is None or not spans:
            return not spans
        after = all(sent >= first for name, first, _ in spans if name != "DateSent<")
        return after and all(sent <= last for name, _, last in spans if name != "DateSent>")

    return fits


def _span(value: str) -> tuple[datetime, datetime]:
    first = datetime.fromisoformat(value)
    whole_day = len(value) == len("2026-11-24")
    first = first if first.tzinfo else first.replace(tzinfo=UTC)
    return first, first + (timedelta(days=1, microseconds=-1) if whole_day else timedelta(seconds=1, microseconds=-1))
