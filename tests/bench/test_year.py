# SPDX-License-Identifier: AGPL-3.0-or-later
"""The year that pages are measured on: the same every time, and rows that the service itself would have left."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.pages import Measured, line, linked, written
from bench.year import write_year
from dispatch.doctor.finding import Level
from dispatch.doctor.invariants import examine_invariants
from dispatch.kit.session import Database
from dispatch.records import Appointment, Assignment, Attendance, Base, Message, Offer, Request, Slot

FAMILIES: tuple[type[Base], ...] = (Request, Appointment, Slot, Assignment, Offer, Message, Attendance)
SMALL = 1200


def counts(session: Session) -> dict[str, int]:
    return {one.__name__: session.scalars(select(func.count()).select_from(one)).one() for one in FAMILIES}


def test_a_small_year_stands(database: Database) -> None:
    """As many appointments as were asked for, over the whole year, and no promise between rows is broken."""
    with database.begin() as session:
        write_year(session, "bergamo", SMALL)
        found = counts(session)
        assert (found["Request"], found["Slot"]) == (SMALL, SMALL)
        assert found["Attendance"] < found["Assignment"] < SMALL
        days = select(func.min(Appointment.first_start), func.max(Appointment.first_start))
        first, last = session.execute(days).one()
        assert last - first > dt.timedelta(days=350)
        assert [one.says for one in examine_invariants(session) if one.level is Level.WRONG] == []
        new = Request(code="R-new", desk_id=session.scalars(select(Request.desk_id)).first(), kind="mediation")
        new.priority, new.body, new.created_at, new.changed_at = "routine", {}, first, first
        session.add(new)
        session.flush()  # the next id is free
        assert new.id == SMALL + 1


def test_a_table_says_what_is_not_met() -> None:
    """A page over the target is marked on the terminal and in the document."""
    slow = Measured("agenda", "coordinator", 70, 90, 140, 30, 90_000, 9_000, 30, SMALL, "2026-11-23", "2 cores")
    assert line(slow).startswith("!")
    assert written([slow]).endswith("| agenda | coordinator | 70 | 90 | 140 | 30 | 88 | 8.8 | no |\n")


def test_a_page_weighs_what_it_loads() -> None:
    """Its own files, each once; nothing of what only a click leads to."""
    text = '<link href="/static/favicon.svg?1"><a href="/agenda">x</a><link href="/static/favicon.svg?1">'
    assert linked(text) == {"favicon.svg"}
