# SPDX-License-Identifier: AGPL-3.0-or-later
"""Made-up problems: the same for the same seed, good input, and rich enough that every rule and goal matters."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest

from solver.check import all_reasons, check
from solver.eligibility import Eligibility
from solver.files import accept, warnings
from solver.generate import PROFILES, Town, generate
from solver.generate.geography import settle, towns
from solver.generate.profiles import ASKED, RARE, languages
from solver.guarded import only_locked
from solver.index import Index
from solver.plan import GOALS
from solver.solve import solve


@pytest.mark.parametrize("profile", ["S", "M", "L", "XL"])
def test_a_profile_has_its_size(profile: str) -> None:
    """Mediators, desks and about five working days of requests; the file is good and gives no warning."""
    given, sizes = accept(generate(profile)), PROFILES[profile]
    assert len(given.mediators) == sizes.mediators
    assert len(given.appointments) == 5 * sizes.requests_a_day
    assert len(given.places) == sizes.desks + sizes.mediators
    assert warnings(given) == []


def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed other ones."""
    first, again, other = (msgspec.json.encode(generate("M", seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_province_has_about_two_hundred_slots_in_a_week() -> None:
    """Profile M, the default."""
    assert 190 <= sum(len(visit.slots) for visit in generate().appointments) <= 230


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_most_slots_of_a_province_can_be_filled(seed: int) -> None:
    """At least three quarters have somebody eligible; the rest teaches what is missing."""
    given = Eligibility.of(Index(generate("M", seed=seed)))
    slots = [post.number for post in given.index.posts if post.slot.id not in given.index.locked]
    assert sum(bool(len(given.candidates[number])) for number in slots) >= 0.75 * len(slots)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_pairwise_rule_but_the_window_prunes(seed: int) -> None:
    """A window prunes starts and not pairs, as long as it has any."""
    pruned = Eligibility.of(Index(generate("M", seed=seed))).pruned
    assert {rule for rule, count in pruned.items() if not count} <= {"window"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_other_rules_have_something_to_forbid(seed: int) -> None:
    """Limits, budgets that do not cover all, appointments with two slots, booked slots and published ones."""
    given = generate("M", seed=seed)
    asked = sum(visit.duration for visit in given.appointments if visit.project)
    assert any(mediator.max_day == 240 for mediator in given.mediators)
    assert any(len(visit.slots) == 2 for visit in given.appointments)
    assert any(budget.ambito is None and budget.minutes < asked for budget in given.budgets)
    assert any(mediator.busy for mediator in given.mediators)
    assert len(given.locked) > 3
    assert len(given.published) > 10
    index = Index(given)
    moved = [was for was in given.published if was.start not in index.starts(index.post(was.slot).appointment)]
    assert moved, "some decisions can no longer be kept"


def test_booked_slots_are_a_plan_that_stands() -> None:
    """The locked lines alone score and give reasons."""
    given = generate("M")
    plan = only_locked(given, seed=1, seconds=0)
    assert len(plan.assignments) == len(given.locked)
    assert plan.score.travel > 0
    assert check(given, plan) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_goal_has_its_price_and_every_rule_its_pairs(seed: int) -> None:
    """In the first plan of a province's week each cost is above zero, and each rule about days and all keeps some apart."""
    given = generate("M", seed=seed)
    plan = solve(given, seconds=0, seed=1, workers=1)
    assert all(getattr(plan.score, goal) > 0 for goal in GOALS), plan.score
    slots = [slot.id for visit in given.appointments for slot in visit.slots]
    counts = Counter[str]()
    for why in all_reasons(given, plan.assignments, slots).values():
        counts.update(why)
    assert {"one_place", "max_day", "max_week", "budget", "together"} <= set(counts)


def test_caps_bind() -> None:
    """With caps a week holds a third of the hours, and a plain instance less than what is asked."""
    free, capped = generate("M"), generate("M", caps=True)
    assert sum(m.max_week or 0 for m in capped.mediators) < 0.4 * sum(m.max_week or 0 for m in free.mediators)
    plain = generate(sizes=(60, 600, 5), caps=True)
    asked = sum(visit.duration for visit in plain.appointments)
    assert sum(m.max_week or 0 for m in plain.mediators) < asked


def test_a_plain_instance_has_exactly_its_sizes() -> None:
    """So many mediators, slots and days."""
    given = accept(generate(sizes=(7, 40, 3), seed=9))
    assert (len(given.mediators), len(given.appointments), given.horizon.days) == (7, 40, 3)
    assert max(last for visit in given.appointments for _, last in visit.windows) < 3 * 1440
    assert all(mediator.max_week is None for mediator in given.mediators)


def test_languages_are_drawn_by_demand() -> None:
    """Arabic leads with 19 percent; shares sum to 100 where rare ones are included."""
    shares = languages(40)
    assert len(shares) == 40
    assert next(iter(shares)) == "ar"
    assert sum(shares.values()) == pytest.approx(100)
    assert len(set(RARE) | set(ASKED)) == len(RARE) + len(ASKED) >= 80


def test_a_callers_towns_are_used() -> None:
    """Two towns far apart, one of them empty: every place stands near the other."""
    near, empty = Town(45.0, 9.0, "X1", 1000), Town(46.5, 10.0, "X2", 0)
    given = generate("S", where=[near, empty])
    assert {place.ambito for place in given.places} == {"X1"}
    assert all(abs(place.lat - 45.0) < 0.1 for place in given.places)


def test_a_made_up_territory_is_the_size_of_a_province() -> None:
    """Fourteen ambiti within some forty kilometres, the first with the city in it."""
    found = towns(random.Random(1), 14)
    assert len({town.ambito for town in found}) == 14
    assert max(town.population for town in found) == 120_000
    assert max(town.lat for town in found) - min(town.lat for town in found) < 0.8
    assert len(settle(random.Random(1), found, "desk", 5)) == 5
