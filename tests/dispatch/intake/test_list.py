# SPDX-License-Identifier: AGPL-3.0-or-later
"""My requests: states with their counts, filters in the address, what waits on top, two empty states, few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from dispatch.kit.session import Database
from dispatch.records import Attendance, Desk, Mediator
from dispatch.records.statuses import Role
from tests import make
from tests.dispatch.intake.sent import School


@pytest.fixture
def school(database: Database, monkeypatch: pytest.MonkeyPatch) -> School:
    make.cheap_passwords(monkeypatch)
    return School.opened(database)


def codes(page: str, *known: str) -> list[str]:
    return [code for code in known if code in page]


def test_a_state_shows_its_requests_and_how_many_there_are(school: School) -> None:
    """Looked for, confirmed, called off, past: each under its name, with its count, also under another filter."""
    looking, booked, off = (school.ask(when=[{"day": f"2026-12-0{day}", "from": "09:00"}]) for day in (1, 2, 3))
    past = school.ask(when=[{"day": "2026-11-23", "from": "09:00"}], languages=[{"code": "bn"}])
    school.book(booked)
    school.door.post(f"/requests/{off}/cancel")
    school.at(make.NOW + dt.timedelta(days=5))
    everything = (looking, booked, off, past)
    shown = school.words("/requests")
    assert "Tutte 4" in shown
    assert "In ricerca 1" in shown
    for state, code in (("looking", looking), ("confirmed", booked), ("cancelled", off), ("past", past)):
        assert codes(school.words(f"/requests?state={state}"), *everything) == [code], state
    assert "Tutte 1" in school.words("/requests?language=bn")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("language=bn", "second"),
        ("q=benali", "first"),
        ("q=caso-17", "second"),
        ("since=2026-12-03", "second"),
        ("until=2026-12-01", "first"),
        ("since=2026-12-01&until=2026-12-01", "first"),
    ],
)
def test_each_filter_finds_its_request(school: School, query: str, found: str) -> None:
    """By language, day, case, or who comes; what is no day filters nothing."""
    first = school.ask(when=[{"day": "2026-12-01", "from": "09:00"}])
    second = school.ask(when=[{"day": "2026-12-03", "from": "09:00"}], languages=[{"code": "bn"}], case="caso-17")
    school.book(first)
    named = {"first": first, "second": second}
    assert codes(school.words(f"/requests?{query}"), first, second) == [named[found]]
    assert codes(school.words("/requests?since=domani&state=x&language=xx"), first, second) == [first, second]


def test_there_are_two_ways_to_be_empty(school: School) -> None:
    """Nothing yet leads to the first request; nothing with a filter or in a state leads out of both."""
    assert "Scrivi la prima richiesta" in school.words("/requests")
    school.ask()
    for query in ("q=zulu", "state=past", "state=past&q=zulu"):
        page = school.door.get(f"/requests?{query}").text
        assert '<a class="btn btn-outline-primary po-btn" href="/requests">' in page, query


def test_what_waits_for_her_word_stands_on_top_until_it_is_told(school: School, database: Database) -> None:
    """Two visits that are over; one press tells of one, and the list is there again with the other."""
    with database.begin() as session:
        desk = session.scalars(select(Desk)).one()
        amina = session.scalars(select(Mediator)).one()
        ended = [make.ended_visit(session, desk, amina, make.NOW - dt.timedelta(hours=hours)).id for hours in (5, 3)]
    assert "2 visite da confermare" in school.words("/requests")
    told = school.door.post(f"/attendance/{ended[0]}", data={"outcome": "held", "back": "list"})
    assert told.headers["location"] == "/requests?told=1"
    page = school.words("/requests?told=1")
    assert "Una visita da confermare" in page
    assert "Grazie" in page
    with database.begin() as session:
        assert session.get_one(Attendance, ended[0]).by_desk is not None


def test_a_coordinator_finds_the_requests_of_one_desk(school: School, database: Database) -> None:
    """The same list with a filter more; visits to confirm are the desk's own business."""
    other = School.opened(database, "asilo", "anna")
    mine, theirs = school.ask(), other.ask("asilo")
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
        make.ended_visit(session, session.scalars(select(Desk)).first(), session.scalars(select(Mediator)).one())  # type: ignore[arg-type]
    marta = make.signed_in(make.client(database), "marta")
    assert codes(marta.get("/requests").text, mine, theirs) == [mine, theirs]
    assert codes(marta.get("/requests?desk=asilo").text, mine, theirs) == [theirs]
    assert "da confermare</h2>" not in marta.get("/requests").text


def statements(database: Database, act: Callable[[], object]) -> int:
    count = 0

    def heard(*_told: object) -> None:
        nonlocal count
        count += 1

    event.listen(database.engine, "before_cursor_execute", heard)
    act()
    event.remove(database.engine, "before_cursor_execute", heard)
    return count


@pytest.mark.parametrize("path", ["/requests", "/requests/calendar?view=month&day=2026-12-01"])
def test_more_requests_need_no_more_statements(school: School, database: Database, path: str) -> None:
    """Three requests cost what twelve cost."""
    days = [dt.date(2026, 12, 1) + dt.timedelta(days=number) for number in range(12)]
    for day in days[:3]:
        school.ask(when=[{"day": day.isoformat(), "from": "09:00"}])
    few = statements(database, lambda: school.words(path))
    for day in days[3:]:
        school.book(school.ask(when=[{"day": day.isoformat(), "from": "11:00"}]))
    assert statements(database, lambda: school.words(path)) <= few


def test_more_dates_need_no_more_statements(school: School, database: Database) -> None:
    """The page of a request with five dates costs what one with a single date costs."""
    one, five = (
        school.ask(),
        school.ask(repeat={"every": "week", "until": "2027-01-11"}, when=[{"day": "2026-11-30", "from": "15:00"}]),
    )
    few = statements(database, lambda: school.words(f"/requests/{one}"))
    assert statements(database, lambda: school.words(f"/requests/{five}")) <= few
