# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of replies that wait for a person shows: the text in full, the sender's questions, what can be decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question or a booking of the sender's. ``named``: its code stands in the reply.

    ``can_yes``, ``can_no`` and ``can_give_back`` say which decisions still have an effect; ``state`` is an offer's
    status, ``still`` says in words how it stands.
    """

    offer_id: int
    code: int
    start: dt.datetime
    end: dt.datetime
    where: str
    state: str
    still: str
    href: str = ""
    named: bool = False
    can_yes: bool = False
    can_no: bool = False
    can_give_back: bool = False


@dataclass(frozen=True)
class ReplyToRead:
    """One reply with its full text, or the newest of ``count`` that one phone wrote on and on."""

    id: int
    sender: str
    phone: str
    text: str
    at: dt.datetime
    sender_href: str = ""
    language: str = ""
    understood: str = ""
    why: str = ""
    questions: tuple[Question, ...] = ()
    count: int = 1
    is_known: bool = True


@dataclass(frozen=True)
class SettledReply:
    """What was decided lately: by whom, when, and the text it was about."""

    sender: str
    text: str
    what: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class InboxPage:
    """The oldest first, because it has waited longest. ``language`` filters by the language the sender is written in."""

    replies: tuple[ReplyToRead, ...]
    strangers: tuple[ReplyToRead, ...] = ()
    settled: tuple[SettledReply, ...] = ()
