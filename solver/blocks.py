# SPDX-License-Identifier: AGPL-3.0-or-later
"""Very large problems, block by block: people who live near each other plan their slots in a process of their own.

A block is a problem like any other. Slots go to the block of whoever has them in the plan so far, empty ones to where
most of those live who could take them. Blocks prove nothing about the whole: its bound comes from elsewhere.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from math import cos, sin
from typing import NamedTuple

import msgspec
import numpy as np

from solver.first import first_plans
from solver.greedy import greedy
from solver.prepare import Placement, Prepared
from solver.problem import Appointment, Budget, Busy, Mediator, PlanningProblem, Standing, Travel
from solver.progress import Search
from solver.rules import budget
from solver.spawned import end_with, without_main

MANY = 1_500  # open slots beyond which a problem is planned in blocks as well
AT_ONCE, MOST_AT_ONCE = 220, 880  # open slots of a block, about: twice as many once a sweep finds nothing
SHARE = 0.85  # of the time left, for all blocks together
MOST_SWEEPS = 12
MOST_SECONDS = 15.0  # for a block of ``AT_ONCE``, which mostly needs less
ANGLE = 1.0  # radians by which each sweep turns the map
OFF_THE_MIDDLE = 0.4

Line = tuple[str, str, int]


class Task(NamedTuple):
    """A block: its problem, and the plan so far."""

    problem: bytes
    lines: list[Line]
    seconds: float
    seed: int


def plan_in_blocks(search: Search, *, share: float = SHARE) -> None:
    """Offers the search the plan of all blocks together; then again across other borders, for a share of the time.

    Each sweep divides the territory along other lines, so that what a border kept apart the last time can meet.
    """
    context = multiprocessing.get_context("spawn")
    until = search.elapsed() + share * search.left()
    with (
        without_main(),
        ProcessPoolExecutor(search.workers, mp_context=context, initializer=end_with, initargs=(os.getpid(),)) as pool,
    ):
        try:
            size = AT_ONCE
            for turn in range(MOST_SWEEPS):
                before, started = search.total, search.elapsed()
                _sweep(search, pool, turn, size, until)
                took = search.elapsed() - started
                if search.total <= before:
                    size *= 2
                if size > MOST_AT_ONCE or search.elapsed() + took > until:
                    return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _sweep(search: Search, pool: ProcessPoolExecutor, turn: int, size: int, until: float) -> None:
    """Plans every block of about ``size`` slots once."""
    prepared = search.prepared
    block_of = divided(prepared, search.placements, turn, size)
    count = max(block_of, default=-1) + 1
    parts = Parts(prepared, block_of, search.placements)
    seconds = min(MOST_SECONDS * size / AT_ONCE, (until - search.elapsed()) * search.workers / max(1, count))
    asked = {pool.submit(plan_block, parts.task(block, seconds, search.seed)): block for block in range(count)}
    waiting = set(asked)
    while waiting and not search.past(until):
        done, waiting = wait(waiting, timeout=max(0.1, min(5.0, search.left())), return_when=FIRST_COMPLETED)
        for future in done:
            parts.take(asked[future], future.result())
        search.tell()
    for future in waiting:
        future.cancel()
    search.offer(greedy(prepared, first=parts.placements(), out_of_time=search.out_of_time))


def divided(prepared: Prepared, placements: Sequence[Placement], turn: int, size: int) -> list[int]:
    """For each mediator her block: the map is halved, across its longer side, until a block holds few visits.

    ``turn``: by how many times ``ANGLE`` the map is turned before, and how far the first border lies off the middle.
    """
    posts = prepared.index.posts
    held = Counter(placement.mediator for placement in placements)
    for standing in prepared.index.locked.values():
        held[prepared.index.mediator_number[standing.mediator]] += 1
    places = prepared.index.places
    homes = np.array([(places[person.home].lat, places[person.home].lon) for person in prepared.index.mediators])
    east, north = 0.7 * homes[:, 1], homes[:, 0]
    homes = np.stack(
        (east * cos(turn * ANGLE) - north * sin(turn * ANGLE), east * sin(turn * ANGLE) + north * cos(turn * ANGLE)),
        axis=1,
    )
    weight = np.array([held[number] for number in range(len(homes))], dtype=np.float64)
    weight += max(1.0, len(posts) - weight.sum()) / max(1, len(homes))
    block_of = [0] * len(homes)
    waiting, count = [np.arange(len(homes))], 0
    while waiting:
        group = waiting.pop()
        if weight[group].sum() <= size or len(group) < 2:
            for number in group.tolist():
                block_of[number] = count
            count += 1
            continue
        spread = np.ptp(homes[group], axis=0)
        order = group[np.argsort(homes[group][:, int(spread.argmax())], kind="stable")]
        share = OFF_THE_MIDDLE if turn % 2 and len(group) == len(homes) else 0.5
        half = int(np.searchsorted(np.cumsum(weight[order]), share * weight[order].sum())) + 1
        half = min(max(1, half), len(order) - 1)
        waiting += [order[half:], order[:half]]
    return block_of


class Parts:
    """The blocks of a problem as problems, and the plan that grows out of their answers."""

    def __init__(self, prepared: Prepared, block_of: list[int], placements: Sequence[Placement]) -> None:
        self.prepared, self.block_of = prepared, block_of
        self.placed = {placement.post: placement for placement in placements}
        self.home_of = [self._block_of_appointment(posts) for posts in prepared.index.posts_of_appointment]
        self.appointments: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(self.home_of):
            self.appointments[block].append(number)
        self.people: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(block_of):
            self.people[block].append(number)
        self.placed_slots = {prepared.index.posts[post].slot.id for post in self.placed}
        self.away = self._held_away()
        self.busy: dict[str, list[Standing]] = defaultdict(list)
        for standing in self.away.values():
            self.busy[standing.mediator].append(standing)

    def _held_away(self) -> dict[str, Standing]:
        """By slot: what ties a slot of one block to a mediator of another, locked or in the plan so far. It stays."""
        index = self.prepared.index
        lines = [*self.prepared.problem.locked]
        for post, mediator, start in self.placed.values():
            lines.append(Standing(slot=index.posts[post].slot.id, mediator=index.mediators[mediator].id, start=start))
        return {
            line.slot: line
            for line in lines
            if self.home_of[index.post(line.slot).appointment_number]
            != self.block_of[index.mediator_number[line.mediator]]
        }

    def _block_of_appointment(self, posts: Sequence[int]) -> int:
        """Where a locked slot's mediator is, else who has one of its slots, else most of those who could take one."""
        index = self.prepared.index
        for post in posts:
            standing = index.locked.get(index.posts[post].slot.id)
            if standing is not None:
                return self.block_of[index.mediator_number[standing.mediator]]
        for post in posts:
            if post in self.placed:
                return self.block_of[self.placed[post].mediator]
        able = Counter[int]()
        for post in posts:
            options = self.prepared.pairs.options[post]
            if options is not None:
                able.update(self.block_of[number] for number in options.who.tolist())
        return min(able, key=lambda block: (-able[block], block)) if able else 0

    def task(self, block: int, seconds: float, seed: int) -> Task:
        """The block as a problem of its own; locks of its slots by people outside stay there as their own commitment."""
        problem, index = self.prepared.problem, self.prepared.index
        here = (self._here(problem.appointments[number]) for number in self.appointments[block])
        appointments = [visit for visit in here if visit.slots]
        mediators = [self._with_busy(index.mediators[number]) for number in self.people[block]]
        slots = {slot.id for visit in appointments for slot in visit.slots}
        names = {person.id for person in mediators}
        part = msgspec.structs.replace(
            problem,
            mediators=tuple(mediators),
            appointments=tuple(appointments),
            locked=tuple(line for line in problem.locked if line.slot in slots),
            published=tuple(line for line in problem.published if line.slot in slots),
            budgets=self._budgets(block),
            **self._map(mediators, appointments),
        )
        lines = [
            (index.posts[post].slot.id, index.mediators[given.mediator].id, given.start)
            for number in self.appointments[block]
            for post in index.posts_of_appointment[number]
            if (given := self.placed.get(post)) is not None and index.mediators[given.mediator].id in names
        ]
        return Task(msgspec.json.encode(part), lines, seconds, seed)

    def _budgets(self, block: int) -> tuple[Budget, ...]:
        """What each budget leaves a block: what its lines use already, and its share of what nobody uses."""
        prepared, index = self.prepared, self.prepared.index
        used, mine = [0] * len(prepared.room), [0] * len(prepared.room)
        facts: Counter[budget.Purse] = Counter()
        for post in self.placed:
            for purse in prepared.purses[post]:
                used[purse] += index.posts[post].duration
        for number in self.appointments[block]:
            for post in index.posts_of_appointment[number]:
                slot = index.posts[post].slot.id
                if slot in self.placed_slots and slot not in self.away:
                    for purse in prepared.purses[post]:
                        mine[purse] += index.posts[post].duration
                if slot in index.locked and slot not in self.away:
                    facts.update(dict.fromkeys(budget.purses(index, index.posts[post]), index.posts[post].duration))
        share = len(self.appointments[block]) / max(1, len(self.home_of))
        return tuple(
            Budget(project, ambito, facts[project, ambito] + mine[purse] + int(max(0, room - used[purse]) * share))
            for purse, ((project, ambito), room) in enumerate(prepared.room.items())
        )

    def _here(self, visit: Appointment) -> Appointment:
        """An appointment without the slots that people of other blocks hold: the others start when those do."""
        held = [self.away[slot.id] for slot in visit.slots if slot.id in self.away]
        if not held:
            return visit
        start = held[0].start
        free = tuple(slot for slot in visit.slots if slot.id not in self.away)
        return msgspec.structs.replace(visit, slots=free, windows=((start, start),))

    def _with_busy(self, person: Mediator) -> Mediator:
        """A mediator whom slots of other blocks keep busy."""
        visits = self.busy.get(person.id, [])
        if not visits:
            return person
        index = self.prepared.index
        further = []
        for standing in visits:
            visit = index.post(standing.slot).appointment
            place = visit.place if visit.mode == "onsite" else None
            further.append(Busy(place=place, start=standing.start, end=standing.start + visit.duration))
        return msgspec.structs.replace(person, busy=(*person.busy, *further))

    def _map(self, mediators: Sequence[Mediator], appointments: Sequence[Appointment]) -> dict[str, object]:
        """Only the places that a block needs, and their part of a travel matrix."""
        problem, index = self.prepared.problem, self.prepared.index
        needed = {person.home for person in mediators} | {visit.place for visit in appointments if visit.place}
        needed |= {busy.place for person in mediators for busy in person.busy if busy.place}
        numbers = sorted(index.roads.place_index[place] for place in needed)
        travel = problem.travel
        if travel is not None and travel.minutes is not None:
            minutes = tuple(tuple(travel.minutes[a][b] for b in numbers) for a in numbers)
            travel = Travel(minutes=minutes, metres=None)
        return {"places": tuple(problem.places[number] for number in numbers), "travel": travel}

    def take(self, block: int, lines: Sequence[Line]) -> None:
        """The answer of a block takes the place of what its slots had."""
        index = self.prepared.index
        for number in self.appointments[block]:
            for post in index.posts_of_appointment[number]:
                if index.posts[post].slot.id not in self.away:
                    self.placed.pop(post, None)
        for slot, mediator, start in lines:
            post = index.post_number[slot]
            self.placed[post] = Placement(post, index.mediator_number[mediator], start)

    def placements(self) -> list[Placement]:
        return list(self.placed.values())


def plan_block(task: Task) -> list[Line]:
    """Plans a block in a process of its own."""
    from solver.solve import plan_whole

    prepared = Prepared(msgspec.json.decode(task.problem, type=PlanningProblem))
    search = Search(
        prepared,
        seconds=task.seconds,
        seed=task.seed,
        workers=1,
        on_better=None,
        clock=time.monotonic,
        started=time.monotonic(),
    )
    first_plans(search, None)
    index = prepared.index
    known = [
        Placement(index.post_number[slot], index.mediator_number[mediator], start)
        for slot, mediator, start in task.lines
    ]
    search.offer(greedy(prepared, first=known))
    plan_whole(search)
    return [
        (index.posts[post].slot.id, index.mediators[mediator].id, start) for post, mediator, start in search.placements
    ]
