# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiles a function of the pricing and keeps the code where that is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Any:
    """The function, compiled at its first call unless that was kept by an earlier run; it frees the interpreter's lock.

    Where neither its own folder nor the user's nor ``NUMBA_CACHE_DIR`` may be written, numba refuses to keep anything:
    then every run compiles for itself, which is slow and still better than no planner.
    """
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return njit(nogil=True)(function)
