# SPDX-License-Identifier: AGPL-3.0-or-later
"""A function of the pricing is compiled, and kept where there is a place for that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core import config

from solver.compiled import compiled

SOURCE = "def twice(minutes):\n    return 2 * minutes\n"


def test_it_is_kept_beside_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is what makes the second start quick."""
    monkeypatch.setattr(config, "CACHE_DIR", "")
    twice = compiled(_written(tmp_path / "twice.py"))
    assert twice(21) == 42
    assert list((tmp_path / "__pycache__").glob("twice.twice-*.nbc"))


def test_it_works_where_nothing_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder can be made below a file: not beside the source, not in the home, not where the variable points."""
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(config, "CACHE_DIR", str(file / "cache"))
    monkeypatch.setenv("HOME", str(file / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(file / "cache"))
    (tmp_path / "__pycache__").touch()
    twice = compiled(_written(tmp_path / "twice.py"))
    assert twice(21) == 42
    assert twice.stats.cache_path is None


def _written(path: Path) -> Callable[..., Any]:
    """The function ``twice`` of a new file."""
    path.write_text(SOURCE, encoding="utf-8")
    names: dict[str, Callable[..., Any]] = {}
    exec(compile(SOURCE, str(path), "exec"), names)
    return names["twice"]
