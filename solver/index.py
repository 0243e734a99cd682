# SPDX-License-Identifier: AGPL-3.0-or-later
"""The look-ups of one problem: who is who by id and by number, and which starts an appointment allows."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import NamedTuple

from solver.problem import DAY, WEEK, Appointment, Mediator, Place, PlanningProblem, Slot, Standing
from solver.travel import Roads


def day_of(start: int) -> int:
    """The day a visit belongs to: that of its start, even when it ends after midnight."""
    return start // DAY


def week_of(start: int) -> int:
    return start // WEEK


def allowed_starts(appointment: Appointment, step: int) -> tuple[int, ...]:
    """Starts lo, lo + step, ... <= hi of all windows, sorted, each once. No window: no start."""
    spans = (range(low, high + 1, step) for low, high in appointment.windows)
    return tuple(sorted(set(chain.from_iterable(spans))))


class Post(NamedTuple):
    """A slot together with the appointment it belongs to and its numbers in the problem's order."""

    number: int
    appointment_number: int
    slot: Slot
    appointment: Appointment

    @property
    def onsite(self) -> bool:
        return self.appointment.mode == "onsite"

    @property
    def duration(self) -> int:
        return self.appointment.duration


class Index:
    """Every look-up of one problem, built once. Numbers are positions: posts over all slots, mediators, places."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.posts = _posts(problem)
        self.post_number = {post.slot.id: post.number for post in self.posts}
        self.mediators: tuple[Mediator, ...] = problem.mediators
        self.mediator_number = {mediator.id: number for number, mediator in enumerate(problem.mediators)}
        self.places: dict[str, Place] = {place.id: place for place in problem.places}
        self.locked: dict[str, Standing] = {standing.slot: standing for standing in problem.locked}
        self.published: dict[str, Standing] = {standing.slot: standing for standing in problem.published}
        self._starts: dict[tuple[tuple[int, int], ...], tuple[int, ...]] = {}

    @cached_property
    def roads(self) -> Roads:
        return Roads.of(self.problem)

    @cached_property
    def posts_of_appointment(self) -> tuple[tuple[int, ...], ...]:
        """Post numbers of each appointment, in the order of the appointments."""
        groups: list[list[int]] = [[] for _ in self.problem.appointments]
        for post in self.posts:
            groups[post.appointment_number].append(post.number)
        return tuple(tuple(group) for group in groups)

    def post(self, slot_id: str) -> Post:
        return self.posts[self.post_number[slot_id]]

    def mediator(self, mediator_id: str) -> Mediator:
        return self.mediators[self.mediator_number[mediator_id]]

    def starts(self, appointment: Appointment) -> tuple[int, ...]:
        """The allowed starts of an appointment; equal windows share one tuple."""
        known = self._starts.get(appointment.windows)
        if known is None:
            known = self._starts[appointment.windows] = allowed_starts(appointment, self.problem.policy.start_step)
        return known


def _posts(problem: PlanningProblem) -> tuple[Post, ...]:
    pairs = [
        (number, appointment, slot)
        for number, appointment in enumerate(problem.appointments)
        for slot in appointment.slots
    ]
    return tuple(Post(count, number, slot, appointment) for count, (number, appointment, slot) in enumerate(pairs))
