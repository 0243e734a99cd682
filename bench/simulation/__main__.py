# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m bench.simulation`: play the months that are missing, and write docs/simulation.md with its pictures.

Several are played at once, each in a process with a database of its own. Each month is kept as soon as it is over: a
run that is broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from bench.picture import NoMatplotlib
from bench.simulation import drawn, told
from bench.simulation.bound import with_one_bound
from bench.simulation.record import Figures, Month, keep, load, of
from dispatch.rehearsal.policies import POLICIES
from dispatch.rehearsal.scenarios import SCENARIOS

DOCS = Path(__file__).parent.parent.parent / "docs"


class NotPlayed(RuntimeError):
    """A month ended without figures."""


def main() -> None:
    asked = _asked()
    out: Path = asked.out
    kept = out / "simulation.jsonl"
    months = list(_missing(asked, kept))
    print(f"{len(months)} months to play, {asked.jobs} at once", flush=True)
    for done, figures in enumerate(played(months, asked.jobs, play), start=1):
        keep(kept, figures)
        write(out, kept)
        print(f"{done}/{len(months)} {told.in_a_line(figures)}", flush=True)
    write(out, kept)


def played(months: Sequence[Month], jobs: int, play: Callable[[Month], Figures]) -> Iterator[Figures]:
    """The figures of each month as soon as it is over, in whatever order they end.

    One that cannot be played keeps none of the others; which ones, and why, is said when all are through.
    """
    troubles = []
    hands = ThreadPoolExecutor(jobs)
    try:
        for over in as_completed([hands.submit(play, month) for month in months]):
            if trouble := over.exception():
                troubles.append(str(trouble))
            else:
                yield over.result()
    finally:
        hands.shutdown(cancel_futures=True)
    if troubles:
        raise SystemExit("\n".join(troubles))


def write(out: Path, kept: Path) -> None:
    """The page and its pictures, of all that was played so far."""
    record = load(kept)
    pictures: dict[tuple[str, int, str], str] = {}
    for profile, days, scenario in sorted({(one.profile, one.days, one.scenario) for one in record}):
        name = f"pictures/simulation-{profile}-{days}-{scenario}.svg"
        try:
            drawn.draw(with_one_bound(of(record, profile, days, scenario)), out / name)
        except NoMatplotlib as missing:
            print(f"no picture drawn: {missing}")
        if (out / name).exists():
            pictures[profile, days, scenario] = name
    told.write(record, out / "simulation.md", pictures)


def play(month: Month) -> Figures:
    """One month by the command itself, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "month.json"
        options = {f"--{name}": str(value) for name, value in month._asdict().items()} | {"--json": str(figures)}
        command = [sys.executable, "-m", "dispatch", "simulate", *(part for pair in options.items() for part in pair)]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        if not figures.exists():
            raise NotPlayed(f"{' '.join(command)} wrote no figures: run it by hand to see why.")
        found: Figures = json.loads(figures.read_text(encoding="utf-8"))
    return found


def _missing(asked: argparse.Namespace, kept: Path) -> Iterator[Month]:
    """Seed after seed, so that what is there can be compared early."""
    done = set() if asked.again else set(load(kept))
    for seed in asked.seeds:
        for policy in asked.policies:
            month = Month(asked.profile, asked.days, asked.scenario, policy, seed)
            if month not in done:
                yield month


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.simulation", description=__doc__)
    parser.add_argument("--profile", default="M", choices=("XS", "S", "M", "L", "XL"))
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=_seeds, default=[1, 2, 3, 4, 5], help="as 1-5 or 1,3")
    parser.add_argument("--policies", type=_policies, default=list(POLICIES), help="names, comma between")
    parser.add_argument("--scenario", default="a", choices=tuple(SCENARIOS))
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=cores, help=f"months played at once; here {cores}, one a core")
    parser.add_argument("--out", type=Path, default=DOCS, help="where the page, its pictures and the months are")
    parser.add_argument("--again", action="store_true", help="play also what was played before")
    return parser.parse_args()


def _seeds(text: str) -> list[int]:
    try:
        low, dash, high = text.partition("-")
        return list(range(int(low), int(high) + 1)) if dash else [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} are no seeds: write 1-5 or 1,3") from None


def _policies(text: str) -> list[str]:
    wrong = [name for name in text.split(",") if name not in POLICIES]
    if wrong:
        raise argparse.ArgumentTypeError(
            f"{', '.join(wrong)}: there is no such policy; there are {', '.join(POLICIES)}"
        )
    return text.split(",")


if __name__ == "__main__":
    main()
