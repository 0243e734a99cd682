# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each kind of relaxation where its answer is known by hand; and one with its change left out, which the checker sees."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from solver.check import check
from solver.explain import Explainer, Leeway, Unfilled, applied, kinds
from solver.explain.applying import verified
from solver.explain.calendar import Calendar, Line
from solver.explain.question import Proposal, Question
from solver.files import accept
from solver.plan import Assignment, Plan
from solver.problem import PlanningProblem, Wishes
from tests.solver.build import appointment, mediator, plan, problem, slot
from tests.solver.explain.cases import CASES, Case, shown

RELAXING = [case for case in CASES if case.kind not in {"insert", "move"}]
MOVING = [case for case in CASES if case.kind == "move"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}: {case.name}" for case in CASES])
def test_the_smallest_relaxation_is_known(case: Case) -> None:
    """Its figures, who comes when, what it gains; and applied, it passes the check."""
    found = shown(case)[case.kind]
    assert found.figures == case.figures
    lines = [(line.slot, line.mediator, line.start) for line in found.assignments]
    assert lines == [("a1/1", *case.came), *([case.moved] if case.moved else [])]
    assert found.gain == case.gain
    relaxed, filled = applied(case.problem, case.plan, found)
    assert check(accept(relaxed), filled) == []


@pytest.mark.parametrize("case", RELAXING, ids=[f"{case.kind}: {case.name}" for case in RELAXING])
def test_without_its_change_the_checker_refuses_it(case: Case) -> None:
    """The same line in the problem as it was breaks just the rule that was relaxed."""
    found = shown(case)[case.kind]
    falsified = msgspec.structs.replace(found, appointments=(), mediators=(), budgets=())
    relaxed, filled = applied(case.problem, case.plan, falsified)
    assert {violation.rule for violation in check(relaxed, filled)} == {case.rule}


@pytest.mark.parametrize("case", MOVING, ids=[case.name for case in MOVING])
def test_without_its_move_the_checker_refuses_it(case: Case) -> None:
    """The slot's own line beside the visit that stays breaks the rule that the move satisfies."""
    found = shown(case)["move"]
    falsified = msgspec.structs.replace(found, assignments=found.assignments[:1])
    assert case.rule in {violation.rule for violation in check(*applied(case.problem, case.plan, falsified))}


def test_what_the_checker_refuses_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that lies is found out: its line is proposed as if it fitted, and never comes through."""
    case = next(case for case in CASES if case.kind == "max_day")

    def lying(question: Question) -> Iterator[Iterator[Proposal]]:
        yield (Proposal("insert", {}, line) for line, _ in question.stopped)

    monkeypatch.setattr("solver.explain.KINDS", (lying,))
    answer = Explainer(case.problem, case.plan).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert answer.relaxations == ()


def test_a_proposal_is_scored_by_the_checker_or_not_at_all() -> None:
    """In the place of a visit that is far away she cannot be; where she can, the gain is the checker's."""
    given = problem((appointment(), appointment("a2", 540, place="ward"), appointment("a3", 900)))
    calendar = Calendar(given, [Assignment("a2/1", "m1", 540, 600)])
    assert verified(calendar, Proposal("insert", {}, Line(calendar.index.post("a1/1"), 0, 540))) is None
    later = verified(calendar, Proposal("insert", {}, Line(calendar.index.post("a3/1"), 0, 900)))
    assert later is not None
    assert later.gain == 100 - (20 + 16 + 11) + (20 + 21)  # home, ward, school, home instead of home, ward, home


def test_relaxations_come_smallest_first() -> None:
    """Another start before a longer shift, before a call, before another day."""
    she = mediator(shifts=((580, 900), (1441, 2880)))
    answer = Explainer(*_empty(problem((appointment(),), (she,)))).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert [found.kind for found in answer.relaxations] == ["start", "shift", "day"]
    assert len(kinds.KINDS) == 14


def test_nobody_is_asked_for_what_brings_no_more() -> None:
    """She could come as it is: another start would bring the same, so only what brings more is shown."""
    given = problem((appointment("a1", 540, slot("a1/1", value=50)),))
    answer = Explainer(*_empty(given)).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert [(found.kind, found.gain) for found in answer.relaxations] == [("insert", 29), ("video", 50), ("phone", 50)]


