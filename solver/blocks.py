# SPDX-License-Identifier: AGPL-3.0-or-later
"""Very large problems, block by block: people who live near each other plan their slots in a process of their own.

A block is a problem like any other. Slots go to the block of whoever has them in the plan so far, empty ones to where
most of those live who could take them. For the bound a block also counts what its slots would gain if anybody outside
were free to take them (their own weeks and roads set aside): so the blocks' bounds together hold for the whole.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from fractions import Fraction
from math import cos, sin
from typing import NamedTuple

import msgspec
import numpy as np

from solver import bound as bounds
from solver.first import first_plans
from solver.greedy import greedy
from solver.lagrange import constant
from solver.prepare import Placement, Prepared
from solver.problem import Appointment, Busy, Mediator, PlanningProblem, Standing, Travel
from solver.progress import Search
from solver.spawned import end_with, without_main

MANY = 1_500  # open slots beyond which a problem is planned in blocks
AT_ONCE = 220  # open slots of a block, about
SHARE = 0.6  # of the time left, for all blocks together
MOST_SWEEPS = 12
MOST_SECONDS = 15.0  # for one block, which mostly needs less
ANGLE = 1.0  # radians by which each sweep turns the map
OFF_THE_MIDDLE = 0.4

Line = tuple[str, str, int]


class Task(NamedTuple):
    """A block: its problem, the plan so far, and what each of its slots would gain outside, in points.

    ``elsewhere`` is None where no bound is asked for.
    """

    problem: bytes
    lines: list[Line]
    elsewhere: dict[str, int] | None
    seconds: float
    seed: int


class Answer(NamedTuple):
    """A block's lines, and a bound on its total with its slots free to be taken outside (None: none was proven)."""

    lines: list[Line]
    bound: int | None


def plan_in_blocks(search: Search) -> None:
    """Offers the search the plan of all blocks together and the sum of their bounds; then again across other borders.

    Each sweep divides the territory along other lines, so that what a border kept apart the last time can meet.
    """
    context = multiprocessing.get_context("spawn")
    until = search.elapsed() + SHARE * search.left()
    with (
        without_main(),
        ProcessPoolExecutor(search.workers, mp_context=context, initializer=end_with, initargs=(os.getpid(),)) as pool,
    ):
        try:
            for turn in range(MOST_SWEEPS):
                before, started = search.total, search.elapsed()
                _sweep(search, pool, turn, until)
                took = search.elapsed() - started
                if search.total <= before or search.elapsed() + took > until:
                    return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _sweep(search: Search, pool: ProcessPoolExecutor, turn: int, until: float) -> None:
    """Plans every block once; the first time their bounds are added up too."""
    prepared = search.prepared
    block_of = divided(prepared, search.placements, turn)
    count = max(block_of, default=-1) + 1
    parts = Parts(prepared, block_of, search.placements)
    seconds = min(MOST_SECONDS, (until - search.elapsed()) * search.workers / max(1, count))
    asked = {
        pool.submit(plan_block, parts.task(block, seconds, search.seed, bounded=turn == 0)) for block in range(count)
    }
    total: int | None = parts.lost + count if turn == 0 and prepared.all_straight else None
    for answer in _as_they_come(asked, search):
        parts.take(answer.lines)
        total = None if total is None or answer.bound is None else total + answer.bound
    search.offer(greedy(prepared, first=parts.placements(), out_of_time=search.out_of_time))
    if total is not None and not asked:
        search.bounded(Fraction(total))


def _as_they_come(asked: set[Future[Answer]], search: Search) -> Iterator[Answer]:
    while asked and not search.out_of_time():
        done, _ = wait(asked, timeout=max(0.1, min(5.0, search.left())), return_when=FIRST_COMPLETED)
        for future in done:
            asked.remove(future)
            yield future.result()


def divided(prepared: Prepared, placements: Sequence[Placement], turn: int) -> list[int]:
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
        if weight[group].sum() <= AT_ONCE or len(group) < 2:
            for number in group.tolist():
                block_of[number] = count
            count += 1
            continue
        spread = np.ptp(homes[group], axis=0)
        order = group[np.argsort(homes[group][:, int(spread.argmax())], kind="stable")]
        half = (
            int(
                np.searchsorted(
                    np.cumsum(weight[order]),
                    weight[order].sum() * (OFF_THE_MIDDLE if turn % 2 and len(group) == len(homes) else 0.5),
                )
            )
            + 1
        )
        half = min(max(1, half), len(order) - 1)
        waiting += [order[half:], order[:half]]
    return block_of


