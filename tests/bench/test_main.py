# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command measures what it is asked for, keeps it at once, and goes on where it was broken off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import measure, picture, report
from bench.record import Latency, Run, Versus, load, save
from bench.targets import Duel, Swift, Target


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything is written to a folder of its own, and nothing is really measured."""
    record = tmp_path / "benchmarks.json"
    write = report.write
    monkeypatch.setattr(command, "load", lambda: load(record))
    monkeypatch.setattr(command, "save", lambda known: save(known, record))
    monkeypatch.setattr(report, "write", lambda known: write(known, tmp_path / "benchmarks.md"))
    monkeypatch.setattr(picture, "draw", lambda _: None)
    monkeypatch.setattr(measure, "warm_up", lambda: None)
    monkeypatch.setattr(measure, "today", lambda: "2026-11-22")
    monkeypatch.setattr(measure, "run", _run)
    monkeypatch.setattr(measure, "ours", _ours)
    monkeypatch.setattr(measure, "duel", _duel)
    monkeypatch.setattr(measure, "swift", _swift)
    return tmp_path


def _run(target: Target, form: str, seed: int, _: int) -> Run:
    return Run(target.row, form, seed, 1, measure.today(), "here", total=9, bound=10)


def _ours(fight: Duel, form: str, seed: int, _: int) -> tuple[Versus, Run]:
    run = Run(fight.instance, f"peers {form}", seed, 1, measure.today(), "here", total=9, bound=10)
    return _duel(measure.OURS, fight, form, seed, 2), run


def _duel(rival: str, fight: Duel, form: str, seed: int, _: int) -> Versus:
    return Versus(fight.instance, rival, form, seed, 1, measure.today(), "here", total=9)


def _swift(series: Swift, form: str, seed: int, _: object) -> Latency:
    return Latency(series.row, form, seed, measure.today(), "here", seconds=(0.1,))


def run(monkeypatch: pytest.MonkeyPatch, *said: str) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *said])
    command.main()


def test_the_short_form_measures_every_row_once(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen targets, two series of short answers, and two instances for the peers."""
    run(monkeypatch)
    known = load(house / "benchmarks.json")
    assert len([one for one in known.runs if one.form == "short"]) == 16
    assert [one.row for one in known.latencies] == ["repair", "suggest"]
    assert {one.instance for one in known.peers} == {"day", "600"}
    assert "# Benchmarks" in (house / "benchmarks.md").read_text(encoding="utf-8")


def test_the_long_form_measures_five_seeds(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The targets' own times, seed by seed; the peers on all instances, once."""
    run(monkeypatch, "--long")
    known = load(house / "benchmarks.json")
    assert [one.seed for one in known.of("nation", "full")] == [1, 2, 3, 4, 5]
    assert {one.instance for one in known.peers} == {"day", "dense day", "600", "600-caps", "1000", "mixed"}


def test_only_measures_one_row_and_leaves_the_others(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was known of other rows is still there."""
    run(monkeypatch, "--only", "M")
    run(monkeypatch, "--only", "S", "peers:day")
    known = load(house / "benchmarks.json")
    assert sorted(one.row for one in known.runs) == ["M", "S", "day"]
    assert {one.instance for one in known.peers} == {"day"}


def test_resume_measures_only_what_is_missing_today(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second seed is added to the first, and what failed is tried again."""
    run(monkeypatch, "--only", "M", "peers:day")
    capsys.readouterr()
    run(monkeypatch, "--only", "M", "peers:day", "--resume", "--seeds", "1", "2")
    said = capsys.readouterr().out
    assert "M seed 2" in said
    assert "M seed 1" not in said
    assert "peers:day" not in said


def test_resume_tries_again_what_failed(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row that says why there is no result does not count as measured."""

    def failing(target: Target, form: str, seed: int, _: int) -> Run:
        return Run(target.row, form, seed, 1, measure.today(), "here", trouble="was stopped")

    with monkeypatch.context() as patched:
        patched.setattr(measure, "run", failing)
        run(monkeypatch, "--only", "M")
    run(monkeypatch, "--only", "M", "--resume")
    assert "M seed 1: gap 10.000%" in capsys.readouterr().out


def test_short_and_long_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two forms exclude each other."""
    with pytest.raises(SystemExit):
        run(monkeypatch, "--short", "--long")
