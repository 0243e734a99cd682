# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan comes back in time, whatever happens: the search runs in a process of its own, which is ended if it overruns.

The search tells each better plan as it finds it. Should it die, overrun or run out of memory, its last one is written
down instead; had it none yet, the plan that keeps what is locked and chooses nothing.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import msgspec

from solver.check import all_reasons, score
from solver.first import FIRST_PLAN_GRACE, first_plans
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import PlanningProblem
from solver.progress import Progress, Search, Stop
from solver.spawned import without_main

START = 2.0  # seconds a process may take to come up without taking them from its search
GRACE = 7.0  # seconds past its limit in which the search may still write its plan down
COMPILING = 300.0  # seconds that compiling the pricing may take on a slow machine where it has never been done
WRITING = 120.0  # seconds a finished search may take to say of thousands of slots why they stay empty
GIBIBYTE = 1 << 30
CRASHES = (-signal.SIGABRT, -signal.SIGSEGV)
NEARLY = 0.9  # of the memory limit: beyond it a failure of any kind is taken for a lack of memory
TELLING = 2.0  # seconds of GRACE kept for telling the first plan, however late the process came up


class Found(msgspec.Struct, frozen=True, tag=True):
    """A better plan or a smaller bound, while the search goes on; lines are (slot, mediator, start), locks aside."""

    progress: Progress
    lines: list[tuple[str, str, int]]


class Writing(msgspec.Struct, frozen=True, tag=True):
    """The search is over; what is left is to write its plan down, which is not worth ending it for."""


class Loading(msgspec.Struct, frozen=True, tag=True):
    """There is a first plan, and the search now loads the rest of itself, which may have to be compiled first."""


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The rest is there; so many seconds went into compiled code, and count neither for the search nor for its end."""

    seconds: float


class Short(msgspec.Struct, frozen=True, tag=True):
    """The search has reached its memory limit and ends here."""


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The search is over and this is its plan."""

    plan: Plan


class Gone(NamedTuple):
    """The process ended without a plan; ``code`` is negative for the signal that ended it, None if it overran."""

    code: int | None


class Guarded(NamedTuple):
    """The plan, and a sentence saying what stands in for the search's own, or None."""

    plan: Plan
    trouble: str | None


class Settings(NamedTuple):
    """What the search is told; ``stop_at`` is seconds of the machine's clock, ``memory`` a limit in bytes."""

    seconds: float
    stop_at: float
    seed: int
    workers: int
    memory: int | None = None


Target = Callable[[Connection, PlanningProblem, Settings], None]
Said = Found | Short | Ended
said_by_child: msgspec.json.Decoder[Said | Loading | Loaded | Writing] = msgspec.json.Decoder(
    Said | Loading | Loaded | Writing
)
SHORT = msgspec.json.encode(Short())  # made now, since there may be no memory for it later


def solve_in_time(
    problem: PlanningProblem,
    *,
    seconds: float,
    seed: int,
    workers: int,
    on_better: Callable[[Progress], None] = lambda _: None,
    memory: float | None = None,
    started: float | None = None,
    target: Target | None = None,
) -> Guarded:
    """The plan of the search if it is over GRACE seconds after ``seconds``, else the best it had told of.

    ``memory``: GiB that the search may use; None: as much as there is. ``started``: when the time began to run
    (``time.monotonic``; unset: now). ``target`` replaces what the process runs, for tests.
    """
    started = time.monotonic() if started is None else started
    stop_at = time.time() + started - time.monotonic() + seconds + START
    limit = None if memory is None else int(memory * GIBIBYTE)
    settings = Settings(seconds, stop_at, seed, workers, limit)
    last: Found | None = None
    why = "the search was stopped by hand"
    with suppress(KeyboardInterrupt):  # whoever stops the search by hand wants what it has found so far
        for said in _told(target or search, problem, settings, started + seconds + GRACE):
            if isinstance(said, Ended):
                return Guarded(said.plan, None)
            if isinstance(said, Found):
                last = said
                on_better(said.progress)
            else:
                why = _what_ended(said, memory)
                break
    return _stand_in(problem, last, why, seed, time.monotonic() - started)


