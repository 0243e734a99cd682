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
from tests import make
from tests.journeys.changes import World
from tests.make import installation


@pytest.fixture
def here(database: Database, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """What a journey leaves behind must hold together: every promise of `dispatch/doctor/invariants.sql`.

    A control that takes a guard away names in `@pytest.mark.breaks` the one promise it must be seen to break.
    """
    yield installation(database, planner_seconds=5, repair_seconds=2, planner_workers=1)
    close_planners()
    with database.begin() as session:
        found = broken(session)
    marked = request.node.get_closest_marker("breaks")
    assert {one.invariant.name for one in found} == set(marked.args if marked else ()), [*map(str, found)]


@pytest.fixture
def work(here: Installation) -> Callable[[], None]:
    """Do everything that is queued, by the same worker that serves an installation."""
    return lambda: worker.run(here, until_stopped=False)


@pytest.fixture
def world(here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> World:
    make.cheap_passwords(monkeypatch)
    return World(here, work)


@pytest.fixture
def booked(world: World) -> str:
    """The code of a request whose one date m1 has said yes to; the planner is told nothing of m2."""
    code = world.ask()
    world.give(code, "m1")
    assert world.told() == {"m1": ["offer", "confirmed"]}
    return code
