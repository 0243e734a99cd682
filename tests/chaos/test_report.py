# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of figures tells the last run of each promise, failures too, and names only tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.chaos import figures
from tests.chaos.conftest import row_of
from tests.chaos.promises import PROMISES, Promise
from tests.chaos.report import page

TESTS = Path(__file__).resolve().parents[1]
CONTROLLED = ("test_x.py::test", "test_x.py::test_without")
PROMISED = (
    Promise("A1", "one place at a time", "16 × 2,000", *CONTROLLED),
    Promise("A6", "none rots", "30 days", *CONTROLLED, reduced="3 days"),
    Promise("B1", "none lost", "5,000", *CONTROLLED),
    Promise("C7", "told to the true one", "script", *CONTROLLED, whole=True),
)


def line(began: str, result: str, test: str = "tests/chaos/test_a1.py::test", row: str = "A1") -> figures.Figures:
    return figures.Figures(row, "16 × 2,000", result, 12.3, test, began, "2 × processor")


def test_a_newer_failure_is_shown_instead_of_an_older_success() -> None:
    """And the promise nobody has run yet stands on its own list."""
    told = figures.newest([line("2026-11-22T10:00", "0 overlaps"), line("2026-11-22T11:00", "FAILED: 1 overlap")])
    assert [one.result for one in told] == ["FAILED: 1 overlap"]
    shown = page(PROMISED, told)
    assert "| A1 | 16 × 2,000 | FAILED: 1 overlap | 12 | 2026-11-22 |" in shown
    assert "- **B1** none lost (5,000)" in shown
    assert "- **A1**" not in shown


def test_what_was_run_smaller_is_not_told_as_run_whole() -> None:
    """With its figures it stands on a list of its own; without them it has not been run; what make test runs whole is neither."""
    smaller, not_run = "- **A6** 3 days, of 30 days", "- **A6** none rots (30 days)"
    ran = page(PROMISED, [line("2026-11-22T10:00", "0 silent", "tests/chaos/test_a6.py::test", "A6")])
    assert smaller in ran
    assert not_run not in ran
    not_yet = page(PROMISED, [])
    assert smaller not in not_yet
    assert not_run in not_yet
    assert "- **C7**" not in not_yet


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Several lines of one run stay together; without a file there is nothing yet."""
    kept = tmp_path / "figures.jsonl"
    assert figures.read(kept) == []
    both = [line("2026-11-22T10:00", "3 mediators"), line("2026-11-22T10:00", "60 mediators")]
    for one in both:
        figures.keep(one, kept)
    assert figures.newest(figures.read(kept)) == both


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.row)
def test_every_promise_has_a_test_and_a_control_that_exist(promise: Promise) -> None:
    """A renamed test would leave the page pointing at nothing."""
    for named in (promise.tenth, promise.control):
        file, _, function = named.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.row)
def test_every_promise_is_run_by_make_chaos_or_whole_in_make_test(promise: Promise) -> None:
    """What no file of tests/chaos speaks of could never be seen at full size."""
    spoken_of = {row for file in (TESTS / "chaos").glob("test_*.py") for row in row_of(file).split()}
    assert promise.whole is not (promise.row in spoken_of)
