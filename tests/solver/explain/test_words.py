# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers as sentences: what a person at a terminal reads, word for word."""

from __future__ import annotations

from typing import get_args

import pytest

from solver.explain import Explainer, Leeway
from solver.explain.answer import RelaxationKind
from solver.explain.figures import TIMED_FIGURES
from solver.explain.refusals import PERSONAL, TIMED
from solver.explain.words import LINES, RELAXED, TIMED_LINES, moment, relaxed, sentences, span
from solver.plan import HARD_RULES
from solver.problem import Budget, PlanningProblem
from tests.solver.build import appointment, busy, mediator, plan, problem, slot, stand
from tests.solver.explain.cases import CASES, Case, shown


def said(given: PlanningProblem, *lines: tuple[str, str, int], leeway: Leeway | None = None) -> list[str]:
    return list(sentences(given, Explainer(given, plan(given, *lines), leeway).of("a1/1")))


def test_an_unfilled_slot_is_told() -> None:
    """Counts, who nearly could, and what would help with the total it leads to."""
    given = problem((appointment(),), (mediator(shifts=((545, 900),)), mediator("m2", max_travel=9)))
    assert said(given) == [
        "a1/1: nobody. distance 1, shift 1",
        "kept away by one rule alone:",
        "  m2: distance: 10 min > 9 min",
        "  m1: shift: Mon 2026-11-30 09:00: 5 min outside her shift",
        "what would help, smallest first:",
        "  1. another start, 15 min away: m1 at Mon 2026-11-30 09:15, total 79 (+79)",
        "  2. m1: 5 min more of a shift: m1 at Mon 2026-11-30 09:00, total 79 (+79)",
        "  3. by video instead of on site: m2 at Mon 2026-11-30 09:00, total 100 (+100)",
        "  4. by phone instead of on site: m2 at Mon 2026-11-30 09:00, total 100 (+100)",
    ]


def test_an_assignment_is_told() -> None:
    """Who is not eligible, what each other would change, and that the plan could be better."""
    people = (mediator(), mediator("m2", travel_factor=2.0), mediator("m3", gender="m"), mediator("m4", max_day=30))
    given = problem((appointment("a1", 540, slot("a1/1", gender="f")),), people)
    assert said(given, ("a1/1", "m2", 540)) == [
        "a1/1: m2 at Mon 2026-11-30 09:00, total 58",
        "not eligible: gender 1",
        "instead of her:",
        "  m1 at Mon 2026-11-30 09:00: +21 (travel -21)",
        "  m4: max_day: 1 h > 30 min",
        "some of them would raise the total: this plan is not the best there is",
    ]


def test_equal_and_absent_alternatives_are_told() -> None:
    """The same in every term; nobody else at all."""
    given = problem((appointment(),), (mediator(), mediator("m2")))
    assert said(given, ("a1/1", "m1", 540))[2] == "  m2 at Mon 2026-11-30 09:00: +0 (the same in every term)"
    assert said(problem((appointment(),)), ("a1/1", "m1", 540))[1:] == ["nobody else is eligible"]


def test_a_locked_slot_is_told() -> None:
    """A fact needs no alternatives."""
    given = problem((appointment(),), locked=(stand("a1/1", "m1", 540),))
    assert said(given, ("a1/1", "m1", 540))[1].startswith("it is locked: booked, or waiting for an answer")


HOPELESS = [
    ("nobody here speaks zh. Recruit", problem((appointment("a1", 540, slot("a1/1", languages={"zh": 1})),))),
    ("a little time, a wish or a call", problem((appointment(),), (mediator(kinds=("team",)),))),
    ("at least two rules", problem((appointment(),), (mediator(kinds=("team",), max_travel=9, modes=("onsite",)),))),
    (
        "at the level that is needed",
        problem((appointment("a1", 540, slot("a1/1", languages={"ar": 3}, gender="m")),)),
    ),
]


@pytest.mark.parametrize(("words", "given"), HOPELESS, ids=[case[0] for case in HOPELESS])
def test_no_help_is_said_honestly(words: str, given: PlanningProblem) -> None:
    """Whatever the reason, a sentence says it, and nothing is proposed."""
    lines = said(given)
    assert any(line.startswith("nothing small helps: ") and words in line for line in lines), lines


