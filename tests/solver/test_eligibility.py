# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who can be asked for a slot, and the first rule that refuses the others."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from solver.check.book import Book
from solver.check.reasons import Explanation
from solver.eligibility import ELIGIBLE, Eligibility
from solver.generate import generate
from solver.index import Index
from solver.problem import PlanningProblem
from solver.rules import PAIRWISE
from tests.solver.build import appointment, mediator, problem, slot, stand

# Each line: the rule, what the slot, the appointment and the mediator are like, and what would mend it.
REFUSALS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("language", {"languages": {"ar": 3}}, {}, {"languages": {"ar": 2}}),
    ("language", {"languages": {"ar": 1, "fr": 1}}, {}, {"languages": {"ar": 2}}),
    ("language", {"languages": {"fr": 2, "ar": 3}, "any_language": True}, {}, {"languages": {"ar": 2, "fr": 1}}),
    ("kind", {}, {"kind": "team"}, {"kinds": ("mediation",)}),
    ("mode", {}, {"mode": "video"}, {"modes": ("onsite", "phone")}),
    ("skills", {"skills": ("health", "legal")}, {}, {"skills": ("health",)}),
    ("gender", {"gender": "f"}, {}, {"gender": "x"}),
    ("excluded", {"excluded": ("m9", "m1")}, {}, {}),
    ("only", {"only": ("m9",)}, {}, {}),
    ("ambito", {}, {"place": "ward"}, {"ambiti": ("BG01",)}),
    ("distance", {}, {"place": "office"}, {"max_travel": 29}),
    ("window", {}, {"windows": ()}, {}),
    ("shift", {}, {"windows": ((540, 600),)}, {"shifts": ((0, 599), (600, 650))}),
]


def refused(wants: dict[str, Any], visit: dict[str, Any], she: dict[str, Any]) -> str:
    given = problem((appointment("a1", 540, slot("a1/1", **wants), **visit),), (mediator(**she),))
    return str(Eligibility.of(Index(given)).refusals(0)[0])


@pytest.mark.parametrize(("rule", "wants", "visit", "she"), REFUSALS, ids=[line[0] for line in REFUSALS])
def test_each_rule_refuses_its_own(
    rule: str, wants: dict[str, Any], visit: dict[str, Any], she: dict[str, Any]
) -> None:
    """One thing is wrong, and the rule that is about it says so."""
    assert refused(wants, visit, she) == rule


@pytest.mark.parametrize(
    ("wants", "visit", "she"),
    [
        ({}, {}, {}),
        ({"languages": {}}, {}, {"languages": {}}),
        ({"languages": {"fr": 2, "ar": 2}, "any_language": True}, {}, {}),
        ({"only": ("m1", "m9")}, {}, {}),
        ({}, {"place": "office"}, {"max_travel": 30}),
        ({}, {"place": "office", "mode": "phone"}, {"max_travel": 5, "ambiti": ()}),
        ({}, {"place": None, "mode": "video"}, {"ambiti": ()}),
        ({}, {"windows": ((540, 600),)}, {"shifts": ((0, 599), (600, 660))}),
    ],
    ids=["plain", "no language", "any of two", "named", "just near enough", "by phone no road", "nowhere", "just fits"],
)
def test_nobody_is_refused_without_a_reason(wants: dict[str, Any], visit: dict[str, Any], she: dict[str, Any]) -> None:
    """The same rules at the edge where they still allow it."""
    assert refused(wants, visit, she) == ELIGIBLE


def test_the_first_rule_in_order_is_named() -> None:
    """She lacks the language, the skill and the gender: the language comes first."""
    assert refused({"languages": {"zh": 1}, "skills": ("legal",), "gender": "m"}, {}, {}) == "language"
    assert refused({"skills": ("legal",), "gender": "m"}, {}, {}) == "skills"


def test_counts_and_candidates_make_up_everybody() -> None:
    """Three mediators: one fits, one lacks the language, one the gender."""
    people = (mediator("m1"), mediator("m2", languages={"zh": 3}), mediator("m3", gender="m"))
    given = problem((appointment("a1", 540, slot("a1/1", gender="f")),), people)
    found = Eligibility.of(Index(given))
    assert found.candidates[0].tolist() == [0]
    assert found.refused[0] == {"language": 1, "gender": 1}
    assert found.pruned == dict.fromkeys(PAIRWISE, 0) | {"language": 1, "gender": 1}


def test_a_locked_slot_has_no_candidates() -> None:
    """Nothing is left to choose, and nothing is counted as pruned."""
    given = problem((appointment(),), locked=(stand("a1/1", "m1", 540),))
    found = Eligibility.of(Index(given))
    assert not len(found.candidates[0])
    assert found.refused[0] == {}


def test_starts_lie_inside_one_shift() -> None:
    """An hour from 9:00 to 11:00 at the quarters; she works until 10:30 and again from 10:45."""
    given = problem((appointment(windows=((540, 660),)),), (mediator(shifts=((0, 630), (645, 725))),))
    assert Eligibility.of(Index(given)).starts(0, 0) == (540, 555, 570, 645, 660)


@pytest.mark.parametrize("profile", ["S", "M"])
def test_the_checker_refuses_the_same_pairs_for_the_same_rule(profile: str) -> None:
    """Every pair of a made-up week, judged by the solver's columns and by the checker's sentences."""
    given = nothing_decided(generate(profile, seed=5))
    found, explanation = Eligibility.of(Index(given)), Explanation(Book(given, ()))
    pairs = 0
    for post in found.index.posts:
        for verdict, she in zip(found.refusals(post.number).tolist(), given.mediators, strict=True):
            reason = explanation.of_mediator(post.slot.id, she)
            assert verdict == (reason if reason in PAIRWISE else ELIGIBLE), (post.slot.id, she.id)
            pairs += 1
    assert pairs == len(found.index.posts) * len(given.mediators) > 3000


def nothing_decided(given: PlanningProblem) -> PlanningProblem:
    return msgspec.structs.replace(given, locked=(), published=())


def test_a_thousand_times_a_thousand_pairs_take_a_moment() -> None:
    """2,600 slots and 400 mediators: measured 0.2 s of processor time; 2 s would mean somebody went pair by pair."""
    index = Index(generate("XL"))
    before = time.process_time()
    Eligibility.of(index)
    assert time.process_time() - before < 2
