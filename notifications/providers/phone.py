# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phone: nothing leaves the machine. What a handset shows is the message rows of the service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from notifications.message import Sms
from notifications.providers.port import Accepted, Found, InboundSms, WireStatus
from notifications.segments import measure


class BuiltInPhone:
    """The provider "phone". It keeps nothing and delivers at once.

    The id follows from the reference, so that sending one message again after a crash gives the same id and
    shows it once.
    """

    name: Final = "phone"
    is_carrier: Final = False

    def send(self, sms: Sms) -> Accepted:
        """Deliver at once; never refuses, never in doubt."""
        sid = "PH" + sha256(sms.reference.encode()).hexdigest()[:32]
        return Accepted(sid, WireStatus.DELIVERED, measure(sms.body).segments)

    def find(
        self,
        to_e164: str,  # noqa: ARG002  # the port asks for all four, and nothing is ever in doubt here
        since: datetime,  # noqa: ARG002
        body: str,  # noqa: ARG002
        known_sids: Collection[str] = frozenset(),  # noqa: ARG002
    ) -> Found | None:
        """Nothing to find: this phone keeps nothing, and sending again is harmless."""
        return None

    def status_of(self, sid: str) -> Found | None:  # noqa: ARG002
        """Nothing to ask: who holds the handset reports by hand."""
        return None

    def inbound_since(self, since: datetime) -> Sequence[InboundSms]:  # noqa: ARG002
        """Nothing to ask: what is written on a handset comes in at once."""
        return ()
