# SPDX-License-Identifier: AGPL-3.0-or-later
"""`ponte explain` and `ponte difference`: sentences or JSON, files that pass the check, and refusals by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dispatch.cli import app
from solver.files import write_plan, write_problem
from tests.solver.build import appointment, mediator, plan, problem

WEEK = problem((appointment("a1"), appointment("a2", 540)), (mediator(shifts=((540, 900),)),))
OLD = plan(WEEK, ("a1/1", "m1", 540))
NEW = plan(WEEK, ("a2/1", "m1", 540))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A week in which one of two visits at the same time stays without anybody, and the other way round."""
    write_problem(WEEK, tmp_path / "week.json")
    write_plan(OLD, tmp_path / "plan.json")
    write_plan(NEW, tmp_path / "new.json")
    write_plan(plan(WEEK, ("a1/1", "m1", 540), ("a2/1", "m1", 540)), tmp_path / "broken.json")
    return tmp_path


def ask(folder: Path, command: str, *words: str) -> Result:
    named = [str(folder / word) if word.endswith(".json") else word for word in words]
    return CliRunner().invoke(app, [command, str(folder / "week.json"), *named])


def test_an_unfilled_slot_is_explained_in_sentences(folder: Path) -> None:
    """Why nobody, who nearly could, what would help."""
    said = ask(folder, "explain", "plan.json", "a2/1")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines() == [
        "a2/1: nobody. one_place 1",
        "kept away by one rule alone:",
        "  m1: one_place: Mon 2026-11-30 09:00: too close to a1/1 at Mon 2026-11-30 09:00",
        "what would help, smallest first:",
        "  1. another start, 1 h away: m1 at Mon 2026-11-30 10:00, total 179 (+100)",
    ]


def test_an_assignment_is_explained_as_json(folder: Path) -> None:
    """Every figure."""
    said = ask(folder, "explain", "plan.json", "a1/1", "--json")
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    assert (told["answer"], told["slot"], told["mediator"], told["alternatives"]) == ("assigned", "a1/1", "m1", [])


def test_all_unfilled_slots_are_explained(folder: Path) -> None:
    """One after the other as text; a list as JSON."""
    assert ask(folder, "explain", "plan.json", "--all").stdout.startswith("a2/1: nobody.")
    told = json.loads(ask(folder, "explain", "plan.json", "--all", "--json").stdout)
    assert [answer["slot"] for answer in told] == ["a2/1"]
    assert told[0]["relaxations"][0]["figures"] == {"minutes": 60}


def test_a_full_plan_has_nothing_to_explain(folder: Path) -> None:
    """--all says so."""
    given = problem((appointment("a1"),))
    write_problem(given, folder / "week.json")
    write_plan(plan(given, ("a1/1", "m1", 540)), folder / "plan.json")
    assert ask(folder, "explain", "plan.json", "--all").stdout == "every slot is filled\n"


def test_an_applied_relaxation_passes_the_check(folder: Path) -> None:
    """Both files are written; `ponte check` finds nothing, and the slot is filled."""
    said = ask(folder, "explain", "plan.json", "a2/1", "--apply", "1", "-o", "eased.json", "--plan-output", "full.json")
    assert said.exit_code == 0, said.output
    assert "start applied, total 179" in said.stderr
    audited = CliRunner().invoke(app, ["check", str(folder / "eased.json"), str(folder / "full.json")])
    assert audited.exit_code == 0, audited.output
    assert "filled   2 of 2" in audited.stdout


def test_the_leeway_is_an_option(folder: Path) -> None:
    """Half an hour is not enough, and after ten there is no start either."""
    for words in (("--tolerance", "45"), ("--not-before", "1440", "--tolerance", "120")):
        said = ask(folder, "explain", "plan.json", "a2/1", *words)
        assert "another start" not in said.stdout


REFUSED = [
    (("plan.json", "a3/1"), "slot a3/1: the problem has no such slot: did you mean a"),
    (("plan.json",), "name one slot, or ask for --all"),
    (("plan.json", "a2/1", "--all"), "name one slot, or ask for --all"),
    (("plan.json", "a2/1", "--apply", "1"), "give a SLOT, --apply, --output and --plan-output together"),
    (("plan.json", "a2/1", "-o", "x.json"), "give a SLOT, --apply, --output and --plan-output together"),
    (("plan.json", "a2/1", "--apply", "9", "-o", "x.json", "--plan-output", "y.json"), "9: slot a2/1 has 1"),
    (("plan.json", "a1/1", "--apply", "1", "-o", "x.json", "--plan-output", "y.json"), "1: slot a1/1 has none"),
    (("missing.json", "a2/1"), "missing.json: 'No such file or directory': give the path of a file that can be read"),
    (("week.json", "a2/1"), "week.json: "),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED, ids=[case[1] for case in REFUSED])
def test_bad_input_is_named(folder: Path, words: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, and a sentence that says what to write instead."""
    said = ask(folder, "explain", *words)
    assert said.exit_code == 2
    assert sentence in _plain(said.stderr)
    assert not (folder / "x.json").exists()


def test_a_broken_plan_is_not_explained(folder: Path) -> None:
    """Exit code 1 and the rule, as `ponte check` says it."""
    said = ask(folder, "explain", "broken.json", "a1/1")
    assert said.exit_code == 1
    assert "one_place: m1 cannot keep" in said.stderr
    assert "mend it, or solve again" in said.stderr


def test_the_difference_is_told(folder: Path) -> None:
    """The totals, the counts, and each change with its reason."""
    said = ask(folder, "difference", "plan.json", "new.json")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines() == [
        "total 79 -> 79 (+0)",
        "1 dropped, 1 new",
        "dropped    a1/1: m1 at Mon 2026-11-30 09:00 -> nobody, -100 "
        "(one_place: too close to a2/1 at Mon 2026-11-30 09:00)",
        "new        a2/1: nobody -> m1 at Mon 2026-11-30 09:00, +79 (better)",
    ]


def test_the_difference_is_data(folder: Path) -> None:
    """Every slot, also those that stay as they are."""
    told = json.loads(ask(folder, "difference", "plan.json", "plan.json", "--json").stdout)
    assert told["counts"] == {"unchanged": 1, "unfilled": 1}
    assert [line["slot"] for line in told["lines"]] == ["a1/1", "a2/1"]


def test_plans_of_other_problems_are_not_compared(folder: Path) -> None:
    """Exit code 1: an id is unknown."""
    write_plan(plan(problem((appointment("b9"),))), folder / "new.json")
    said = ask(folder, "difference", "plan.json", "new.json")
    assert said.exit_code == 1
    assert "b9/1: the problem has no such slot" in said.stderr


def _plain(text: str) -> str:
    """Words without the frame a terminal draws around a refusal."""
    return " ".join(text.replace("│", " ").split())
