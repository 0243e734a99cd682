# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes docs/reliability.md from the figures of `make chaos`: `python -m tests.chaos.report`."""

from __future__ import annotations

from collections.abc import Sequence

from tests.chaos.figures import ROOT, Figures, file_of_figures, newest, read
from tests.chaos.promises import PROMISES, Promise

PAGE = ROOT / "docs" / "reliability.md"
HEAD = """# Promises, and what was seen of them

Written by `make chaos` (`pytest -m chaos tests/chaos`, then `python -m tests.chaos.report`) from the figures in
`reliability.jsonl`; do not edit. Each test of a full size shares its code with a smaller one that runs in `make test`, and
stands beside a control: the same check with the guard switched off, which must fail. One promise alone:
`.venv/bin/python -m pytest -m chaos -n 0 tests/chaos/test_a1.py`, then the second command.
"""
COLUMNS = "| row | size | seen | seconds | day |\n|---|---|---|---|---|"


def main() -> None:
    PAGE.write_text(page(PROMISES, newest(read(file_of_figures()))), encoding="utf-8")


def page(promises: Sequence[Promise], lines: Sequence[Figures]) -> str:
    """The whole page: what was seen, what was run smaller or not at all, and where each promise is tested."""
    known = [promise.row for promise in promises]
    by_row = sorted(lines, key=lambda line: (place_of(line, known), line.began))
    run = {row for line in lines for row in line.row.split()}
    missing = [promise for promise in promises if promise.row not in run and not promise.whole]
    smaller = [promise for promise in promises if promise.row in run and promise.reduced]
    parts = [HEAD, "## Seen\n", seen(by_row)]
    parts += [
        "## Run, but smaller than promised\n",
        run_smaller(smaller),
        "## Not yet run at full size\n",
        not_run(missing),
    ]
    return "\n".join([*parts, "## Where each is tested\n", tested(promises)])


def place_of(line: Figures, known: Sequence[str]) -> int:
    first = line.row.split()[0] if line.row else ""
    return known.index(first) if first in known else len(known)


def seen(lines: Sequence[Figures]) -> str:
    if not lines:
        return "Nothing yet.\n"
    rows = [f"| {one.row} | {one.size} | {cell(one.result)} | {one.seconds:,.0f} | {one.began[:10]} |" for one in lines]
    machines = "\n".join(f"- {machine}" for machine in sorted({line.machine for line in lines}))
    return "\n".join([COLUMNS, *rows, "", "Machine:", "", machines, ""])


def run_smaller(smaller: Sequence[Promise]) -> str:
    """A part of the size is no proof of the whole."""
    if not smaller:
        return "None.\n"
    return "\n".join([*(f"- **{one.row}** {one.reduced}, of {one.size}" for one in smaller), ""])


def not_run(missing: Sequence[Promise]) -> str:
    if not missing:
        return "None.\n"
    return "\n".join([*(f"- **{one.row}** {one.holds} ({one.size})" for one in missing), ""])


def tested(promises: Sequence[Promise]) -> str:
    head = (
        "| row | what holds | full size | what `make chaos` runs | test in `make test` | its control |\n"
        "|---|---|---|---|---|---|"
    )
    rows = [
        f"| {one.row} | {one.holds} | {one.size} | {chaos_runs(one)} | {code(one.tenth)} | {code(one.control)} |"
        for one in promises
    ]
    return "\n".join([head, *rows, ""])


def chaos_runs(promise: Promise) -> str:
    if promise.whole:
        return "nothing: `make test` runs all of it"
    return f"only {promise.reduced}" if promise.reduced else "all of it"


def code(test: str) -> str:
    return f"`{test}`"


def cell(text: str) -> str:
    """A bar would end the cell."""
    return text.replace("|", "/")


if __name__ == "__main__":
    main()
