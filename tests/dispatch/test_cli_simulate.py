# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command that plays a month: what it teaches, what it refuses before it begins, and what it says of figures."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from rich.progress import Progress
from typer.testing import CliRunner, Result

from dispatch import cli_simulate
from dispatch.cli_simulate import PolicyName, ScenarioLetter, Watch, simulate_commands
from dispatch.rehearsal.month_told import told
from dispatch.rehearsal.policies import POLICIES
from dispatch.rehearsal.scenarios import SCENARIOS

Run = Callable[..., Result]
PART = {"slots": 9, "filled": 8, "held": 7, "sms_out": 27}
FIGURES: dict[str, Any] = {
    "profile": "M", "days": 30, "seed": 1, "policy": "default", "scenario": "a", "slots": 1000, "fillable": 900,
    "fillable_together": 895,
    "filled": 891, "held": 870, "no_shows": 12, "late_fills": 5, "time_to_fill_median": 90.0,
    "time_to_fill_p90": 3000.0, "sms_out": 2673, "sms_per_filled": 3.0, "travel_minutes": 6000, "fairness": 0.7, "double_bookings": 0,
    "missed": {"nobody who would have come was asked": 9}, "by_language": {"ary": PART}, "by_ambito": {"BG03": PART},
}  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Nothing is played here: a month stands ready."""
    monkeypatch.setattr(cli_simulate, "_played", lambda *_: FIGURES)
    return lambda *words: CliRunner().invoke(simulate_commands, [str(word) for word in words])


def test_its_names_are_those_of_the_house() -> None:
    """The help and the rehearsal know the same policies and scenarios."""
    assert get_args(PolicyName) == tuple(POLICIES)
    assert get_args(ScenarioLetter) == tuple(SCENARIOS)


def test_its_help_teaches(run: Run) -> None:
    """Every policy and scenario is explained, with an example and the exit codes."""
    said = run("--help").output
    for name in (*POLICIES, "Example", "Exit code", "carrier down", "Ctrl-C"):
        assert name in said


@pytest.mark.parametrize(
    ("words", "told_of"),
    [
        (("--policy", "lottery"), ("--policy", "lottery", "broadcast")),
        (("--profile", "XXL"), ("--profile", "XXL")),
        (("--days", "0"), ("--days", "1")),
        (("--scenario", "z"), ("--scenario", "'z'")),
        (("--json", "/nowhere/at/all.json"), ("--json", "/nowhere/at/all.json", "exists")),
    ],
)
def test_what_it_refuses(words: tuple[str, ...], told_of: tuple[str, ...], run: Run) -> None:
    """Before anything is played, with the option and what may be written instead."""
    refused = run(*words)
    assert refused.exit_code == 2
    said = " ".join(refused.output.split())
    for part in told_of:
        assert part in said


def test_it_writes_and_tells_the_figures(run: Run, tmp_path: Path) -> None:
    """The file holds what was counted; the table says the share of what could be filled."""
    done = run("--json", tmp_path / "month.json")
    assert done.exit_code == 0
    assert '"fillable": 900' in (tmp_path / "month.json").read_text()
    assert "99.0 %" in done.output
    assert "2673, 3.0 for each" in done.output


def test_a_double_booking_is_no_success(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, for whoever runs it in a script."""
    monkeypatch.setattr(cli_simulate, "_played", lambda *_: FIGURES | {"double_bookings": 1})
    assert run().exit_code == 1


def test_ctrl_c_keeps_nothing_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A month that was stopped leaves no file that somebody could take for a whole one."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_simulate, "_played", stopped)
    done = run("--json", tmp_path / "month.json")
    assert done.exit_code == 130
    assert "Nothing was kept" in done.output
    assert not (tmp_path / "month.json").exists()


def test_it_stops_between_two_moments() -> None:
    """Ctrl-C waits for the moment to end, a second one does not."""
    start = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    watch = Watch(Progress(disable=True), "a month", start, start + dt.timedelta(days=1))
    watch.happened("sms", start)
    watch.stop(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        watch.happened("sms", start)
    with pytest.raises(KeyboardInterrupt):
        watch.stop(signal.SIGINT)


def test_a_month_nobody_was_found_in_is_told_too() -> None:
    """Nothing filled, nothing fillable, no time to fill: no figure divides by nothing."""
    nothing = {
        "fillable": 0,
        "filled": 0,
        "time_to_fill_median": None,
        "time_to_fill_p90": None,
        "sms_per_filled": None,
    }
    said = "\n".join(told(FIGURES | nothing))
    assert "nothing to fill" in said
    assert "median –" in said
