# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of the coming weeks: once a week on the policy's evening, made up for when missed, one draft for all its days."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.kit.session import Database
from dispatch.planning import service
from dispatch.planning.agenda import agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.publish import publish
from dispatch.planning.queries import run_with_plan
from dispatch.planning.rolling import last_evening, leave_to_people, plan_coming_weeks
from dispatch.records.offers import Notice
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.policy import PolicyChange
from dispatch.records.statuses import RunKind
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

TERRITORY = "bergamo"
HOUR = dt.timedelta(hours=1)
WEEK = dt.timedelta(days=7)
THURSDAY = from_wall(MONDAY - WEEK, 3 * 1440 + 1080)  # 26 November 2026, 18:00: the weeks of 30 November and 7 December
LATER = MONDAY + WEEK


def strike(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        set_virtual(session, now)
        plan_coming_weeks(session, now, seconds=5)


def asked(database: Database) -> list[tuple[dt.date, int, str]]:
    with database.begin() as session:
        runs = session.scalars(select(PlanningRun).order_by(PlanningRun.id))
        return [(run.week_start, run.days, run.asked_by) for run in runs]


def test_thursday_at_six_strikes_once(database: Database) -> None:
    """A minute before nothing; then one run of two weeks, however many clocks strike and however often."""
    strike(database, THURSDAY - dt.timedelta(minutes=1))
    assert asked(database) == []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: strike(database, THURSDAY), range(8)))
    strike(database, THURSDAY + HOUR)
    assert asked(database) == [(MONDAY, 14, "planning.week")]
    strike(database, THURSDAY + WEEK)
    assert asked(database)[1:] == [(LATER, 14, "planning.week")]


def test_an_evening_that_was_missed_is_made_up_for(database: Database) -> None:
    """No clock ran from Wednesday to Saturday, nor for the whole of the next three weeks: each time once, for the last."""
    strike(database, THURSDAY - 24 * HOUR)
    strike(database, THURSDAY + 40 * HOUR)
    assert [monday for monday, _, _ in asked(database)] == [MONDAY]
    strike(database, THURSDAY + 3 * WEEK + 40 * HOUR)
    assert [monday for monday, _, _ in asked(database)] == [MONDAY, MONDAY + 3 * WEEK]


def test_evenings_before_the_first_strike_are_nobodys(database: Database) -> None:
    """Ponte set up on a Friday does not plan at once for the evening before."""
    strike(database, THURSDAY + 20 * HOUR)
    assert asked(database) == []
    strike(database, THURSDAY + WEEK)
    assert [monday for monday, _, _ in asked(database)] == [LATER]


def test_another_evening_of_the_same_week_does_not_plan_again(database: Database) -> None:
    """Moved to Friday after Thursday has struck: this week has had its plan, the next one comes on Friday."""
    strike(database, THURSDAY - HOUR)
    strike(database, THURSDAY)
    with database.begin() as session:
        for key, value in (("plan_weekday", 4), ("weeks_ahead", 3)):
            since = THURSDAY + HOUR
            session.add(PolicyChange(section="planning", key=key, value=value, since=since, by="marta", at=since))
    for hours in (24, 7 * 24, 8 * 24):
        strike(database, THURSDAY + hours * HOUR)
    assert [(monday, days) for monday, days, _ in asked(database)] == [(MONDAY, 14), (LATER, 21)]


def test_a_week_left_to_people_is_not_planned(database: Database) -> None:
    """A rehearsal plans its own week by hand; the next evening strikes as ever."""
    with database.begin() as session:
        leave_to_people(session, MONDAY - WEEK)
    strike(database, THURSDAY - 24 * HOUR)
    strike(database, THURSDAY)
    assert asked(database) == []
    strike(database, THURSDAY + WEEK)
    assert [monday for monday, _, _ in asked(database)] == [LATER]


