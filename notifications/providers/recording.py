# SPDX-License-Identifier: AGPL-3.0-or-later
"""The recording twin for tests: it keeps every message and ends each send the way a script says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from notifications.message import Sms
from notifications.providers.port import Accepted, Found, InboundSms, InDoubt, Refused, WireStatus
from notifications.segments import measure


@dataclass(frozen=True, slots=True)
class Lost:
    """A scripted ending: InDoubt, with the message taken (`taken=True`) or not."""

    taken: bool


class Recording:
    """The provider "recording". `script` gives the endings of the first sends; after it, everything is accepted.

    As a carrier it answers from `statuses` and `inbound`, and keeps in `asked` which ids it was asked about.
    """

    name: Final = "recording"

    def __init__(
        self,
        script: Iterable[Refused | Lost] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        is_carrier: bool = False,
    ) -> None:
        self.is_carrier = is_carrier
        self.statuses: dict[str, Found] = {}
        self.inbound: list[tuple[datetime, InboundSms]] = []
        self.asked: list[str] = []
        self.tried: list[Sms] = []
        self.taken: list[tuple[str, datetime, Sms]] = []
        self._script = list(script)
        self._clock = clock

    def send(self, sms: Sms) -> Accepted:
        """End as the script says. Raises Refused or InDoubt when it says so."""
        self.tried.append(sms)
        ending = self._script.pop(0) if self._script else None
        if isinstance(ending, Refused):
            raise ending
        if isinstance(ending, Lost) and not ending.taken:
            raise InDoubt("the script loses this message")
        sid = f"RC{len(self.taken) + 1:032d}"
        self.taken.append((sid, self._clock(), sms))
        if ending is not None:
            raise InDoubt("the script loses the answer to this message")
        return Accepted(sid, WireStatus.ACCEPTED, measure(sms.body).segments)

    def find(self, to_e164: str, since: datetime, body: str, known_sids: Collection[str] = frozenset()) -> Found | None:
        """The newest taken message that fits."""
        for sid, taken_at, sms in reversed(self.taken):
            if sid not in known_sids and (sms.to_e164, sms.body) == (to_e164, body) and taken_at >= since:
                return Found(sid, WireStatus.ACCEPTED)
        return None

    def status_of(self, sid: str) -> Found | None:
        """What the test has put there."""
        self.asked.append(sid)
        return self.statuses.get(sid)

    def inbound_since(self, since: datetime) -> Sequence[InboundSms]:
        """What the test has put there, from `since` on."""
        return [sms for written_at, sms in self.inbound if written_at >= since]
