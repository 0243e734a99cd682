# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner process: reads an order a line, answers with better plans and then the plan; ends when its pipe does.

It loads and touches everything a search needs as soon as it comes up (``warm``), so that no order waits for that.
"""

from __future__ import annotations

import contextlib
import io
import resource
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import BinaryIO

import msgspec

from dispatch.planning.planner import Answer, Begun, Better, Enough, Order, Trouble
from solver.candidates import ranked
from solver.first import first_plans
from solver.generate import generate
from solver.plan import Plan
from solver.prepare import Prepared
from solver.progress import Progress, Search, Stop
from solver.solve import pursue
from solver.warm import warm as compile_pricing
from solver.written import written

WARM_SECONDS = 30.0  # for the search that only warms up; it ends by itself after a fraction of one


class Child:
    """One conversation over stdin and stdout. A reader thread watches for "stop" while an order is worked on."""

    def __init__(self, orders: BinaryIO, answers: BinaryIO) -> None:
        self.orders, self.answers = orders, answers
        self.stop = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.lines: list[bytes] = []

    def listen(self) -> None:
        for line in self.orders:
            if line == b"stop\n":
                self.stop.set()
            else:
                self.lines.append(line)
                self.waiting.release()
        self.lines.append(b"")
        self.waiting.release()

    def serve(self) -> None:
        threading.Thread(target=self.listen, daemon=True).start()
        while True:
            self.waiting.acquire()
            line = self.lines.pop(0)
            if not line:
                return
            self.stop.clear()
            try:
                order = msgspec.json.decode(line, type=Order)
                self.say(Begun())
                self.say(self.carry_out(order))
            except MemoryError:
                self.say(Trouble("the planner reached its memory limit: raise PONTE_PLANNER_MEMORY_MB"))
            except Exception as trouble:  # noqa: BLE001 - the parent must hear of it, whatever it was
                self.say(Trouble(f"{type(trouble).__name__} in the planner ({place_of(trouble)})"))

    def carry_out(self, order: Order) -> Answer:
        plan, short_of_memory = self.search(order)
        candidates = [found._asdict() for found in ranked(order.problem, plan, most=order.candidates)]
        return Answer(plan, candidates, short_of_memory)

    def search(self, order: Order) -> tuple[Plan, bool]:
        """The best plan found until time is up, it is good enough, or "stop" is read; whether memory ended it."""
        enough, started = order.enough, time.monotonic()
        slots = sum(len(appointment.slots) for appointment in order.problem.appointments)

        def on_better(found: Progress) -> bool:
            self.say(Better(found.filled, slots, found.total, found.bound, found.seconds))
            left = found.bound - found.total
            if left <= enough.gap * found.bound:
                looking.seconds = min(looking.seconds, enough.seconds)
            return left > enough.points and not self.stop.is_set()

        looking = Search(
            Prepared(order.problem),
            seconds=order.seconds,
            seed=order.seed,
            workers=order.workers,
            on_better=on_better,
            clock=time.monotonic,
            started=started,
        )
        try:
            with contextlib.suppress(Stop):
                first_plans(looking, None)
                pursue(looking)
        except MemoryError:
            if looking.best is None:
                raise
            return written(looking), True
        return written(looking), False

    def say(self, said: Begun | Better | Answer | Trouble) -> None:
        self.answers.write(msgspec.json.encode(said) + b"\n")
        self.answers.flush()


def place_of(trouble: Exception) -> str:
    """The file and line that raised it: what a person needs to find the fault, and nothing about anybody."""
    frame = traceback.extract_tb(trouble.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def limit_memory(megabytes: int) -> None:
    """The address space this process may use; beyond it Python gets MemoryError instead of the machine swapping."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def warm() -> None:
    """Compiles, then plans a tiny week and forgets it: whatever is loaded at the first use has been used then."""
    compile_pricing()
    tiny = generate(sizes=(4, 12, 2), seed=1)
    order = Order(seconds=WARM_SECONDS, seed=1, workers=1, candidates=1, enough=Enough(), problem=tiny)
    Child(io.BytesIO(), io.BytesIO()).carry_out(order)


if __name__ == "__main__":
    limit_memory(int(sys.argv[1]))
    warm()
    Child(sys.stdin.buffer, sys.stdout.buffer).serve()
