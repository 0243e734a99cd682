# SPDX-License-Identifier: AGPL-3.0-or-later
"""The findings as a table for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.doctor.finding import Finding, Level

SIGNS = {Level.FINE: ("✓", "green"), Level.CARE: ("!", "yellow"), Level.WRONG: ("✗", "bold red")}


def as_json(findings: Sequence[Finding]) -> str:
    """One object: the worst level, and every finding."""
    return json.dumps({"level": worst(findings), "findings": [asdict(one) for one in findings]}, ensure_ascii=False)


def worst(findings: Sequence[Finding]) -> Level:
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.FINE)


def print_table(findings: Sequence[Finding], console: Console) -> None:
    """A line each: sign, what it is about, what was seen; below it what to do."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        sign, style = SIGNS[one.level]
        said = Text(one.says)
        if one.remedy:
            said.append(f"\n→ {one.remedy}", style="dim")
        table.add_row(Text(sign, style=style), Text(one.about), said)
    console.print(table)
    troubles, cares = (sum(one.level is level for one in findings) for level in (Level.WRONG, Level.CARE))
    console.print(f"{troubles} wrong, {cares} to look at, {len(findings) - troubles - cares} fine")
