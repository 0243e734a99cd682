# SPDX-License-Identifier: AGPL-3.0-or-later
"""The score, term by term, against numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from solver.check import check, score
from solver.goals import fairness as fairness_goal
from solver.plan import Assignment, Score
from solver.problem import GenderWish, PlanningProblem, Policy, Wishes
from tests.solver.build import appointment, busy, mediator, plan, problem, slot, stand

CORNERS = ((0, 0), (50, 1), (80, 2), (100, 4))


def scored(given: PlanningProblem, *lines: tuple[str, str, int]) -> Score:
    return plan(given, *lines).score


def test_value_counts_filled_slots_only() -> None:
    """Two of three are filled: 100 + 70."""
    given = problem(
        (appointment("a1"), appointment("a2", 720, slot("a2/1", value=70)), appointment("a3", 900)), travel_cost=0
    )
    assert scored(given, ("a1/1", "m1", 540), ("a2/1", "m1", 720)).value == 170


def test_travel_goes_home_to_home_through_every_stop() -> None:
    """home > school 10, school > ward 15, ward > office 5, office > home 31: 61 minutes at 3 each."""
    given = problem(
        (appointment("a1"), appointment("a2", 640, place="ward"), appointment("a3", 800, place="office")), travel_cost=3
    )
    lines = (("a1/1", "m1", 540), ("a2/1", "m1", 640), ("a3/1", "m1", 800))
    assert scored(given, *lines).travel == 3 * 61


def test_busy_places_are_stops_and_remote_visits_are_not() -> None:
    """home > office (course) 30, office > school 26, school > home 11; the telephone in between changes nothing."""
    given = problem(
        (appointment("a1", 700), appointment("a2", 600, mode="phone", place="ward")),
        (
            mediator(
                busy=(busy(500, 560, "office"), busy(900, 930)),
            ),
        ),
    )
    assert scored(given, ("a1/1", "m1", 700), ("a2/1", "m1", 600)).travel == 67


def test_a_day_without_an_on_site_slot_costs_no_travel() -> None:
    """On Monday a course on site and a call; on Tuesday a visit: only Tuesday's 10 + 11 count."""
    given = problem(
        (appointment("a1", 700, mode="phone"), appointment("a2", 1980)), (mediator(busy=(busy(500, 560, "office"),)),)
    )
    assert scored(given, ("a1/1", "m1", 700), ("a2/1", "m1", 1980)).travel == 21


def test_a_locked_visit_drives_too() -> None:
    """It is assigned like any other: 10 + 11."""
    given = problem((appointment(),), locked=(stand("a1/1", "m1", 540),))
    assert scored(given, ("a1/1", "m1", 540)).travel == 21


@pytest.mark.parametrize(
    ("wishes", "she", "wants", "cost"),
    [
        (Wishes(gender=GenderWish("f", 40)), {}, {}, 0),
        (Wishes(gender=GenderWish("m", 40)), {}, {}, 40),
        (Wishes(skills={"health": 30, "legal": 7}), {"skills": ("legal",)}, {}, 30),
        (Wishes(mediators={"m1": 5, "*": 60}), {}, {}, 5),
        (Wishes(mediators={"m2": 5, "*": 60}), {}, {}, 60),
        (Wishes(mediators={"m2": 5}), {}, {}, 0),
        (Wishes(level={"2": 10, "1": 30}), {"languages": {"ar": 3}}, {}, 0),
        (Wishes(level={"2": 10, "1": 30}), {"languages": {"ar": 1}}, {}, 30),
        (Wishes(level={"2": 10, "1": 30}), {"languages": {"ar": 3, "fr": 2}}, {"languages": {"ar": 1, "fr": 1}}, 10),
        (
            Wishes(level={"3": 1, "2": 10, "1": 30}),
            {"languages": {"ar": 3, "fr": 2, "en": 1}},
            {"languages": {"ar": 1, "fr": 1}, "any_language": True},
            1,
        ),
        (
            Wishes(level={"2": 10, "1": 30}),
            {"languages": {"ar": 2, "fr": 1}},
            {"languages": {"ar": 3, "fr": 1}, "any_language": True},
            30,
        ),
        (Wishes(level={"3": 9, "2": 10}), {"languages": {}}, {"languages": {}}, 9),
    ],
    ids=[
        "as wished",
        "another gender",
        "one skill of two missing",
        "the named one",
        "anyone else",
        "not listed costs nothing",
        "native",
        "working",
        "lowest of all",
        "highest of any",
        "only those that reach their minimum",
        "no language counts as native",
    ],
)
def test_wishes_cost_what_is_listed(wishes: Wishes, she: dict[str, Any], wants: dict[str, Any], cost: int) -> None:
    """One slot, one mediator, one kind of wish."""
    given = problem((appointment("a1", 540, slot("a1/1", wishes=wishes, **wants)),), (mediator(**she),))
    assert scored(given, ("a1/1", "m1", 540)).wishes == cost


