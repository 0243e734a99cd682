# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each hard rule kept apart in a planned week: pairs of slot and mediator, by the first rule that refuses.

Rules about one pair are counted by eligibility, for open slots. Where she cannot be there at any allowed start, the
pair counts as ``window`` if she has a long enough shift on one of the desk's days (only the hours do not meet), else as
``shift``. The others are counted against the finished plan, by the checker: what a full day, a full week or a spent
budget prevented. ``one_mediator`` and ``locked`` are pairs that fail only because somebody else has the slot, chosen or
booked.
"""

from __future__ import annotations

from collections import Counter

from solver.check import OUTBID, all_reasons
from solver.eligibility import Eligibility
from solver.index import Index, Post
from solver.plan import HARD_RULES, Plan
from solver.problem import DAY, Mediator, PlanningProblem

JOINT = ("one_place", "max_day", "max_week", "budget", "together")


def pruned(problem: PlanningProblem, plan: Plan) -> dict[str, int]:
    """Pairs by rule, in the order in which a refusal is judged; every rule is there, a zero too."""
    index = Index(problem)
    eligible = Eligibility.of(index)
    found = Counter({rule: count for rule, count in eligible.pruned.items() if rule in HARD_RULES})
    hours = sum(works_that_day(eligible, post) for post in index.posts)
    found["window"] += hours
    found["shift"] -= hours
    locked = {standing.slot for standing in problem.locked}
    taken = [line.slot for line in plan.assignments]
    everything = taken + [empty.slot for empty in plan.unfilled]
    for slot, reasons in all_reasons(problem, plan.assignments, everything).items():
        for rule in JOINT:
            found[rule] += reasons.get(rule, 0)
        if slot in taken:
            found["locked" if slot in locked else "one_mediator"] += reasons.get(OUTBID, 0)
    return {rule: found[rule] for rule in HARD_RULES}


def works_that_day(eligible: Eligibility, post: Post) -> int:
    """Mediators refused by their shifts although one of these, on a day of the windows, is long enough."""
    if post.slot.id in eligible.index.locked:
        return 0
    days = {start // DAY for start in eligible.index.starts(post.appointment)}
    people = eligible.index.mediators
    return sum(
        rule == "shift" and has_shift(people[number], days, post.duration)
        for number, rule in enumerate(eligible.refusals(post.number))
    )


def has_shift(mediator: Mediator, days: set[int], minutes: int) -> bool:
    return any(low // DAY in days and high - low >= minutes for low, high in mediator.shifts)
