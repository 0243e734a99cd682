# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a full-size test needs: a place for its figures, and a failure that is written down like a success."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.chaos import figures


@pytest.fixture
def chaos_figures(request: pytest.FixtureRequest) -> figures.Write:
    """``chaos_figures(row="B1", size="5,000 SMS, 200 kills", result="lost 0, twice 0", seconds=…)``: one line, at once."""
    test, began, on = request.node.nodeid, figures.moment(), figures.machine()
    request.node.stash[BEGAN] = began

    def write(*, row: str, size: str, result: str, seconds: float) -> None:
        line = figures.Figures(row, size, result, round(seconds, 1), test, began, on)
        figures.keep(line, figures.file_of_figures())

    return write


BEGAN = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A broken promise has its line too, in the place of the figures it could not give."""
    report: pytest.TestReport = yield
    if report.when == "call" and report.failed and BEGAN in item.stash and call.excinfo is not None:
        result = figures.FAILED + first_line(call.excinfo.value)
        line = figures.Figures(
            row_of(item.path), "", result, round(call.duration, 1), item.nodeid, item.stash[BEGAN], figures.machine()
        )
        figures.keep(line, figures.file_of_figures())
    return report


def row_of(path: Path) -> str:
    """test_a1.py is about A1, test_c2_c3.py about C2 and C3; test_urgent.py, which has no row, about "urgent"."""
    named = path.stem.removeprefix("test_")
    return " ".join(re.findall(r"[A-Z]\d+", named.upper())) or named.replace("_", " ")


def first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
