# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every rule and goal said again in plain Python: audits any plan, the planner's and a human's alike.

Written from the sentences of docs and contract, not from the solver's code, and importing none of it, so that one
misreading has to be made twice before it goes unseen. A rule is broken only by what a plan chose: what is locked or
busy is a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from solver.check import goals, joint, pairs, persons
from solver.check.book import Book
from solver.check.paper import PAPER, unknown
from solver.check.reasons import OUTBID, Explanation
from solver.plan import Assignment, Plan, Score, Violation
from solver.problem import PlanningProblem

__all__ = ["GOALS", "OUTBID", "RULES", "all_reasons", "broken_rules", "check", "day_violations", "reasons", "score"]

RULES: dict[str, Callable[[Book], Iterator[Violation]]] = {
    **{name: pairs.judge(name, holds) for name, holds in pairs.PAIRS.items()},
    "window": pairs.window,
    "shift": pairs.shift,
    "one_place": persons.one_place,
    "max_day": persons.max_day,
    "max_week": persons.max_week,
    "budget": joint.budget,
    "one_mediator": joint.one_mediator,
    "together": joint.together,
    "locked": joint.locked,
}
GOALS = goals.GOALS

# What one person's own calendar can break; the rest needs to know the other people's.
PERSONAL = (*pairs.PAIRS, "window", "shift", "one_place", "max_day", "max_week")


def check(problem: PlanningProblem, plan: Plan) -> list[Violation]:
    """Everything wrong with a plan, hard rules first, then what it says about itself; empty when it may stand."""
    strangers = list(unknown(problem, plan))
    if strangers:
        return strangers
    book = Book(problem, plan.assignments)
    broken = [violation for rule in RULES.values() for violation in rule(book)]
    return broken + [violation for claim in PAPER.values() for violation in claim(book, plan)]


def broken_rules(problem: PlanningProblem, assignments: Iterable[Assignment]) -> list[Violation]:
    """The hard rules alone, over assignments whose ids are all known."""
    book = Book(problem, assignments)
    return [violation for rule in RULES.values() for violation in rule(book)]


def day_violations(
    problem: PlanningProblem, mediator_id: str, assignments: Iterable[Assignment] = ()
) -> list[Violation]:
    """What is wrong with one mediator's calendar: her chosen ``assignments`` among what is locked and busy for her.

    Judges the rules that concern one person (language to max_week). Lines of other mediators are set aside, and her
    locked visits are there whether ``assignments`` list them or not.
    """
    alone = _alone(problem, mediator_id)
    lines = [line for line in assignments if line.mediator == mediator_id]
    book = Book(alone, [*_kept(alone, {line.slot for line in lines}), *lines])
    return [violation for name in PERSONAL for violation in RULES[name](book)]


def score(problem: PlanningProblem, assignments: Iterable[Assignment]) -> Score:
    """What assignments are worth, term by term; all ids must be known."""
    return goals.score(Book(problem, assignments))


def reasons(problem: PlanningProblem, assignments: Iterable[Assignment], slot_id: str) -> dict[str, int]:
    """Why one slot stays empty in a finished plan: mediators by first failing rule; see ``solver.check.reasons``."""
    return Explanation(Book(problem, assignments)).of_slot(slot_id)


def all_reasons(
    problem: PlanningProblem, assignments: Iterable[Assignment], slot_ids: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The reasons of several empty slots of one plan; much faster than asking one by one."""
    explanation = Explanation(Book(problem, assignments))
    return {slot_id: explanation.of_slot(slot_id) for slot_id in slot_ids}


def _alone(problem: PlanningProblem, mediator_id: str) -> PlanningProblem:
    """The same problem with one mediator and her locks only."""
    return msgspec.structs.replace(
        problem,
        mediators=tuple(mediator for mediator in problem.mediators if mediator.id == mediator_id),
        locked=tuple(standing for standing in problem.locked if standing.mediator == mediator_id),
    )


def _kept(problem: PlanningProblem, listed: set[str]) -> Iterator[Assignment]:
    """The locked slots that are not listed, as assignments."""
    durations = {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}
    for lock in problem.locked:
        if lock.slot not in listed:
            yield Assignment(lock.slot, lock.mediator, lock.start, lock.start + durations[lock.slot])
