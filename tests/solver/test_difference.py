# SPDX-License-Identifier: AGPL-3.0-or-later
"""The difference of two plans: each slot in one of six states, with its reason and its exact gain."""

from __future__ import annotations

import msgspec
import pytest

from solver.check import score
from solver.difference import Changed, difference
from solver.explain import BrokenPlan, Figures
from solver.plan import Assignment
from solver.problem import Travel
from tests.solver import brute
from tests.solver.build import appointment, mediator, plan, problem, stand
from tests.solver.explain.plans import greedy_plan

TWO = (mediator("m1"), mediator("m2", travel_factor=2.0))


def test_every_state_is_told() -> None:
    """New, moved, reassigned, dropped, unchanged and still unfilled; counted, and in the problem's order."""
    visits = tuple(
        appointment(f"a{number}", 480 + 100 * number, windows=((480 + 100 * number,) * 2, (580 + 100 * number,) * 2))
        for number in range(6)
    )
    given = problem(visits, TWO)
    old = plan(given, ("a1/1", "m1", 580), ("a2/1", "m2", 680), ("a3/1", "m1", 780), ("a4/1", "m1", 880))
    new = plan(given, ("a0/1", "m1", 480), ("a1/1", "m1", 680), ("a2/1", "m1", 780), ("a4/1", "m1", 880))
    found = difference(given, old, new)
    assert [line.change for line in found.lines] == ["new", "moved", "reassigned", "dropped", "unchanged", "unfilled"]
    assert found.counts == dict.fromkeys(["new", "moved", "reassigned", "dropped", "unchanged", "unfilled"], 1)
    assert (found.before, found.after) == (old.score, new.score)
    assert found.lines[3].reasons == {"one_place": 1, "outbid": 1}
    assert (found.lines[2].mediator_before, found.lines[2].start_before) == ("m2", 680)


def test_reasons_and_gains_are_known() -> None:
    """A better person; a visit that now stands where the old one was; one that is as good either way."""
    given = problem((appointment("a1"), appointment("a2", 540, windows=((540, 540), (900, 900)))), TWO)
    old = plan(given, ("a1/1", "m2", 540), ("a2/1", "m1", 540))
    new = plan(given, ("a1/1", "m1", 540), ("a2/1", "m1", 900))
    one, other = difference(given, old, new).lines
    assert one == Changed("a1/1", "reassigned", "m1", 540, "m2", 540, -21 - (-42 - 21), "better", {}, {})
    taken: Figures = {"visit": "a1/1", "start": 540, "end": 600, "visits": 1}
    assert other == Changed("a2/1", "moved", "m1", 900, "m1", 540, 0, "one_place", taken, {})
    back = difference(given, new, plan(given, ("a1/1", "m1", 540))).lines[1]
    assert back == Changed("a2/1", "dropped", None, None, "m1", 900, -100, "worse", {}, {"outbid": 2})


def test_equal_worth_is_said() -> None:
    """An hour later makes no difference."""
    given = problem((appointment("a1", 540, windows=((540, 600),)),))
    line = difference(given, plan(given, ("a1/1", "m1", 540)), plan(given, ("a1/1", "m1", 600))).lines[0]
    assert (line.change, line.gain, line.reason) == ("moved", 0, "equal")


def test_a_day_that_needs_the_new_visit_is_the_reason() -> None:
    """Given back, it would leave her next visit the first of her day, before she can be there."""
    given = problem(
        (appointment("a1", 540), appointment("a2", 600, place="ward")),
        (mediator(shifts=((530, 800),)), mediator("m2")),
        travel=Travel(minutes=((0, 10, 99, 0), (9, 0, 0, 0), (9, 0, 0, 0), (0, 0, 0, 0))),
        shift_covers_travel=True,
    )
    old, new = plan(given, ("a1/1", "m2", 540)), plan(given, ("a1/1", "m1", 540), ("a2/1", "m1", 600))
    line = difference(given, old, new).lines[0]
    assert (line.change, line.reason, line.figures) == ("reassigned", "shift", {})


def test_locked_lines_never_differ() -> None:
    """They are unchanged; a plan that breaks one is refused."""
    given = problem((appointment("a1"), appointment("a2", 900)), TWO, locked=(stand("a1/1", "m1", 540),))
    kept, broken = plan(given, ("a1/1", "m1", 540)), plan(given, ("a1/1", "m2", 540))
    assert difference(given, kept, kept).counts == {"unchanged": 1, "unfilled": 1}
    with pytest.raises(BrokenPlan, match="a1/1 must stay with m1"):
        difference(given, kept, broken)


def test_what_cannot_be_compared_is_refused() -> None:
    """A slot twice in one plan, and a slot the problem does not have."""
    given = problem((appointment("a1"),), TWO)
    twice = plan(given, ("a1/1", "m1", 540), ("a1/1", "m2", 540))
    with pytest.raises(BrokenPlan, match="a1/1 is assigned 2 times"):
        difference(given, twice, plan(given))
    stranger = msgspec.structs.replace(plan(given), assignments=(Assignment("a7/1", "m1", 540, 600),))
    with pytest.raises(BrokenPlan, match="a7/1"):
        difference(given, plan(given), stranger)


@pytest.mark.parametrize("seeds", [range(first, first + 25) for first in range(4000, 4100, 25)], ids=str)
def test_gains_are_what_the_checker_says(seeds: range) -> None:
    """Hostile problems, the greedy plan against half of it: each change undone alone and scored from the files."""
    for seed in seeds:
        given = brute.hostile(seed)
        full = greedy_plan(given)
        locked = {lock.slot for lock in given.locked}
        fewer = [line for number, line in enumerate(full.assignments) if number % 2 or line.slot in locked]
        half = plan(given, *[(line.slot, line.mediator, line.start) for line in fewer])
        for old, new in ((full, half), (half, full)):
            was = {line.slot: line for line in old.assignments}
            for line in difference(given, old, new).lines:
                undone = [other for other in new.assignments if other.slot != line.slot]
                undone += [was[line.slot]] if line.slot in was else []
                assert line.gain == new.score.total - score(given, undone).total, (seed, line)
