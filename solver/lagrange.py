# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Lagrangian bound: any prices >= 0, with every unit priced at them, prove how good a plan can be at most."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from solver import bound as bounds
from solver.goals import continuity
from solver.prepare import Prepared
from solver.rows import Rows, Segment
from solver.scope import Scope

Ints = npt.NDArray[np.int64]


def lagrangian(prepared: Prepared, rows: Rows, scope: Scope, prices: Ints, best: Ints, bits: int) -> Fraction:
    """An upper bound on what the routes of a scope can bring, from any prices >= 0 of all rows but the units'.

    ``best`` holds for each unit the most that any of its routes is worth at these prices. The bound adds what the rows
    sell and, for each bounded variable of the master, the most it can earn (A. M. Geoffrion, "Lagrangean relaxation
    for integer programming", Mathematical Programming Study 2, 1974).
    """
    total = Fraction(sum(max(0, value) for value in best.tolist())) + _posts_sell(prepared, rows, scope, prices)
    total += sum(int(prices[row]) * minutes for row, minutes in zip(rows.purses, scope.room, strict=True))
    people = {unit.person.number for unit in scope.units if unit.week is None}
    for (number, week), segments in rows.weeks.items():
        if number in people:
            total += week_sells(int(prices[rows.week_rows[number, week]]), segments, 1 << bits)
    return (total + _cases_sell(prepared, rows, scope, prices, bits)) / (1 << bits)


def constant(prepared: Prepared, rows: Rows) -> Fraction:
    """What the facts bring and cost outside the master's rows."""
    policy, total = prepared.policy, Fraction(prepared.settled.gain) - prepared.settled.euros
    for person in prepared.persons:
        total -= policy.travel_cost * sum(day.travel for day in person.base.values())
        total -= bounds.unfair(prepared, person.number, person.base_week.values())
    for case, people in prepared.settled_people.items():
        if case not in rows.cases:
            total -= continuity.cost(policy, len(people))
    return total


def _posts_sell(prepared: Prepared, rows: Rows, scope: Scope, prices: Ints) -> int:
    """Each post is sold once; where starts are a joint decision an appointment is sold at its dearest start."""
    total = 0
    joint: dict[int, dict[int, int]] = {}
    for (post, start), row in rows.posts.items():
        if post not in scope.posts:
            continue
        price = int(prices[row])
        if start is None:
            total += price
            continue
        appointment = prepared.index.posts[post].appointment_number
        if scope.starts.get(appointment, start) == start:
            starts = joint.setdefault(appointment, {})
            starts[start] = starts.get(start, 0) + price
    return total + sum(max(starts.values()) for starts in joint.values())


def week_sells(price: int, segments: list[Segment], scale: int) -> Fraction:
    """Each segment sells its minutes where the price is above their cost."""
    total = Fraction(0)
    for width, slope in segments:
        earned = price - slope * scale
        if earned > 0:
            assert width is not None, "prices of an endless segment are cut to its cost"
            total += earned * width
    return total


def _cases_sell(prepared: Prepared, rows: Rows, scope: Scope, prices: Ints, bits: int) -> int:
    """The first person of a case is free; further ones are linked where their visits pay for it."""
    total = 0
    linked: dict[tuple[str, int], int] = {}
    for (mediator, appointment), row in rows.links.items():
        price = int(prices[row])
        if price:
            case = prepared.problem.appointments[appointment].case
            assert case is not None, "only appointments of a case have links"
            linked[case, mediator] = linked.get((case, mediator), 0) + price
    ceiling = prepared.policy.case_cost << bits
    for case, row in rows.cases.items():
        total += min(int(prices[row]), ceiling) * (1 - len(scope.people.get(case, ())))
    for (case, _), earned in linked.items():
        total += max(0, earned - min(int(prices[rows.cases[case]]), ceiling))
    return total
