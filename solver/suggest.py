# SPDX-License-Identifier: AGPL-3.0-or-later
"""When could this be filled? Every start at which somebody can come without moving any visit, best first.

A ``Suggester`` is prepared once for a problem and its plan and then answers in milliseconds: a day of a mediator
costs the same wherever between the same two visits a new one starts, so gains are worked out gap by gap
(``solver.openings``), never start by start. The plan must keep every hard rule (``solver.check.broken_rules``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.bids import Bid, bids, gain, wanted
from solver.index import Index, Post, allowed_starts
from solver.openings import Wanted
from solver.plan import Plan
from solver.problem import Appointment, Frozen, PlanningProblem
from solver.rules import budget
from solver.standing_plan import StandingPlan
from solver.team import best_team


class Taken(Frozen, frozen=True):
    """A slot and the mediator who would fill it."""

    slot: str
    mediator: str


class Suggestion(Frozen, frozen=True):
    """A start at which somebody can come, and the best people for it.

    ``gain`` is exactly what the plan's total would rise by. ``complete``: every slot asked for is filled. ``able``:
    for each slot how many people could fill it at this start, each looked at alone.
    """

    start: int
    end: int
    gain: int
    complete: bool
    people: tuple[Taken, ...]
    able: dict[str, int]


class Ask(NamedTuple):
    """The slots to fill together, the visit that each of them needs, and how many can be paid."""

    posts: Sequence[Post]
    wanted: Wanted
    most: int


Cells = npt.NDArray[np.int32]
NOBODY = -1


def suggest(problem: PlanningProblem, plan: Plan, appointment: Appointment) -> list[Suggestion]:
    """Suggestions for one new appointment; to ask again for the same plan keep a ``Suggester``."""
    return Suggester(problem, plan).suggest(appointment)


class Suggester:
    """Answers for one problem and one plan; build a new one when the plan changes."""

    def __init__(self, problem: PlanningProblem, plan: Plan) -> None:
        self.index = Index(problem)
        self.standing = StandingPlan(self.index, plan)

    def suggest(self, appointment: Appointment) -> list[Suggestion]:
        """All starts at which at least one slot of a new appointment can be filled.

        Most slots first, then by gain, then the earlier start. Raises ValueError for an id that is in the problem
        already or a place that is not.
        """
        return self._best(self._posts(appointment), self._starts(appointment))

    def suited(self, appointment: Appointment) -> dict[str, int]:
        """For each slot of a new appointment how many people suit it whatever the hour: whom only time may refuse."""
        return {post.slot.id: len(self.standing.able(post)) for post in self._posts(appointment)}

    def suggest_slot(self, slot_id: str) -> list[Suggestion]:
        """All starts at which an unfilled slot of the problem can be filled, beside its appointment's other slots.

        Raises ValueError for a slot that is unknown or filled.
        """
        index, standing = self.index, self.standing
        if slot_id not in index.post_number:
            raise ValueError(f"no slot of the problem is called {slot_id}: give the id of an unfilled one")
        if slot_id in standing.filled:
            raise ValueError(f"{slot_id} is filled by {standing.filled[slot_id].mediator}: give an unfilled slot")
        post = index.post(slot_id)
        # Who fills a partner slot is taken at its start, so only the start has to be asked about.
        settled = {standing.filled[slot.id].start for slot in post.appointment.slots if slot.id in standing.filled}
        starts = [start for start in self._starts(post.appointment) if settled <= {start}]
        return self._best([post], starts)

    def _posts(self, appointment: Appointment) -> list[Post]:
        """The slots of a new appointment, numbered after those of the problem."""
        index = self.index
        if any(appointment.id == known.id for known in index.problem.appointments):
            raise ValueError(f"appointment {appointment.id} is in the problem already: ask for one of its slots")
        if appointment.place is not None and appointment.place not in index.places:
            raise ValueError(f"place {appointment.place} is not in the problem: add it to places")
        return [
            Post(len(index.posts) + number, len(index.problem.appointments), slot, appointment)
            for number, slot in enumerate(appointment.slots)
        ]

    def _starts(self, appointment: Appointment) -> tuple[int, ...]:
        return allowed_starts(appointment, self.index.problem.policy.start_step)

    def _best(self, posts: Sequence[Post], starts: Sequence[int]) -> list[Suggestion]:
        if not posts or not starts:
            return []
        ask = Ask(posts, wanted(self.standing, posts[0], starts), self._affordable(posts))
        known: list[Bid] = []
        cells = self._cells(ask, known)
        able = (cells != NOBODY).sum(axis=2)
        found: dict[bytes, tuple[dict[int, int], int]] = {}
        suggestions = []
        for row, start in enumerate(starts):
            if not ask.most or not able[row].any():
                continue
            same = cells[row].tobytes()
            if same not in found:
                found[same] = self._team(ask, cells[row], known)
            suggestions.append(self._said(ask, start, able[row].tolist(), *found[same]))
        return sorted(suggestions, key=lambda said: (-len(said.people), -said.gain, said.start))

    def _affordable(self, posts: Sequence[Post]) -> int:
        """How many of the slots the budgets can still pay."""
        left = [self.standing.left.get(purse) for purse in budget.purses(self.index, posts[0])]
        return min([len(posts), *(max(0, minutes) // posts[0].duration for minutes in left if minutes is not None)])

    def _cells(self, ask: Ask, known: list[Bid]) -> Cells:
        """[start, slot, person] -> number of the bid, or NOBODY; the bids are appended to ``known``."""
        able = [self.standing.able(post) for post in ask.posts]
        everybody = sorted(set().union(*able))
        cells: Cells = np.full((len(ask.wanted.starts), len(able), len(everybody)), NOBODY, dtype=np.int32)
        for column, number in enumerate(everybody):
            openings = list(self.standing.calendars[number].openings(ask.wanted))
            for position, post in enumerate(ask.posts):
                if number in able[position]:
                    for first, past, bid in bids(self.standing, post, number, ask.wanted.starts, openings):
                        cells[first:past, position, column] = len(known)
                        known.append(bid)
        return cells

    def _team(self, ask: Ask, cells: Cells, known: list[Bid]) -> tuple[dict[int, int], int]:
        """Slot position -> mediator, and the exact gain; ``cells``: [slot, person] -> bid."""
        case = ask.posts[0].appointment.case
        choices = [{known[cell].mediator: known[cell] for cell in row if cell != NOBODY} for row in cells.tolist()]
        if len(choices) == 1:
            gains = {who: (gain(self.standing, case, [bid]), bid.worth) for who, bid in choices[0].items()}
            best = max(gains, key=lambda who: (gains[who], -who))
            return {0: best}, gains[best][0]
        team = best_team([{who: bid.worth for who, bid in held.items()} for held in choices], ask.most)
        return team, gain(self.standing, case, [choices[position][who] for position, who in team.items()])

    def _said(self, ask: Ask, start: int, able: list[int], team: dict[int, int], gain: int) -> Suggestion:
        people = tuple(
            Taken(ask.posts[position].slot.id, self.index.mediators[team[position]].id) for position in sorted(team)
        )
        counts = {post.slot.id: count for post, count in zip(ask.posts, able, strict=True)}
        return Suggestion(start, start + ask.wanted.duration, gain, len(team) == len(ask.posts), people, counts)
