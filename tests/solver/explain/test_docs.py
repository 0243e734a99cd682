# SPDX-License-Identifier: AGPL-3.0-or-later
"""What docs/planning.md says about explaining is what happens: its example word for word, its kinds one by one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from solver.explain import explain
from solver.explain.answer import RelaxationKind
from solver.explain.words import sentences
from solver.files import problem_of
from solver.plan import Plan

TEXT = (Path(__file__).parents[3] / "docs" / "planning.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## 4. Why")[2].partition("\n## ")[0]


def test_the_documented_example_is_what_is_printed() -> None:
    """The problem and plan of section 1, asked about a1/1."""
    problem, plan = (re.sub(r"(?m)\s*//.*$", "", block) for block in re.findall(r"```jsonc\n(.*?)```", TEXT, re.DOTALL))
    given, made = problem_of(problem.encode()), msgspec.json.decode(plan, type=Plan)
    shown = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)[0].splitlines()
    assert shown == ["$ ponte explain problem.json plan.json a1/1", *sentences(given, explain(given, made, "a1/1"))]


def test_the_documented_kinds_are_all_there_are() -> None:
    """In the order in which they are shown."""
    assert re.findall(r"(?m)^\| `(\w+)` \|", SECTION) == list(get_args(RelaxationKind))
