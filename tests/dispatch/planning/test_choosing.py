# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everybody held against one slot: ranked as the plan counts, kept away by the first rule, and only who speaks it read."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.planning.choosing import choices_for, look
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from tests import make
from tests.dispatch.planning.conftest import NOW, ask_for, at

START = dt.datetime.fromisoformat(at(0, 9))


@pytest.fixture
def asked(session: Session) -> Slot:
    """A school asks for Arabic at ten; amina could come, shpresa does not speak it, fatou is not there on Mondays."""
    make.languages(session, "ar", "sq")
    slot = ask_for(session, "school", (at(0, 9), at(0, 9)))
    make.mediator(session, "amina", phone="+393401000001")
    make.mediator(session, "shpresa", phone="+393401000002", speaks={"sq": 3})
    make.mediator(session, "fatou", phone="+393401000003", shifts=[(1, 480, 1140)])
    return slot


def test_who_could_come_and_against_what(session: Session, asked: Slot) -> None:
    """Free ones first; whom only a rule that spares her keeps away stands behind them, with its name."""
    found = choices_for(session, asked.id, START, NOW)
    assert [(one.mediator, one.against) for one in found] == [("amina", ()), ("fatou", ("shift",))]
    assert found[0].figures["level"] == 3
    assert found[0].gain > 0


def test_who_speaks_nothing_of_it_only_counts(session: Session, asked: Slot) -> None:
    """The planner reads two of three; a roster ten times as long would change nothing of the answer."""
    found = look(session, asked.id, START, NOW, changes=True)
    assert found.problem is not None
    assert {one.id for one in found.problem.mediators} == {"amina", "fatou"}
    assert found.everybody == 3
    assert found.kept_away == {}


def test_what_would_help_was_tried(session: Session, asked: Slot) -> None:
    """With amina gone only a change brings fatou: another day, or a longer shift where her leeway holds."""
    session.scalars(select(Mediator).where(Mediator.code == "amina")).one().active = False
    session.flush()
    found = look(session, asked.id, START, NOW, changes=True)
    assert found.answer is not None
    assert [one.kind for one in found.answer.relaxations] == ["day"]
    assert found.answer.relaxations[0].assignments[0].mediator == "fatou"


def test_as_many_statements_for_a_long_roster(database: Database, session: Session, asked: Slot) -> None:
    """No statement for each mediator: ten more of them are read with the same ones."""

    def counted() -> int:
        seen: list[str] = []

        def listen(*told: object) -> None:
            seen.append(str(told[2]))

        event.listen(database.engine, "before_cursor_execute", listen)
        look(session, asked.id, START, NOW, changes=True)
        event.remove(database.engine, "before_cursor_execute", listen)
        return len(seen)

    counted()  # what a first look reads once
    before = counted()
    for number in range(10):
        make.mediator(session, f"more-{number}", phone=f"+3934020000{number:02}")
    session.flush()
    session.expire_all()
    assert counted() - before <= 2  # rows of the slot itself, read anew
