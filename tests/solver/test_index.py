# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look-ups of a problem: which starts a window allows, which day and week a start belongs to."""

from __future__ import annotations

import pytest

from solver.index import Index, allowed_starts, day_of, week_of
from tests.solver.build import appointment, problem, slot, stand


@pytest.mark.parametrize(
    ("windows", "starts"),
    [
        (((540, 540),), (540,)),
        (((540, 570),), (540, 555, 570)),
        (((540, 569),), (540, 555)),
        (((547, 580),), (547, 562, 577)),
        (((600, 630), (540, 570), (555, 585)), (540, 555, 570, 585, 600, 615, 630)),
        ((), ()),
    ],
    ids=["one start", "both ends count", "the last must fit", "steps from lo, not the clock", "sorted, once", "none"],
)
def test_starts_step_from_the_lower_end(windows: tuple[tuple[int, int], ...], starts: tuple[int, ...]) -> None:
    """lo, lo + step, lo + 2 * step ... <= hi."""
    assert allowed_starts(appointment(windows=windows), 15) == starts


def test_a_visit_belongs_to_the_day_and_week_of_its_start() -> None:
    """A day has 1440 minutes and a week 10080, across a clock change too."""
    assert [day_of(1439), day_of(1440)] == [0, 1]
    assert [week_of(10079), week_of(10080)] == [0, 1]


def test_posts_are_numbered_in_the_problems_order() -> None:
    """Two appointments with two slots and one: three posts, and the appointment each belongs to."""
    given = problem((appointment("a", 540, slot("x"), slot("y")), appointment("b")))
    index = Index(given)
    assert [post.slot.id for post in index.posts] == ["x", "y", "b/1"]
    assert index.posts_of_appointment == ((0, 1), (2,))


def test_standings_are_found_by_slot() -> None:
    """A locked and a published slot."""
    given = problem(
        (appointment("a"), appointment("b")),
        locked=(stand("a/1", "m1", 540),),
        published=(stand("b/1", "m1", 600),),
    )
    index = Index(given)
    assert index.locked["a/1"].start == 540
    assert index.published["b/1"].start == 600
