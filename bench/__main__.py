# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m bench [--long]`: solve generated problems and write what was measured to docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median
from typing import NamedTuple

from solver.check import check
from solver.generate import generate
from solver.plan import Plan
from solver.problem import PlanningProblem
from solver.progress import Progress
from solver.solve import solve

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


class Case(NamedTuple):
    """One family of instances: a profile, or sizes (mediators, slots, days), and the seconds each gets."""

    name: str
    profile: str
    sizes: tuple[int, int, int] | None
    caps: bool
    seconds: float

    def problem(self, seed: int) -> PlanningProblem:
        return generate(self.profile, sizes=self.sizes, caps=self.caps, seed=seed)


CASES = (
    Case("S week", "S", None, False, 5),
    Case("M week", "M", None, False, 5),
    Case("M week, unhurried", "M", None, False, 20),
    Case("600 slots, 60 mediators, 5 days", "M", (60, 600, 5), False, 30),
    Case("the same, weekly hours bind", "M", (60, 600, 5), True, 60),
    Case("XL week", "XL", None, False, 30),
)


class Measured(NamedTuple):
    """One run: the first plan (greedy) and the last, against the bound proven at the end."""

    greedy: int
    greedy_seconds: float
    plan: Plan
    broken: int

    @property
    def greedy_gap(self) -> float:
        return (self.plan.bound - self.greedy) / max(1, self.plan.bound)


def measure(problem: PlanningProblem, seconds: float) -> Measured:
    steps: list[Progress] = []
    plan = solve(problem, seconds=seconds, seed=1, workers=1, on_better=steps.append)
    first = steps[0] if steps else Progress(len(plan.assignments), plan.score.total, plan.bound, plan.seconds)
    return Measured(first.total, first.seconds, plan, len(check(problem, plan)))


def row(case: Case, seeds: range) -> str:
    """Medians over the seeds as one line of the table."""
    problems = [case.problem(seed) for seed in seeds]
    runs = [measure(problem, case.seconds) for problem in problems]
    slots = sum(len(appointment.slots) for appointment in problems[0].appointments)
    cells = (
        case.name,
        f"{len(problems[0].mediators)} / {slots}",
        f"{median(run.greedy_seconds for run in runs):.1f} s",
        f"{median(run.greedy_gap for run in runs):.2%}",
        f"{median(run.plan.seconds for run in runs):.1f} s",
        f"{median(run.plan.gap for run in runs):.3%}",
        f"{median(len(run.plan.assignments) for run in runs):.0f}",
        str(sum(run.plan.status == "optimal" for run in runs)),
        str(sum(run.broken for run in runs)),
    )
    return "| " + " | ".join(cells) + " |"


HEAD = """# Benchmarks

Written by `make bench` (`python -m bench`); do not edit. {seeds} seed(s) each, one worker, {cores} cores, medians.
Gap = (bound - total) / bound, the bound proven in the same run. Both plans start from the same problem: *greedy* is
the first plan of the run, *day routes* the last. Every plan is checked again by `solver.check`.

| instance | mediators / slots | greedy after | greedy gap | day routes after | gap | filled | proven optimal | rules broken |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--long", action="store_true", help="five seeds instead of one (about 15 minutes)")
    seeds = range(1, 6 if parser.parse_args().long else 2)
    text = HEAD.format(seeds=len(seeds), cores=os.cpu_count())
    print(text, end="")
    for case in CASES:
        line = row(case, seeds)
        print(line, flush=True)
        text += line + "\n"
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text, encoding="utf-8")
    print(f"\nWritten to {REPORT}")


if __name__ == "__main__":
    main()
