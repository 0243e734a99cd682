# SPDX-License-Identifier: AGPL-3.0-or-later
"""The HTTP face of the fake Twilio: create, list and fetch messages, and a door for tests in other processes."""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
from dataclasses import asdict
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from notifications.segments import measure
from tests.notifications.fake_twilio_state import TAKEN_ALL_THE_SAME, FakeMessage, Mishap

if TYPE_CHECKING:
    from tests.notifications.fake_twilio import FakeTwilio

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MESSAGES = re.compile(r"/2010-04-01/Accounts/(?P<account>AC\w+)/Messages(?:/(?P<sid>\w+))?\.json")
_WRONG = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21211: (400, "The 'To' number is not a valid phone number."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
}


class Refusal(Exception):
    """An answer of the 400 family."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


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
        return self._answer(404, {})

    def _guarded(self, act: Any) -> None:
        try:
            self._check_account()
            act()
        except Refusal as refusal:
            status, words = _WRONG.get(refusal.code, (400, "Refused by the script of the test."))
            more = f"https://www.twilio.com/docs/errors/{refusal.code}"
            self._answer(status, {"code": refusal.code, "message": words, "more_info": more, "status": status})

    def _check_account(self) -> None:
        wanted = base64.b64encode(f"{self.account.account_sid}:{self.account.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            raise Refusal(20003)
        path = _MESSAGES.fullmatch(urlsplit(self.path).path)
        if path is None or path["account"] != self.account.account_sid:
            raise Refusal(20404)

    def _create(self, form: dict[str, str]) -> None:
        mishap = self.account.next_mishap()
        if mishap is Mishap.TOO_MANY:
            raise Refusal(20429)
        message = None
        if mishap is None or mishap in TAKEN_ALL_THE_SAME:
            message = self._take(form)
        match mishap:
            case Mishap.ERROR_BEFORE | Mishap.ERROR_AFTER:
                return self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})
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
        _check_form(form, self.account)
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
            return self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})
        found = _MESSAGES.fullmatch(path)
        sid = found["sid"] if found else None
        if sid is None:
            return self._list({name: values[0] for name, values in parse_qs(query).items()})
        if sid not in self.account.messages:
            raise Refusal(20404)
        return self._answer(200, self._resource(self.account.messages[sid]))

    def _list(self, asked: dict[str, str]) -> None:
        page, size = int(asked.get("Page", "0")), int(asked.get("PageSize", "50"))
        listed = self.account.listed(asked.get("To"))
        shown = listed[page * size : (page + 1) * size]
        more = len(listed) > (page + 1) * size
        self._answer(
            200,
            {
                "end": page * size + max(len(shown) - 1, 0),
                "first_page_uri": self._page_uri(asked, 0),
                "next_page_uri": self._page_uri(asked, page + 1) if more else None,
                "page": page,
                "page_size": size,
                "previous_page_uri": self._page_uri(asked, page - 1) if page else None,
                "start": page * size,
                "uri": self._page_uri(asked, page),
                "messages": [self._resource(message) for message in shown],
            },
        )

    def _page_uri(self, asked: dict[str, str], page: int) -> str:
        return f"{urlsplit(self.path).path}?{urlencode({**asked, 'Page': page, 'PageToken': f'PA{page}'})}"

    def _resource(self, message: FakeMessage) -> dict[str, Any]:
        here = f"/2010-04-01/Accounts/{self.account.account_sid}/Messages/{message.sid}"
        created = format_datetime(message.created_at.replace(microsecond=0))
        sent = message.status not in ("queued", "accepted")
        return {
            "account_sid": self.account.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": created,
            "date_sent": created if sent else None,
            "date_updated": created,
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": None,
            "from": message.sender,
            "messaging_service_sid": message.service,
            "num_media": "0",
            "num_segments": "0" if message.service else str(measure(message.body).segments),
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


def _check_form(form: dict[str, str], account: FakeTwilio) -> None:
    """Refuse what Twilio would refuse, with its code."""
    to, body, sender = form.get("To", ""), form.get("Body", ""), form.get("From", "")
    callback = form.get("StatusCallback", "https://callback.example")
    checks = (
        (not to, 21604),
        (not sender and not form.get("MessagingServiceSid"), 21603),
        (bool(sender) and sender != account.number, 21606),
        (not body, 21602),
        (len(body) > 1600, 21617),
        (not _E164.fullmatch(to), 21211),
        (not callback.startswith(("http://", "https://")), 21609),
        (to in account.opted_out, 21610),
        (to in account.settings.refused, account.settings.refused.get(to, 0)),
    )
    for wrong, code in checks:
        if wrong:
            raise Refusal(code)


def _public(message: FakeMessage) -> dict[str, Any]:
    return {**asdict(message), "created_at": message.created_at.isoformat()}