@pytest.mark.parametrize("day", [dt.date(2026, 10, 22), dt.date(2026, 10, 29), dt.date(2027, 4, 1)])
def test_it_is_six_on_the_wall_in_summer_and_winter(day: dt.date) -> None:
    """The Thursdays before and after the clocks change."""
    policy = load_policy().planning
    evening = from_wall(day, 1080)
    assert last_evening(evening, policy) == evening
    assert last_evening(evening - dt.timedelta(seconds=1), policy) == from_wall(day - WEEK, 1080)


def rolling(session: Session, seconds: int = 0) -> service.Begun:
    return draft(session, weeks=2, by=service.ROLLING, seconds=seconds)


def test_both_weeks_show_the_one_draft_and_say_that_it_is_ready(session: Session) -> None:
    """The agenda of either week proposes her and leads to the same run; the notice is seen once it is published."""
    make.mediator(session, "m1")
    for desk, day in (("d0", 0), ("d1", 7)):
        ask_for(session, desk, (at(day, 9), at(day, 9)))
    begun = rolling(session)
    address = f"/planning/runs/{begun.run_id}"
    for monday in (MONDAY, LATER, MONDAY - WEEK):
        page = agenda_page(session, monday, NOW, Sieve(), TERRITORY)
        inside = monday >= MONDAY
        assert [one.href for one in page.head.ready] == [address]
        assert (page.head.run.href if page.head.run else None) == (address if inside else None)
        assert [visit.status for row in page.rows for cell in row.cells for visit in cell] == ["proposed"] * inside
    publish(session, begun.run_id, NOW)
    assert agenda_page(session, LATER, NOW, Sieve(), TERRITORY).head.ready == ()
    assert session.scalars(select(Notice.seen_at)).all() == [NOW]


def test_nobody_is_told_of_a_draft_somebody_waited_for(session: Session) -> None:
    """The control: who pressed the button sees it on the screen."""
    make.mediator(session, "m1")
    draft(session, weeks=2)
    assert session.scalars(select(Notice.id)).all() == []


def test_of_drafts_that_share_a_day_the_newest_stays(session: Session) -> None:
    """Weeks 49–50 end the draft of 49; a plan of 50–51 ends both of theirs; one of 53 touches nobody."""
    make.mediator(session, "m1")
    runs = [
        draft(session, monday=monday, weeks=weeks).run_id
        for monday, weeks in ((MONDAY, 1), (MONDAY, 2), (MONDAY + 4 * WEEK, 1), (LATER, 2))
    ]
    states = [run_with_plan(session, run).status for run in runs]
    assert states == ["set_aside", "set_aside", "draft", "draft"]


def test_a_slower_planner_does_not_overtake_who_was_asked_later(session: Session) -> None:
    """The first run ends after the second: its plan is kept for the record, not as a draft, and proposes nobody."""
    make.mediator(session, "m1")
    ask_for(session, "d0", (at(0, 9), at(0, 9)))
    slow = service.ask(session, NOW, MONDAY, RunKind.WEEK, seconds=5, by="marta")
    begun = service.begin(session, slow.id, NOW)
    assert begun is not None
    quick = draft(session, weeks=2)
    assert not service.keep_draft(session, begun, solve(begun.problem, seconds=0, seed=1, workers=1), [], NOW)
    assert run_with_plan(session, slow.id).status == "set_aside"
    assert {a.run_id for a in session.scalars(select(Assignment))} == {quick.run_id}


def test_a_run_under_way_answers_only_for_days_it_plans(session: Session) -> None:
    """Two weeks under way answer who asks for one of them; one week under way does not answer who asks for two."""
    two = service.ask(session, NOW, MONDAY, RunKind.WEEK, seconds=5, by="a", weeks=2)
    assert service.ask(session, NOW, LATER, RunKind.WEEK, seconds=5, by="b").id == two.id
    assert service.ask(session, NOW, LATER, RunKind.WEEK, seconds=5, by="c", weeks=2).id != two.id
    assert service.ask(session, NOW, LATER, RunKind.REPAIR, seconds=5, by="d").kind == "repair"


