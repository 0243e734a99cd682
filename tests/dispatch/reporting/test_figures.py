# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folds over visits against figures worked out by hand, and the sums of all tabs against each other."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.reporting.facts import BYS
from dispatch.reporting.figures import Figures, beside_average, fold
from dispatch.reporting.road import great_circle_km, kilometres
from dispatch.reporting.tables import TABLES, Sieve
from dispatch.reporting.visits import Visit, language_of
from tests.dispatch.reporting.build import NOVEMBER, TUESDAY, attended, facts, person, visit

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
# Sunday 25 October 2026: at 3:00 the clocks of Italy go back to 2:00; on 29 March they jump from 2:00 to 3:00.
BACK = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
FORWARD = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC)


def test_each_visit_counts_for_what_it_is() -> None:
    """Planned until she says yes, booked from then on, worked as told; nobody's hours are only asked for."""
    visits = [
        visit(1, status="proposed", minutes=30),
        visit(2, status="published", minutes=45),
        visit(3, minutes=60),
        attended(4, minutes=90, worked=100),
        visit(5, minutes=120, status="booked", attendance="awaited", worked=0),
        visit(6, minutes=15, mediator_id=None),
    ]
    found = fold(visits, lambda one: one.ambito)["BG05"]
    assert (found.visits, found.requested, found.uncovered) == (5, 360, 15)
    assert (found.planned, found.booked, found.worked) == (75, 270, 100)
    assert found.used == 30 + 45 + 60 + 100 + 120
    assert found.filled_percent == pytest.approx(100 * 345 / 360)


def test_a_visit_called_off_too_late_is_paid_and_nothing_else() -> None:
    """Half an hour is worked as far as money goes; on her limit, among what was delivered and on the road it is none."""
    off = attended(1, status="withdrawn", outcome="cancelled_late", worked=30)
    found = fold([off, attended(2, start=TUESDAY + HOUR)], lambda one: one.mediator_id)[1]
    assert (found.worked, found.delivered, found.used, found.fullest_week) == (90, 60, 60, 60)
    assert (off.moves, attended(3).moves) == (False, True)


def test_a_slot_is_asked_for_once_though_two_had_it() -> None:
    """She did not come and somebody else did: one hour asked for, two booked, one worked."""
    missed = attended(1, slot_id=7, worked=0, outcome="mediator_absent")
    found = fold([missed, attended(2, slot_id=7, mediator_id=2)], lambda one: one.ambito)["BG05"]
    assert (found.requested, found.booked, found.worked) == (60, 120, 60)


@pytest.mark.parametrize("night", [BACK, FORWARD])
def test_a_visit_lasts_as_long_as_it_does_when_the_clocks_change(night: dt.datetime) -> None:
    """Two hours through the night are two hours, on the Sunday on which they began."""
    found = fold([visit(1, start=night, minutes=120)], lambda one: one.mediator_id)[1]
    monday = night.date() - 6 * DAY
    assert (found.booked, dict(found.weeks)) == (120, {monday: 120})


def test_the_fullest_week_is_found_within_the_month() -> None:
    """Three hours in the first week, one in the second."""
    visits = [visit(number, start=TUESDAY + number * DAY) for number in range(3)] + [visit(9, start=TUESDAY + 7 * DAY)]
    found = fold(visits, lambda one: one.mediator_id)[1]
    assert (found.used, found.fullest_week) == (240, 180)


def test_a_visit_counts_under_the_language_she_speaks_best() -> None:
    """Of two that would do it is one, so that no hour counts twice; without a mediator the first."""
    assert language_of(("ar", "ur"), {"ur": 3, "ar": 1}) == "ur"
    assert language_of(("ar", "ur"), {}) == "ar"
    assert language_of((), {"ar": 3}) is None


def test_the_average_is_that_of_everybody() -> None:
    """Six hours beside two others of three and none are twice the average; nobody's hours compare with nothing."""
    assert beside_average(360, [360, 180, 0]) == pytest.approx(100)
    assert beside_average(0, [360, 180, 0]) == pytest.approx(-100)
    assert (beside_average(0, [0, 0]), beside_average(0, [])) == (None, None)


HOME, SCHOOL, WARD = (45.70, 9.80), (45.75, 9.90), (45.80, 9.95)


def at(number: int, where: tuple[float, float], hour: int, **values: object) -> Visit:
    return visit(number, start=TUESDAY + hour * HOUR, lat=where[0], lon=where[1], **values)


