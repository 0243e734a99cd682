# SPDX-License-Identifier: AGPL-3.0-or-later
"""windows_over() turns a desk's hours and days into windows of starts."""

from __future__ import annotations

from solver.problem import DAY
from solver.windows import windows_over

MORNING = (540, 720)


def test_the_whole_visit_lies_within_the_hours() -> None:
    """From nine to noon an hour's visit starts at eleven at the latest, on each of the days."""
    assert windows_over(range(2), [MORNING], duration=60) == ((540, 660), (DAY + 540, DAY + 660))
    assert windows_over(range(2), [MORNING], duration=181) == ()


def test_only_the_weekdays_asked_for() -> None:
    """Ten days from Thursday, Mondays only: the two Mondays of the horizon's second and third week fall in."""
    assert [low // DAY for low, _ in windows_over(range(3, 15), [MORNING], duration=60, weekdays=[0])] == [7, 14]


def test_the_past_is_cut_off_and_the_grid_stays() -> None:
    """Not before 9:50: the next start of the quarters from nine is 10:00; a window that is over is gone."""
    assert windows_over(range(1), [MORNING], duration=60, not_before=590) == ((600, 660),)
    assert windows_over(range(1), [MORNING], duration=60, not_before=600) == ((600, 660),)
    assert windows_over(range(1), [MORNING], duration=60, not_before=661) == ()
