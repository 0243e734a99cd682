# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one question, one SMS and one reply cost in statements: a thousand SMS a week must stay cheap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import event, select

from dispatch.kit.session import Database
from dispatch.offers.make import offer_assignment
from dispatch.records.offers import Offer
from tests import make
from tests.dispatch.offers import scene

HOUR = dt.timedelta(hours=1)


def statements(database: Database, act: Callable[[], object]) -> int:
    """How many statements the database gets while we act."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def asking(database: Database, start: dt.datetime, ranked: int) -> int:
    """The statements of one making, with so many people ranked for the slot."""
    with database.begin() as session:
        people = [make.mediator(session) for _ in range(ranked)]
        published = scene.publish(session, scene.slot(session, start), people, start)
        scene.set_time(session, scene.MONDAY_MORNING)

    def ask() -> None:
        with database.begin() as session:
            offer_assignment(session, scene.office(), published.id, scene.MONDAY_MORNING)

    return statements(database, ask)


def test_whoever_is_asked_alone_costs_the_same_however_many_were_ranked(database: Database) -> None:
    """The cascade asks one person: the days of the eleven others are not looked at."""
    assert asking(database, scene.NEXT_WEEK, 12) == asking(database, scene.NEXT_WEEK + HOUR, 1) <= 19


def test_the_days_of_many_are_read_at_once(database: Database) -> None:
    """Of twelve asked together each costs her code, her offer, its words, her SMS of the day and this one, and no look at her day."""
    start = scene.MONDAY_MORNING + 8 * HOUR
    few, many = asking(database, start, 4), asking(database, start + 2 * HOUR, 12)
    assert many - few <= 8 * 5


def test_one_sms_and_one_yes_stay_within_their_statements(database: Database) -> None:
    """An SMS took 14 and a yes 41 before somebody counted; one of a yes reads the policy, two of an SMS the line.

    Four of a yes ask whether its phone has opted out, guesses codes or was answered, and keep at home what it answers.
    One of each transaction tells open pages that something changed, one of each visit whom a coordinator has named.
    """
    scene.send_all(database, scene.office())  # the line's own row is made once
    asking(database, scene.NEXT_WEEK, 3)
    assert statements(database, lambda: scene.send_all(database, scene.office())) <= 14
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        phone, words = offer.mediator.phone, f"SI {offer.code}"
    said = scene.MONDAY_MORNING + HOUR
    assert statements(database, lambda: scene.says(database, phone, words, said)) <= 41
