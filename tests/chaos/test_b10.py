# SPDX-License-Identifier: AGPL-3.0-or-later
"""B10 at its full size: a whole year of questions and reminders, a stopped worker, and a crowded morning."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import delete

from config.policy import load_policy
from dispatch.kit.session import Database
from dispatch.records.offers import Message
from tests.chaos import figures
from tests.dispatch.outbox import b10

CROWD, AT_REST = 300, 450


@pytest.mark.chaos
def test_quiet_hours_daily_cap_and_deadlines(database: Database, chaos_figures: figures.Write) -> None:
    """None by night, none too late, no day above its cap; what could leave in time only above it stays at home."""
    began = time.monotonic()
    policy = load_policy()
    wrong = b10.a_year(b10.FULL, policy)
    days = b10.a_full_day(database, CROWD)
    with database.begin() as session:
        session.execute(delete(Message))
    stopped = b10.a_stopped_worker(database, AT_REST)
    size = f"{b10.FULL:,} questions and reminders of a year, {CROWD} for one person on a morning, {AT_REST} SMS after 2 h at rest"
    result = (
        f"{wrong.total()} violations, at most {max(days.values())} a day, "
        f"{stopped['stale failed']} stale dropped, {stopped['fresh sent']} sent"
    )
    assert not wrong, wrong
    assert set(days.values()) == {policy.sms.most_a_day}, days
    assert set(stopped) == {"stale failed", "fresh sent"}, stopped
    chaos_figures(row="B10", size=size, result=result, seconds=time.monotonic() - began)
