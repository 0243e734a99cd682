# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small month on the real service: every slot is accounted for, and the figures are those the command promises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from dispatch.app import create_app
from dispatch.rehearsal.errands import House
from dispatch.rehearsal.policies import POLICIES
from dispatch.rehearsal.simulate import Simulation, simulate
from dispatch.worker import load_jobs

CONTRACT = {
    "slots",
    "fillable",
    "filled",
    "held",
    "sms_out",
    "time_to_fill_median",
    "time_to_fill_p90",
    "no_shows",
    "travel_minutes",
}
BESIDE = {
    "late_fills",
    "fairness",
    "by_ambito",
    "by_language",
    "policy",
    "seed",
    "profile",
    "days",
    "missed",
    "sms_per_filled",
}


class Seen:
    """What a watcher is told, and nothing else of the month."""

    def __init__(self) -> None:
        self.moments: list[dt.datetime] = []

    def happened(self, what: str, at: dt.datetime) -> None:
        self.moments.append(at)


@pytest.mark.xdist_group("rehearsal")
def test_a_small_month_adds_up(server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Booked, waiting and unfilled are all slots; nobody is in two places, no job failed, and time only went on."""
    monkeypatch.setenv("DATABASE_URL", server_url)
    seen, what = Seen(), Simulation("XS", 1, 5, POLICIES["default"])
    figures: dict[str, Any] = simulate(Settings(home=tmp_path), House(create_app, load_jobs), what, seen)
    assert figures.keys() >= CONTRACT | BESIDE
    assert figures["booked"] + figures["waiting"] + figures["unfilled"] == figures["slots"] >= 3
    assert figures["filled"] == figures["booked"] > 0
    assert figures["filled"] <= figures["fillable"] <= figures["slots"]
    assert (
        figures["fillable_reached"]
        <= figures["fillable_together"]
        <= figures["fillable_one_by_one"]
        <= figures["slots"]
    )
    assert figures["held"] + figures["no_shows"] <= figures["filled"]
    assert figures["double_bookings"] == figures["failed_jobs"] == figures["waiting"] == 0
    assert figures["sms_out"] >= 2 * figures["filled"]  # a question and a confirmation each
    assert 0 < figures["time_to_fill_median"] <= figures["time_to_fill_p90"]
    assert figures["travel_minutes"] > 0
    for groups in (figures["by_ambito"], figures["by_language"]):
        assert sum(group["filled"] for group in groups.values()) == figures["filled"]
        assert 0 < sum(group["sms_out"] for group in groups.values()) <= figures["sms_out"]
    assert seen.moments == sorted(seen.moments)
    assert what.opens < seen.moments[0] < seen.moments[-1] <= what.ends
