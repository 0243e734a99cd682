# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who else could take each planned slot at its planned time, without moving any other visit, best first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from solver.check import day_violations, score
from solver.eligibility import Eligibility
from solver.index import Index, Post
from solver.plan import Assignment, Plan
from solver.problem import Mediator, PlanningProblem


class Candidate(NamedTuple):
    """Rank 1 is the plan's own choice. ``loss`` is how much less the plan would be worth with this mediator.

    ``reasons``: travel (minutes from her home), level (her lowest among the slot's languages), week (her minutes of
    visits in that week, this one included), limit (her weekly minutes; absent when she has none).
    """

    slot: str
    mediator: str
    rank: int
    loss: int
    start: int
    reasons: dict[str, int]


def ranked(problem: PlanningProblem, plan: Plan, *, most: int) -> list[Candidate]:
    """At most ``most`` candidates for each filled slot that is not locked."""
    index = Index(problem)
    eligibility = Eligibility.of(index)
    hers: dict[str, list[Assignment]] = {}
    for given in plan.assignments:
        hers.setdefault(given.mediator, []).append(given)
    found: list[Candidate] = []
    for given in plan.assignments:
        if given.slot in index.locked:
            continue
        post = index.posts[index.post_number[given.slot]]
        able = [index.mediators[number] for number in eligibility.candidates[post.number]]
        found += list(_rank(index, post, given, able, hers))[:most]
    return found


def _rank(
    index: Index, post: Post, given: Assignment, able: list[Mediator], hers: dict[str, list[Assignment]]
) -> Iterator[Candidate]:
    gains: dict[str, int] = {}
    partners = {other.slot for lines in hers.values() for other in lines if _beside(index, other, post)}
    for mediator in able:
        visits = [visit for visit in hers.get(mediator.id, []) if visit.slot != given.slot]
        if not any(visit.slot in partners for visit in visits):
            gain = _gain(index, mediator, visits, given)
            if gain is not None:
                gains[mediator.id] = gain
    kept = gains.pop(given.mediator, 0)
    order = [given.mediator, *sorted(gains, key=lambda code: (-gains[code], code))]
    for rank, code in enumerate(order, start=1):
        mediator = index.mediators[index.mediator_number[code]]
        figures = _figures(index, post, mediator, hers.get(code, []), given)
        yield Candidate(given.slot, code, rank, kept - gains.get(code, kept), given.start, figures)


def _beside(index: Index, other: Assignment, post: Post) -> bool:
    """Whether the other line is another slot of the same appointment: one person cannot fill both."""
    appointment = index.posts[index.post_number[other.slot]].appointment_number
    return appointment == post.appointment_number and other.slot != post.slot.id


def _gain(index: Index, mediator: Mediator, visits: list[Assignment], given: Assignment) -> int | None:
    """What she adds to the total by taking the slot besides her visits; null when a rule of hers forbids it."""
    mine = msgspec.structs.replace(given, mediator=mediator.id)
    alone = _alone(index, mediator, [*visits, mine])
    if day_violations(alone, mediator.id, [*visits, mine]):
        return None
    return score(alone, [*visits, mine]).total - score(alone, visits).total


def _alone(index: Index, mediator: Mediator, visits: list[Assignment]) -> PlanningProblem:
    """The problem of one mediator and the appointments she visits: small, so that thousands can be scored."""
    numbers = sorted({index.posts[index.post_number[visit.slot]].appointment_number for visit in visits})
    problem = index.problem
    slots = {visit.slot for visit in visits}
    return msgspec.structs.replace(
        problem,
        mediators=(mediator,),
        appointments=tuple(problem.appointments[number] for number in numbers),
        locked=tuple(lock for lock in problem.locked if lock.mediator == mediator.id and lock.slot in slots),
        published=(),
        budgets=(),
    )


def _figures(
    index: Index, post: Post, mediator: Mediator, visits: list[Assignment], given: Assignment
) -> dict[str, int]:
    week = given.start // 10080
    others = sum(
        visit.end - visit.start for visit in visits if visit.slot != given.slot and visit.start // 10080 == week
    )
    figures = {"week": others + post.duration}
    if post.slot.languages:
        figures["level"] = min((mediator.languages.get(code, 0) for code in post.slot.languages), default=0)
    if post.onsite and post.appointment.place is not None:
        figures["travel"] = index.roads.leg(mediator, mediator.home, post.appointment.place)
    if mediator.max_week is not None:
        figures["limit"] = mediator.max_week
    return figures
