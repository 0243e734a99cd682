# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pairs of a problem, worked out as arrays, against the rules asked one pair and one start at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec
import pytest

from solver.diary import Diary
from solver.field import Field
from solver.generate import generate
from solver.goals import cost, wishes
from solver.greedy import greedy
from solver.index import Index, Post
from solver.pairs import Pair
from solver.prepare import Placement, Prepared
from solver.problem import PlanningProblem
from solver.rules import budget, together
from solver.rules.one_place import clash, free
from solver.visits import Visit, visit_of
from tests.solver.brute import hostile
from tests.solver.build import appointment, mediator, problem, slot

WEEKS = {f"hostile {seed}": partial(hostile, seed) for seed in range(60)}
WEEKS |= {"S": partial(generate, "S", seed=2), "M": partial(generate, "M", seed=3)}


def one_by_one(prepared: Prepared, post_number: int) -> Iterator[Pair]:
    """The pairs of a post as the definition has them."""
    index, post = prepared.index, prepared.index.posts[post_number]
    starts, people = together.agreed(index, post.appointment_number)
    if any(prepared.room.get(purse, post.duration) < post.duration for purse in budget.purses(index, post)):
        return
    for number in prepared.eligibility.candidates[post_number].tolist():
        person = prepared.persons[number]
        clear = tuple(
            start
            for start in prepared.eligibility.starts(post_number, number)
            if not any(clash(person, visit_of(index, post, start), fact) for fact in person.facts)
            and (not starts or starts == {start})
        )
        if clear and number not in people:
            gain = post.slot.value - wishes.cost(post.slot, person.mediator)
            euros = prepared.policy.cost_per_euro * cost.euros(post.duration, person.mediator)
            yield Pair(post_number, number, clear, gain, euros)


@pytest.mark.parametrize("name", WEEKS)
def test_arrays_and_single_pairs_agree(name: str) -> None:
    """Mediators, starts, gains and euros of every pair; listed, found alone, and counted."""
    prepared = Prepared(WEEKS[name]())
    for post in range(len(prepared.index.posts)):
        expected = list(one_by_one(prepared, post))
        assert prepared.pairs[post] == expected
        assert [prepared.pair[pair.post, pair.mediator] for pair in expected] == expected
        assert (post in prepared.open) == bool(expected)
        if expected:
            assert prepared.pairs.best(post) == max((pair.gain - pair.euros) * cost.PARTS for pair in expected)
    assert len(prepared.pair) == sum(len(pairs) for pairs in prepared.pairs)


def test_whoever_may_not_take_a_post_is_no_pair() -> None:
    """She lacks the language; asking for her is an error, asking whether she may is not."""
    given = problem((appointment(),), (mediator("m1"), mediator("m2", languages={}), mediator("m3")))
    prepared = Prepared(given)
    assert [(0, number) in prepared.pair for number in range(4)] == [True, False, True, False]
    with pytest.raises(KeyError):
        prepared.pair[0, 1]


def test_prices_too_large_for_an_array_stay_exact() -> None:
    """A billion a euro and a billion an hour: ten years of it would not fit 64 bits."""
    visit = appointment("a1", 540, slot("a1/1"), duration=1439, windows=((0, 0),))
    given = problem((visit,), (mediator(hourly_cost=10**9),), cost_per_euro=10**9)
    prepared = Prepared(given)
    pair = prepared.pairs[0][0]
    assert pair.euros == cost.euros(1439, given.mediators[0]) * 10**9
    assert prepared.pairs.best(0) == (pair.gain - pair.euros) * cost.PARTS < -(1 << 63)


@pytest.mark.parametrize("name", WEEKS)
def test_nobody_gains_more_than_the_field_says(name: str) -> None:
    """Beside any plan, at any start: what the first plan leaves out unseen could not have been better."""
    prepared = Prepared(WEEKS[name]())
    for diary in (Diary(prepared), greedy(prepared)):
        for post in prepared.open:
            field = list(Field(prepared, post))
            assert sorted(entrant.mediator for entrant in field) == [pair.mediator for pair in prepared.pairs[post]]
            assert [entrant.most for entrant in field] == sorted((entrant.most for entrant in field), reverse=True)
            if post not in diary.placed:
                for entrant in field:
                    gains = [diary.gain(Placement(post, entrant.mediator, start)) for start in entrant.starts]
                    assert all(gain is None or gain <= entrant.most + 1e-6 for gain in gains)


def test_free_is_no_clash_with_anybody() -> None:
    """The same rule said twice for speed, beside every other visit of some hostile problems."""
    answers = {True: 0, False: 0}
    for prepared in map(Prepared, map(hostile, range(40))):
        others = [visit for post in prepared.index.posts for visit in visits_of(prepared, post)]
        for post in prepared.open:
            for pair in prepared.pairs[post]:
                person = prepared.persons[pair.mediator]
                visit = prepared.visit(Placement(post, pair.mediator, pair.starts[0]))
                for other in others:
                    answers[free(person, visit, [other])] += 1
                    assert free(person, visit, [other]) is not clash(person, visit, other)
    assert min(answers.values()) > 100


def visits_of(prepared: Prepared, post: Post) -> list[Visit]:
    return [visit_of(prepared.index, post, start) for start in prepared.index.starts(post.appointment)]


def test_wishes_of_many_are_the_wishes_of_each() -> None:
    """Every wish there is, over a made-up week."""
    given = generate("M", seed=4)
    prepared = Prepared(given)
    listed = 0
    for post in prepared.open:
        who = prepared.pairs.options[post]
        assert who is not None
        alone = [wishes.cost(prepared.index.posts[post].slot, given.mediators[number]) for number in who.who]
        assert wishes.costs(prepared.eligibility.roster, prepared.index.posts[post].slot, who.who).tolist() == alone
        listed += any(alone)
    assert listed > 10


def test_ambiti_are_looked_up_as_they_are_written() -> None:
    """One serves everywhere, one only here, one nowhere."""
    people = (mediator("m1"), mediator("m2", ambiti=("BG01",)), mediator("m3", ambiti=()))
    roster = Prepared(problem((), people)).eligibility.roster
    assert roster.serves("BG01").tolist() == [True, True, False]
    assert roster.serves("BG99").tolist() == [True, False, False]


def test_locks_leave_nothing_to_choose() -> None:
    """A locked slot of a made-up week has no pair."""
    given: PlanningProblem = generate("S", seed=1)
    assert given.locked
    prepared = Prepared(given)
    assert all(prepared.pairs[Index(given).post_number[lock.slot]] == [] for lock in given.locked)
    assert Prepared(msgspec.structs.replace(given, locked=())).pairs.count > prepared.pairs.count
