# SPDX-License-Identifier: AGPL-3.0-or-later
"""No small number can be told from what is shown: tried by working out every count that would look the same."""

from __future__ import annotations

from itertools import product

import pytest

from dispatch.reporting.small_numbers import LEAST, Hidden, kept_back

COUNTS = [
    [3, 40, 9],
    [1, 1],
    [4, 4],
    [4, 4, 60],
    [2],
    [2, 5],
    [1, 5, 6, 7],
    [1, 1, 1, 1],
    [2, 3, 100],
    [4, 4, 4, 8, 30],
    [0, 0, 3, 12],
]


def told(counts: list[int], hidden: Hidden[int]) -> set[int]:
    """The small ones that can take one value only, for who knows the sum (where it is shown) and every count shown."""
    covered = [number for number in range(len(counts)) if number in hidden]
    rest = sum(counts[number] for number in covered)
    ranges = [range(1, LEAST) if number in hidden.small else range(LEAST, rest + 1) for number in covered]
    likely = [values for values in product(*ranges) if hidden.total or sum(values) == rest]
    return {
        number
        for at, number in enumerate(covered)
        if number in hidden.small and len({values[at] for values in likely}) < LEAST - 1
    }


@pytest.mark.parametrize("counts", COUNTS, ids=str)
def test_a_small_number_may_be_any_from_one_to_four(counts: list[int]) -> None:
    """Whoever subtracts what is shown from the sum still does not know."""
    hidden = kept_back(dict(enumerate(counts)))
    assert hidden.small == {number for number, count in enumerate(counts) if 0 < count < LEAST}
    assert told(counts, hidden) == set()


def test_hiding_the_small_alone_would_tell_them() -> None:
    """The control: 52 in all, 40 and 9 shown, leave three."""
    counts = [3, 40, 9]
    assert told(counts, Hidden(frozenset({0}))) == {0}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    """Nought says nothing of anybody, five is enough."""
    assert kept_back({"a": 0, "b": 5, "c": 200}) == Hidden()


def test_what_says_least_goes_first() -> None:
    """Of 9, 40 and 200 the nine is kept back with the three."""
    hidden = kept_back({"few": 3, "nine": 9, "forty": 40, "many": 200})
    assert hidden == Hidden(frozenset({"few"}), frozenset({"nine"}))


def test_alone_it_takes_its_sum_along() -> None:
    """With nobody to hide behind, the sum must not be shown either."""
    assert kept_back({"few": 3, "none": 0}).total
