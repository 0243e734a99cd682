# SPDX-License-Identifier: AGPL-3.0-or-later
"""`ponte suggest`: starts as lines or JSON, and every file and key that cannot be used named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from dispatch.cli_suggest import suggest_commands
from solver.files import write_plan, write_problem
from tests.solver.build import appointment, plan, problem

WEEK = problem((appointment("a1"), appointment("a2", 700, windows=((700, 760),))))
NEW = appointment("new", windows=((600, 660),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A week whose second visit is unfilled, and a new appointment."""
    write_problem(WEEK, tmp_path / "week.json")
    write_plan(plan(WEEK, ("a1/1", "m1", 540)), tmp_path / "plan.json")
    (tmp_path / "new.json").write_bytes(msgspec.json.encode(NEW))
    return tmp_path


def ask(folder: Path, *words: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(suggest_commands)
    app.callback()(lambda: None)  # one command alone would not want its name
    return CliRunner().invoke(app, ["suggest", str(folder / "week.json"), str(folder / "plan.json"), *words])


def test_a_new_appointment_is_answered_best_first(folder: Path) -> None:
    """Ten o'clock is the first that follows a visit at the same school; what is not shown is counted."""
    said = ask(folder, str(folder / "new.json"), "--most", "2")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines() == [
        "Mon 2026-11-30 10:00  gain    100  new/1: m1 of 1",
        "Mon 2026-11-30 10:15  gain    100  new/1: m1 of 1",
        "and 3 more starts (--most 5 shows all)",
    ]


def test_an_unfilled_slot_is_answered_as_json(folder: Path) -> None:
    """Every figure, and how many starts there are besides those shown."""
    said = ask(folder, "--slot", "a2/1", "--json", "--most", "1")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == {
        "found": 5,
        "suggestions": [
            {
                "start": 700,
                "end": 760,
                "gain": 100,
                "complete": True,
                "people": [{"slot": "a2/1", "mediator": "m1"}],
                "able": {"a2/1": 1},
            }
        ],
    }


def test_no_start_is_an_answer_too(folder: Path) -> None:
    """Exit 0 and a sentence that says what would help."""
    (folder / "new.json").write_bytes(msgspec.json.encode(appointment("new", 560)))
    said = ask(folder, str(folder / "new.json"))
    assert said.exit_code == 0
    assert "no start" in said.stdout


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("place", "moon", "place: 'moon': no place has this id"),
        ("windows", [[660, 600]], "windows[0]: [660, 600]: first start is after the last one"),
        ("id", "a1", "id: 'a1': is already used by appointments[0].id"),
        ("duration", "long", "duration: 'long': cannot be used"),
        ("colour", "red", "colour: 'red': is not a key of this format"),
    ],
)
def test_a_bad_appointment_names_file_and_key(folder: Path, key: str, value: object, said: str) -> None:
    """Exit 2; the key is that of the appointment's own file."""
    made: dict[str, Any] = msgspec.to_builtins(NEW) | {key: value}
    (folder / "new.json").write_text(json.dumps(made))
    refused = ask(folder, str(folder / "new.json"))
    assert refused.exit_code == 2
    assert f"new.json: {said}" in refused.stderr


@pytest.mark.parametrize("words", [(), ("new.json", "--slot", "a2/1"), ("--slot", "a9/1"), ("--slot", "a1/1")])
def test_half_a_question_and_a_wrong_slot_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    """Neither or both of file and slot, a slot that is not there or not empty: exit 2."""
    assert ask(folder, *(str(folder / word) if word.endswith(".json") else word for word in words)).exit_code == 2


@pytest.mark.parametrize("slot", ["a1/1", "a9/1"])
def test_a_broken_plan_is_not_built_upon(folder: Path, slot: str) -> None:
    """Exit 1 with the rule and the plan's file; a slot the problem does not know counts as broken."""
    wrong = plan(WEEK, ("a1/1", "m1", 540))
    line = msgspec.structs.replace(wrong.assignments[0], slot=slot, start=541, end=601)
    write_plan(msgspec.structs.replace(wrong, assignments=(line,)), folder / "plan.json")
    refused = ask(folder, "--slot", "a2/1")
    assert refused.exit_code == 1
    assert f"plan.json: {'window' if slot == 'a1/1' else 'unknown'}:" in refused.stderr


def test_a_plan_that_is_none_is_bad_input(folder: Path) -> None:
    """Exit 2; the file and the key are named."""
    (folder / "plan.json").write_text("{}")
    refused = ask(folder, "--slot", "a2/1")
    assert refused.exit_code == 2
    assert "plan.json: " in refused.stderr