def test_the_road_goes_from_home_from_stop_to_stop_and_home_again() -> None:
    """Two visits of a day share the way; each day begins and ends at home."""
    found = kilometres([at(2, WARD, 3), at(1, SCHOOL, 0), at(3, SCHOOL, 24)], {1: HOME}, 1.35)
    there, between, back = (great_circle_km(*leg) for leg in ((HOME, SCHOOL), (SCHOOL, WARD), (WARD, HOME)))
    assert found[1] == pytest.approx(there * 1.35)
    assert found[2] == pytest.approx((between + back) * 1.35)
    assert found[3] == pytest.approx(2 * there * 1.35)
    assert great_circle_km((45.0, 9.0), (46.0, 9.0)) == pytest.approx(111.195, abs=0.001)


def test_told_kilometres_stand_and_who_moves_nowhere_has_none() -> None:
    """What was told is not reckoned; a call and a visit she missed move nobody, nor the road of the others."""
    found = kilometres(
        [at(1, SCHOOL, 0, told_km=12), at(2, WARD, 1, mode="phone"), at(3, WARD, 2, outcome="mediator_absent")],
        {1: HOME},
        1.35,
    )
    assert found == {1: 12.0}


PERSONS = [person(1), person(2, speaks={"ar": 1, "ur": 3}), person(3, speaks={}, active=False)]
KINDS = st.sampled_from(["proposed", "published", "booked", "told", "awaited", "nobody"])


@st.composite
def any_visit(draw: st.DrawFn) -> Visit:
    kind = draw(KINDS)
    number = draw(st.integers(1, 10_000))
    values = {
        "slot_id": draw(st.integers(1, 6)),
        "start": TUESDAY + draw(st.integers(0, 26 * 24)) * HOUR,
        "minutes": 60,
        "desk_id": draw(st.integers(1, 2)),
        "ambito": draw(st.sampled_from(["BG05", "BG14", None])),
        "project": draw(st.sampled_from(["fami", None])),
        "asked": draw(st.sampled_from([("ar",), ("ur",), ("ar", "ur"), ()])),
        "mediator_id": None if kind == "nobody" else draw(st.integers(1, 3)),
    }
    if kind in ("told", "awaited"):
        values |= {"attendance": "agreed" if kind == "told" else "awaited", "status": "done"}
        values |= {"worked": draw(st.integers(0, 90)) if kind == "told" else 0}
    elif kind != "nobody":
        values |= {"status": kind}
    return visit(number, **values)


def summed(rows: list[Figures]) -> tuple[int, ...]:
    names = ("visits", "planned", "booked", "worked", "used", "delivered", "uncovered", "requested")
    return tuple(sum(getattr(row, name) for row in rows) for name in names)


@given(st.lists(any_visit(), max_size=12, unique_by=lambda one: one.assignment_id))
def test_the_tabs_add_up_to_the_same(visits: list[Visit]) -> None:
    """By mediator = by language = by ambito = by desk = by project, each with what belongs to none of them."""
    known = facts(visits, PERSONS)
    sums = {by: summed(list(known.figures(by).values())) for by in BYS}
    assert len(set(sums.values())) == 1, sums
    shown = {by: summed([row.figures for row in TABLES[by](known, Sieve(), {})]) for by in BYS if by != "mediator"}
    assert set(shown.values()) <= {sums["desk"]}, shown
    hers = summed([row.figures for row in TABLES["mediator"](known, Sieve(), {})])
    assert hers[:5] == sums["mediator"][:5]  # what nobody has is on no mediator's row


def test_the_sum_sees_a_lost_visit() -> None:
    """The control: a tab that dropped what belongs to no project would not add up."""
    known = facts([visit(1), visit(2, project="fami")], PERSONS)
    by_project = known.figures("project")
    assert set(by_project) == {None, "fami"}
    del by_project[None]
    assert summed(list(by_project.values())) != summed(list(known.figures("desk").values()))


def test_her_limit_is_that_of_the_period_and_training_counts() -> None:
    """Two hours of visits and one of a course are three of the 42:51 that ten a week make in November."""
    known = facts([visit(1), visit(2)], [person(1), person(2)], training={1: 60})
    first, second = TABLES["mediator"](known, Sieve(), {})
    assert (first.used, first.limit, first.target, first.training) == (180, 2571, 1800, 60)
    assert first.percent_of_limit == pytest.approx(100 * 180 / 2571)
    assert first.highest_percent == pytest.approx(100 * 120 / 600)
    assert (first.average, second.average) == (100, -100)
    assert NOVEMBER.days == 30
