# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the carrier for what its webhooks did not bring: replies that came in, and what became of SMS it took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import func, select, update

from config.policy import SmsPolicy
from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.offers import wire_queries
from dispatch.offers.inbound import store
from dispatch.offers.receipts import apply_report
from dispatch.records.line import Line
from dispatch.records.offers import Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.port import Found, InDoubt, Provider

# A list shows a reply late, and two machines' clocks differ: what was read already is dropped by its id, for ever.
OVERLAP = dt.timedelta(minutes=15)
FIRST_LOOK_BACK = dt.timedelta(days=1)
MOST_RECEIPTS = 200  # asked for in one run, each by a request of its own
MOST_POLLS = 8  # 10 min, 20 min, … 21 h: what has no receipt after two days will not get one


def poll_replies(database: Database, provider: Provider, *, machine: Callable[[], dt.datetime] = machine_now) -> int:
    """Store every reply of the carrier's list that no webhook brought; how many. A list that cannot be read waits."""
    began = machine()
    with database.begin() as session:
        polled_until = session.scalar(select(Line.polled_until).where(Line.provider == provider.name))
    since = polled_until - OVERLAP if polled_until else began - FIRST_LOOK_BACK
    try:
        listed = provider.inbound_since(since)
    except InDoubt:
        return 0
    with database.begin() as session:
        fresh = sum(store(session, provider.name, sms, now(session)) is not None for sms in listed)
        furthest = func.greatest(Line.polled_until, began)
        session.execute(update(Line).where(Line.provider == provider.name).values(polled_until=furthest))
    return fresh


def poll_receipts(
    database: Database, rules: SmsPolicy, provider: Provider, *, machine: Callable[[], dt.datetime] = machine_now
) -> int:
    """Ask about every SMS that should have had its receipt by now; how many have one now."""
    with database.begin() as session:
        due = wire_queries.receipts_to_poll(session, provider.name, machine(), MOST_RECEIPTS)
    settled = 0
    for message_id, sid in due:
        try:
            found = provider.status_of(sid)
        except InDoubt:
            break  # Whoever cannot answer about one cannot about the next: all are still due.
        settled += _write(database, rules, message_id, found, machine())
    return settled


def _write(database: Database, rules: SmsPolicy, message_id: int, found: Found | None, machine: dt.datetime) -> bool:
    with database.begin() as session:
        message = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)
        if found is not None:
            apply_report(session, message, found.sid, found.status, found.error_code, now(session))
        message.polls += 1
        wait = dt.timedelta(minutes=rules.poll_minutes * 2**message.polls)
        message.poll_due = machine + wait if message.polls < MOST_POLLS else None
        return message.status != MessageStatus.SENT
