# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plan says about itself is checked as strictly as what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from solver.check import check
from solver.check.paper import PAPER
from solver.plan import Assignment, Plan, Unfilled
from solver.problem import PlanningProblem
from tests.solver.build import appointment, plan, problem


@pytest.fixture
def given() -> PlanningProblem:
    return problem((appointment("a1"), appointment("a2")))


@pytest.fixture
def good(given: PlanningProblem) -> Plan:
    """a1 is filled, a2 is not; 79 points, and the bound is one higher."""
    return plan(given, ("a1/1", "m1", 540), bound=80)


def changed(**new: Any) -> Callable[[Plan], Plan]:
    return lambda good: msgspec.structs.replace(good, **new)


def line_changed(**new: Any) -> Callable[[Plan], Plan]:
    return lambda good: msgspec.structs.replace(
        good, assignments=tuple(msgspec.structs.replace(line, **new) for line in good.assignments)
    )


def score_changed(term: str) -> Callable[[Plan], Plan]:
    """One term is a point off; bound and gap are made to fit the total that is claimed."""

    def change(good: Plan) -> Plan:
        wrong = msgspec.structs.replace(good.score, **{term: getattr(good.score, term) + 1})
        return msgspec.structs.replace(good, score=wrong, bound=82, gap=(82 - wrong.total) / 82)

    return change


LIES: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("lists", changed(unfilled=())),
    ("lists", lambda good: msgspec.structs.replace(good, unfilled=good.unfilled * 2)),
    (
        "lists",
        lambda good: msgspec.structs.replace(good, unfilled=(*good.unfilled, Unfilled("a1/1", {"one_place": 1}))),
    ),
    ("end", line_changed(end=601)),
    ("reasons", changed(unfilled=(Unfilled("a2/1", {"outbid": 1}),))),
    ("reasons", changed(unfilled=(Unfilled("a2/1", {"one_place": 2}),))),
    ("reasons", changed(unfilled=(Unfilled("a2/1", {}),))),
    *[
        ("score", score_changed(term))
        for term in ("value", "travel", "wishes", "continuity", "fairness", "changes", "cost")
    ],
    ("score", score_changed("total")),
    ("bound", changed(bound=78, gap=-1 / 78)),
    ("gap", changed(gap=0.0126)),
    ("gap", changed(gap=float("nan"))),
    ("status", changed(status="optimal")),
    ("status", changed(bound=79, gap=0.0)),
]


def test_a_true_plan_passes(given: PlanningProblem, good: Plan) -> None:
    """The plan that the lies below are made from."""
    assert good.score.total == 79
    assert check(given, good) == []


@pytest.mark.parametrize(("claim", "lie"), LIES, ids=[f"{claim} {n}" for n, (claim, _) in enumerate(LIES)])
def test_a_lie_is_found(claim: str, lie: Callable[[Plan], Plan], given: PlanningProblem, good: Plan) -> None:
    """One statement is false, and that one is named."""
    assert {found.rule for found in check(given, lie(good))} == {claim}


@pytest.mark.parametrize(("claim", "lie"), LIES, ids=[f"{claim} {n}" for n, (claim, _) in enumerate(LIES)])
def test_without_that_check_it_would_pass(
    claim: str, lie: Callable[[Plan], Plan], given: PlanningProblem, good: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the one check taken out nobody would notice."""
    monkeypatch.delitem(PAPER, claim)
    assert check(given, lie(good)) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (line_changed(slot="zz"), "zz"),
        (line_changed(mediator="m7"), "m7"),
        (changed(unfilled=(Unfilled("a9/9", {"language": 1}),)), "a9/9"),
        (changed(assignments=(Assignment("zz", "m1", 0, 60),)), "zz"),
    ],
)
def test_unknown_ids_are_named(change: Callable[[Plan], Plan], name: str, given: PlanningProblem, good: Plan) -> None:
    """A plan of another problem is not judged further."""
    found = check(given, change(good))
    assert {violation.rule for violation in found} == {"unknown"}
    assert any(name in violation.message for violation in found)


def test_the_gap_may_differ_by_rounding_only(given: PlanningProblem, good: Plan) -> None:
    """1/80 = 0.0125, within a billionth."""
    assert check(given, msgspec.structs.replace(good, gap=0.0125 + 5e-10)) == []
    assert check(given, msgspec.structs.replace(good, gap=0.0125 + 5e-9)) != []
