# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a peer could not know is put right before it is judged: its plan is audited, mended and filled up again.

The lines are laid into an empty plan from the densest value down; one that breaks a rule there, or brings nothing, is
dropped, which drops the worst of those that quarrel. Our greedy insertion then fills what is open. Both the plan as it
came and the mended one are measured, so nobody can mistake our filling for the peer's work.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from solver.check import broken_rules, score
from solver.greedy import greedy
from solver.plan import Assignment
from solver.prepare import Placement, Prepared

if TYPE_CHECKING:
    from bench.peers import Line
    from solver.problem import PlanningProblem


class Mended(NamedTuple):
    """A peer's plan as it came (lines, rules broken by name) and after mending (lines kept, total, rules broken)."""

    came: int
    broken: dict[str, int]
    kept: int
    filled: int
    total: int
    broken_after: int


def mend(problem: PlanningProblem, lines: list[Line]) -> Mended:
    """Audits a peer's lines, drops the worst of what breaks a rule, fills up and audits again."""
    prepared = Prepared(problem)
    ours = greedy(prepared, first=_densest_first(prepared, lines))
    after = [_line(prepared, placement) for placement in ours.placed.values()]
    return Mended(
        came=len(lines),
        broken=_by_rule(problem, lines),
        kept=len(set(after) & set(lines)),
        filled=len(after) + len(problem.locked),
        total=score(problem, _assignments(problem, after)).total,
        broken_after=sum(_by_rule(problem, after).values()),
    )


def _densest_first(prepared: Prepared, lines: Iterable[Line]) -> list[Placement]:
    index = prepared.index
    placements = [Placement(index.post_number[slot], index.mediator_number[who], start) for slot, who, start in lines]
    return sorted(placements, key=lambda given: -_density(prepared, given.post))


def _density(prepared: Prepared, post: int) -> float:
    """Value for each minute, which is what weekly hours and budgets ration."""
    known = prepared.index.posts[post]
    return known.slot.value / known.duration


def _line(prepared: Prepared, given: Placement) -> Line:
    index = prepared.index
    return index.posts[given.post].slot.id, index.mediators[given.mediator].id, given.start


def _by_rule(problem: PlanningProblem, lines: list[Line]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for violation in broken_rules(problem, _assignments(problem, lines)):
        counts[violation.rule] = counts.get(violation.rule, 0) + 1
    return counts


def _assignments(problem: PlanningProblem, lines: Iterable[Line]) -> list[Assignment]:
    durations = {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}
    kept = [(lock.slot, lock.mediator, lock.start) for lock in problem.locked]
    return [Assignment(slot, who, start, start + durations[slot]) for slot, who, start in (*kept, *lines)]
