# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line that rests on a refused one is refused with it, by name; what does not rest on it goes on."""

from __future__ import annotations

import msgspec

from dispatch.planning.difference import Line, difference
from dispatch.planning.sound import CHANGES, sound, with_grounds
from solver.check import broken_rules
from solver.plan import Assignment, Plan, Score, Unfilled
from solver.problem import PlanningProblem, Standing

NINE, TEN, ELEVEN = 540, 600, 660


def a_problem(published: tuple[Standing, ...] = (), budget: int | None = None, **hers: object) -> PlanningProblem:
    """Two mediators in one place and three visits of an hour, each at nine or at eleven."""
    her: dict[str, object] = {
        "id": "m1",
        "home": "p",
        "gender": "f",
        "languages": {"ar": 3},
        "kinds": ["mediation"],
        "skills": [],
    }
    her |= {"ambiti": None, "modes": ["onsite"], "travel_factor": 1.0, "max_travel": None, "shifts": [[480, 780]]}
    her |= {"max_day": None, "max_week": None, "target_week": None, "hourly_cost": 2500, "busy": []}
    visit: dict[str, object] = {
        "kind": "mediation",
        "mode": "onsite",
        "place": "p",
        "duration": 60,
        "windows": [[NINE, NINE], [ELEVEN, ELEVEN]],
    }
    visit |= {"project": "fund" if budget else None, "case": None}
    slot: dict[str, object] = {
        "languages": {"ar": 1},
        "any_language": False,
        "skills": [],
        "gender": None,
        "value": 500,
    }
    slot |= {"excluded": [], "only": None, "wishes": {}}
    return msgspec.convert(
        {
            "format": "ponte-problem/1",
            "horizon": {"start": "2026-11-30", "days": 7, "zone": "Europe/Rome"},
            "places": [{"id": "p", "lat": 45.7, "lon": 9.8, "ambito": "BG05"}],
            "mediators": [{**her, **hers}, {**her, "id": "m2"}],
            "appointments": [{**visit, "id": f"a{n}", "slots": [{**slot, "id": str(n)}]} for n in (1, 2, 3)],
            "budgets": [{"project": "fund", "ambito": None, "minutes": budget}] if budget else [],
            "locked": [],
            "published": msgspec.to_builtins(published),
            "policy": {},
        },
        PlanningProblem,
    )


def lines(problem: PlanningProblem, *given: tuple[str, str, int], left: tuple[str, ...] = ()) -> dict[str, Line]:
    """What a plan of these (slot, mediator, start) would change, by slot."""
    plan = Plan(
        format="ponte-plan/1",
        status="feasible",
        seconds=0,
        seed=1,
        assignments=tuple(Assignment(slot, her, start, start + 60) for slot, her, start in given),
        unfilled=tuple(Unfilled(slot, {}) for slot in left),
        score=Score(value=0, travel=0, wishes=0, continuity=0, fairness=0, changes=0, cost=0, total=0),
        bound=0,
        gap=0,
    )
    return {line.slot: line for line in difference(problem, plan)}


HERS = (Standing("1", "m1", NINE),)


def test_who_was_to_be_freed_cannot_be_given_her_hour() -> None:
    """m1's visit at nine was to go to m2 and another at nine to her: refused the first, the second cannot be."""
    problem = a_problem(HERS)
    found = lines(problem, ("1", "m2", NINE), ("2", "m1", NINE), ("3", "m1", ELEVEN))
    kept, refused = sound(problem, [found["2"], found["3"]])
    assert [line.slot for line in kept] == ["3"]
    assert [(one.line.slot, one.rule) for one in refused] == [("2", "one_place")]
    [named] = with_grounds(problem, kept, refused, [found["1"]])
    assert named.because == found["1"]


def test_everything_accepted_stands() -> None:
    """The control: with the line it rests on, nothing is refused."""
    problem = a_problem(HERS)
    found = lines(problem, ("1", "m2", NINE), ("2", "m1", NINE), ("3", "m1", ELEVEN))
    kept, refused = sound(problem, list(found.values()))
    assert (len(kept), refused) == (3, [])


def test_a_refused_move_gives_its_old_hour_back() -> None:
    """m1 stays at nine; so m2's visit cannot come to her, stays with m2, and what m2 was to get instead falls too."""
    problem = a_problem((Standing("1", "m1", NINE), Standing("2", "m2", NINE)))
    found = lines(problem, ("1", "m2", ELEVEN), ("2", "m1", NINE), ("3", "m2", NINE))
    kept, refused = sound(problem, [found["2"], found["3"]], only={"m1"})
    assert (kept, [one.line.slot for one in refused]) == ([], ["2", "3"])


def test_what_was_broken_before_is_no_fault_of_a_new_line() -> None:
    """She fell ill in the morning: her visit that nobody moved breaks her shift, and her afternoon may still be filled."""
    problem = a_problem(HERS, shifts=[[ELEVEN, 780]])
    found = lines(problem, ("1", "m2", NINE), ("3", "m1", ELEVEN))
    kept, refused = sound(problem, [found["3"]])
    assert ([line.slot for line in kept], refused) == (["3"], [])
    assert broken_rules(problem, [Assignment("1", "m1", NINE, TEN)]) != []


def test_a_purse_holds_for_all_together() -> None:
    """The plan takes one visit away to pay another one: kept, there is money for none more, whoever it is given to."""
    problem = a_problem(HERS, budget=60)
    found = lines(problem, ("2", "m2", ELEVEN), left=("1",))
    assert found["1"].change in CHANGES
    _, refused = sound(problem, [found["2"]], only={"m1"})
    assert [(one.line.slot, one.rule) for one in refused] == [("2", "budget")]
    assert sound(problem, [found["2"], found["1"]])[1] == []


def test_only_the_named_days_are_looked_at() -> None:
    """Nobody keeps a visit by a refusal: then no day need be looked at, and a whole draft costs nothing."""
    problem = a_problem(HERS)
    found = lines(problem, ("1", "m1", NINE), ("2", "m1", NINE))
    assert sound(problem, [found["2"]], only=())[1] == []
    assert sound(problem, [found["2"]], only={"m1"})[1] != []
