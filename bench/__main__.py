# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m bench [--long] [--only ROW …]`: measure the targets and the peers, and write docs/benchmarks.md.

Every measurement is kept as soon as it is there, so a run that is broken off loses nothing: ``--resume`` goes on with
what is missing today.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import NamedTuple

from bench import measure, picture, report, swift
from bench.peers import MODULES
from bench.record import Latency, Record, Run, Versus, load, save
from bench.targets import DUELS, SWIFT, TARGETS

WORKERS = 2
PEERS = "peers"


class Wanted(NamedTuple):
    """What the command line asks for."""

    form: str
    seeds: list[int]
    only: set[str]
    resume: bool

    def row(self, name: str) -> bool:
        return not self.only or name in self.only


def main() -> None:
    wanted = _wanted()
    record = load()
    print("warming up (what is compiled on first use is compiled now)", flush=True)
    measure.warm_up()
    started = time.monotonic()
    for said, found in _measurements(wanted, record):
        print(f"{time.monotonic() - started:7.0f} s  {said}", flush=True)
        for one in found:
            record.add(one)
        save(record)
        report.write(record)
    try:
        picture.draw(record)
    except picture.NoMatplotlib as missing:
        print(f"no picture drawn: {missing}")
    report.write(record)
    print(f"written to {report.REPORT}")


def _wanted() -> Wanted:
    rows = [target.row for target in TARGETS] + [series.row for series in SWIFT]
    names = [*rows, PEERS, *(f"{PEERS}:{fight.instance}" for fight in DUELS)]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one seed and shortened times (the default)")
    parser.add_argument("--long", action="store_true", help="five seeds and the targets' own times: over an hour")
    parser.add_argument("--seeds", type=int, nargs="+", metavar="N", help="these seeds instead")
    parser.add_argument("--only", nargs="+", choices=names, metavar="ROW", default=[], help=", ".join(names))
    parser.add_argument("--resume", action="store_true", help="leave out what was measured today already")
    said = parser.parse_args()
    if said.short and said.long:
        parser.error("--short and --long exclude each other: give one")
    seeds = said.seeds or ([1, 2, 3, 4, 5] if said.long else [1])
    return Wanted("full" if said.long else "short", seeds, set(said.only), said.resume)


Found = Run | Versus | Latency


def _measurements(wanted: Wanted, record: Record) -> Iterator[tuple[str, list[Found]]]:
    """Everything that is asked for, one after the other: a line for the screen, and what to keep."""
    for seed in wanted.seeds:
        for target in TARGETS:
            if wanted.row(target.row) and not (wanted.resume and _done(record.of(target.row, wanted.form), seed)):
                run = measure.run(target, wanted.form, seed, WORKERS)
                yield _said(run), [run]
    for series in SWIFT:
        if wanted.row(series.row):
            found = measure.swift(series, wanted.form, wanted.seeds[0], swift.WORK[series.row])
            yield f"{series.row}: {found.trouble or f'{len(found.seconds)} answers'}", [found]
    yield from _duels(wanted, record)


def _done(runs: list[Run], seed: int) -> bool:
    """Whether this seed has a result of today."""
    return any(run.seed == seed and run.date == measure.today() and run.trouble is None for run in runs)


def _duels(wanted: Wanted, record: Record) -> Iterator[tuple[str, list[Found]]]:
    """All planners on each instance, ours first, in the same run; the first seed only."""
    seed, form = wanted.seeds[0], wanted.form
    for fight in DUELS:
        asked = wanted.row(PEERS) or f"{PEERS}:{fight.instance}" in wanted.only
        if not asked or not fight.given(form):
            continue
        fought = _fought(record, fight.instance, form) if wanted.resume else set()
        if measure.OURS not in fought:
            line, run = measure.ours(fight, form, seed, WORKERS)
            yield f"{PEERS}:{fight.instance} {_said(run)}", [line, run]
        for rival in [rival for rival in MODULES if rival not in fought]:
            line = measure.duel(rival, fight, form, seed, WORKERS)
            said = line.trouble or f"total {line.total} after {line.took:.1f} s, {line.kept} of {line.came} kept"
            yield f"{PEERS}:{fight.instance} {rival}: {said}", [line]


def _fought(record: Record, instance: str, form: str) -> set[str]:
    """Who has been measured there today."""
    lines = (one for one in record.peers if (one.instance, one.form) == (instance, form))
    return {one.peer for one in lines if one.date == measure.today() and one.trouble is None}


def _said(run: Run) -> str:
    if run.trouble is not None:
        return f"{run.row} seed {run.seed}: {run.trouble}"
    return f"{run.row} seed {run.seed}: gap {run.gap:.3%} after {run.seconds:.1f} s, filled {run.filled} of {run.slots}"


if __name__ == "__main__":
    main()
