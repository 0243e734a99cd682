# SPDX-License-Identifier: AGPL-3.0-or-later
"""A measurement runs in a process of its own, and whatever ends it there becomes a sentence here."""

from __future__ import annotations

import os
import time

import pytest

from bench.child import Failed, alone, resident_mib, together


def double(number: int) -> int:
    return 2 * number


def fail(_: int) -> int:
    raise ValueError("no such thing")


def die(_: int) -> int:
    os._exit(7)


def sleep(seconds: int) -> int:
    time.sleep(seconds)
    return seconds


def test_results_come_back_in_order_with_the_memory_they_took() -> None:
    """Two at once, each with its own answer."""
    ran = together([(double, (1,)), (double, (2,))], within=60)
    assert [one.result for one in ran] == [2, 4]
    assert all(one.peak_mib > 0 for one in ran)


@pytest.mark.parametrize(("work", "says"), [(fail, "ValueError: no such thing"), (die, "ended with code 7")])
def test_what_goes_wrong_is_said(work: object, says: str) -> None:
    """An exception and a sudden end are both told."""
    with pytest.raises(Failed, match=says):
        alone(work, 1, within=60)  # type: ignore[arg-type]


def test_what_takes_too_long_is_stopped() -> None:
    """The process is ended, not waited for."""
    with pytest.raises(Failed, match="did not end in time"):
        alone(sleep, 600, within=0.1)


def test_the_memory_of_a_process_that_is_gone_is_nothing() -> None:
    """No process has the number 0 in /proc; ours has some memory where Linux tells."""
    assert resident_mib(0) == 0