def test_continuity_counts_people_beyond_the_first_of_each_case() -> None:
    """Case c has m1, m2, m1 and an empty slot: one too many; case d has one; the visit without a case has none."""
    cases = ("c", "c", "c", "c", "d", None)
    given = problem(
        tuple(appointment(f"a{n}", 100 + 100 * n, case=case) for n, case in enumerate(cases)),
        (mediator("m1"), mediator("m2")),
        case_cost=120,
        locked=(stand("a0/1", "m1", 100),),
    )
    lines = [("a0/1", "m1", 100), ("a1/1", "m2", 200), ("a2/1", "m1", 300), ("a4/1", "m2", 500), ("a5/1", "m1", 600)]
    assert scored(given, *lines).continuity == 120


@pytest.mark.parametrize(
    ("worked", "target", "cost"),
    [
        (0, 600, Fraction(0)),
        (300, 600, Fraction(0)),
        (306, 600, Fraction(1)),
        (480, 600, Fraction(30)),
        (600, 600, Fraction(70)),
        (720, 600, Fraction(150)),
        (100, 180, Fraction(50, 9)),
    ],
    ids=["idle", "to the corner", "one percent on", "second corner", "all of it", "beyond", "a fraction"],
)
def test_fairness_is_piecewise_linear_in_percent(worked: int, target: int, cost: Fraction) -> None:
    """30 percent at 1, then 20 at 2, then 4 each; 100 of 180 minutes are 55 5/9 percent."""
    assert fairness_goal.cost(Policy(fairness_cost=CORNERS), target, worked) == cost


def test_fairness_starts_where_the_first_corner_says() -> None:
    """Below 40 percent nothing costs, though the list does not begin at 0; an empty list costs nothing at all."""
    assert fairness_goal.cost(Policy(fairness_cost=((40, 3),)), 100, 50) == 30
    assert fairness_goal.cost(Policy(fairness_cost=((40, 3),)), 100, 30) == 0
    assert fairness_goal.cost(Policy(), 100, 500) == 0


def test_the_segments_say_the_same_in_minutes() -> None:
    """At a target of 600, percent 50 is minute 300 and one point a percent is a sixth of a point a minute."""
    assert fairness_goal.segments(Policy(fairness_cost=CORNERS), 600)[1] == (Fraction(300), Fraction(1, 6))


@pytest.mark.parametrize(
    ("targets", "cost"),
    [((480,), 13), ((480, 480), 25), ((360, 360), 33), ((450, 450, 450), 40)],
    ids=["12.5 is 13", "12.5 twice is 25", "16 2/3 twice is 33", "13 1/3 three times is 40"],
)
def test_fairness_is_summed_exactly_and_rounded_once(targets: tuple[int, ...], cost: int) -> None:
    """Each works 60 minutes at a point a percent; rounding each for herself would give 13, 26, 34 and 39."""
    people = tuple(mediator(f"m{n}", target_week=target) for n, target in enumerate(targets))
    visits = tuple(appointment(f"a{n}", 540) for n in range(len(targets)))
    given = problem(visits, people, fairness_cost=((0, 1),))
    lines = [(f"a{n}/1", f"m{n}", 540) for n in range(len(targets))]
    assert scored(given, *lines).fairness == cost


