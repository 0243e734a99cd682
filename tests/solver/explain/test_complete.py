# SPDX-License-Identifier: AGPL-3.0-or-later
"""On tiny hostile problems no relaxation is missed and none is larger than it need be: the checker tries everything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from solver.explain import MOST_TRIES, Explainer, Leeway, Relaxation, Unfilled
from solver.explain.applying import verified
from solver.explain.calendar import Calendar
from solver.explain.elsewhere import Elsewhere
from solver.explain.kinds import KINDS
from solver.explain.question import Proposal, Question
from solver.problem import PlanningProblem
from tests.solver.explain.plans import greedy_plan
from tests.solver.explain.tried import Tried
from tests.solver.properties.sweep import sweep

LEEWAY = Leeway(start=60, hours=60)
EXAMPLES = 80


def explained(given: PlanningProblem) -> Iterator[tuple[Tried, dict[str, Relaxation]]]:
    """Each unfilled slot of the greedy plan, beside its relaxations by kind (the first of each)."""
    made = greedy_plan(given)
    explainer = Explainer(given, made, LEEWAY)
    for slot in explainer.unfilled:
        answer = explainer.of(slot)
        assert isinstance(answer, Unfilled)
        found: dict[str, Relaxation] = {}
        for relaxation in answer.relaxations:
            found.setdefault(relaxation.kind, relaxation)
        yield Tried(given, made, slot), found


def test_nothing_small_is_missed() -> None:
    """Most kinds come up, and each slot's answers are those that trying everything finds."""
    shown: set[str] = set()

    def judge(given: PlanningProblem) -> None:
        for tried, found in explained(given):
            shown.update(found)
            _totals_are_the_best(tried, found)
            if "insert" not in found:  # else only what leads to more is shown
                _times_are_the_nearest(tried, found)
                _musts_are_those_that_bar(tried, found)
                _hours_are_the_fewest(tried, found)

    sweep(5, EXAMPLES, judge)
    assert shown >= {"insert", "move", "start", "day", "max_day", "max_week", "level", "gender"}


def test_the_search_proposes_nothing_that_the_checker_refuses() -> None:
    """The first proposals of each kind stand, one and all: the net that would catch them has nothing to do."""
    proposed = 0

    def judge(given: PlanningProblem) -> None:
        nonlocal proposed
        calendar = Calendar(given, greedy_plan(given).assignments)
        filled = calendar.lines.keys() | calendar.index.locked.keys()
        for post in calendar.index.posts:
            if post.slot.id not in filled:
                question = Question(calendar, Elsewhere(calendar), post.slot.id, LEEWAY)
                for proposal in _first_proposals(question):
                    assert verified(calendar, proposal) is not None
                    proposed += 1

    sweep(6, 100, judge)
    assert proposed > 500


def _first_proposals(question: Question) -> list[Proposal]:
    return [proposal for kind in KINDS for variant in kind(question) for proposal in islice(variant, MOST_TRIES)]


def _totals_are_the_best(tried: Tried, found: dict[str, Relaxation]) -> None:
    """Inserting and moving reach the best total there is; nothing is moved for less than can be had as it is."""
    as_it_stands, moved = max(tried.as_it_stands(), default=None), max(tried.with_one_moved(), default=None)
    assert _total(found.get("insert")) == as_it_stands
    worth_it = moved is not None and (as_it_stands is None or moved > as_it_stands)
    assert _total(found.get("move")) == (moved if worth_it else None)


def _times_are_the_nearest(tried: Tried, found: dict[str, Relaxation]) -> None:
    if tried.settled:
        assert not {"start", "day"} & found.keys()
        return
    assert _figure(found.get("start"), "minutes") == tried.at_other_starts(LEEWAY.start)
    day = found.get("day")
    shown = None if day is None else (day.figures["minutes"], day.figures["days"])
    assert shown == tried.on_other_days(LEEWAY.start)


def _musts_are_those_that_bar(tried: Tried, found: dict[str, Relaxation]) -> None:
    """A must is eased exactly when dropping it lets somebody in who could not come before."""
    assert ("gender" in found) == bool(tried.slot.gender and tried.with_slot(gender=None))
    assert ("only" in found) == bool(tried.slot.only and tried.with_slot(only=None))
    assert ("skills" in found) == any(tried.with_slot(skills=_without(tried, skill)) for skill in tried.slot.skills)


def _hours_are_the_fewest(tried: Tried, found: dict[str, Relaxation]) -> None:
    """One minute less over the limit lets nobody in; where nothing is shown, nor does all that may be asked."""
    for limit in ("max_day", "max_week"):
        needed = _figure(found.get(limit), "minutes")
        assert needed is None or 0 < needed <= LEEWAY.hours
        assert not tried.over(limit, LEEWAY.hours if needed is None else needed - 1, tried.problem.mediators)


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
