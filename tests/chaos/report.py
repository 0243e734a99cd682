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
    """The whole page: what was seen, what has not been run yet, and where each promise is tested."""
    known = [promise.row for promise in promises]
    by_row = sorted(lines, key=lambda line: (place_of(line, known), line.began))
    missing = [promise for promise in promises if not any(promise.row in line.row.split() for line in lines)]
    parts = [HEAD, "## Seen\n", seen(by_row), "## Not yet run at full size\n", not_run(missing)]
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


def not_run(missing: Sequence[Promise]) -> str:
    if not missing:
        return "Every promise has been run.\n"
    return "\n".join([*(f"- **{one.row}** {one.holds} ({one.size})" for one in missing), ""])


def tested(promises: Sequence[Promise]) -> str:
    head = "| row | what holds | full size | test in `make test` | its control |\n|---|---|---|---|---|"
    rows = [f"| {one.row} | {one.holds} | {one.size} | {code(one.tenth)} | {code(one.control)} |" for one in promises]
    return "\n".join([head, *rows, ""])


def code(test: str) -> str:
    return f"`{test}`" if test else "–"


def cell(text: str) -> str:
    """A bar would end the cell."""
    return text.replace("|", "/")


if __name__ == "__main__":
    main()
