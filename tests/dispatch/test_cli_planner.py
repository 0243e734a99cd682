# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's commands on files: exit codes, keys named on stderr, files written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from dispatch.cli_planner import planner_commands
from solver import guarded
from solver.files import read_plan, read_problem, write_plan, write_problem
from solver.guarded import Settings
from solver.problem import PlanningProblem
from solver.progress import Progress
from tests.solver.build import appointment, plan, problem, slot, stand

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands, given time to come up on a busy machine."""
    monkeypatch.setattr(guarded, "START", 60.0)
    monkeypatch.setattr(guarded, "GRACE", 60.0)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(planner_commands)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """Two visits that one mediator can make, and one that nobody can."""
    given = problem((appointment("a1"), appointment("a2", 700), appointment("a3", 900, slot("a3/1", gender="m"))))
    write_problem(given, tmp_path / "week.json")
    return tmp_path / "week.json"


def test_solve_writes_a_plan_that_check_accepts(run: Run, week: Path, tmp_path: Path) -> None:
    """Exit 0, the figures on stdout, and a second look finds nothing."""
    solved = run("solve", week, "-o", tmp_path / "plan.json", "--seconds", "3", "--workers", "1")
    assert solved.exit_code == 0, solved.output
    assert "filled   2 of 3" in solved.output
    checked = run("check", week, tmp_path / "plan.json")
    assert checked.exit_code == 0, checked.output
    assert read_plan(tmp_path / "plan.json").unfilled[0].reasons == {"gender": 1}


def test_solve_exits_1_when_its_plan_does_not_pass(
    run: Run, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solver with a fault is not believed, though its plan is written for inspection."""
    given = read_problem(week)
    wrong = plan(given, ("a1/1", "m1", 541))
    monkeypatch.setattr(guarded, "solve_in_time", lambda *_, **__: guarded.Guarded(wrong, None))
    solved = run("solve", week, "-o", tmp_path / "plan.json")
    assert solved.exit_code == 1
    assert "window: m1 on a1/1 at 541" in solved.stderr
    assert read_plan(tmp_path / "plan.json") == wrong


def test_check_prints_a_line_for_each_violation(run: Run, week: Path, tmp_path: Path) -> None:
    """Exit 1, the rule first."""
    write_plan(plan(read_problem(week), ("a1/1", "m1", 541), ("a3/1", "m1", 900)), tmp_path / "plan.json")
    checked = run("check", week, tmp_path / "plan.json")
    assert checked.exit_code == 1
    assert [line.split(":")[0] for line in checked.stdout.splitlines()] == ["gender", "window"]


@pytest.mark.parametrize("command", ["solve", "check"])
def test_bad_input_exits_2_and_names_the_key(command: str, run: Run, week: Path, tmp_path: Path) -> None:
    """The key, the value and the remedy on stderr; nothing is written."""
    said: dict[str, Any] = json.loads(week.read_text())
    said["mediators"][0]["shifts"] = [[0, 600], [600, 1200]]
    week.write_text(json.dumps(said))
    words = ("-o", tmp_path / "plan.json") if command == "solve" else (tmp_path / "plan.json",)
    refused = run(command, week, *words)
    assert refused.exit_code == 2
    assert "mediators[0].shifts[1]: [600, 1200]: touches [0, 600]: join them" in refused.stderr
    assert not (tmp_path / "plan.json").exists()


def test_a_bad_plan_exits_2(run: Run, week: Path, tmp_path: Path) -> None:
    """A plan of another format is bad input, not a broken plan."""
    (tmp_path / "plan.json").write_text('{"format": "ponte-plan/2"}')
    refused = run("check", week, tmp_path / "plan.json")
    assert refused.exit_code == 2
    assert "format" in refused.stderr


def test_warnings_are_said_and_change_nothing(run: Run, tmp_path: Path) -> None:
    """Two booked visits overlap: both are named, both are kept, the plan passes."""
    given = problem(
        (appointment("a1"), appointment("a2", 570)), locked=(stand("a1/1", "m1", 540), stand("a2/1", "m1", 570))
    )
    write_problem(given, tmp_path / "week.json")
    solved = run("solve", tmp_path / "week.json", "-o", tmp_path / "plan.json", "--seconds", "1", "--workers", "1")
    assert solved.exit_code == 0, solved.output
    assert "warning: locked[0] (a1/1) and locked[1] (a2/1) overlap" in solved.stderr


def test_two_locks_on_one_slot_are_refused_and_both_named(run: Run, week: Path, tmp_path: Path) -> None:
    """The slot, both lines, both mediators and both starts; no plan is written."""
    said: dict[str, Any] = json.loads(week.read_text())
    said["mediators"].append(said["mediators"][0] | {"id": "m2"})
    said["locked"] = [
        {"slot": "a1/1", "mediator": "m1", "start": 540},
        {"slot": "a2/1", "mediator": "m1", "start": 700},
        {"slot": "a1/1", "mediator": "m2", "start": 555},
    ]
    week.write_text(json.dumps(said))
    refused = run("solve", week, "-o", tmp_path / "plan.json")
    assert refused.exit_code == 2
    assert "locked[2].slot: 'a1/1'" in refused.stderr
    assert "locked[0] gives it to m1 at 540, locked[2] to m2 at 555" in refused.stderr
    assert not (tmp_path / "plan.json").exists()


def test_a_search_without_memory_leaves_its_best_plan_and_says_so(
    run: Run, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 0, since the plan passes; the limit is named on stderr and the plan is on disk."""
    monkeypatch.setattr(guarded, "search", runs_out)
    solved = run("solve", week, "-o", tmp_path / "plan.json", "--seconds", "1", "--memory", "0.5")
    assert solved.exit_code == 0, solved.output
    assert "warning: the memory limit of 0.5 GiB was reached: this is the best plan until then" in solved.stderr
    assert [line.slot for line in read_plan(tmp_path / "plan.json").assignments] == ["a2/1"]


def runs_out(theirs: Connection, problem: PlanningProblem, settings: Settings) -> None:
    """A search that tells of one plan and then asks for more memory than it may use."""
    found = guarded.Found(Progress(1, 90, 300, 0.1), [("a2/1", "m1", 700)])
    theirs.send_bytes(msgspec.json.encode(found))
    assert settings.memory is not None
    bytearray(settings.memory)


def test_an_output_folder_that_is_not_there_is_said_at_once(run: Run, week: Path, tmp_path: Path) -> None:
    """Before thirty seconds of search, not after."""
    refused = run("solve", week, "-o", tmp_path / "nowhere" / "plan.json")
    assert refused.exit_code == 2
    assert "folder that exists" in refused.stderr


@pytest.mark.parametrize("name", ["problem", "plan"])
def test_schema_prints_json(name: str, run: Run, tmp_path: Path) -> None:
    """On stdout, or into a file."""
    assert json.loads(run("schema", name).stdout)["title"] == f"ponte-{name}/1"
    assert run("schema", name, "-o", tmp_path / "schema.json").exit_code == 0
    assert json.loads((tmp_path / "schema.json").read_text())["title"] == f"ponte-{name}/1"


@pytest.mark.parametrize("words", [("solve",), ("check",), ("generate", "problem"), ("schema",)])
def test_help_teaches_with_an_example(words: tuple[str, ...], run: Run) -> None:
    """Every command shows how it is used."""
    assert "Example" in run(*words, "--help").stdout