def test_fairness_counts_courses_roads_and_each_week_for_itself() -> None:
    """Week 0: course 60 + visits 120 + the road 15 = 195 of 300 is 65 %; week 1: a course of 180 is 60 %."""
    she = mediator(target_week=300, busy=(busy(300, 360), busy(10080, 10260)))
    given = problem((appointment("a1"), appointment("a2", 700, place="ward")), (she,), fairness_cost=((50, 1),))
    assert scored(given, ("a1/1", "m1", 540), ("a2/1", "m1", 700)).fairness == 15 + 10


@pytest.mark.parametrize(
    ("travel_is_work", "work"), [("none", 120), ("between", 135), ("all", 166)], ids=["none", "between", "all"]
)
def test_roads_are_work_as_the_policy_says(travel_is_work: str, work: int) -> None:
    """Two hours at the school and the ward: 15 minutes between, 10 from home, 21 back."""
    she = mediator(target_week=100)
    visits = (appointment("a1"), appointment("a2", 700, place="ward"))
    given = problem(visits, (she,), fairness_cost=((0, 1),), travel_is_work=travel_is_work)
    assert scored(given, ("a1/1", "m1", 540), ("a2/1", "m1", 700)).fairness == work


def test_changes_count_each_published_slot_that_is_not_as_decided() -> None:
    """Kept, moved, given to another, left empty, and decided for somebody who has left: four changes."""
    visits = tuple(appointment(f"a{n}", 540, mode="phone", windows=((0, 1200),)) for n in range(5))
    decided = tuple(stand(f"a{n}/1", "gone" if n == 4 else "m1", 100 + 100 * n) for n in range(5))
    given = problem(visits, (mediator("m1"), mediator("m2")), published=decided, change_cost=80)
    lines = (("a0/1", "m1", 100), ("a1/1", "m1", 201), ("a2/1", "m2", 300), ("a4/1", "m1", 500))
    assert scored(given, *lines).changes == 4 * 80


def test_cost_is_rounded_once_over_all_euros() -> None:
    """50 minutes at 27.50 and 25 at 22.00 are 22.91 6/6 + 9.16 6/9 = 32.08 1/3 euros, at 3 points 96.25."""
    visits = (appointment("a1", duration=50), appointment("a2", duration=25))
    people = (mediator("m1", hourly_cost=2750), mediator("m2", hourly_cost=2200))
    given = problem(visits, people, cost_per_euro=3)
    assert scored(given, ("a1/1", "m1", 540), ("a2/1", "m2", 540)).cost == 96


def test_half_a_euro_point_is_rounded_up() -> None:
    """An hour at 24.50 euros and one point a euro: 24.5 becomes 25."""
    given = problem((appointment(),), (mediator(hourly_cost=2450),), cost_per_euro=1)
    assert scored(given, ("a1/1", "m1", 540)).cost == 25


def test_the_total_is_value_less_every_cost() -> None:
    """Value 100 - travel 21 - wish 40 - continuity 0 - fairness 60 - change 80 - cost 24."""
    wish = Wishes(gender=GenderWish("m", 40))
    given = problem(
        (appointment("a1", 540, slot("a1/1", wishes=wish)),),
        (mediator(target_week=100),),
        published=(stand("a1/1", "m1", 555),),
        fairness_cost=((0, 1),),
        cost_per_euro=1,
        change_cost=80,
    )
    assert scored(given, ("a1/1", "m1", 540)) == Score(100, 21, 40, 0, 60, 80, 24, 100 - 21 - 40 - 60 - 80 - 24)


def test_an_empty_plan_scores_only_what_it_leaves_undone() -> None:
    """Nothing filled, one published slot dropped."""
    given = problem((appointment(),), published=(stand("a1/1", "m1", 540),))
    assert score(given, ()).total == -80


def test_a_case_keeps_its_locked_mediator_in_the_count() -> None:
    """The locked slot is filled by m1; taking m2 for the other costs the case."""
    given = problem(
        (appointment("a1", case="c"), appointment("a2", 700, case="c")),
        (mediator("m1"), mediator("m2")),
        locked=(stand("a1/1", "m1", 540),),
        case_cost=120,
    )
    lines = [Assignment("a1/1", "m1", 540, 600), Assignment("a2/1", "m2", 700, 760)]
    assert score(given, lines).continuity == 120
    assert check(given, plan(given, ("a1/1", "m1", 540), ("a2/1", "m2", 700))) == []
