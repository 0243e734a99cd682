# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner process: reads an order a line, answers with better plans and then the plan; ends when its pipe does."""

from __future__ import annotations

import resource
import sys
import threading
from typing import BinaryIO

import msgspec

from dispatch.planning.planner import Answer, Begun, Better, Order, Trouble
from solver.candidates import ranked
from solver.progress import Progress
from solver.solve import solve


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
                self.say(Trouble(f"{type(trouble).__name__} in the planner"))

    def carry_out(self, order: Order) -> Answer:
        slots = sum(len(appointment.slots) for appointment in order.problem.appointments)

        def on_better(found: Progress) -> bool:
            self.say(Better(found.filled, slots, found.total, found.bound, found.seconds))
            return found.bound - found.total > order.enough and not self.stop.is_set()

        plan = solve(order.problem, seconds=order.seconds, seed=order.seed, workers=order.workers, on_better=on_better)
        return Answer(plan, [found._asdict() for found in ranked(order.problem, plan, most=order.candidates)])

    def say(self, said: Begun | Better | Answer | Trouble) -> None:
        self.answers.write(msgspec.json.encode(said) + b"\n")
        self.answers.flush()


def limit_memory(megabytes: int) -> None:
    """The address space this process may use; beyond it Python gets MemoryError instead of the machine swapping."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    limit_memory(int(sys.argv[1]))
    Child(sys.stdin.buffer, sys.stdout.buffer).serve()
