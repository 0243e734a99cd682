# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fake Twilio keeps and how it may be made to misbehave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass
class Settings:
    """How the fake behaves; change it at any time.

    `mishaps` befall the next creations, one each, then all is well. `refused` and `undeliverable` map a number to
    the error code of its refusal and of its failure afterwards. `callbacks` are the statuses reported by themselves
    `callback_delay` seconds apart. `reach` maps the public address in callbacks to the one to post to.
    """

    mishaps: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    undeliverable: dict[str, int] = field(default_factory=dict)
    callbacks: Sequence[str] = ()
    callback_delay: float = 0.0
    list_lag: float = 0.0
    hang_seconds: float = 30.0
    list_broken: bool = False
    reach: Mapping[str, str] = field(default_factory=dict)
