# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the inbox of replies that wait for a person shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ReplyToRead:
    """One reply with its full text; ``open_codes`` are the questions that still wait for this sender's answer."""

    id: int
    sender: str
    phone: str
    text: str
    at: dt.datetime
    open_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class InboxPage:
    """The oldest first, because it has waited longest."""

    replies: tuple[ReplyToRead, ...]
