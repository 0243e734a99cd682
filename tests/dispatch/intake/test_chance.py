# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the form says of its chances: the planner's own figures, what would help, and nothing that nobody asked."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import event, select

from dispatch.access.visitor import Credential, Visitor
from dispatch.intake.chance import chance
from dispatch.intake.reading import Reader
from dispatch.kit.clock import from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.kit.recurrence import closures_of
from dispatch.kit.session import Database
from dispatch.planning.rooms import find_rooms
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Role
from dispatch.web.i18n import speaking
from dispatch.web.views.intake import Chance
from tests import make

MONDAY = dt.date(2026, 11, 30)
MORNING, EVERY_DAY = [(0, 480, 780)], make.WORKING_DAYS
MOST_STATEMENTS = 25


def asked(database: Database, **changes: Any) -> Chance | None:
    """The chance of an ordinary request at the school, Monday 30 November at 9:00, with these answers changed."""
    body = make.body("ic-trescore", when=[{"day": "2026-11-30", "from": "09:00"}]) | changes
    with database.begin() as session, speaking("it"):
        visitor = Visitor("account:sara", Credential.SESSION, Role.DESK)
        policy = policy_in_force(session).intake
        reader = Reader(session, visitor, make.NOW, policy, closures_of("bergamo"))
        return chance(reader, {key: value for key, value in body.items() if value is not ...}, find_rooms)


def words(found: Chance | None) -> list[str]:
    assert found is not None
    return [way.words for way in found.ways]


@pytest.fixture
def school(database: Database) -> Database:
    """A school, Amina who works on Monday morning, Bashir who comes from 11:00, Carla who only answers the phone."""
    with database.begin() as session:
        make.desk(session, "ic-trescore")
        make.mediator(session, "amina", shifts=MORNING)
        make.mediator(session, "bashir", shifts=[(0, 660, 1140)], gender="m")
        make.mediator(session, "carla", modes=["phone"])
    return database


def test_who_suits_and_who_is_free_are_counted_apart(school: Database) -> None:
    """Two come in person, one of them at nine; at eleven both, and by phone two could at nine."""
    found = asked(school)
    assert found is not None
    assert (found.suitable, found.free, found.low) == (2, 1, False)
    assert words(found) == ["alle 11:00 sarebbero 2", "per telefono 2"]
    assert [parse_qsl(way.pick) for way in found.ways] == [[("when-0-from", "11:00")], [("mode", "phone")]]


def test_a_visit_that_stands_takes_her_and_the_road_to_it(school: Database) -> None:
    """Amina is in Clusone until 9:00: at 9:00 she cannot be in Trescore, in a while she can."""
    with school.begin() as session:
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        there = make.desk(session, "clusone", place_id=make.place(session, "clusone", comune_code="016077").id)
        amina = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
        make.visit(session, amina, from_wall(MONDAY, 480), at=there)
    found = asked(school)
    assert found is not None
    assert found.free == 0
    assert found.low
    assert words(found)[0].startswith("alle ")


def test_what_the_desk_allows_is_no_low_chance(school: Database) -> None:
    """At 19:00 nobody is there, but the desk says any time of that day will do."""
    when = {"day": "2026-11-30", "from": "18:30"}
    late, movable = asked(school, when=[when]), asked(school, when=[when | {"tolerance": "same_day"}])
    assert late is not None
    assert movable is not None
    assert (late.low, late.within) == (True, 0)
    assert (movable.low, movable.within) == (False, 2)


def test_another_day_is_named_where_this_one_has_nobody(school: Database) -> None:
    """On Tuesday nobody works in person; Monday at the same hour is one press away, and sets day and time."""
    found = asked(school, when=[{"day": "2026-12-01", "from": "09:00"}])
    assert found is not None
    assert found.low
    assert "lun 30 nov, 9:00 sarebbe uno" in words(found)
    assert ("when-0-day", "2026-11-30") in found.ways[0].sets


def test_a_requirement_that_costs_everybody_is_named(school: Database) -> None:
    """A woman, required, at noon: none comes then; if she is only preferred, Bashir does."""
    gender = {"is": "f", "must": True}
    found = asked(school, gender=gender, when=[{"day": "2026-11-30", "from": "17:00"}], duration=60)
    assert found is not None
    assert found.low
    assert "con «donna» o «uomo» solo preferito 1" in words(found)
    kept = asked(school, gender=gender)
    assert not any("preferito" in said for said in words(kept))


def test_two_people_need_two(school: Database) -> None:
    """For two mediators at nine one is not enough; at eleven both are there."""
    found = asked(school, people=2)
    assert found is not None
    assert found.free == 0
    assert words(found)[0] == "alle 11:00 sarebbero 2"


@pytest.mark.parametrize(
    "changes",
    [
        {"languages": []},
        {"languages": [{"code": "arabbo"}]},
        {"when": ...},
        {"when": [{"day": "2026-11-20", "from": "09:00"}]},
        {"when": [{"day": "domani", "from": "09:00"}]},
        {"duration": 5},
        {"people": 99},
    ],
)
def test_nothing_is_said_of_what_cannot_be_read_yet(school: Database, changes: dict[str, Any]) -> None:
    """No language, no day, a day that has passed, a length that cannot be: no figure, and no complaint either."""
    assert asked(school, **changes) is None


@pytest.mark.parametrize("changes", [{"place": "nowhere"}, {"place": ...}, {"desk": ...}, {"case": 7}])
def test_what_is_not_needed_for_it_may_be_wrong(school: Database, changes: dict[str, Any]) -> None:
    """A place that is not chosen yet and answers of no matter here do not keep the figures back."""
    found = asked(school, **changes)
    assert found is not None
    assert found.suitable == 2


def test_the_number_of_statements_does_not_grow_with_people(school: Database) -> None:
    """Forty more mediators are read with as many statements as two."""
    with school.begin() as session:
        for _ in range(40):
            make.mediator(session, shifts=EVERY_DAY)
    seen: list[str] = []
    event.listen(school.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    found = asked(school)
    assert found is not None
    assert found.suitable == 42
    assert len(seen) <= MOST_STATEMENTS