def test_the_week_of_a_draft_is_planned_again_with_the_others(session: Session) -> None:
    """From the agenda of the second week the button keeps the first in the plan; where no draft is, a week is a week."""
    make.mediator(session, "m1")
    assert service.weeks_to_plan(session, LATER) == (LATER, 1)
    rolling(session)
    assert service.weeks_to_plan(session, LATER) == (MONDAY, 2)
    assert service.weeks_to_plan(session, LATER + WEEK) == (LATER + WEEK, 1)


def test_a_repair_inside_a_drafts_days_leaves_the_rest_of_the_draft(session: Session) -> None:
    """What a repair published meanwhile is set aside from the draft; the other week's line still goes out."""
    make.mediator(session, "m1")
    first = ask_for(session, "d0", (at(0, 9), at(0, 9)))
    second = ask_for(session, "d1", (at(7, 9), at(7, 9)))
    begun = rolling(session)
    repair = draft(session, kind=RunKind.REPAIR)
    later = NOW + dt.timedelta(minutes=1)
    publish(session, repair.run_id, later)
    assert run_with_plan(session, begun.run_id).status == "draft"
    outcome = publish(session, begun.run_id, later)
    assert ([line["slot"] for line in outcome.set_aside], outcome.published) == ([str(first.id)], 1)
    session.refresh(second)
    assert second.status == "offered"


def test_a_series_over_both_weeks_keeps_one_mediator(session: Session) -> None:
    """Two dates of one case: each alone would go to whoever lives nearer, together one person does both."""
    near, far = make.place(session, "near"), make.place(session, "far", lat=45.80)
    for code, home in (("m1", near.id), ("m2", far.id)):
        make.mediator(session, code, home_id=home)
    slots = []
    for day, place in ((0, near), (7, far)):
        slot = ask_for(session, f"d{day}", (at(day, 9), at(day, 9)))
        slot.appointment.place_id, slot.appointment.case_code = place.id, "c-1"
        slots.append(slot)
    session.flush()
    assert len(given(session, rolling(session, seconds=5))) == 1
    for slot in slots:
        slot.appointment.case_code = None
    session.flush()
    assert len(given(session, rolling(session, seconds=5))) == 2, (
        "the control: without the case each is served from next door"
    )


def given(session: Session, begun: service.Begun) -> set[int]:
    found = session.scalars(select(Assignment.mediator_id).where(Assignment.run_id == begun.run_id)).all()
    assert len(found) == 2
    return set(found)


def test_wall_time_stands_on_both_sides_of_the_autumn_night(session: Session) -> None:
    """Two weeks with Sunday 25 October between them: nine o'clock is 7:00 UTC in the first and 8:00 in the second."""
    make.mediator(session, "m1")
    monday = dt.date(2026, 10, 19)
    friday = from_wall(monday, -3 * 1440)
    starts = [from_wall(monday, day * 1440 + 540) for day in (1, 8)]
    for number, start in enumerate(starts):
        ask_for(session, f"d{number}", (start.isoformat(), start.isoformat())).changed_at = friday
    begun = draft(session, monday=monday, weeks=2, now=friday)
    publish(session, begun.run_id, friday)
    held = sorted(row.during.lower for row in session.scalars(select(Assignment)) if row.during.lower)
    assert (held, [start.hour for start in starts]) == (starts, [7, 8])


def test_the_hours_of_a_week_are_hers_in_each_of_them(session: Session) -> None:
    """Two hours a week fill two in each of two weeks, not two in all nor four in one."""
    make.mediator(session, "m1", max_week=120)
    for desk, day in enumerate((0, 1, 2, 7, 8, 9)):
        ask_for(session, f"d{desk}", (at(day, 9), at(day, 9)))
    begun = rolling(session)
    starts = session.scalars(select(Assignment).where(Assignment.run_id == begun.run_id)).all()
    weeks = [held.during.lower >= from_wall(LATER, 0) for held in starts if held.during.lower is not None]
    assert sorted(weeks) == [False, False, True, True]
