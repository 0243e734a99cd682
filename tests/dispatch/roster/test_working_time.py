# SPDX-License-Identifier: AGPL-3.0-or-later
"""Eleven hours of rest, holidays, time offered beside the pattern, and qualifications that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall
from dispatch.kit.session import Database
from dispatch.records.planning import Assignment
from dispatch.records.policy import PolicyChange
from dispatch.records.roster import Commitment, ExtraShift, Mediator
from dispatch.records.statuses import AssignmentStatus
from dispatch.roster.day import day_refusals
from dispatch.roster.rest import rested
from dispatch.roster.week import Week, read_mediators
from tests import make
from tests.dispatch.offers import scene

MONDAY = dt.date(2026, 11, 30)
ELEVEN = 660
DAY = 1440


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as opened:
        yield opened


def policy(session: Session, key: str, value: object) -> None:
    make.kept(
        session,
        PolicyChange(section="planning", key=key, value=value, since=make.NOW, by="marta", at=make.NOW),
    )
    scene.set_time(session, make.NOW)
    session.info.clear()


def hold(session: Session, mediator: Mediator, minute: int, minutes: int = 60) -> None:
    """A booked visit of hers from this wall minute of the week on."""
    start = from_wall(MONDAY, minute)
    slot = scene.slot(session, start, minutes=minutes)
    during = Range(start, start + dt.timedelta(minutes=minutes))
    session.add(
        Assignment(
            slot_id=slot.id,
            mediator_id=mediator.id,
            during=during,
            status=AssignmentStatus.BOOKED,
            changed_at=make.NOW,
        )
    )
    session.flush()


def shifts(session: Session, days: int = 7, begun: int = 0) -> list[tuple[int, int]]:
    [seen] = read_mediators(session, Week(MONDAY, days), begun=begun)
    return list(seen.shifts)


LATE_THEN_EARLY = [(0, 1080, 1320), (1, 480, 780)]  # Monday 18:00–22:00, Tuesday 8:00–13:00


def test_the_day_after_a_late_shift_begins_later(session: Session) -> None:
    """Ten hours lie between 22:00 and 8:00: Tuesday begins at 9:00; without the rule it begins at 8:00."""
    make.mediator(session, "m1", shifts=LATE_THEN_EARLY)
    assert shifts(session) == [(1080, 1320), (DAY + 540, DAY + 780)]
    policy(session, "rest_minutes", 0)
    assert shifts(session) == [(1080, 1320), (DAY + 480, DAY + 780)]


def test_an_evening_that_passed_without_work_needs_no_rest(session: Session) -> None:
    """Looked at on Tuesday at seven, with nothing on Monday evening, Tuesday begins at 8:00 as ever."""
    make.mediator(session, "m1", shifts=LATE_THEN_EARLY)
    assert shifts(session, begun=DAY + 420)[1] == (DAY + 480, DAY + 780)


def test_an_early_visit_that_stands_ends_the_evening_before(session: Session) -> None:
    """She has said yes to Tuesday at eight: her Monday evening gives way, Tuesday does not."""
    amina = make.mediator(session, "m1", shifts=LATE_THEN_EARLY)
    hold(session, amina, DAY + 480)
    assert shifts(session) == [(1080, 1260), (DAY + 480, DAY + 780)]


def test_a_visit_late_outside_any_shift_counts_with_its_real_end(session: Session) -> None:
    """Sunday evening until 23:30, before the week that is planned: Monday begins at 10:30."""
    amina = make.mediator(session, "m1", shifts=[(0, 480, 780)])
    hold(session, amina, -90)
    assert shifts(session) == [(630, 780)]


def test_a_course_is_work_too(session: Session) -> None:
    """A course until 22:00 is followed by rest like any visit."""
    amina = make.mediator(session, "m1", shifts=[(1, 480, 780)])
    begins, ends = from_wall(MONDAY, 1200), from_wall(MONDAY, 1320)
    make.kept(session, Commitment(mediator_id=amina.id, during=Range(begins, ends)))
    assert shifts(session) == [(DAY + 540, DAY + 780)]


@pytest.mark.parametrize(
    ("sunday", "begins"),
    [(dt.date(2027, 3, 28), 600), (dt.date(2026, 10, 25), 480), (dt.date(2026, 11, 29), 540)],
    ids=["spring", "autumn", "ordinary"],
)
def test_rest_is_elapsed_time(sunday: dt.date, begins: int) -> None:
    """After Saturday 22:00 Sunday begins at 9:00; at 10:00 when the night is an hour short, at 8:00 when it is long."""
    saturday = (5 * DAY + 1080, 5 * DAY + 1320)
    monday = sunday - dt.timedelta(days=6)
    cut = rested([saturday, (6 * DAY + 420, 6 * DAY + 780)], [], monday, ELEVEN)
    assert cut == [saturday, (6 * DAY + begins, 6 * DAY + 780)]


def test_who_is_there_day_and_night_rests_too() -> None:
    """One span over three days is three days of work, each eleven hours after the one before."""
    assert rested([(0, 3 * DAY)], [], MONDAY, ELEVEN) == [(0, DAY), (DAY + 660, 2 * DAY), (2 * DAY + 660, 3 * DAY)]


@pytest.mark.parametrize(("minute", "refused"), [(DAY + 480, True), (DAY + 540, False)])
def test_a_late_yes_that_leaves_no_rest_is_refused(session: Session, minute: int, refused: bool) -> None:
    """She works until 22:00 on Monday: Tuesday 8:00 is ten hours later, 9:00 is eleven."""
    amina = make.mediator(session, "m1", shifts=[(1, 480, 780), (0, 1080, 1320)])
    hold(session, amina, 1260)
    start = from_wall(MONDAY, minute)
    slot = scene.slot(session, start)
    said = day_refusals(session, amina.id, slot.id, start, start + dt.timedelta(hours=1))
    assert [sentence.split(":")[0] for sentence in said] == (["rest"] if refused else [])
    if refused:
        assert "30/11" in said[0]
        assert "11 h" in said[0]


def test_what_stands_is_not_judged(session: Session) -> None:
    """Two visits that leave nine hours are facts: a third one days later is not refused for them."""
    amina = make.mediator(session, "m1")
    hold(session, amina, 1320)
    hold(session, amina, DAY + 480)
    start = from_wall(MONDAY, 3 * DAY + 600)
    assert day_refusals(session, amina.id, scene.slot(session, start).id, start, start + dt.timedelta(hours=1)) == []


def test_nobody_is_planned_on_a_holiday_unless_she_offers_it(session: Session) -> None:
    """8 December 2026 is a Tuesday: no pattern on it; time offered beside the pattern counts, and so does the policy."""
    amina = make.mediator(session, "m1", shifts=[(1, 480, 780)])
    assert shifts(session, days=14) == [(DAY + 480, DAY + 780)]
    begins = from_wall(MONDAY, 8 * DAY + 600)
    make.kept(session, ExtraShift(mediator_id=amina.id, during=Range(begins, begins + dt.timedelta(hours=2))))
    assert shifts(session, days=14) == [(DAY + 480, DAY + 780), (8 * DAY + 600, 8 * DAY + 720)]
    policy(session, "holiday_shifts", True)
    assert shifts(session, days=14)[1] == (8 * DAY + 480, 8 * DAY + 780)


def test_a_holiday_keeps_nobody_from_saying_yes(session: Session) -> None:
    """Asked by hand for 8 December in her usual hours she may accept; at night, outside any shift, she may not."""
    amina = make.mediator(session, "m1", shifts=[(1, 480, 780)])
    for minute, refused in ((8 * DAY + 540, []), (8 * DAY + 1200, ["shift"])):
        start = from_wall(MONDAY, minute)
        said = day_refusals(session, amina.id, scene.slot(session, start).id, start, start + dt.timedelta(hours=1))
        assert [sentence.split(":")[0] for sentence in said] == refused


def test_the_patrons_day_is_a_holiday(session: Session) -> None:
    """Sant'Alessandro, 26 August, is one in Bergamo and not in Milan."""
    make.mediator(session, "m1", shifts=[(2, 480, 780)])
    monday = dt.date(2026, 8, 24)
    [seen] = read_mediators(session, Week(monday, 7))
    assert seen.shifts == ()
    change = PolicyChange(section="offers", key="holiday_province", value="MI", since=make.NOW, by="marta", at=make.NOW)
    make.kept(session, change)
    scene.set_time(session, make.NOW)
    session.info.clear()
    [seen] = read_mediators(session, Week(monday, 7))
    assert seen.shifts == ((2 * DAY + 480, 2 * DAY + 780),)


@pytest.mark.parametrize(("until", "kept"), [("2026-11-29", ()), ("2026-11-30", ("health",))])
def test_a_skill_that_ended_is_not_offered(session: Session, until: str, kept: tuple[str, ...]) -> None:
    """The last day of a qualification is still one of its days."""
    make.mediator(session, "m1", skills=["health"], skills_until={"health": until})
    [seen] = read_mediators(session, Week(MONDAY, 14))
    assert seen.skills == kept
