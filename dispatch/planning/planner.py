# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner in a process of its own: a warm child that can neither outlive its time nor eat the machine's memory."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import msgspec

from solver.plan import Plan
from solver.problem import PlanningProblem

START_SECONDS = 300.0  # a fresh process loads and warms up first; where nothing is compiled yet that takes a minute
GRACE_SECONDS = 10.0  # what `solve` may take beyond its own limit before the child is ended


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """The order was read and the search begins: its time counts from here, not from the start of the process."""


class Better(msgspec.Struct, frozen=True, tag="better"):
    """A better plan was found: how many slots it fills, its total, the bound, and seconds since the start."""

    filled: int
    slots: int
    total: int
    bound: int | None
    seconds: float


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """The plan, and for each planned slot the ranked candidates (fields of ``solver.candidates.Candidate``).

    ``short_of_memory``: the search ended at its memory limit, and this is the best plan until then.
    """

    plan: Plan
    candidates: list[dict[str, Any]]
    short_of_memory: bool = False


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """The child could not plan, and why (a class of error, no personal data)."""

    why: str


class Enough(msgspec.Struct, frozen=True):
    """When a search may end before its time: at most ``points`` can still be gained; or, once ``seconds`` are over,
    at most a share ``gap`` of the bound, since somebody waits."""

    points: int = 0
    gap: float = 0.0
    seconds: float = 0.0


class Order(msgspec.Struct, frozen=True):
    """One call of the planner as it crosses the pipe."""

    seconds: float
    seed: int
    workers: int
    candidates: int
    enough: Enough
    problem: PlanningProblem


WHOLE = Enough()  # nothing less than the proven best ends a search early
FromChild = Begun | Better | Answer | Trouble
read_line: msgspec.json.Decoder[FromChild] = msgspec.json.Decoder(FromChild)


class PlannerFailed(Exception):
    """The child died, ran out of memory or of time; the standing plan is untouched."""


@dataclass
class Planner:
    """A warm child process; one order at a time, a dead child is replaced at the next order."""

    memory_mb: int
    workers: int
    grace: float = GRACE_SECONDS
    start_seconds: float = START_SECONDS
    _child: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self._turn = threading.Lock()

    def plan(
        self,
        problem: PlanningProblem,
        *,
        seconds: float,
        seed: int,
        candidates: int,
        enough: Enough = WHOLE,
        on_better: Callable[[Better], bool] = lambda _: True,
    ) -> Answer:
        """The child's answer; it searches no longer than ``enough`` says.

        ``on_better`` returning False asks it to stop and keep its best so far.
        Raises PlannerFailed when the child dies or is still silent ``grace`` seconds after ``seconds``.
        """
        order = Order(seconds, seed, self.workers, candidates, enough, problem)
        with self._turn:
            child = self._running()
            try:
                answer = self._ask(child, order, on_better)
            except BaseException:
                self._end()
                raise
            if answer.short_of_memory:
                self._end()  # the next order finds all of its memory in a fresh process
            return answer

    def start(self) -> None:
        """Brings the child up, so that it loads its libraries before somebody waits for it."""
        with self._turn:
            self._running()

    def close(self) -> None:
        with self._turn:
            self._end()

    def _ask(self, child: subprocess.Popen[bytes], order: Order, on_better: Callable[[Better], bool]) -> Answer:
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        assert child.stdin is not None
        assert child.stdout is not None
        reader = threading.Thread(target=_read, args=(child.stdout, lines), daemon=True)
        reader.start()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(msgspec.json.encode(order) + b"\n")
            child.stdin.flush()
        deadline = time.monotonic() + self.start_seconds
        late = f"the planner process did not come up within {self.start_seconds:.0f} s"
        while True:
            said = self._next(lines, deadline, late)
            if isinstance(said, Begun):
                deadline = time.monotonic() + order.seconds + self.grace
                late = f"no plan {self.grace:.0f} s after the limit of {order.seconds:.0f} s"
                continue
            if isinstance(said, Answer):
                return said
            if isinstance(said, Trouble):
                raise PlannerFailed(said.why)
            if not on_better(said):
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.write(b"stop\n")
                    child.stdin.flush()

    def _next(self, lines: queue.SimpleQueue[bytes], deadline: float, late: str) -> FromChild:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise PlannerFailed(late) from None
        if not line:
            raise PlannerFailed(f"the planner process ended by itself (memory limit {self.memory_mb} MB)")
        try:
            return read_line.decode(line)
        except msgspec.MsgspecError:
            raise PlannerFailed("the planner process said something that cannot be read") from None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no input of others
                [sys.executable, "-m", "dispatch.planning.planner_child", str(self.memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _read(pipe: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Hand over lines until the answer is there, or an empty one when the child is gone."""
    with contextlib.suppress(ValueError):  # the pipe was closed under us: the order was given up
        for line in pipe:
            lines.put(line)
            if not line.startswith((b'{"type":"begun"', b'{"type":"better"')):
                return
    lines.put(b"")