def _what_ended(said: Short | Gone, memory: float | None) -> str:
    """The one sentence a user can act on; C++ code that finds no memory aborts instead of saying so."""
    if isinstance(said, Short) or (memory is not None and said.code in CRASHES):
        return f"the memory limit of {memory:g} GiB was reached"
    if said.code == -signal.SIGKILL:
        return "the system ended the search, as it does when memory runs out"
    return "the search ended without writing its plan down"


def _stand_in(problem: PlanningProblem, last: Found | None, why: str, seed: int, seconds: float) -> Guarded:
    """What is written down when the search did not do so itself."""
    if last is None:
        return Guarded(
            only_locked(problem, seed, seconds),
            f"{why} before there was a plan: this one keeps what is locked and fills nothing",
        )
    plan = write_down(problem, last.lines, last.progress.bound, seed, seconds)
    return Guarded(plan, f"{why}: this is the best plan until then")


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


def _told(target: Target, problem: PlanningProblem, settings: Settings, deadline: float) -> Iterable[Said | Gone]:
    """What a child process says until it ends or the deadline comes; it does not outlive this."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    raw = msgspec.json.encode(problem)  # read again in a third of the time that unpickling a nation takes
    child = context.Process(target=_begin, args=(target, theirs, raw, settings))
    with without_main():
        child.start()
    theirs.close()
    try:
        while ours.poll(max(0.0, deadline - time.monotonic())):
            said = said_by_child.decode(ours.recv_bytes())
            if isinstance(said, Loading | Loaded | Writing):
                deadline += _patience_with(said)
            else:
                yield said
        yield Gone(None)
    except EOFError:  # the child is gone: what it said before is all there is
        child.join(START)
        yield Gone(child.exitcode)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _patience_with(said: Loading | Loaded | Writing) -> float:
    """By how many seconds the deadline moves; what is granted for compiling is taken back as far as it was not used."""
    if isinstance(said, Loaded):
        return said.seconds - COMPILING
    return COMPILING if isinstance(said, Loading) else WRITING


def _begin(target: Target, theirs: Connection, raw: bytes, settings: Settings) -> None:
    """The child's frame: its memory limit, and a word when that is reached."""
    if settings.memory is not None:
        # Writable memory only: threads and libraries reserve many times the address space that they ever use.
        resource.setrlimit(resource.RLIMIT_DATA, (settings.memory, settings.memory))
    try:
        target(theirs, msgspec.json.decode(raw, type=PlanningProblem), settings)
    except (MemoryError, OSError, RuntimeError, ImportError) as trouble:
        # A thread that cannot start or a library that cannot be loaded for lack of memory says so in other words.
        if not isinstance(trouble, MemoryError) and not _nearly_full(settings.memory):
            raise
        theirs.send_bytes(SHORT)


def _nearly_full(memory: int | None) -> bool:
    """Whether this process uses nearly as much as it may (writable memory, from /proc)."""
    if memory is None:
        return False
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize() > NEARLY * memory


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
            _pursue(looking, settings, theirs)
    theirs.send_bytes(msgspec.json.encode(Writing()))
    theirs.send_bytes(msgspec.json.encode(Ended(written(looking))))


def _patience(looking: Search, settings: Settings) -> float:
    """Seconds beyond its limit that the first plan may take if it is to be told before this process is ended."""
    told_by = settings.stop_at - START + GRACE - TELLING
    return min(FIRST_PLAN_GRACE, told_by - time.time() + looking.elapsed() - looking.seconds)


def _pursue(looking: Search, settings: Settings, theirs: Connection) -> None:
    """Loads the rest only now that there is a plan to fall back on; loading is not taken from the search's time."""
    before = looking.elapsed()
    theirs.send_bytes(msgspec.json.encode(Loading()))
    from solver.solve import pursue
    from solver.warm import warm

    compiling = warm()
    theirs.send_bytes(msgspec.json.encode(Loaded(compiling)))
    ready = looking.elapsed()
    most = ready + settings.stop_at + compiling - time.time()
    looking.seconds = max(0.0, min(looking.seconds + ready - before, most))
    pursue(looking)
