# SPDX-License-Identifier: AGPL-3.0-or-later
"""On tiny hostile problems no relaxation is missed and none is larger than it need be: the checker tries everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from solver.explain import Explainer, Leeway, Relaxation, Unfilled
from solver.plan import Plan
from solver.problem import PlanningProblem
from tests.solver import brute
from tests.solver.explain.plans import greedy_plan
from tests.solver.explain.tried import Tried

LEEWAY = Leeway(start=60, hours=60)
SEEDS = (*range(8), 26, 71, 244, 305, 331)  # every kind of answer comes up in them
MORE_SEEDS = (100, 107, 115, 126, 128, 143, 145, 158, 178, 180, 190, *range(200, 212))


def explained(seed: int) -> Iterator[tuple[Tried, dict[str, Relaxation], PlanningProblem, Plan]]:
    """Each unfilled slot of a hostile problem's greedy plan, beside its relaxations by kind (the first of each)."""
    given = brute.hostile(seed)
    made = greedy_plan(given)
    explainer = Explainer(given, made, LEEWAY)
    for slot in explainer.unfilled:
        answer = explainer.of(slot)
        assert isinstance(answer, Unfilled)
        found: dict[str, Relaxation] = {}
        for relaxation in answer.relaxations:
            found.setdefault(relaxation.kind, relaxation)
        yield Tried(given, made, slot), found, given, made


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_small_is_missed(seed: int) -> None:
    """Inserting and moving reach the best total there is; starts and days are the nearest; hours the fewest."""
    for tried, found, _, __ in explained(seed):
        as_it_stands, moved = max(tried.as_it_stands(), default=None), max(tried.with_one_moved(), default=None)
        assert _total(found.get("insert")) == as_it_stands
        if as_it_stands is not None and (moved is None or moved <= as_it_stands):
            moved = None  # nothing need be moved for less than can be had as it is
        assert _total(found.get("move")) == moved
        if not tried.settled and as_it_stands is None:
            assert _figure(found.get("start"), "minutes") == tried.at_other_starts(LEEWAY.start)
            day = None if "day" not in found else (found["day"].figures["minutes"], found["day"].figures["days"])
            assert day == tried.on_other_days(LEEWAY.start)


@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_musts_and_hours_that_would_help_are_found(seed: int) -> None:
    """A relaxation of a must is there exactly when dropping it lets somebody in, and hours are no more than needed."""
    for tried, found, given, _ in explained(seed):
        if "insert" in found:
            continue
        assert ("gender" in found) == bool(tried.slot.gender and tried.with_slot(gender=None))
        assert ("only" in found) == bool(tried.slot.only and tried.with_slot(only=None))
        assert ("skills" in found) == any(tried.with_slot(skills=_without(tried, skill)) for skill in tried.slot.skills)
        for limit in ("max_day", "max_week"):
            needed = _figure(found.get(limit), "minutes")
            if needed is None:
                assert not tried.over(limit, LEEWAY.hours, given.mediators)
            else:
                assert not tried.over(limit, needed - 1, given.mediators)


def _without(tried: Tried, skill: str) -> tuple[str, ...]:
    return tuple(other for other in tried.slot.skills if other != skill)


def _total(relaxation: Relaxation | None) -> int | None:
    return None if relaxation is None else relaxation.score.total


def _figure(relaxation: Relaxation | None, key: str) -> int | None:
    if relaxation is None:
        return None
    value = relaxation.figures[key]
    assert isinstance(value, int)
    return value


def test_the_problems_ask_for_every_answer() -> None:
    """The seeds above are only a test if the kinds come up in them."""
    kinds = {kind for seed in SEEDS for _, found, __, ___ in explained(seed) for kind in found}
    assert kinds >= {"insert", "move", "start", "day"}
    more = {kind for seed in MORE_SEEDS for _, found, __, ___ in explained(seed) for kind in found}
    assert more >= {"gender", "only", "skills", "max_day", "max_week"}
