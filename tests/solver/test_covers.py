# SPDX-License-Identifier: AGPL-3.0-or-later
"""covers() cuts off fractions of slots that no budget can pay, and never a whole choice that it can."""

from __future__ import annotations

import random
from itertools import combinations

from solver.covers import Cover, Item, covers, items_of
from solver.prepare import Prepared
from solver.problem import Budget
from tests.solver.build import appointment, mediator, problem, slot


def weight(row: Cover, posts: set[int]) -> int:
    return sum(weight for post, weight in row.weights if post in posts)


def choices(items: list[Item], room: int) -> list[list[Item]]:
    """Every set of items within the room."""
    sets = (list(chosen) for size in range(len(items) + 1) for chosen in combinations(items, size))
    return [chosen for chosen in sets if sum(item.minutes for item in chosen) <= room]


def best_fractions(items: list[Item], room: int, values: list[int]) -> dict[int, float]:
    """The linear optimum of a budget: the best value a minute first, the last item by a fraction."""
    filled: dict[int, float] = {}
    for value, item in sorted(zip(values, items, strict=True), key=lambda pair: -pair[0] / pair[1].minutes):
        assert value > 0
        share = min(1.0, room / item.minutes)
        room -= round(share * item.minutes)
        filled[item.posts[0]] = share
    return filled


def test_no_whole_choice_is_lost_and_the_fractions_are() -> None:
    """On drawn budgets every row holds for every whole choice; where the linear optimum is not whole, one cuts it off."""
    rng = random.Random(1)
    cut = broken = 0
    for _ in range(300):
        items = [Item((post,), 15 * rng.randint(1, 10)) for post in range(rng.randint(2, 9))]
        room = rng.randint(15, sum(item.minutes for item in items))
        filled = best_fractions(items, room, [rng.choice([500, 900]) for _ in items])
        rows = covers(items, room, filled)
        whole = choices(items, room)
        for row in rows:
            assert all(weight(row, {item.posts[0] for item in chosen}) <= row.most for chosen in whole)
            assert sum(weight * filled[post] for post, weight in row.weights) > row.most
        fractional = any(0.001 < share < 0.999 for share in filled.values())
        cut, broken = cut + bool(rows and fractional), broken + fractional
        assert fractional or not rows
    assert broken > 100, "the control: most drawn budgets do not come out whole"
    assert cut == broken


def test_any_fractions_are_answered_with_rows_that_hold() -> None:
    """Shares of no linear optimum, and items of which only one slot can be filled, lose no whole choice either."""
    rng = random.Random(2)
    for _ in range(300):
        items = [Item((2 * number, 2 * number + 1), rng.randint(1, 9)) for number in range(rng.randint(1, 8))]
        filled = {post: rng.choice([0.0, 0.2, 0.5, 0.5]) for item in items for post in item.posts}
        room = rng.randint(0, 30)
        for row in covers(items, room, filled):
            for chosen in choices(items, room):
                assert weight(row, {item.posts[rng.randrange(2)] for item in chosen}) <= row.most


def test_three_of_four_hours_cannot_be_filled_by_fractions() -> None:
    """Four hours asked, three and a half paid: at most three are filled."""
    items = [Item((post,), 60) for post in range(4)]
    assert covers(items, 210, dict.fromkeys(range(4), 0.875)) == [Cover(((0, 1), (1, 1), (2, 1), (3, 1)), 3)]


def test_a_budget_that_pays_all_has_no_cut() -> None:
    """Nor has one without slots."""
    assert covers([Item((0,), 60)], 60, {0: 1.0}) == []
    assert covers([], 60, {}) == []


def test_slots_that_one_person_alone_can_fill_are_one_item() -> None:
    """Two slots of a pair with one able mediator count once; with a second one, or without the project, they do not."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"), project="p")
    visits = (pair, appointment("a2", 700, project="p", duration=30), appointment("a3", 800))
    for people, items in (
        ((mediator(),), [Item((0, 1), 60), Item((2,), 30)]),
        ((mediator(), mediator("m2")), [Item((0,), 60), Item((1,), 60), Item((2,), 30)]),
    ):
        prepared = Prepared(problem(visits, people, budgets=(Budget("p", None, 90),)))
        assert items_of(prepared, 0, prepared.open) == items
