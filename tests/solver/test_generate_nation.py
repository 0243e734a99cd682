# SPDX-License-Identifier: AGPL-3.0-or-later
"""A nation: provinces side by side on one map, each complete, joined by borders one can cross and by the telephone."""

from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path
from statistics import mean

import msgspec
import pytest

from solver.check import check
from solver.eligibility import Eligibility
from solver.files import accept, read_problem, warnings, write_problem
from solver.generate import generate
from solver.guarded import only_locked
from solver.index import Index
from solver.problem import Place, PlanningProblem
from solver.solve import solve
from solver.travel import haversine_km

PROVINCES = 4


@pytest.fixture(scope="module")
def small() -> PlanningProblem:
    """Four provinces of the smallest profile."""
    return accept(generate("S", family="nation", provinces=PROVINCES))


def province_of(name: str) -> str:
    return name.split("-")[0]


def middle(places: list[Place]) -> Place:
    return Place("middle", mean(place.lat for place in places), mean(place.lon for place in places), "A01")


def test_a_nation_has_its_provinces(small: PlanningProblem) -> None:
    """Each with its own mediators, requests, ambiti, budgets, cases, booked and published slots."""
    assert len(small.mediators) == PROVINCES * 60
    assert len(small.appointments) == PROVINCES * 60
    names = {f"p{number:03}" for number in range(1, PROVINCES + 1)}
    for family in (small.places, small.mediators, small.appointments):
        assert {province_of(part.id) for part in family} == names
    assert {budget.project for budget in small.budgets} == {f"{name}-fami-2463" for name in names}
    assert {province_of(line.slot) for line in small.published} == names
    assert all(province_of(line.slot) == province_of(line.mediator) for line in small.locked)
    assert warnings(small) == []


def test_ambiti_belong_to_one_province(small: PlanningProblem) -> None:
    """So that a budget or a mediator's ambiti never reach into another."""
    assert all(place.ambito[:4] == province_of(place.id).upper() for place in small.places)
    served = {(person.id, ambito) for person in small.mediators for ambito in person.ambiti or ()}
    assert served
    assert all(ambito[:4] == province_of(name).upper() for name, ambito in served)


def test_no_two_provinces_are_the_same(small: PlanningProblem) -> None:
    """Each is drawn for itself, not copied."""
    asked = {
        tuple(visit.windows for visit in small.appointments if province_of(visit.id) == name)
        for name in ("p001", "p002", "p003", "p004")
    }
    assert len(asked) == PROVINCES


def test_neighbours_are_some_fifty_kilometres_apart() -> None:
    """Each province's nearest one is 35 to 65 km away, from middle to middle, however many there are."""
    given = generate("S", family="nation", provinces=12)
    middles = [
        middle([place for place in given.places if province_of(place.id) == f"p{number:03}"]) for number in range(1, 13)
    ]
    apart = haversine_km(middles)
    nearest = [min(apart[a, b] for b in range(12) if b != a) for a in range(12)]
    assert 35 < min(nearest) <= max(nearest) < 65
    assert max(apart[a, b] for a, b in combinations(range(12), 2)) > 150


def test_people_work_across_a_border_and_the_telephone_knows_none(small: PlanningProblem) -> None:
    """On site in the next province too, by phone in each; nobody is sent from one end of the country to the other."""
    eligible = Eligibility.of(Index(small))
    posts, people = eligible.index.posts, eligible.index.mediators
    pairs = [
        (post.onsite, province_of(post.slot.id) != province_of(people[number].id))
        for post in posts
        for number in eligible.candidates[post.number].tolist()
    ]
    onsite, remote = ([across for there, across in pairs if there is kind] for kind in (True, False))
    assert 0 < mean(onsite) < 0.5
    assert mean(remote) > 0.6
    assert all(person.max_travel is not None for person in people)


def test_what_is_booked_in_a_nation_stands(small: PlanningProblem) -> None:
    """The locked lines alone are a plan without a fault."""
    assert check(small, only_locked(small, seed=1, seconds=0)) == []


def test_a_nation_can_be_planned(small: PlanningProblem) -> None:
    """And its plan passes the check."""
    plan = solve(small, seconds=0, seed=1, workers=1)
    assert len(plan.assignments) > len(small.appointments) / 2
    assert check(small, plan) == []


def test_a_nation_survives_its_file(small: PlanningProblem, tmp_path: Path) -> None:
    """Written and read like any problem."""
    write_problem(small, tmp_path / "nation.json")
    assert read_problem(tmp_path / "nation.json") == small


def test_the_same_nation_has_the_same_bytes() -> None:
    """With caps it has the same places and other hours; with another seed it is another nation."""
    made = generate("S", family="nation", provinces=3)
    assert hashlib.sha256(msgspec.json.encode(made)).hexdigest()[:16] == "36a8333dc412e81c"
    capped, other = (generate("S", family="nation", provinces=3, **said) for said in ({"caps": True}, {"seed": 2}))
    assert capped.places == made.places
    assert sum(m.max_week or 0 for m in capped.mediators) < 0.4 * sum(m.max_week or 0 for m in made.mediators)
    assert other.places != made.places
