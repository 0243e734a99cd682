# SPDX-License-Identifier: AGPL-3.0-or-later
"""A month's requests and the scenarios that change one thing of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.intake.schemas import RequestIn
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.line import Line
from dispatch.records.roster import Absence
from dispatch.records.statuses import LineState
from dispatch.rehearsal.month import Wanted, drawn_weeks, minutes_asked, numbered
from dispatch.rehearsal.population import Province, populate
from dispatch.rehearsal.profiles import PROFILES
from dispatch.rehearsal.scenarios import MONDAY, RARE, SCENARIOS, SURGING

if TYPE_CHECKING:
    from dispatch.rehearsal.life import Month

OPENS = dt.datetime(2026, 10, 1, 6, tzinfo=dt.UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


def made(session: Session, letter: str = "a", profile: str = "S") -> Province:
    scenario = SCENARIOS[letter]
    province = populate(session, "bergamo", scenario.sized(PROFILES[profile]), scenario.monday, OPENS, 1)
    scenario.people(province)
    return province


def languages(wanted: list[Wanted]) -> Counter[str]:
    return Counter(one["code"] for each in wanted for one in each.asked.body["languages"])


def test_a_month_has_as_many_visits_in_each_week(session: Session) -> None:
    """Series of the first week go on: what later weeks bring anew replaces those that end, and no week overflows."""
    province = made(session)
    month = drawn_weeks(province, 28, 1)
    weeks: Counter[int] = Counter()
    for asked in month:
        first = dt.date.fromisoformat(asked.body["when"][0]["day"])
        until = dt.date.fromisoformat(asked.body["repeat"]["until"]) if asked.in_series else first
        for number in range((until - first).days // 7 + 1):
            weeks[((first - MONDAY).days + 7 * number) // 7] += 1
    assert all(45 <= weeks[number] <= 80 for number in range(4)), weeks
    assert 150 < len(month) < 220
    # The control: were every week's series new ones, the fourth week would hold far more than the first.
    afresh = sum(one.in_series for one in month if one.body["when"][0]["day"] < "2026-10-12")
    assert weeks[3] < weeks[0] + afresh


def test_the_same_month_has_the_same_numbers(session: Session) -> None:
    """A request's number is its name in every run; they follow the order of arrival and are all understood."""
    province = made(session)
    first, again = (numbered(drawn_weeks(province, 14, 3)) for _ in range(2))
    assert [(one.number, one.asked.body) for one in first] == [(one.number, one.asked.body) for one in again]
    assert [one.number for one in first] == list(range(1, len(first) + 1))
    assert [one.asked.at for one in first] == sorted(one.asked.at for one in first)
    for one in first:
        if not one.asked.presence:
            RequestIn.model_validate(one.asked.body)


@pytest.mark.parametrize("letters", ["abcdgh", "e", "f"], ids=["usual people", "one speaker", "more schools"])
def test_a_scenario_is_a_month_that_desks_could_ask_for(letters: str, session: Session) -> None:
    """Whatever it changes, every request can be sent, at a desk that exists, before its visit begins."""
    province = made(session, letters[0])
    desks = {desk.code for desk in province.desks}
    for letter in letters:
        wanted = SCENARIOS[letter].requests(province, 14, 2)
        for one in wanted:
            assert one.asked.body["desk"] in desks
            assert one.asked.at < one.asked.start
            if not one.asked.presence:
                RequestIn.model_validate(one.asked.body)
        assert all(minutes > 0 for minutes in minutes_asked(wanted, province).values())


def test_what_each_scenario_changes(session: Session) -> None:
    """A surge triples one language, one speaker is one, schools ask most in September, a valley asks for a day."""
    normal = made(session)
    usual = SCENARIOS["a"].requests(normal, 21, 2)
    surge = languages(SCENARIOS["b"].requests(normal, 21, 2))
    before = languages(usual)
    assert surge[SURGING] > 2 * before[SURGING] > 0
    assert surge.total() - before.total() < 2 * (surge[SURGING] - before[SURGING])  # the others as they were

    mountain = SCENARIOS["g"].requests(normal, 21, 2)
    ambito_of = {desk.code: desk.place.ambito_code for desk in normal.desks}
    wednesday = [
        ambito_of[one.asked.body["desk"]] for one in mountain if one.asked.body["when"][0]["day"] == "2026-10-14"
    ]
    assert wednesday.count("BG09") >= 5
    assert SCENARIOS["d"].paid("fami-2463") < 0.5 < SCENARIOS["d"].paid("migramenti")


def test_a_rare_language_has_one_speaker(session: Session) -> None:
    """Whoever else spoke it does no more, and three ambiti ask for it."""
    province = made(session, "e")
    speakers = [one for one in province.mediators if any(spoken.language_code == RARE for spoken in one.languages)]
    assert len(speakers) == 1
    asked = [one.asked for one in SCENARIOS["e"].requests(province, 21, 2) if languages([one])[RARE]]
    ambito_of = {desk.code: desk.place.ambito_code for desk in province.desks}
    assert len({ambito_of[one.body["desk"]] for one in asked}) >= 3


def test_schools_ask_most_in_september(session: Session) -> None:
    """Six in ten, against the usual third."""
    province = made(session, "f")
    sector = {desk.code: desk.sector for desk in province.desks}
    asked = [sector[one.asked.body["desk"]] for one in SCENARIOS["f"].requests(province, 14, 2)]
    assert 0.5 < asked.count("school") / len(asked) < 0.7


class Office:
    """As much of a month as an event needs: where it is written, and when what happens."""

    def __init__(self, database: Database) -> None:
        self.database, self.seed = database, 1
        self.noted: list[tuple[dt.datetime, Callable[[], None]]] = []

    def at(self, moment: dt.datetime, _what: str, act: Callable[[], None]) -> None:
        self.noted.append((moment, act))


def test_the_flu_takes_one_in_seven(database: Database) -> None:
    """In the second week, by the door that releases what they hold; twice the same seed, the same people."""
    with database.begin() as session:
        set_virtual(session, OPENS)
        made(session)
    office = Office(database)
    SCENARIOS["c"].events(cast("Month", office))
    ((moment, fall_ill),) = office.noted
    assert moment == dt.datetime(2026, 10, 12, 5, 30, tzinfo=dt.UTC)
    with database.begin() as session:
        before = session.scalar(select(func.count(Absence.id))) or 0
    fall_ill()
    with database.begin() as session:
        assert (session.scalar(select(func.count(Absence.id))) or 0) - before == 60 * 15 // 100


def test_the_line_is_held_for_two_hours(database: Database) -> None:
    """On the Tuesday of the first week; then it runs again, and the sender is woken."""
    office = Office(database)
    SCENARIOS["h"].events(cast("Month", office))
    (begins, cut), (ends, mend) = office.noted
    assert (begins.isoformat(), ends - begins) == ("2026-10-06T08:00:00+00:00", dt.timedelta(hours=2))
    for act, state in ((cut, LineState.HELD), (mend, LineState.RUNNING)):
        act()
        with database.begin() as session:
            phone = select(Line.state).where(Line.provider == "phone")
            assert session.scalars(phone).one() == state
