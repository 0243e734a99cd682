# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who else could take each planned slot at its planned time, without moving any other visit, best first."""

from __future__ import annotations

from typing import NamedTuple

from solver.bids import bids, gain, wanted
from solver.index import Index, Post
from solver.plan import Assignment, Plan
from solver.problem import Mediator, PlanningProblem
from solver.standing_plan import StandingPlan


class Candidate(NamedTuple):
    """Rank 1 is the plan's own choice. ``loss`` is exactly how much less the plan would be worth with this mediator.

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
    """At most ``most`` candidates for each filled slot that is not locked; the plan must keep every hard rule."""
    if not most:
        return []
    index = Index(problem)
    standing = StandingPlan(index, plan)
    hers: dict[str, list[Assignment]] = {}
    for given in plan.assignments:
        hers.setdefault(given.mediator, []).append(given)
    found: list[Candidate] = []
    for given in plan.assignments:
        if given.slot not in index.locked:
            found += _ranked(standing, given, hers, most)
    return found


def _ranked(standing: StandingPlan, given: Assignment, hers: dict[str, list[Assignment]], most: int) -> list[Candidate]:
    index, post = standing.index, standing.index.post(given.slot)
    gains = _gains(standing, given, post)
    kept = gains.pop(given.mediator)
    found = []
    for rank, code in enumerate([given.mediator, *sorted(gains, key=lambda who: (-gains[who], who))][:most], start=1):
        figures = _figures(index, post, index.mediator(code), hers.get(code, []), given)
        found.append(Candidate(given.slot, code, rank, kept - gains.get(code, kept), given.start, figures))
    return found


def _gains(standing: StandingPlan, given: Assignment, post: Post) -> dict[str, int]:
    """What each mediator who could take a line's slot at its start brings the plan without that line."""
    visit, gains = wanted(standing, post, (given.start,)), {}
    standing.take(given.slot)
    for number in standing.able(post):
        openings = standing.calendars[number].openings(visit)
        for _, _, bid in bids(standing, post, number, visit.starts, openings):
            gains[standing.index.mediators[number].id] = gain(standing, post.appointment.case, [bid])
    standing.put(given)
    return gains


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
