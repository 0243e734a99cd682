# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fake Twilio keeps and how it may be made to misbehave."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Mishap(StrEnum):
    """What goes wrong with one request to create a message; AFTER means that the message was taken all the same."""

    TOO_MANY = "too_many"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    GARBLED = "garbled"


TAKEN_ALL_THE_SAME = {Mishap.ERROR_AFTER, Mishap.HANG_AFTER, Mishap.RESET_AFTER, Mishap.GARBLED}


class ReportMishap(StrEnum):
    """What goes wrong with one report of a status; SWAPPED comes only after the next one."""

    LOST = "lost"
    TWICE = "twice"
    SWAPPED = "swapped"


# Twilio's own keywords of long numbers: alone in the message, in any case (messaging.md §1 keeps them free).
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "unstop", "yes"})
HELP_WORDS = frozenset({"help", "info"})
FINAL = {"delivered", "undelivered", "failed", "canceled"}
UNSENT = {"accepted", "scheduled", "queued", "sending"}
VALIDITY_EXPIRED = 30036


@dataclass
class FakeMessage:
    """One message of the account, in or out."""

    sid: str
    to: str
    sender: str | None
    body: str
    direction: str
    status: str
    created_at: datetime
    callback: str | None = None
    service: str | None = None
    validity: int | None = None
    error_code: int | None = None
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    moved: int = 0


@dataclass
class Settings:
    """How the fake behaves; change it at any time.

    `mishaps` befall the next creations, one each, then all is well; `mishaps_of` those to one number. `refused` and
    `undeliverable` map a number to the error code of its refusal and of its failure afterwards. `callbacks` are the
    statuses reported by themselves `callback_delay` seconds apart, in real time. `moves` are the statuses that a
    message reaches so many seconds of the clock after it was taken: each look at it, and `tick()`, moves it on.
    `report_mishaps` befall the next reports. `reach` maps the public address in callbacks to the one to post to.
    `services` are the messaging services with their numbers; empty: any. `inbound_service` is named in what comes in.
    `tells_opt_out`: Advanced Opt-Out is on, so OptOutType is told and its words may be in any language.
    """

    mishaps: list[str] = field(default_factory=list)
    mishaps_of: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    undeliverable: dict[str, int] = field(default_factory=dict)
    callbacks: Sequence[str] = ()
    callback_delay: float = 0.0
    moves: Sequence[tuple[float, str]] = ()
    report_mishaps: list[str] = field(default_factory=list)
    list_lag: float = 0.0
    hang_seconds: float = 30.0
    list_broken: bool = False
    reach: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inbound_service: str = ""
    tells_opt_out: bool = True
    stop_words: Collection[str] = STOP_WORDS
    start_words: Collection[str] = START_WORDS
