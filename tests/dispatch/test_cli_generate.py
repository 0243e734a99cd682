# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that make up input: what they write, what they refuse and the options that the named instances say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from dispatch.cli_generate import FamilyName, generate_commands
from solver.files import read_problem
from solver.generate import FAMILIES, INSTANCES, instance

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *words: CliRunner().invoke(generate_commands, [str(word) for word in words])


@pytest.mark.parametrize(
    ("words", "slots", "people"),
    [
        (("--profile", "S", "--seed", "2"), 63, 60),
        (("--mediators", "5", "--slots", "12", "--days", "2", "--caps"), 12, 5),
        (("--profile", "S", "--territory", "bergamo"), 63, 60),
        (("--family", "wide", "--mediators", "9", "--slots", "30", "--days", "3"), 30, 9),
        (("--family", "mixed", "--profile", "S", "--caps"), 63, 60),
        (("--family", "tight", "--profile", "S", "--territory", "bergamo"), 63, 60),
        (("--family", "nation", "--profile", "S", "--provinces", "2"), 126, 120),
    ],
    ids=["profile", "sizes", "real places", "family", "family of a profile", "family of real places", "nation"],
)
def test_it_writes_a_good_problem(words: tuple[str, ...], slots: int, people: int, run: Run, tmp_path: Path) -> None:
    """And says what it made."""
    made = run(*words, "-o", tmp_path / "made.json")
    assert made.exit_code == 0, made.output
    assert f"{slots} slots, {people} mediators" in made.stdout
    given = read_problem(tmp_path / "made.json")
    assert len(given.mediators) == people


@pytest.mark.parametrize("name", ["S", "600-caps", "cases", "mixed"])
def test_a_named_instance_says_how_to_make_it(name: str, run: Run, tmp_path: Path) -> None:
    """Its options, given to the command, make the same problem."""
    made = run(*INSTANCES[name].options.split(), "--seed", "3", "-o", tmp_path / "made.json")
    assert made.exit_code == 0, made.output
    assert read_problem(tmp_path / "made.json") == instance(name, seed=3)


def test_the_nations_options_are_those_of_the_issue() -> None:
    """A hundred provinces; it takes too long to make it here."""
    assert INSTANCES["nation"].options == "--family nation --provinces 100"


def test_every_family_can_be_named() -> None:
    """The command lists them itself, so that its help needs no solver; the lists agree."""
    assert {*FAMILIES, "nation"} == set(get_args(FamilyName))


@pytest.mark.parametrize(
    ("words", "key", "remedy"),
    [
        (("--mediators", "5"), "--mediators", "give all three of --mediators, --slots and --days, or none"),
        (("--territory", "atlantis"), "--territory", "atlantis"),
        (("--profile", "Q"), "--profile", "XL"),
        (("--family", "odd"), "--family", "nation"),
        (("--provinces", "3"), "--provinces", "add --family nation"),
        (("--family", "nation", "--provinces", "1"), "--provinces", "greater than or equal to 2"),
        (("--family", "nation", "--provinces", "201"), "--provinces", "less than or equal to 200"),
        (("--family", "nation", "--profile", "XL"), "--profile", "give S or M"),
        (("--family", "nation", "--territory", "bergamo"), "--territory", "leave it out"),
        (("--family", "pairs", "--territory", "bergamo"), "--territory", "give it a --profile"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    words: tuple[str, ...], key: str, remedy: str, run: Run, tmp_path: Path
) -> None:
    """Exit 2 with the option and the remedy named; nothing is written."""
    refused = run(*words, "-o", tmp_path / "made.json")
    assert refused.exit_code == 2
    said = " ".join(refused.stderr.replace("│", " ").split())
    assert key in said
    assert remedy in said
    assert not (tmp_path / "made.json").exists()


@pytest.mark.parametrize(
    ("words", "key", "remedy"),
    [
        (("--family", "nation"), "--mediators", "leave these out"),
        (("--profile", "S"), "--profile", "not both"),
        (("--territory", "bergamo"), "--territory", "instead of sizes"),
        (("--family", "wide"), "--days", "give 3 or more"),
    ],
)
def test_sizes_that_something_else_unsays_are_refused(
    words: tuple[str, ...], key: str, remedy: str, run: Run, tmp_path: Path
) -> None:
    """Nothing of an order is quietly left out."""
    sizes = ("--mediators", "9", "--slots", "40", "--days", "2")
    refused = run(*words, *sizes, "-o", tmp_path / "made.json")
    assert refused.exit_code == 2
    said = " ".join(refused.stderr.replace("│", " ").split())
    assert key in said
    assert remedy in said
    assert run(*sizes, "-o", tmp_path / "made.json").exit_code == 0


def test_help_teaches_with_examples(run: Run) -> None:
    """Every family is named, and a nation shown."""
    said = run("--help").stdout
    assert "Example: ponte generate problem --family nation --provinces 20" in said
    assert all(name in said for name in FAMILIES)
