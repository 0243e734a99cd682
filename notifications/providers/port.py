# SPDX-License-Identifier: AGPL-3.0-or-later
"""The port every provider stands behind: send an SMS, find one again, and the news that come back.

`send` has three endings and no fourth. It returns Accepted; it raises Refused when the provider provably did
not take the message; it raises InDoubt when nobody can say. After InDoubt nothing may be sent again before
`find`, a status report or a person has settled what happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from notifications.message import Sms


class WireStatus(StrEnum):
    """How far a message has come. The order of the members is the rank; a report never moves it back."""

    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"

    @property
    def rank(self) -> int:
        """Place in the order; delivered stands above failed, so that any order of reports ends the same."""
        return list(WireStatus).index(self)


def later_status(standing: WireStatus, reported: WireStatus) -> WireStatus:
    """The status after a report: the higher rank of the two, whichever arrived first."""
    return max(standing, reported, key=lambda status: status.rank)


class FailureClass(StrEnum):
    """What Ponte does about a failure (the code table in codes.toml says which code is which)."""

    NEVER_AGAIN = "never_again"
    TRY_AGAIN = "try_again"
    ALARM = "alarm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message: its id, the status it gave, the segments it counted (when it says)."""

    sid: str
    status: WireStatus
    segments: int | None = None


class Refused(Exception):
    """The provider provably did not take the message: sending again cannot double it."""

    def __init__(self, code: int | None, klass: FailureClass, message: str) -> None:
        super().__init__(f"{message} (code {code}, {klass.value})")
        self.code = code
        self.klass = klass
        self.message = message


class InDoubt(Exception):
    """The message may or may not have been taken: never send it again before it is settled."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the provider has after all."""

    sid: str
    status: WireStatus
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A status report: how far the message `sid` has come, and the carrier's error code when it failed."""

    sid: str
    status: WireStatus
    to_phone: str
    error_code: int | None = None


class OptChoice(StrEnum):
    """What the carrier says the sender chose; the carrier has acted on it already."""

    OUT = "stop"
    IN = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class InboundSms:
    """An SMS that came in: the provider's id (unique for ever), the sender, our number and the text as written.

    `from_phone` is E.164 for people; carriers also write from short codes and names. `raw` holds every field of
    the webhook, without NUL characters, which PostgreSQL cannot store.
    """

    sid: str
    from_phone: str
    to_phone: str
    body: str
    media: int = 0
    opt_choice: OptChoice | None = None
    raw: Mapping[str, str] = field(default_factory=dict)


class BadWebhook(Exception):
    """A webhook that is not to be believed: answer 403 and write no row."""


class Provider(Protocol):
    """What a wire must be able to do. No method may be called while a database transaction is open."""

    @property
    def name(self) -> str:
        """The word for it in settings and in message rows."""

    @property
    def is_carrier(self) -> bool:
        """Whether a carrier stands behind it: one that limits the pace, reports by webhook, and keeps lists to ask."""

    def send(self, sms: Sms) -> Accepted:
        """Hand the message over, once: no retry inside. Raises Refused or InDoubt."""

    def find(self, to_e164: str, since: datetime, body: str, known_sids: Collection[str] = frozenset()) -> Found | None:
        """The message with this text sent to this number at or after `since`, apart from `known_sids`.

        `known_sids` are ids that already belong to other messages of ours. None proves absence only when
        more time has passed than the provider's list lags behind. Raises InDoubt when the list cannot be read.
        """

    def status_of(self, sid: str) -> Found | None:
        """What became of this message of ours; None when it is not known there. Raises InDoubt when nobody can say."""

    def inbound_since(self, since: datetime) -> Sequence[InboundSms]:
        """The SMS that came in at or after `since`, oldest first; none where no lists are kept.

        Raises InDoubt when the list cannot be read to its end.
        """
