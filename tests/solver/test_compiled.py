# SPDX-License-Identifier: AGPL-3.0-or-later
"""A function of the pricing is compiled, and kept where there is a place for that."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core import config

from solver.compiled import compiled

MODULE = "minutes_of_two_visits"


def test_it_is_kept_beside_its_source(
    twice: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is what makes the second start quick."""
    monkeypatch.setattr(config, "CACHE_DIR", "")
    assert compiled(twice)(21) == 42
    assert list((tmp_path / "__pycache__").glob(f"{MODULE}.twice-*.nbc"))


def test_it_works_where_nothing_may_be_written(
    twice: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder can be made below a file: not beside the source, not in the home, not where the variable points."""
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(config, "CACHE_DIR", str(file / "cache"))
    monkeypatch.setenv("HOME", str(file / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(file / "cache"))
    (tmp_path / "__pycache__").touch()
    kept_nowhere = compiled(twice)
    assert kept_nowhere(21) == 42
    assert kept_nowhere.stats.cache_path is None


@pytest.fixture
def twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The function of a new module, which numba must be able to import when it keeps it."""
    (tmp_path / f"{MODULE}.py").write_text("def twice(minutes):\n    return 2 * minutes\n", encoding="utf-8")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # __pycache__ is numba's in these tests
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    function: Callable[..., Any] = importlib.import_module(MODULE).twice
    return function
