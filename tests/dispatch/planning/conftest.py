# SPDX-License-Identifier: AGPL-3.0-or-later
"""A week to plan: a school that asked twice, two mediators, and a draft made by the real planner in this process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.planning import service
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.statuses import RunKind
from solver.candidates import ranked
from solver.solve import solve
from tests import make

MONDAY = dt.date(2026, 11, 30)
NOW = make.NOW


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as opened:
        yield opened


def ask_for(session: Session, desk_code: str, *windows: tuple[str, str], duration: int = 60, **needs: object) -> Slot:
    """One request with one appointment and one slot; windows are UTC instants in ISO format."""
    desk = make.desk(session, desk_code)
    request = Request(
        code=f"R-{desk_code}",
        desk_id=desk.id,
        kind="mediation",
        priority="routine",
        body={},
        created_at=NOW,
        changed_at=NOW,
    )
    session.add(request)
    session.flush()
    appointment = Appointment(
        request_id=request.id,
        number=1,
        kind="mediation",
        mode="onsite",
        place_id=desk.place_id,
        duration=duration,
        windows=[list(window) for window in windows],
        first_start=dt.datetime.fromisoformat(windows[0][0]),
        last_start=dt.datetime.fromisoformat(windows[-1][1]),
    )
    session.add(appointment)
    session.flush()
    asked = {"languages": {"ar": 1}, "any_language": False, "skills": [], "gender": None, "only": None} | needs
    slot = Slot(appointment_id=appointment.id, number=1, needs=asked, value=500, changed_at=NOW)
    session.add(slot)
    session.flush()
    return slot


def at(day: int, hour: int, minute: int = 0) -> str:
    """A UTC instant of the planned week (30 November is day 0), in Italy an hour later on the clock."""
    start = dt.datetime(2026, 11, 30, hour, minute, tzinfo=dt.UTC) + dt.timedelta(days=day)
    return start.isoformat()


def draft(
    session: Session,
    *,
    now: dt.datetime = NOW,
    kind: RunKind = RunKind.WEEK,
    monday: dt.date = MONDAY,
    weeks: int = 1,
    by: str = "test",
    seconds: int = 0,
) -> service.Begun:
    """Ask, begin, plan and keep, as the job does, with the planner in this process; in no ``seconds`` it is greedy."""
    run = service.ask(session, now, monday, kind, seconds=5, by=by, weeks=weeks)
    begun = service.begin(session, run.id, now)
    assert begun is not None
    plan = solve(begun.problem, seconds=seconds, seed=1, workers=1)
    candidates = [found._asdict() for found in ranked(begun.problem, plan, most=5)]
    assert service.keep_draft(session, begun, plan, candidates, now)
    return begun
