# SPDX-License-Identifier: AGPL-3.0-or-later
"""B10 at its full size: a whole year of questions and reminders, a stopped worker, and crowded days."""

from __future__ import annotations

import time

import pytest

from config.policy import load_policy
from dispatch.kit.session import Database
from tests.chaos import figures
from tests.dispatch.outbox import b10


@pytest.mark.chaos
def test_quiet_hours_daily_cap_and_deadlines(database: Database, chaos_figures: figures.Write) -> None:
    """No violation among two hundred thousand questions and reminders, 500 SMS of a stopped worker and a full day."""
    began = time.monotonic()
    wrong = b10.a_year(b10.FULL, load_policy())
    stopped = b10.a_stopped_worker(database, 450)
    size = f"{b10.FULL:,} questions and reminders of a year, 450 SMS after 2 h at rest"
    result = f"{wrong.total()} violations, {stopped['stale failed']} stale dropped, {stopped['fresh sent']} sent"
    assert not wrong, wrong
    assert set(stopped) == {"stale failed", "fresh sent"}, stopped
    chaos_figures(row="B10", size=size, result=result, seconds=time.monotonic() - began)