STRICT = Leeway(start=0, hours=0)
RULES = [
    ("does no mediation", problem((appointment(),), (mediator(kinds=("team",)),))),
    ("does not work on site", problem((appointment(),), (mediator(modes=("phone",)),))),
    ("lacks health", problem((appointment("a1", 540, slot("a1/1", skills=("health",))),))),
    ("f, m is required", problem((appointment("a1", 540, slot("a1/1", gender="m")),))),
    ("is excluded from this slot", problem((appointment("a1", 540, slot("a1/1", excluded=("m1",))),))),
    ("is not among those asked for by name", problem((appointment("a1", 540, slot("a1/1", only=("m2",))),))),
    ("does not serve BG01", problem((appointment(),), (mediator(ambiti=("BG02",)),))),
    ("no start is left", problem((appointment(windows=()),))),
    ("no shift on that day", problem((appointment(),), (mediator(shifts=((1900, 2000),)),))),
    ("too close to a busy commitment at Mon 2026-11-30 09:20 and 1 more",
     problem((appointment(),), (mediator(busy=(busy(560, 570), busy(580, 590))),))),
    ("p in BG01 has 50 minutes left, 60 are needed",
     problem((appointment(project="p"),), budgets=(Budget("p", "BG01", 50),))),
    ("p in all ambiti has 50 minutes left, 60 are needed",
     problem((appointment(project="p"),), budgets=(Budget("p", None, 50),))),
    ("ar at level 2, 3 is needed", problem((appointment("a1", 540, slot("a1/1", languages={"ar": 3})),))),
]  # fmt: skip


@pytest.mark.parametrize(("words", "given"), RULES, ids=[case[0] for case in RULES])
def test_every_rule_has_its_words(words: str, given: PlanningProblem) -> None:
    """One person, one rule, its figures in a sentence."""
    assert said(given, leeway=STRICT)[2].endswith(f": {words}")


def test_a_colleague_and_a_drive_have_their_words() -> None:
    """The pair's other half at another time; a call that would be taken at the wheel."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 600),))
    given = problem((pair,), (mediator(shifts=((0, 610),)), mediator("m2")))
    words = "together: Mon 2026-11-30 09:00: a1/2 of the same appointment has m2 at Mon 2026-11-30 10:00"
    assert f"  m1: {words}" in said(given, ("a1/2", "m2", 600))
    call = appointment("a1", 605, mode="phone", duration=5)
    visits = (appointment("a2", 500, duration=100), appointment("a3", 616, place="ward"))
    lines = said(problem((call, *visits)), ("a2/1", "m1", 500), ("a3/1", "m1", 616), leeway=STRICT)
    assert lines[2].endswith("she would be interpreting while driving")


ASKED = {
    "insert": "as it is, though it costs more than it is worth: m1 at Mon 2026-11-30 09:00, total -16 (-16)",
    "start": "another start, 1 h away: ",
    "day": "another day, 1 day away: ",
    "level": "ar at level 2 instead of 3, the rest as a wish: ",
    "skills": "health as a wish: ",
    "gender": "gender m as a wish: ",
    "only": "other people than m9, who stay a wish: ",
    "max_day": "m1: 20 min more on that day, 2 h in all: ",
    "max_week": "m1: 10 min more in that week, 2 h in all: ",
    "move": "move a2/1 from m1 at Mon 2026-11-30 09:00 to m2 at Mon 2026-11-30 09:00: ",
    "budget": "1 h more for p in all ambiti: ",
    "shift": "m1: 5 min more of a shift: ",
    "phone": "by phone instead of on site: ",
    "video": "by video instead of on site: ",
}


@pytest.mark.parametrize("kind", ASKED)
def test_every_relaxation_has_its_words(kind: str) -> None:
    """The first hand-made case of each kind, word for word as far as it is asked of somebody."""
    case: Case = next(case for case in CASES if case.kind == kind)
    assert relaxed(case.problem, shown(case)[kind]).startswith(ASKED[kind])


def test_spans_and_moments() -> None:
    """Hours once there are any; local dates."""
    assert [span(minutes) for minutes in (0, 38, 60, 810)] == ["0 min", "38 min", "1 h", "13 h 30"]
    assert moment(problem(()), 1440 * 8 + 545) == "Tue 2026-12-08 09:05"


def test_a_long_list_of_people_is_cut() -> None:
    """Twelve are named, the others counted."""
    crowd = tuple(mediator(f"m{number}", ambiti=()) for number in range(15))
    lines = said(problem((appointment(),), crowd))
    assert lines[2 + 12] == "  and 3 more"


def test_every_rule_that_can_stop_somebody_is_known_here() -> None:
    """A rule added to the contract needs its place in the order, its figures and its words."""
    rules = set(HARD_RULES) - {"one_mediator", "locked"}  # these stop nobody from an unfilled slot
    assert {*PERSONAL, "window", *TIMED} == rules
    assert LINES.keys() | TIMED_LINES.keys() == rules
    assert TIMED_FIGURES.keys() == set(TIMED)
    assert RELAXED.keys() == set(get_args(RelaxationKind))
