# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house rules of rules: said twice under the same names, each module opening with the rule itself."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

import solver
from solver import check, goals, rules
from solver.plan import GOALS, HARD_RULES

ROOT = Path(next(iter(solver.__path__)))
NOT_FOR_THE_TWIN = ("rules", "goals", "eligibility", "roster", "visits", "index", "travel", "solve", "greedy", "person")


def test_rules_checker_and_contract_list_the_same_names_in_the_same_order() -> None:
    """The order is the order in which a refusal is judged."""
    assert rules.NAMES == tuple(check.RULES) == HARD_RULES


def test_goals_checker_and_contract_list_the_same_names_in_the_same_order() -> None:
    """The order is that of the score."""
    assert goals.NAMES == tuple(check.GOALS) == GOALS


def test_every_file_of_rules_and_goals_is_registered() -> None:
    """A module that nobody lists would be a rule that nobody applies."""
    for package, names in ((rules, rules.NAMES), (goals, goals.NAMES)):
        folder = Path(next(iter(package.__path__)))
        assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == set(names)


@pytest.mark.parametrize("module", [*rules.HARD, *goals.SOFT], ids=lambda module: module.__name__)
def test_a_module_opens_with_its_sentence_and_says_where_it_works(module: ModuleType) -> None:
    """First the rule as a coordinator says it, then where it prunes or is priced."""
    sentence, _, rest = (module.__doc__ or "").partition("\n\n")
    assert sentence.endswith("."), sentence
    assert "\n" not in sentence, sentence
    assert rest.split()[0] in {"Prunes", "Priced"}, rest
    assert any(where in rest for where in ("pair", "day route", "joint choice", "nothing by search")), rest


def test_the_pairwise_rules_are_the_first_eleven() -> None:
    """They refuse a slot and a mediator before any plan is made."""
    assert tuple(rules.PAIRWISE) == HARD_RULES[:11]


def imported(file: Path) -> set[str]:
    """Every module name that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_twin_imports_nothing_of_the_solver_but_the_contract() -> None:
    """An error that both share would be seen by neither."""
    files = sorted((ROOT / "check").glob("*.py"))
    assert len(files) > 5
    for file in files:
        wrong = {name for name in imported(file) if name.split(".")[:1] == ["solver"] and allowed(name) is False}
        assert not wrong, f"{file.name} imports {wrong}"


def allowed(name: str) -> bool:
    return name == "solver" or name.split(".")[1] in {"check", "plan", "problem"}


def test_the_guard_above_would_notice() -> None:
    """Control: the eligibility module does import rules, and travel is not the twin's either."""
    assert any(not allowed(name) for name in imported(ROOT / "eligibility.py") if name.startswith("solver."))
    assert not any(allowed(f"solver.{name}") for name in NOT_FOR_THE_TWIN)


def test_the_solver_knows_no_table_web_or_clock() -> None:
    """Frozen data in, frozen data out: no import of a database, a web framework, a carrier or our other packages."""
    banned = {"sqlalchemy", "fastapi", "twilio", "apscheduler", "babel", "dispatch", "config", "notifications"}
    for file in ROOT.rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(file)} & banned, file
