# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a full-size test needs: a place for its line of figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def chaos_figures() -> Callable[..., None]:
    """``chaos_figures(row="B1", size="5,000 SMS, 200 kills", result="lost 0, twice 0", seconds=…)``: one line."""

    def write(*, row: str, size: str, result: str, seconds: float) -> None:
        print(f"{row} | {size} | {result} | {seconds:.1f} s")  # noqa: T201 the figures are what this test is run for

    return write
