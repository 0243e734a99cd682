# SPDX-License-Identifier: AGPL-3.0-or-later
"""No test leaves the machine: the guard of tests/conftest.py, and what it must let through."""

from __future__ import annotations

import socket

import pytest

OUTSIDE = ("192.0.2.1", 80)  # TEST-NET-1 (RFC 5737): nobody is there, should the guard be off


def test_an_address_outside_is_refused_by_name() -> None:
    """A connection to another machine names the address and the remedy."""
    with socket.socket() as outward, pytest.raises(RuntimeError, match=r"192\.0\.2\.1.*127\.0\.0\.1"):
        outward.connect(OUTSIDE)
    with socket.socket() as outward, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        outward.connect_ex(OUTSIDE)


def test_a_name_is_not_even_looked_up() -> None:
    """A host name outside is refused before any question reaches a name server."""
    with pytest.raises(RuntimeError, match=r"api\.twilio\.com"):
        socket.create_connection(("api.twilio.com", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_let_through(host: str) -> None:
    """Fakes of the outside world on loopback are reached."""
    with socket.create_server(("127.0.0.1", 0)) as fake, socket.create_connection((host, fake.getsockname()[1])):
        pass


def test_unix_sockets_are_let_through() -> None:
    """A pair of Unix sockets talks."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"SI")
        assert other.recv(2) == b"SI"
