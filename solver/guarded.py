# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan comes back in time, whatever happens: the search runs in a process of its own, which is ended if it overruns.

The search tells each better plan as it finds it. Should it die or overrun, its last one is written down instead; had
it none yet, the plan that keeps what is locked and chooses nothing.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from types import ModuleType
from typing import NamedTuple

import msgspec

from solver.check import all_reasons, score
from solver.first import FIRST_PLAN_GRACE, first_plans
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import PlanningProblem
from solver.progress import Progress, Search, Stop

START = 2.0  # seconds a process may take to come up without taking them from its search
GRACE = 7.0  # seconds past its limit in which the search may still write its plan down
TELLING = 2.0  # seconds of GRACE kept for telling the first plan, however late the process came up


class Found(msgspec.Struct, frozen=True, tag=True):
    """A better plan or a smaller bound, while the search goes on; lines are (slot, mediator, start), locks aside."""

    progress: Progress
    lines: list[tuple[str, str, int]]


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The search is over and this is its plan."""

    plan: Plan


class Guarded(NamedTuple):
    """The plan, and a sentence saying what stands in for the search's own, or None."""

    plan: Plan
    trouble: str | None


class Settings(NamedTuple):
    """What the search is told; ``stop_at`` is seconds of the machine's clock."""

    seconds: float
    stop_at: float
    seed: int
    workers: int


Target = Callable[[Connection, PlanningProblem, Settings], None]
said_by_child: msgspec.json.Decoder[Found | Ended] = msgspec.json.Decoder(Found | Ended)


def solve_in_time(
    problem: PlanningProblem,
    *,
    seconds: float,
    seed: int,
    workers: int,
    on_better: Callable[[Progress], None] = lambda _: None,
    started: float | None = None,
    target: Target | None = None,
) -> Guarded:
    """The plan of the search if it is there GRACE seconds after ``seconds``, else the best it had told of.

    ``started``: when the time began to run (``time.monotonic``; unset: now). ``target`` replaces what the process
    runs, for tests.
    """
    started = time.monotonic() if started is None else started
    settings = Settings(seconds, time.time() + started - time.monotonic() + seconds + START, seed, workers)
    last: Found | None = None
    with suppress(KeyboardInterrupt):  # whoever stops the search by hand wants what it has found so far
        for said in _told(target or search, problem, settings, started + seconds + GRACE):
            if isinstance(said, Ended):
                return Guarded(said.plan, None)
            last = said
            on_better(said.progress)
    return _stand_in(problem, last, seed, time.monotonic() - started)


def _stand_in(problem: PlanningProblem, last: Found | None, seed: int, seconds: float) -> Guarded:
    """What is written down when the search did not do so itself."""
    if last is None:
        why = "the search ended before its first plan: this one keeps what is locked and fills nothing"
        return Guarded(only_locked(problem, seed, seconds), why)
    plan = write_down(problem, last.lines, last.progress.bound, seed, seconds)
    return Guarded(plan, "the search ended without writing its plan down: this is the best it had found")


def only_locked(problem: PlanningProblem, seed: int, seconds: float) -> Plan:
    """The plan that chooses nothing; its bound is the value of every slot, since no cost is negative."""
    bound = sum(slot.value for visit in problem.appointments for slot in visit.slots)
    return write_down(problem, (), bound, seed, seconds)


def write_down(
    problem: PlanningProblem, lines: Iterable[tuple[str, str, int]], bound: int, seed: int, seconds: float
) -> Plan:
    """The plan that keeps what is locked and makes these assignments (slot, mediator, start)."""
    durations = {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}
    kept = [(lock.slot, lock.mediator, lock.start) for lock in problem.locked]
    assignments = tuple(
        Assignment(slot, mediator, start, start + durations[slot]) for slot, mediator, start in (*kept, *lines)
    )
    filled = {line.slot for line in assignments}
    why = all_reasons(problem, assignments, [slot for slot in durations if slot not in filled])
    reached = score(problem, assignments)
    bound = max(bound, reached.total)
    return Plan(
        format="ponte-plan/1",
        status="optimal" if bound == reached.total else "feasible",
        seconds=round(seconds, 3),
        seed=seed,
        assignments=assignments,
        unfilled=tuple(Unfilled(slot, reasons) for slot, reasons in why.items()),
        score=reached,
        bound=bound,
        gap=(bound - reached.total) / max(1, bound),
    )


def _told(target: Target, problem: PlanningProblem, settings: Settings, deadline: float) -> Iterable[Found | Ended]:
    """What a child process says until it ends or the deadline comes; it does not outlive this."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=target, args=(theirs, problem, settings), daemon=True)
    with _without_main():
        child.start()
    theirs.close()
    try:
        while ours.poll(max(0.0, deadline - time.monotonic())):
            yield said_by_child.decode(ours.recv_bytes())
    except EOFError:  # the child is gone: what it said before is all there is
        return
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


@contextmanager
def _without_main() -> Iterator[None]:
    """A spawned process first imports its parent's program: for ``ponte``, the whole service. The search needs none."""
    ours = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = ours


def search(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """The child's work: solve, telling each step."""
    from solver.prepare import Prepared
    from solver.written import written

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    started = time.monotonic()

    def tell(progress: Progress) -> None:
        index = looking.prepared.index
        lines = [
            (index.posts[given.post].slot.id, index.mediators[given.mediator].id, given.start)
            for given in looking.placements
        ]
        theirs.send_bytes(msgspec.json.encode(Found(progress, lines)))

    looking = Search(
        Prepared(problem),
        seconds=max(0.0, min(settings.seconds, settings.stop_at - time.time())),
        seed=settings.seed,
        workers=settings.workers,
        on_better=tell,
        clock=time.monotonic,
        started=started,
    )
    with suppress(Stop):
        first_plans(looking, None, grace=_patience(looking, settings))
        if not (looking.settled or looking.out_of_time()):
            _pursue(looking, settings)
    theirs.send_bytes(msgspec.json.encode(Ended(written(looking))))


def _patience(looking: Search, settings: Settings) -> float:
    """Seconds beyond its limit that the first plan may take if it is to be told before this process is ended."""
    told_by = settings.stop_at - START + GRACE - TELLING
    return min(FIRST_PLAN_GRACE, told_by - time.time() + looking.elapsed() - looking.seconds)


def _pursue(looking: Search, settings: Settings) -> None:
    """Loads the rest only now that there is a plan to fall back on; loading is not taken from the search's time."""
    before = looking.elapsed()
    from solver.solve import pursue

    loaded = looking.elapsed()
    looking.seconds = max(0.0, min(looking.seconds + loaded - before, loaded + settings.stop_at - time.time()))
    pursue(looking)
