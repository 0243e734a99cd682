# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a journey needs: an installation on a fresh database, its front door, and its queue emptied in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dispatch import worker
from dispatch.doctor.invariants import broken
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.planning.jobs import close_planners
from tests.make import installation


@pytest.fixture
def here(database: Database) -> Iterator[Installation]:
    """What a journey leaves behind must hold together: every promise of `dispatch/doctor/invariants.sql`."""
    yield installation(database, planner_seconds=5, repair_seconds=2, planner_workers=1)
    close_planners()
    with database.begin() as session:
        assert [str(one) for one in broken(session)] == []


@pytest.fixture
def work(here: Installation) -> Callable[[], None]:
    """Do everything that is queued, by the same worker that serves an installation."""
    return lambda: worker.run(here, until_stopped=False)
