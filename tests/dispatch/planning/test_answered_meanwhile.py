# SPDX-License-Identifier: AGPL-3.0-or-later
"""A10: a yes that comes while the planner thinks is a booking that its plan does not move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from dispatch.doctor.invariants import broken
from dispatch.kit import running
from dispatch.kit.session import Database
from dispatch.planning.publish import Publication
from dispatch.records.planning import Assignment
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus
from tests.dispatch.planning.answered_meanwhile import ANSWERS, weeks_of_answers

SOLVES = 3


@pytest.fixture
def roomy(database_url: str) -> Iterator[Database]:
    """Enough connections that twenty answers and a publication wait for rows, not for each other's connection."""
    opened = Database(database_url, pool_size=ANSWERS + 4)
    yield opened
    opened.close()
    running._current.clear()


def test_no_booked_work_is_moved(roomy: Database) -> None:
    """Each booking stands as she said yes to it, and the repair published what was left to it."""
    seen = weeks_of_answers(roomy, SOLVES)
    assert seen.moved == 0
    assert seen.booked > 0
    assert seen.published > 0
    with roomy.begin() as session:
        assert [str(one) for one in broken(session)] == []


def test_a_publication_that_does_not_look_again_moves_bookings(
    roomy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the week is swapped for the plan as it was thought, whatever stands by now."""

    def swap(self: Any, _lines: list[Any]) -> None:
        live = Assignment.status.in_(LIVE_ASSIGNMENT)
        self.session.execute(update(Assignment).where(live).values(status=AssignmentStatus.SUPERSEDED))

    monkeypatch.setattr(Publication, "_stands_as_read", lambda *_: True)
    monkeypatch.setattr(Publication, "_audited", lambda _self, lines, _all: lines)
    monkeypatch.setattr(Publication, "_supersede", swap)
    assert weeks_of_answers(roomy, SOLVES).moved > 0
