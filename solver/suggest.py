# SPDX-License-Identifier: AGPL-3.0-or-later
"""When could this be filled? Every start at which somebody can come without moving any visit, best first.

A ``Suggester`` is prepared once for a problem and its plan and then answers in milliseconds: a day of a mediator
costs the same wherever between the same two visits a new one starts, so gains are worked out gap by gap
(``solver.openings``), never start by start. The plan must keep every hard rule (``solver.check.broken_rules``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.goals import changes, cost, wishes
from solver.index import Index, Post, allowed_starts, day_of
from solver.openings import Opening, Wanted
from solver.plan import Plan
from solver.problem import Appointment, Frozen, PlanningProblem
from solver.roster import Roster
from solver.rules import PAIRWISE, budget
from solver.standing_plan import StandingPlan
from solver.team import best_team
from solver.visits import place_of

# The rules about a mediator and a slot alone; where and when she has room, her calendar says.
WHO = {name: refuses for name, refuses in PAIRWISE.items() if name not in {"window", "shift"}}


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


class Offer(NamedTuple):
    """What a mediator on a slot changes: whole points, and the exact fairness and euros that are rounded in the sum."""

    mediator: int
    points: int
    unfair: Fraction
    euros: Fraction

    @property
    def worth(self) -> Fraction:
        return self.points - self.unfair - self.euros


class Ask(NamedTuple):
    """The slots to fill together, and the visit that each of them needs."""

    posts: Sequence[Post]
    wanted: Wanted


Cells = npt.NDArray[np.int32]
NOBODY = -1


def suggest(problem: PlanningProblem, plan: Plan, appointment: Appointment) -> list[Suggestion]:
    """Suggestions for one new appointment; to ask again for the same plan keep a ``Suggester``."""
    return Suggester(problem, plan).suggest(appointment)


class Suggester:
    """Answers for one problem and one plan; build a new one when the plan changes."""

    def __init__(self, problem: PlanningProblem, plan: Plan) -> None:
        self.index = Index(problem)
        self.roster = Roster(self.index)
        self.standing = StandingPlan(self.index, plan)

    def suggest(self, appointment: Appointment) -> list[Suggestion]:
        """All starts at which at least one slot of a new appointment can be filled.

        Most slots first, then by gain, then the earlier start. Raises ValueError for an id that is in the problem
        already or a place that is not.
        """
        index = self.index
        if any(appointment.id == known.id for known in index.problem.appointments):
            raise ValueError(f"appointment {appointment.id} is in the problem already: ask for one of its slots")
        if appointment.place is not None and appointment.place not in index.places:
            raise ValueError(f"place {appointment.place} is not in the problem: add it to places")
        posts = [
            Post(len(index.posts) + number, len(index.problem.appointments), slot, appointment)
            for number, slot in enumerate(appointment.slots)
        ]
        return self._best(Ask(posts, self._wanted(posts, self._starts(appointment))))

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
        return self._best(Ask([post], self._wanted([post], starts)))

    def _starts(self, appointment: Appointment) -> tuple[int, ...]:
        return allowed_starts(appointment, self.index.problem.policy.start_step)

    def _wanted(self, posts: Sequence[Post], starts: Sequence[int]) -> Wanted:
        days = sorted({day_of(start) for start in starts})
        return Wanted(starts, days, posts[0].duration if posts else 0, place_of(self.index, posts[0]) if posts else 0)

    def _best(self, ask: Ask) -> list[Suggestion]:
        most = self._affordable(ask)
        if not most or not ask.wanted.starts:
            return []
        offers: list[Offer] = []
        cells = self._cells(ask, offers)
        able = (cells != NOBODY).sum(axis=2)
        found: dict[bytes, tuple[dict[int, int], int]] = {}
        suggestions = []
        for row, start in enumerate(ask.wanted.starts):
            if not able[row].any():
                continue
            same = cells[row].tobytes()
            if same not in found:
                found[same] = self._team(ask, cells[row], offers, most)
            suggestions.append(self._said(ask, start, able[row].tolist(), *found[same]))
        return sorted(suggestions, key=lambda said: (-len(said.people), -said.gain, said.start))

    def _affordable(self, ask: Ask) -> int:
        """How many of the slots the budgets can still pay."""
        most = len(ask.posts)
        for purse in budget.purses(self.index, ask.posts[0]) if ask.posts else ():
            if purse in self.standing.left:
                most = min(most, max(0, self.standing.left[purse]) // ask.wanted.duration)
        return most

    def _cells(self, ask: Ask, offers: list[Offer]) -> Cells:
        """[start, slot, person] -> number of the offer, or NOBODY; the offers are appended."""
        able = [self._able(post) for post in ask.posts]
        everybody = sorted(set().union(*able))
        shape = (len(ask.wanted.starts), len(ask.posts), len(everybody))
        cells: Cells = np.full(shape, NOBODY, dtype=np.int32)
        for column, number in enumerate(everybody):
            openings = list(self.standing.calendars[number].openings(ask.wanted))
            for position, post in enumerate(ask.posts):
                if number in able[position]:
                    for first, past, offer in self._offers(post, number, ask.wanted, openings):
                        cells[first:past, position, column] = len(offers)
                        offers.append(offer)
        return cells

    def _able(self, post: Post) -> frozenset[int]:
        """Mediators no rule about her and the slot alone refuses."""
        remaining = np.arange(self.roster.size, dtype=np.int64)
        for refuses in WHO.values():
            remaining = remaining[~refuses(self.roster, post, remaining)]
        return frozenset(remaining.tolist())

    def _offers(
        self, post: Post, number: int, wanted: Wanted, openings: Iterable[Opening]
    ) -> Iterator[tuple[int, int, Offer]]:
        """(first start, past the last, offer) for each opening; a start that keeps what was published follows alone."""
        policy, mediator = self.index.problem.policy, self.index.mediators[number]
        bare = (
            post.slot.value - wishes.cost(post.slot, mediator) - self.standing.newcomer(post.appointment.case, number)
        )
        euros = cost.euros(post.duration, mediator) * policy.cost_per_euro
        for first, past, travel, work, week in openings:
            points = bare - policy.travel_cost * travel
            offer = Offer(number, points, self.standing.unfairer(number, week, work), euros)
            yield first, past, offer
            for kept in self._published(post, mediator.id, wanted.starts[first:past], first):
                earned = changes.kept(self.index, post.slot.id, mediator.id, wanted.starts[kept])
                yield kept, kept + 1, offer._replace(points=points + earned)

    def _published(self, post: Post, mediator: str, starts: Sequence[int], first: int) -> Iterator[int]:
        """The number of the start at which the slot was published with her, if it is among these."""
        was = self.index.published.get(post.slot.id)
        if was is not None and was.mediator == mediator and was.start in starts:
            yield first + starts.index(was.start)

    def _team(self, ask: Ask, cells: Cells, offers: list[Offer], most: int) -> tuple[dict[int, int], int]:
        """Slot position -> mediator, and the exact gain; ``cells``: [slot, person] -> offer."""
        choices = [{offers[cell].mediator: offers[cell] for cell in row if cell != NOBODY} for row in cells.tolist()]
        if len(choices) == 1:
            best = max(choices[0].values(), key=lambda offer: (self._gain(ask, [offer]), offer.worth, -offer.mediator))
            return {0: best.mediator}, self._gain(ask, [best])
        team = best_team([{who: offer.worth for who, offer in held.items()} for held in choices], most)
        return team, self._gain(ask, [choices[position][who] for position, who in team.items()])

    def _gain(self, ask: Ask, chosen: Sequence[Offer]) -> int:
        """Exactly what the total rises by: fairness and euros are rounded once, on the whole plan's sums."""
        standing = self.standing
        points = sum(offer.points for offer in chosen)
        points -= standing.first_of_case(ask.posts[0].appointment.case, len(chosen))
        unfair = standing.unfair + sum(offer.unfair for offer in chosen)
        euros = standing.euros + sum(offer.euros for offer in chosen)
        return points - (_whole(unfair) - _whole(standing.unfair)) - (_whole(euros) - _whole(standing.euros))

    def _said(self, ask: Ask, start: int, able: list[int], team: dict[int, int], gain: int) -> Suggestion:
        people = tuple(
            Taken(ask.posts[position].slot.id, self.index.mediators[team[position]].id) for position in sorted(team)
        )
        counts = {post.slot.id: count for post, count in zip(ask.posts, able, strict=True)}
        return Suggestion(start, start + ask.wanted.duration, gain, len(team) == len(ask.posts), people, counts)


def _whole(total: Fraction) -> int:
    """floor(x + 1/2), as the score rounds fairness and cost."""
    return floor(total + Fraction(1, 2))