def test_leeway_says_how_far() -> None:
    """What lies beyond the tolerance, the overtime or the earliest start is not proposed."""
    given = _empty(problem((appointment(),), (mediator(shifts=((600, 900), (1900, 2300))),)))

    def kinds_with(leeway: Leeway) -> list[str]:
        answer = Explainer(*given, leeway).of("a1/1")
        assert isinstance(answer, Unfilled)
        return [found.kind for found in answer.relaxations]

    assert kinds_with(Leeway()) == ["start", "shift", "day"]
    assert kinds_with(Leeway(start=45)) == ["shift", "day"]
    assert kinds_with(Leeway(hours=59)) == ["start", "day"]
    assert kinds_with(Leeway(earliest=601)) == ["start", "shift", "day"]
    assert kinds_with(Leeway(earliest=1981)) == ["shift", "day"]
    assert kinds_with(Leeway(earliest=2400)) == ["shift"]
    assert kinds_with(Leeway(start=0)) == ["shift", "day"]


@pytest.mark.parametrize("kind", ["max_day", "max_week", "shift"])
def test_nobody_is_asked_for_more_than_the_overtime(kind: str) -> None:
    """A minute less than it takes, and the kind is gone."""
    case = next(case for case in CASES if case.kind == kind)
    needed = case.figures["minutes"]
    assert isinstance(needed, int)
    for hours, shown_so in ((needed, True), (needed - 1, False)):
        answer = Explainer(case.problem, case.plan, Leeway(hours=hours)).of("a1/1")
        assert isinstance(answer, Unfilled)
        assert (kind in {found.kind for found in answer.relaxations}) == shown_so


def test_a_wish_that_has_its_price_keeps_it() -> None:
    """What the desk already pays for a missing skill or another gender is what the wish costs."""
    wished = msgspec.convert({"gender": {"is": "m", "cost": 7}, "skills": {"health": 4}}, type(slot("x").wishes))
    for must, price in (({"gender": "m"}, 7), ({"skills": ("health",)}, 4)):
        entry = slot("a1/1", wishes=wished, **must)
        answer = Explainer(*_empty(problem((appointment("a1", 540, entry),)))).of("a1/1")
        assert isinstance(answer, Unfilled)
        other = 4 if price == 7 else 7
        assert answer.relaxations[0].gain == 100 - 21 - price - other


def test_a_level_that_has_its_price_keeps_it() -> None:
    """Fluent instead of native costs the 7 that the desk said, not the usual 30."""
    entry = slot("a1/1", languages={"ar": 3}, wishes=Wishes(level={"2": 7}))
    answer = Explainer(*_empty(problem((appointment("a1", 540, entry),)))).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert answer.relaxations[0].gain == 100 - 21 - 7


def test_people_asked_for_keep_what_they_cost() -> None:
    """Those named cost what they did, anybody else at least the wish: 50, since the desk said so, not 30."""
    wishes = Wishes(mediators={"m8": 3, "*": 50})
    given = problem((appointment("a1", 540, slot("a1/1", only=("m8", "m9"), wishes=wishes)),))
    answer = Explainer(*_empty(given)).of("a1/1")
    assert isinstance(answer, Unfilled)
    eased = answer.relaxations[0].appointments[0].slots[0]
    assert eased.only is None
    assert eased.wishes.mediators == {"m8": 3, "m9": 50, "*": 50}
    assert answer.relaxations[0].gain == 100 - 21 - 50


def test_whoever_was_sent_keeps_her_start_and_her_mode() -> None:
    """A filled slot of the same appointment: neither its time nor its mode is relaxed for the other."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"))
    given = problem((pair,), (mediator(shifts=((600, 900), (1900, 2300))), mediator("m2")))
    made = plan(given, ("a1/2", "m2", 540))
    answer = Explainer(given, made).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert [found.kind for found in answer.relaxations] == ["shift"]
    assert check(*applied(given, made, answer.relaxations[0])) == []


def test_no_shift_begins_before_the_horizon() -> None:
    """The way from home would have to begin on the Sunday before: no relaxation, whatever the checker would say."""
    given = problem((appointment("a1", 5),), (mediator(shifts=((0, 200),)),), shift_covers_travel=True)
    answer = Explainer(*_empty(given)).of("a1/1")
    assert isinstance(answer, Unfilled)
    assert "shift" not in {found.kind for found in answer.relaxations}


def test_a_colleague_on_site_keeps_the_visit_on_site() -> None:
    """By phone the second person could help; but the first was sent there."""
    pair = appointment("a1", 540, slot("a1/1"), slot("a1/2"))
    given = problem((pair,), (mediator(max_travel=3), mediator("m2")))
    alone, settled = plan(given), plan(given, ("a1/2", "m2", 540))
    for made, expected in ((alone, ["insert"]), (settled, [])):
        answer = Explainer(given, made).of("a1/1")
        assert isinstance(answer, Unfilled)
        assert [found.kind for found in answer.relaxations if found.kind != "video"][:1] == expected
        assert ("phone" in {found.kind for found in answer.relaxations}) == (made is alone)


def _empty(given: PlanningProblem) -> tuple[PlanningProblem, Plan]:
    return given, plan(given)
