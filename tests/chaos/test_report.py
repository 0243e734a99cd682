# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of figures tells the last run of each promise, failures too, and names only tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.chaos import figures
from tests.chaos.promises import PROMISES, Promise
from tests.chaos.report import page

TESTS = Path(__file__).resolve().parents[1]
PROMISED = (Promise("A1", "one place at a time", "16 × 2,000"), Promise("B1", "none lost", "5,000"))


def line(began: str, result: str, test: str = "tests/chaos/test_a1.py::test") -> figures.Figures:
    return figures.Figures("A1", "16 × 2,000", result, 12.3, test, began, "2 × processor")


def test_a_newer_failure_is_shown_instead_of_an_older_success() -> None:
    """And the promise nobody has run yet stands on its own list."""
    told = figures.newest([line("2026-11-22T10:00", "0 overlaps"), line("2026-11-22T11:00", "FAILED: 1 overlap")])
    assert [one.result for one in told] == ["FAILED: 1 overlap"]
    shown = page(PROMISED, told)
    assert "| A1 | 16 × 2,000 | FAILED: 1 overlap | 12 | 2026-11-22 |" in shown
    assert "- **B1** none lost (5,000)" in shown
    assert "- **A1**" not in shown


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Several lines of one run stay together; without a file there is nothing yet."""
    kept = tmp_path / "figures.jsonl"
    assert figures.read(kept) == []
    both = [line("2026-11-22T10:00", "3 mediators"), line("2026-11-22T10:00", "60 mediators")]
    for one in both:
        figures.keep(one, kept)
    assert figures.newest(figures.read(kept)) == both


@pytest.mark.parametrize("named", sorted({one for p in PROMISES for one in (p.tenth, p.control) if one}))
def test_every_test_that_the_page_names_exists(named: str) -> None:
    """A renamed test would leave the page pointing at nothing."""
    file, _, function = named.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
