# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Lagrangian bound: any prices >= 0, with every stretch priced at them, prove how good a plan can be at most."""

from __future__ import annotations

from fractions import Fraction

from solver import bound as bounds
from solver.goals import continuity
from solver.master import Master, Segment
from solver.prepare import Prepared
from solver.prices import SCALE, Prices


def lagrangian(prepared: Prepared, master: Master, prices: Prices) -> Fraction:
    """An upper bound on the objective of the master over whole routes, from any prices >= 0.

    ``prices.stretch`` must hold for each stretch the most any of its routes is worth at the other prices. The bound
    adds what the rows sell and, for each bounded variable of the master, the most it can earn (A. M. Geoffrion,
    "Lagrangean relaxation for integer programming", Mathematical Programming Study 2, 1974).
    """
    total = Fraction(sum(max(0, best) for best in prices.stretch.values())) + _posts_sell(prepared, prices)
    total += sum(prices.purse.get(purse, 0) * minutes for purse, minutes in enumerate(master.scope.room))
    for (number, week), segments in master.weeks.items():
        base = prepared.persons[number].base_week.get(week, 0)
        total += _week_sells(prices.work.get((number, week), 0), base, segments)
    return total / SCALE + _cases_sell(prepared, master, prices)


def constant(prepared: Prepared, master: Master) -> Fraction:
    """What the facts bring and cost outside the master's rows."""
    policy, total = prepared.policy, Fraction(prepared.settled.gain) - prepared.settled.euros
    for person in prepared.persons:
        total -= policy.travel_cost * sum(day.travel for day in person.base.values())
        outside = (work for week, work in person.base_week.items() if not master.weeks.get((person.number, week)))
        total -= bounds.unfair(prepared, person.number, outside)
    for case, people in prepared.settled_people.items():
        if case not in master.case_rows:
            total -= continuity.cost(policy, len(people))
    return total


def _posts_sell(prepared: Prepared, prices: Prices) -> int:
    """Each post is sold once; where starts are a joint decision an appointment is sold at its dearest start."""
    total = 0
    joint: dict[int, dict[int, int]] = {}
    for (post, start), price in prices.post.items():
        if start is None:
            total += price
            continue
        starts = joint.setdefault(prepared.index.posts[post].appointment_number, {})
        starts[start] = starts.get(start, 0) + price
    return total + sum(max(starts.values()) for starts in joint.values())


def _week_sells(price: int, base: int, segments: list[Segment]) -> Fraction:
    """Each segment sells its minutes where the price is above their cost; the facts buy theirs first."""
    total = Fraction(-price * base)
    for width, slope in segments:
        earned = price - slope * SCALE
        if earned > 0:
            assert width is not None, "prices of an endless segment are cut to its cost"
            total += earned * width
    return total


def _cases_sell(prepared: Prepared, master: Master, prices: Prices) -> Fraction:
    """The first person of a case is free; further ones are linked where their visits pay for it."""
    total = 0
    linked: dict[tuple[str, int], int] = {}
    for (mediator, appointment), price in prices.link.items():
        case = prepared.problem.appointments[appointment].case
        assert case is not None, "only appointments of a case have links"
        linked[case, mediator] = linked.get((case, mediator), 0) + price
    ceiling = prepared.policy.case_cost * SCALE
    for case in master.case_rows:
        first = min(prices.case.get(case, 0), ceiling)
        total += first * (1 - len(master.scope.people.get(case, ())))
    for (case, _), earned in linked.items():
        total += max(0, earned - min(prices.case.get(case, 0), ceiling))
    return Fraction(total, SCALE)
