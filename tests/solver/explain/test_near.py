# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who fails one rule only, with its figures; and why there is no help where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from solver.explain import Closest, Explainer, Figures, Hopeless, Leeway, Near, Unfilled
from solver.problem import Budget, PlanningProblem
from tests.solver.build import appointment, busy, mediator, plan, problem, slot

STRICT = Leeway(start=0, hours=0)


def asked(given: PlanningProblem, *lines: tuple[str, str, int], leeway: Leeway = STRICT) -> Unfilled:
    answer = Explainer(given, plan(given, *lines), leeway).of("a1/1")
    assert isinstance(answer, Unfilled)
    return answer


PERSONAL: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], Figures]] = [
    ("language", {"languages": {"ar": 3}}, {}, {}, {"language": "ar", "level": 2, "needed": 3}),
    ("kind", {}, {}, {"kinds": ("team",)}, {"kind": "mediation"}),
    ("mode", {}, {}, {"modes": ("phone",)}, {"mode": "onsite"}),
    ("skills", {"skills": ("health", "law")}, {}, {"skills": ("law",)}, {"missing": "health"}),
    ("gender", {"gender": "m"}, {}, {}, {"is": "f", "needed": "m"}),
    ("excluded", {"excluded": ("m1",)}, {}, {}, {}),
    ("only", {"only": ("m2",)}, {}, {}, {}),
    ("ambito", {}, {}, {"ambiti": ("BG02",)}, {"ambito": "BG01"}),
    ("distance", {}, {}, {"max_travel": 9}, {"minutes": 10, "limit": 9}),
]


@pytest.mark.parametrize(("rule", "entry", "visit", "she", "figures"), PERSONAL, ids=[case[0] for case in PERSONAL])
def test_one_personal_rule(
    rule: str, entry: dict[str, Any], visit: dict[str, Any], she: dict[str, Any], figures: Figures
) -> None:
    """Named with the rule and what it measured, at no start in particular."""
    given = problem((appointment("a1", 540, slot("a1/1", **entry), **visit),), (mediator(**she),))
    assert asked(given).near == (Near("m1", rule, None, figures),)


def test_two_rules_are_not_near() -> None:
    """Too far and of the wrong gender: she is not named, and comes first among the closest."""
    given = problem((appointment("a1", 540, slot("a1/1", gender="m")),), (mediator(max_travel=9),))
    answer = asked(given)
    assert answer.near == ()
    assert answer.hopeless == Hopeless("several", (), (Closest("m1", 540, ("gender", "distance")),))


def test_one_rule_beside_a_full_calendar_is_not_near() -> None:
    """She is of the wrong gender, and would have no time anyway."""
    given = problem((appointment("a1", 540, slot("a1/1", gender="m")), appointment("a2", 540)))
    assert asked(given, ("a2/1", "m1", 540)).near == ()


def test_whoever_speaks_no_word_is_not_near() -> None:
    """One language of two at too low a level is near; one of two not at all is not."""
    both = appointment("a1", 540, slot("a1/1", languages={"ar": 2, "fr": 2}))
    people = (mediator("m1", languages={"ar": 2, "fr": 1}), mediator("m2", languages={"ar": 2}))
    found = asked(problem((both,), people)).near
    assert found == (Near("m1", "language", None, {"language": "fr", "level": 1, "needed": 2}),)


TIMED = [
    (problem((appointment(),), (mediator(shifts=((560, 900),)),)), (), "shift", {"minutes": 20}),
    (problem((appointment(),), (mediator(shifts=((1900, 2000),)),)), (), "shift", {"minutes": None}),
    (
        problem((appointment(), appointment("a2", 610, place="ward"))),
        (("a2/1", "m1", 610),),
        "one_place",
        {"visit": "a2/1", "start": 610, "end": 670, "visits": 1},
    ),
    (
        problem((appointment(),), (mediator(busy=(busy(500, 545), busy(590, 620))),)),
        (),
        "one_place",
        {"visit": None, "start": 500, "end": 545, "visits": 2},
    ),
    (
        problem((appointment(), appointment("a2", 900)), (mediator(max_day=100),)),
        (("a2/1", "m1", 900),),
        "max_day",
        {"minutes": 120, "limit": 100},
    ),
    (
        problem((appointment(), appointment("a2", 1980)), (mediator(max_week=100),)),
        (("a2/1", "m1", 1980),),
        "max_week",
        {"minutes": 120, "limit": 100},
    ),
    (
        problem((appointment(project="p"),), budgets=(Budget("p", "BG01", 50), Budget("p", None, 55))),
        (),
        "budget",
        {"project": "p", "ambito": "BG01", "left": 50, "needed": 60},
    ),
]


