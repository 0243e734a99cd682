# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measures single things, each in a process of its own: a run of the planner, a peer, a series of short answers."""

from __future__ import annotations

import datetime as dt
import os
import platform
import time
from collections.abc import Callable
from typing import NamedTuple

from bench import peers
from bench.child import Failed, alone, together
from bench.peers.mending import Mended, mend
from bench.record import Latency, Run, Step, Versus, thinned
from bench.targets import Duel, MakeProblem, Swift, Target
from solver.check import check
from solver.generate import generate
from solver.problem import PlanningProblem
from solver.progress import Progress
from solver.solve import solve

OVERRUN = 600.0  # seconds beyond its limit after which a measurement is given up: making and checking count in here
OURS = "Ponte"


class Sizes(NamedTuple):
    mediators: int
    slots: int
    worth: int

    @classmethod
    def of(cls, problem: PlanningProblem) -> Sizes:
        slots = [slot.value for visit in problem.appointments for slot in visit.slots]
        return cls(len(problem.mediators), len(slots), sum(slots))


class Solved(NamedTuple):
    """What a run's process sends back."""

    sizes: Sizes
    steps: tuple[Step, ...]
    seconds: float
    filled: int
    total: int
    bound: int
    broken: int


def today() -> str:
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def machine() -> str:
    """What the figures hang on, without naming the computer."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def warm_up() -> None:
    """One small run, so that what is compiled on first use is compiled before the first measurement."""
    alone(_solved, _small, 1, 2.0, 2, within=OVERRUN)


def _small(seed: int) -> PlanningProblem:
    return generate(sizes=(8, 30, 2), seed=seed)


def run(target: Target, form: str, seed: int, workers: int) -> Run:
    """One run of the planner on a target's instance; a failure is a run with ``trouble``."""
    make, seconds, _ = target.given(form)
    return _run(target.row, form, make, seconds, seed, workers)


def _run(row: str, form: str, make: MakeProblem, seconds: float, seed: int, workers: int) -> Run:
    about = Run(row, form, seed, seconds, today(), machine())
    try:
        found, peak = alone(_solved, make, seed, seconds, workers, within=seconds + OVERRUN)
    except Failed as why:
        return Run(*_head(about), trouble=str(why))
    return Run(
        *_head(about),
        mediators=found.sizes.mediators,
        slots=found.sizes.slots,
        worth=found.sizes.worth,
        steps=found.steps,
        seconds=found.seconds,
        filled=found.filled,
        total=found.total,
        bound=found.bound,
        broken=found.broken,
        peak_mib=peak,
    )


def _head(run: Run) -> tuple[str, str, int, float, str, str]:
    return run.row, run.form, run.seed, run.limit, run.date, run.machine


def _solved(make: MakeProblem, seed: int, seconds: float, workers: int) -> Solved:
    problem = make(seed)
    steps: list[Step] = []

    def heard(progress: Progress) -> None:
        steps.append((round(progress.seconds, 3), progress.filled, progress.total, progress.bound))

    started = time.monotonic()
    plan = solve(problem, seconds=seconds, seed=1, workers=workers, on_better=heard)
    took = round(time.monotonic() - started, 3)
    broken = len(check(problem, plan))
    return Solved(Sizes.of(problem), thinned(steps), took, len(plan.assignments), plan.score.total, plan.bound, broken)


def duel(rival: str, fight: Duel, form: str, seed: int, workers: int) -> Versus:
    """One peer on one instance; a peer of one thread runs once for each core, and its best plan counts."""
    seconds = fight.given(form)
    about = (fight.instance, rival, form, seed, seconds, today(), machine())
    try:
        peer = peers.find(rival)
    except peers.NotHere as missing:
        return Versus(*about, trouble=str(missing))
    copies = 1 if peer.threads else workers
    works = [
        (_dueled, (rival, fight.make, seed, seconds, workers if peer.threads else 1, number))
        for number in range(copies)
    ]
    try:
        found = [ran.result for ran in together(works, within=2 * seconds + OVERRUN)]
    except Failed as why:
        return Versus(*about, cannot=peer.cannot, trouble=str(why))
    sizes, took, best = max(found, key=lambda one: one[2].total)
    return Versus(
        *about,
        worth=sizes.worth,
        slots=sizes.slots,
        took=took,
        came=best.came,
        broken=best.broken,
        kept=best.kept,
        filled=best.filled,
        total=best.total,
        broken_after=best.broken_after,
        cannot=peer.cannot,
    )


def _dueled(
    rival: str, make: MakeProblem, seed: int, seconds: float, workers: int, number: int
) -> tuple[Sizes, float, Mended]:
    problem = make(seed)
    peer = peers.find(rival)
    started = time.monotonic()
    lines = peer.solve(problem, seconds, workers, seed + 1000 * number)
    took = round(time.monotonic() - started, 3)
    return Sizes.of(problem), took, mend(problem, lines)


def ours(fight: Duel, form: str, seed: int, workers: int) -> tuple[Versus, Run]:
    """Our planner on the same instance, with its whole way and its bound."""
    seconds = fight.given(form)
    found = _run(fight.instance, f"peers {form}", fight.make, seconds, seed, workers)
    line = Versus(
        fight.instance,
        OURS,
        form,
        seed,
        seconds,
        found.date,
        found.machine,
        worth=found.worth,
        slots=found.slots,
        took=found.seconds,
        came=found.filled,
        kept=found.filled,
        filled=found.filled,
        total=found.total,
        broken_after=found.broken,
        trouble=found.trouble,
    )
    return line, found


Timed = tuple[list[float], list[float], str]  # seconds, gaps, and a sentence


def swift(series: Swift, form: str, seed: int, work: Callable[[int, int], Timed]) -> Latency:
    """A series of short answers in one warm process."""
    about = (series.row, form, seed, today(), machine())
    count = series.count if form == "full" else series.short
    try:
        (seconds, gaps, says), _ = alone(work, count, seed, within=OVERRUN)
    except Failed as why:
        return Latency(*about, trouble=str(why))
    return Latency(*about, seconds=tuple(round(one, 4) for one in seconds), gaps=tuple(gaps), says=says)