class Parts:
    """The blocks of a problem as problems, and the plan that grows out of their answers."""

    def __init__(self, prepared: Prepared, block_of: list[int], placements: Sequence[Placement]) -> None:
        self.prepared, self.block_of = prepared, block_of
        self._blocks = np.array(block_of, dtype=np.int64)
        self.placed = {placement.post: placement for placement in placements}
        self.home_of = [self._block_of_appointment(posts) for posts in prepared.index.posts_of_appointment]
        self.appointments: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(self.home_of):
            self.appointments[block].append(number)
        self.people: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(block_of):
            self.people[block].append(number)
        self.kept = {placement.post: worth for placement, worth in prepared.kept.items()}
        self.away = self._locked_away()
        self.lost = sum(prepared.index.post(standing.slot).slot.value for standing in self.away)

    def _locked_away(self) -> list[Standing]:
        """Locks that tie a slot of one block to a mediator of another."""
        index = self.prepared.index
        return [
            standing
            for standing in self.prepared.problem.locked
            if self.home_of[index.post(standing.slot).appointment_number]
            != self.block_of[index.mediator_number[standing.mediator]]
        ]

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

    def task(self, block: int, seconds: float, seed: int, *, bounded: bool) -> Task:
        """The block as a problem of its own; locks of its slots by people outside stay there as their own commitment."""
        problem, index = self.prepared.problem, self.prepared.index
        appointments = [self._here(problem.appointments[number]) for number in self.appointments[block]]
        mediators = [self._with_busy(index.mediators[number]) for number in self.people[block]]
        slots = {slot.id for visit in appointments for slot in visit.slots}
        names = {person.id for person in mediators}
        part = msgspec.structs.replace(
            problem,
            mediators=tuple(mediators),
            appointments=tuple(appointments),
            locked=tuple(line for line in problem.locked if line.slot in slots),
            published=tuple(line for line in problem.published if line.slot in slots),
            **self._map(mediators, appointments),
        )
        lines = [
            (index.posts[post].slot.id, index.mediators[given.mediator].id, given.start)
            for number in self.appointments[block]
            for post in index.posts_of_appointment[number]
            if (given := self.placed.get(post)) is not None and index.mediators[given.mediator].id in names
        ]
        return Task(msgspec.json.encode(part), lines, self._elsewhere(block) if bounded else None, seconds, seed)

    def _here(self, visit: Appointment) -> Appointment:
        """An appointment without the slots that are locked to people of other blocks."""
        away = {standing.slot for standing in self.away}
        if not any(slot.id in away for slot in visit.slots):
            return visit
        return msgspec.structs.replace(visit, slots=tuple(slot for slot in visit.slots if slot.id not in away))

    def _with_busy(self, person: Mediator) -> Mediator:
        """A mediator whose locks in other blocks keep her busy."""
        visits = [standing for standing in self.away if standing.mediator == person.id]
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

    def _elsewhere(self, block: int) -> dict[str, int]:
        """For each open slot the most that anybody outside the block could gain by it, her road home at its least."""
        index, gains = self.prepared.index, dict[str, int]()
        for number in self.appointments[block]:
            for post in index.posts_of_appointment[number]:
                options = self.prepared.pairs.options[post]
                if options is None:
                    continue
                outside = self._blocks[options.who] != block
                best = int(options.gain[outside].max()) if outside.any() else 0
                if best > 0:
                    gains[index.posts[post].slot.id] = best + self.kept.get(post, 0)
        return gains

    def take(self, lines: Sequence[Line]) -> None:
        """The answer of a block takes the place of what its slots had."""
        index = self.prepared.index
        for slot, mediator, start in lines:
            post = index.post_number[slot]
            self.placed[post] = Placement(post, index.mediator_number[mediator], start)

    def placements(self) -> list[Placement]:
        return list(self.placed.values())


def plan_block(task: Task) -> Answer:
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
    generation = plan_whole(search)
    lines = [
        (index.posts[post].slot.id, index.mediators[mediator].id, start) for post, mediator, start in search.placements
    ]
    if task.elsewhere is None:
        return Answer(lines, None)
    if generation is None:
        return Answer(lines, search.bound + sum(task.elsewhere.values()))
    gains = {index.post_number[slot]: gain for slot, gain in task.elsewhere.items()}
    generation.open_elsewhere(gains, lambda: 2 * task.seconds - search.elapsed())
    assert generation.bound is not None
    return Answer(lines, bounds.whole(prepared, generation.bound + constant(prepared, generation.land.rows)))
