# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a simulated month rests on: answers that no policy changes, requests that keep their numbers, honest baselines."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from bench.simulation.paired import difference
from config.policy import Policy, load_policy, with_changes
from dispatch.outbox.asking import Way, how_to_ask
from dispatch.rehearsal.choosing import OneByOne, nearest_first
from dispatch.rehearsal.measured import gini
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.people import People
from dispatch.rehearsal.policies import POLICIES, Chooser
from solver.check import check
from solver.generate import generate
from solver.prepare import Prepared

TEXT = "Ponte: mar 6/10 9:00-10:30, arabo, Trescore. Puoi? Rispondi SI 412 o NO 412 entro le 16:00."
NOON = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
PEOPLE, VISITS = [f"m{number:03d}" for number in range(12)], [f"{number}/1/1" for number in range(1, 9)]


def ruled_by(name: str) -> Policy:
    """The shipped policy with the rows of a simulated one."""
    changes = []
    for row, value in POLICIES[name].rows.items():
        section, _, key = row.partition(".")
        changes.append((section, key, value))
    return with_changes(load_policy(), changes)


def said(people: People, order: list[tuple[str, int]], names: dict[int, str]) -> dict[tuple[str, str], object]:
    """Every answer by mediator and visit, asked for in this order."""
    return {(who, names[slot]): people.answer(who, slot, TEXT, NOON) for who, slot in order}


def asked_in_two_runs(*, by_name: bool) -> tuple[dict[tuple[str, str], object], dict[tuple[str, str], object]]:
    """Two policies: the rows have other ids, and people are asked in another order."""
    found = []
    for first_id, shuffle in ((1, False), (500, True)):
        names = dict(enumerate(VISITS, start=first_id))
        order = [(who, slot) for slot in names for who in PEOPLE]
        if shuffle:
            Random(3).shuffle(order)
        found.append(said(People(9, names=names if by_name else {}), order, names))
    return found[0], found[1]


def test_every_policy_hears_the_same_answers() -> None:
    """A mediator's answer to a visit hangs on its name alone; drawn by the id of the row, the same check fails."""
    one, other = asked_in_two_runs(by_name=True)
    assert one == other
    assert len({str(answer) for answer in one.values()}) > 20
    one, other = asked_in_two_runs(by_name=False)
    assert one != other


def test_who_says_yes_is_known_without_asking() -> None:
    """The bound of what can be filled and the telephone list read the same draw as the SMS."""
    people = People(9)
    for who in PEOPLE:
        for slot in range(40):
            answer = people.answer(who, slot, TEXT, NOON)
            assert people.says_yes(who, slot) == (answer is not None and answer.says == "yes")
            if answer is not None:
                assert answer.at == NOON + people.answers_after(who, slot, NOON)


def test_visits_end_alike_in_every_run() -> None:
    """Who comes and who does not is drawn by the visit's name too."""
    start, end = NOON, NOON + dt.timedelta(hours=1)
    one, other = Outcomes(5, names={7: "3/1/1"}), Outcomes(5, names={90: "3/1/1"})
    assert all(one.truth(who, 7, start, end) == other.truth(who, 90, start, end) for who in PEOPLE)
    assert any(one.truth(who, 7, start, end) != one.truth(who, 8, start, end) for who in PEOPLE)


@pytest.mark.parametrize("name", list(POLICIES))
def test_a_policy_is_one_that_a_coordinator_could_set(name: str) -> None:
    """Each baseline's rows stand the policy page's own checks."""
    assert (ruled_by(name) == load_policy()) == (name == "default")


@pytest.mark.parametrize(
    ("name", "people"), [("default", [12, 12, 3, 1, 1]), ("cascade", [1] * 5), ("broadcast", [50] * 5)]
)
def test_how_many_a_policy_asks(name: str, people: list[int]) -> None:
    """One hour, ten hours, a day and a half, a week and three weeks before the visit."""
    policy = ruled_by(name).offers
    asked = [how_to_ask(NOON, NOON + dt.timedelta(hours=hours), policy) for hours in (1, 10, 36, 168, 504)]
    assert [one.people if one else 0 for one in asked] == people
    assert (asked[-1] is not None and asked[-1].way is Way.CASCADE) == (name != "broadcast")


@pytest.mark.parametrize("chooser", [Chooser.BEST_FIT, Chooser.NEAREST])
def test_offices_without_a_planner_keep_every_rule(chooser: Chooser) -> None:
    """Their plans pass the checker, move nothing that stands, and fill not much less than the greedy plan."""
    problem = generate(family="mixed", profile="S", seed=3)
    plan = OneByOne(512, 1, chooser=chooser).plan(problem, seconds=5, seed=1, candidates=12).plan
    assert check(problem, plan) == []
    given = {line.slot: line.mediator for line in plan.assignments}
    stands = [one for one in problem.published if one.slot in given]
    assert len(stands) > 3
    moved = [one for one in stands if given[one.slot] != one.mediator]
    assert moved == []
    assert len(given) > len(problem.locked) + len(problem.published)


def test_the_nearest_is_not_the_best_fit() -> None:
    """The two baselines are two: the same week, other people."""
    problem = generate("S", seed=3)
    one, other = (
        OneByOne(512, 1, chooser=chooser).plan(problem, seconds=5, seed=1, candidates=0).plan
        for chooser in list(Chooser)[1:]
    )
    assert one.assignments != other.assignments
    assert one.score.total > other.score.total


def test_hours_are_even_or_not() -> None:
    """Nothing when all have the same share, near one when one has everything."""
    assert gini([0.5, 0.5, 0.5]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([0, 0]) == 0


def test_a_difference_is_paired_by_seed() -> None:
    """Months differ more than policies do: paired, three more each month is three with no doubt."""
    ours = {1: {"held": 103}, 2: {"held": 53}, 3: {"held": 203}}
    theirs = {1: {"held": 100}, 2: {"held": 50}, 3: {"held": 200}, 4: {"held": 9}}
    found = difference(ours, theirs, "held")
    assert found is not None
    assert (found.mean, found.low, found.high, found.pairs) == (3, 3, 3, 3)
    assert difference(ours, {4: {"held": 9}}, "held") is None
    crossed = difference(ours, {1: {"held": 50}, 2: {"held": 200}, 3: {"held": 100}}, "held")
    assert crossed is not None
    assert crossed.low is not None
    assert crossed.high is not None
    assert crossed.low < 0 < crossed.high


def test_what_stands_is_what_holds_them_still() -> None:
    """The control of the rule above: told of nothing that stands, the telephone list would send others."""
    problem = generate(family="mixed", profile="S", seed=3)
    prepared = Prepared(problem)
    index, diary = prepared.index, nearest_first(prepared, [])
    posts = {slot: index.post_number[slot] for slot in index.published if index.post_number[slot] in diary.placed}
    given = {slot: index.mediators[diary.placed[post].mediator].id for slot, post in posts.items()}
    assert any(given[slot] != index.published[slot].mediator for slot in given)