@pytest.mark.parametrize(("given", "lines", "rule", "figures"), TIMED, ids=[case[2] for case in TIMED])
def test_one_rule_about_time_or_money(
    given: PlanningProblem, lines: tuple[tuple[str, str, int], ...], rule: str, figures: Figures
) -> None:
    """Named with the start at which it is the only one, and its figures."""
    assert asked(given, *lines).near == (Near("m1", rule, 540, figures),)


def test_a_colleague_at_another_time() -> None:
    """The pair has settled on ten; she could only come at nine."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 600),))
    given = problem((pair,), (mediator(shifts=((0, 610),)), mediator("m2", max_travel=99)))
    answer = asked(given, ("a1/2", "m2", 600))
    told: Figures = {"slot": "a1/2", "mediator": "m2", "start": 600}
    assert answer.near[0] == Near("m1", "together", 540, told)


def test_whoever_could_come_is_not_near() -> None:
    """At nine her shift has not begun, at ten nothing keeps her: she was outbid, not kept away."""
    given = problem((appointment(windows=((540, 600),)),), (mediator(shifts=((600, 900),)),))
    answer = asked(given)
    assert answer.near == ()
    assert answer.reasons == {"outbid": 1}


def test_the_nearest_start_is_told() -> None:
    """Nine misses her shift by an hour, a quarter past nine by 45 minutes."""
    given = problem((appointment(windows=((540, 555),)),), (mediator(shifts=((600, 900),)),))
    assert asked(given).near == (Near("m1", "shift", 555, {"minutes": 45}),)


def test_the_nearest_person_comes_first() -> None:
    """By how little she fails: an hour, two hours, another day; and what comes later in the rules comes later here."""
    people = (
        mediator("m1", shifts=((1900, 2000),)),
        mediator("m2", shifts=((660, 900),)),
        mediator("m3", shifts=((600, 900),)),
        mediator("m4", max_day=30),
        mediator("m5", kinds=("team",)),
    )
    assert [she.mediator for she in asked(problem((appointment(),), people)).near] == ["m5", "m3", "m2", "m1", "m4"]


def test_no_start_left_is_said_of_everybody_able() -> None:
    """All windows are past: the window is what keeps them, and nothing is proposed."""
    answer = asked(problem((appointment(windows=()),), (mediator(), mediator("m2", gender="m"))), leeway=Leeway())
    assert answer.near == (Near("m1", "window", None, {}), Near("m2", "window", None, {}))
    assert answer.relaxations == ()
    assert answer.hopeless == Hopeless("near", (), ())


@pytest.mark.parametrize(
    ("languages", "any_language", "missing"),
    [({"zh": 1}, False, ("zh",)), ({"ar": 1, "zh": 1}, False, ("zh",)), ({"zh": 1, "wo": 2}, True, ("zh", "wo"))],
)
def test_a_language_nobody_speaks_is_said(languages: dict[str, int], any_language: bool, missing: Any) -> None:
    """No relaxation is invented: the language is named."""
    entry = slot("a1/1", languages=languages, any_language=any_language)
    answer = asked(problem((appointment("a1", 540, entry),)), leeway=Leeway())
    assert answer.relaxations == ()
    assert answer.hopeless == Hopeless("language", missing, ())


def test_reasons_are_those_of_the_plan() -> None:
    """Counts by first failing rule, as the plan itself says them."""
    given = problem((appointment(),), (mediator(max_travel=9), mediator("m2", languages={"zh": 1})))
    assert asked(given).reasons == {"language": 1, "distance": 1} == plan(given).unfilled[0].reasons
