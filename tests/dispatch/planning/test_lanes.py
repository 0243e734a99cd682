# SPDX-License-Identifier: AGPL-3.0-or-later
"""A day cut into cells: whatever happens in it, a line is as wide as the hours above it, and roads end where visits begin."""

from __future__ import annotations

import pytest

from dispatch.planning.lanes import STEP, Block, axis, lines_of_lane

SHIFT = [(8 * 60, 13 * 60)]
SHOWN = (8 * 60, 18 * 60)


def drawn(*blocks: Block) -> list[list[tuple[str, int]]]:
    """Each line as (what, minutes)."""
    return [[(cell.what, cell.span * STEP) for cell in line] for line in lines_of_lane(blocks, SHIFT, SHOWN)]


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [Block(540, 600)],
        [Block(540, 600), Block(600, 660, road=25)],
        [Block(541, 593), Block(593, 601)],
        [Block(540, 700), Block(560, 640), Block(570, 1080)],
        [Block(480, 485), Block(485, 1080, text="corso")],
    ],
)
def test_every_line_is_as_wide_as_the_hours(blocks: list[Block]) -> None:
    """A cell too many would push the rest of her day to another hour."""
    for line in drawn(*blocks):
        assert sum(minutes for _, minutes in line) == SHOWN[1] - SHOWN[0]


def test_the_road_ends_where_the_visit_begins() -> None:
    """From ten to eleven she is free for half an hour, then on the road."""
    (line,) = drawn(Block(540, 600), Block(660, 720, road=30))
    assert line[1:5] == [("busy", 60), ("free", 30), ("road", 30), ("busy", 60)]


def test_a_road_that_is_longer_than_its_gap_is_told() -> None:
    """Ten minutes between two visits that lie half an hour apart."""
    (line,) = drawn(Block(540, 600), Block(610, 660, road=30))
    assert ("tight", 10) in line
    assert not any(what == "road" for what, _ in line)


def test_what_overlaps_stands_on_a_line_of_its_own() -> None:
    """Two things at once are both seen."""
    lines = drawn(Block(540, 660), Block(600, 720))
    assert [[minutes for what, minutes in line if what == "busy"] for line in lines] == [[120], [120]]


def test_outside_her_shift_is_not_free() -> None:
    """She works from eight to one."""
    (line,) = drawn()
    assert line == [("free", 60)] * 5 + [("off", 60)] * 5


def test_the_hours_grow_with_the_day() -> None:
    """The usual ones, and an early or late visit whole."""
    assert axis([]) == SHOWN
    assert axis([(430, 500), (1090, 1145)]) == (7 * 60, 20 * 60)
