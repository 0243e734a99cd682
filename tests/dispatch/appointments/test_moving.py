# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a visit may move before its mediator is asked anew, and what becomes of it: decided without a row."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.dialects.postgresql import Range

from dispatch.appointments.moving import Fate, fate_of, needs_new_yes

NINE = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def span(low: int, high: int) -> Range[dt.datetime]:
    """From so many minutes after nine to so many."""
    return Range(NINE + low * MINUTE, NINE + high * MINUTE)


@pytest.mark.parametrize(
    ("low", "high", "asks"),
    [
        (0, 60, False),
        (30, 90, False),
        (-30, 30, False),
        (31, 91, True),
        (-31, 29, True),
        (0, 15, False),  # it ends earlier, however much
        (0, 90, False),
        (0, 91, True),  # it ends later than the policy lets pass
        (20, 100, True),
        (7 * 1440, 7 * 1440 + 60, True),
    ],
)
def test_half_an_hour_either_way_is_let_pass(low: int, high: int, asks: bool) -> None:
    """An hour's visit, moved, lengthened or shortened by so many minutes."""
    assert needs_new_yes(span(0, 60), span(low, high), same_place=True, minutes=30) is asks


def test_elsewhere_is_always_asked() -> None:
    """The same hour at another place is another way to go."""
    assert needs_new_yes(span(0, 60), span(0, 60), same_place=False, minutes=240)


def test_a_policy_of_no_minutes_asks_about_every_move_but_an_earlier_end() -> None:
    """Nothing is let pass then."""
    assert needs_new_yes(span(0, 60), span(5, 65), same_place=True, minutes=0)
    assert not needs_new_yes(span(0, 60), span(0, 45), same_place=True, minutes=0)


@pytest.mark.parametrize(
    ("free", "told_otherwise", "low", "fate"),
    [
        (True, False, 15, Fate.KEEPS),
        (True, False, 90, Fate.IS_ASKED),
        (True, True, 15, Fate.IS_ASKED),  # she was asked about yet another time meanwhile, and may have made plans
        (False, False, 15, Fate.LOSES),
        (False, True, 90, Fate.LOSES),
    ],
)
def test_what_becomes_of_her_visit(free: bool, told_otherwise: bool, low: int, fate: Fate) -> None:
    """Her day comes first, then what she was told, then how far it is."""
    decided = fate_of(
        span(0, 60), span(low, low + 60), same_place=True, told_otherwise=told_otherwise, free=free, minutes=30
    )
    assert decided is fate
