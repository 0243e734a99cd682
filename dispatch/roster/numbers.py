# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's number is tried with an SMS that she answers: when it is new, or when a coordinator asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.records.roster import Mediator


class NumberState(StrEnum):
    """What is known of a number: nothing yet, an SMS was sent, or she has answered it."""

    UNTRIED = "untried"
    ASKED = "asked"
    CONFIRMED = "confirmed"


def state_of(row: Mediator) -> NumberState:
    if row.number_confirmed_at is not None:
        return NumberState.CONFIRMED
    return NumberState.UNTRIED if row.number_asked_at is None else NumberState.ASKED


def forget(row: Mediator) -> None:
    """What was known was about another number."""
    row.sms_blocked = row.number_asked_at = row.number_confirmed_at = None


def try_numbers(session: Session, rows: Iterable[Mediator], now: dt.datetime) -> int:
    """Queue the test SMS of those who can get one; how many. Who was asked today already is not asked twice."""
    today = now - dt.timedelta(hours=12)
    asked = 0
    for row in rows:
        fresh = row.number_asked_at is None or row.number_asked_at < today
        if row.active and not row.sms_blocked and row.number_confirmed_at is None and fresh:
            enqueue(session, "mediators.try_number", mediator_id=row.id)
            asked += 1
    return asked
