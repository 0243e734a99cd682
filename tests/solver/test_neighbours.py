# SPDX-License-Identifier: AGPL-3.0-or-later
"""Neighbourhoods begin where the plan loses, and dives differ by luck alone."""

from __future__ import annotations

import random

import pytest

from solver.dive import Dive
from solver.first import first_plans
from solver.generate import generate
from solver.greedy import greedy
from solver.landscape import Landscape
from solver.neighbours import Neighbours
from solver.parts import Part, bound_of, parts_of
from solver.phases import generate_days, generate_weeks
from solver.prepare import Prepared
from solver.progress import Search

Searched = tuple[Search, Landscape, list[Part]]


@pytest.fixture(scope="module")
def searched() -> Searched:
    """A crowded week with limits that bind, its weeks priced, and the greedy plan."""
    prepared = Prepared(generate(sizes=(12, 90, 5), caps=True, seed=3))
    search, beside = (
        Search(prepared, seconds=60, seed=1, workers=1, on_better=None, clock=lambda: 0.0, started=0.0) for _ in "ab"
    )
    first_plans(search, None)
    first_plans(beside, None)
    land = Landscape(prepared, 1)
    parts = parts_of(land)
    generate_days(beside, parts)
    generate_weeks(beside, parts)
    assert any(part.weekly is not None and part.weekly.solved is not None for part in parts), "weeks are tied"
    return search, land, parts


def test_what_units_lose_and_empty_posts_cost_is_the_gap(searched: Searched) -> None:
    """All that the plan lacks to the bound is laid at somebody's door; without it neighbourhoods would be blind."""
    search, land, parts = searched
    neighbours = Neighbours(search, land, parts)
    neighbours.pick(10)
    lost = neighbours.sums[-1] / (1 << land.bits)
    bound = bound_of(land, parts)
    assert bound is not None
    gap = float(bound) - search.total
    empty = 0.0
    for part in parts:
        prices = part.closest.prices
        assert prices is not None
        open_posts = [post for post in part.posts if post not in neighbours.holder]
        empty += sum(int(prices[land.rows.posts[post, None]]) for post in open_posts) / (1 << land.bits)
    assert gap > 100, "the greedy plan of a crowded week lacks something"
    # What is left are budgets, minutes of weeks and cuts that were paid for and not used up.
    assert 0.5 * gap < lost + empty <= gap + 1


def test_neighbourhoods_hold_the_one_they_begin_with_and_end_at_their_size(searched: Searched) -> None:
    search, land, parts = searched
    neighbours = Neighbours(search, land, parts)
    neighbours.pick(1)
    losing = set(neighbours.losing)
    sizes = {size: [neighbours._around_loss(size) for _ in range(20)] for size in (8, 40)}
    assert all(losing & {unit.number for unit in units} for several in sizes.values() for units in several)
    assert max(map(len, sizes[8])) < max(map(len, sizes[40])) <= len(land.weekly)


def test_equal_luck_ends_equally_and_other_luck_elsewhere(searched: Searched) -> None:
    """The control: without chance in the order, all dives end at one plan."""
    search, _, parts = searched

    def totals(*lucks: random.Random | None) -> list[int]:
        ends = []
        for luck in lucks:
            placements = [
                given
                for part in parts
                if part.weekly is not None
                for given in Dive(part.weekly, luck=luck).run(lambda: 60.0) or []
            ]
            ends.append(greedy(search.prepared, first=placements).tally())
        return ends

    seeds = [random.Random(f"1 {number}") for number in range(6)]
    again = [random.Random(f"1 {number}") for number in range(6)]
    found = totals(*seeds)
    assert found == totals(*again)
    assert len(set(found)) > 1
    assert len(set(totals(None, None))) == 1


def test_a_dive_that_cannot_be_better_ends_early(searched: Searched) -> None:
    """The control: the same dive, asked for less, has a plan."""
    _, _, parts = searched
    weekly = next(part.weekly for part in parts if part.weekly is not None and part.weekly.solved is not None)
    assert weekly.bound is not None
    assert Dive(weekly, worth=float(weekly.bound) + 1).run(lambda: 60.0) is None
    assert Dive(weekly, worth=0.0).run(lambda: 60.0)
