# SPDX-License-Identifier: AGPL-3.0-or-later
"""A relay on 127.0.0.1 that hands every request on and writes down what passes in both directions."""

from __future__ import annotations

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.notifications.contract.check import Exchange
from tests.notifications.loopback import Loopback

PASSED_ON = ("authorization", "content-type", "accept", "user-agent")


class Relay(Loopback):
    """Between a client and a carrier: give the client `relay.url`, read `relay.passed` afterwards."""

    def __init__(self, carrier: str) -> None:
        self.carrier, self.passed = carrier, list[Exchange]()

        class Between(_Between):
            relay = self

        server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
        server.block_on_close = False
        super().__init__(server)

    def hand_on(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Exchange:
        """Ask the carrier and keep the exchange."""
        parts = urlsplit(self.carrier)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
        try:
            known = {name: value for name, value in headers.items() if name in PASSED_ON}
            connection.request(method, target, body or None, known)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            exchange = Exchange(method, target, headers, body, answer.status, told, answer.read())
        finally:
            connection.close()
        self.passed.append(exchange)
        return exchange


class _Between(BaseHTTPRequestHandler):
    relay: Relay
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_: object) -> None:
        """Say nothing: the test reads what passed."""

    def do_GET(self) -> None:
        """Hand a reading request on."""
        self._pass()

    def do_POST(self) -> None:
        """Hand a form on."""
        self._pass()

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        exchange = self.relay.hand_on(self.command, self.path, headers, body)
        self.send_response(exchange.status)
        self.send_header("Content-Type", exchange.answer_headers.get("content-type", ""))
        self.send_header("Content-Length", str(len(exchange.answer)))
        self.end_headers()
        self.wfile.write(exchange.answer)
