# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every view of the agenda asks the database as often for a province as for a village."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select, text

from dispatch.kit import clock
from dispatch.kit.session import Database
from dispatch.planning.board import starts_within
from dispatch.records.intake import Appointment
from dispatch.records.statuses import Role
from tests import make

TUESDAY = make.NOW + dt.timedelta(days=2)
VIEWS = {
    "/agenda?week=2026-W48": 18,
    "/agenda?week=2026-W48&q=amina": 18,
    "/agenda?view=day&day=2026-11-24": 24,
    "/agenda?view=month&day=2026-11-01": 14,
    "/agenda/sheet?day=2026-11-24": 14,
}


@pytest.fixture
def coordinator(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        clock.set_virtual(session, make.NOW)
        make.account(session, "marta", Role.COORDINATOR)
    busier(database)
    return make.signed_in(make.client(database), "marta")


def busier(database: Database) -> None:
    """One more mediator with a visit elsewhere and a slot that has nobody."""
    with database.begin() as session:
        make.visit(session, make.mediator(session), TUESDAY)
        make.visit(session, make.mediator(session), TUESDAY + dt.timedelta(hours=3), state="published")
        make.asked(session, TUESDAY)


def statements(database: Database, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_costs_the_same_however_much_it_shows(coordinator: TestClient, database: Database, path: str) -> None:
    """Ten times as many mediators, places and visits: not one statement more."""
    assert coordinator.get(path).status_code == 200  # the session of the browser is marked as used once
    few = statements(database, lambda: coordinator.get(path))
    for _ in range(9):
        busier(database)
    many = statements(database, lambda: coordinator.get(path))
    assert few == many <= VIEWS[path]


def test_a_week_among_years_is_found_by_its_index(database: Database) -> None:
    """With its bounds as two conditions half a year would be read for one week: they are one range, and it is indexed."""
    begins = TUESDAY - dt.timedelta(days=1)
    within = select(Appointment.id).where(starts_within(begins, begins + dt.timedelta(days=7)))
    plans: list[str] = []
    with database.begin() as session:
        for day in range(-40, 40):
            make.asked(session, TUESDAY + dt.timedelta(days=day))
        session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = within.compile(session.connection())
        plans += session.connection().exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars()
        assert len(session.scalars(within).all()) == 7
    assert any("ix_appointment_starts" in line for line in plans)
