# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small province lives its week on the real processes: requests over a socket, a plan, SMS, answers, bookings."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.settings import Settings
from dispatch.rehearsal.demo import rehearse
from solver.check import check
from solver.files import read_plan, read_problem

KEYS = {"requests", "slots", "booked", "waiting", "unfilled", "sms_out", "sms_in", "double_bookings"} | {
    "bound",
    "total",
    "gap",
    "seconds",
}


@pytest.mark.xdist_group("rehearsal")
def test_a_small_province_lives_its_week(server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slot is accounted for, nobody is in two places, and the files it leaves pass the checker."""
    monkeypatch.setenv("DATABASE_URL", server_url)
    told, figures = io.StringIO(), tmp_path / "week.json"
    settings = Settings(home=tmp_path / "home")
    code = rehearse(
        settings,
        once=True,
        seed=4711,
        figures=figures,
        export=tmp_path / "out",
        profile="XS",
        console=Console(file=told, width=150),
    )
    found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    assert code == 0, told.getvalue()
    assert found.keys() >= KEYS
    assert found["booked"] + found["waiting"] + found["unfilled"] == found["slots"] > 10
    assert found["booked"] > 0
    assert found["double_bookings"] == found["waiting"] == found["failed_jobs"] == 0
    assert found["sms_out"] > found["sms_in"] > 0
    assert found["gap"] <= 0.01
    for prefix in ("", "week-"):
        problem = read_problem(tmp_path / "out" / f"{prefix}problem.json")
        assert check(problem, read_plan(tmp_path / "out" / f"{prefix}plan.json")) == []
