# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upper bounds on the total of any plan, in exact arithmetic, and the one safe way to round them.

A bound here is on the *unrounded* total U = value - travel - wishes - continuity - F - changes - C, with F and C the
exact fractions of fairness and cost. The published total uses floor(F + 1/2) > F - 1/2 and floor(C + 1/2) > C - 1/2,
so it is strictly less than U + k/2, where k counts the terms that can be fractional at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from solver.goals import continuity, cost, fairness
from solver.prepare import Prepared


def whole(prepared: Prepared, unrounded: Fraction) -> int:
    """The greatest integer total a plan can have whose unrounded total is at most ``unrounded``.

    Unrounded totals are multiples of 1/grain, so a bound just above one of them (the linear program's last digits)
    is lowered to it before it is rounded.
    """
    unrounded = Fraction(floor(unrounded * prepared.grain), prepared.grain)
    policy = prepared.policy
    fair = any(slope for _, slope in policy.fairness_cost) and any(
        mediator.target_week is not None for mediator in prepared.problem.mediators
    )
    terms = int(fair) + int(policy.cost_per_euro > 0)
    return ceil(unrounded + Fraction(terms, 2)) - 1 if terms else floor(unrounded)


def settled_total(prepared: Prepared) -> Fraction:
    """The unrounded total of the plan that adds nothing to the facts."""
    policy, total = prepared.policy, Fraction(prepared.settled.gain) - prepared.settled.euros
    for person in prepared.persons:
        total -= policy.travel_cost * sum(day.travel for day in person.base.values())
        total -= unfair(prepared, person.number, person.base_week.values())
    return total - sum(continuity.cost(policy, len(people)) for people in prepared.settled_people.values())


def unfair(prepared: Prepared, number: int, weeks: Iterable[int]) -> Fraction:
    """Exact fairness cost of a mediator's weeks, given the working minutes of each."""
    target = prepared.index.mediators[number].target_week
    if target is None:
        return Fraction(0)
    return sum((fairness.cost(prepared.policy, target, work) for work in weeks), Fraction(0))


def slot_by_slot(prepared: Prepared) -> Fraction:
    """Every open post filled by whoever gains most there, at no further cost: valid at once, for any problem.

    Where a stop on the way can make a road shorter (a matrix without the triangle inequality), what the facts alone
    drive and work is no floor, and the travel and fairness they cost are left out.
    """
    total = settled_total(prepared)
    for person in prepared.persons:
        if not person.straight:
            total += prepared.policy.travel_cost * sum(day.travel for day in person.base.values())
            total += unfair(prepared, person.number, person.base_week.values())
    parts = sum(max(0, prepared.pairs.best(post)) for post in prepared.open)
    total += Fraction(parts, cost.PARTS)
    return total + sum(prepared.kept.values())
