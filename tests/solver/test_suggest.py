# SPDX-License-Identifier: AGPL-3.0-or-later
"""suggest() names exactly the starts at which somebody can come without moving a visit, each with its exact gain."""

from __future__ import annotations

import random
from itertools import permutations

import msgspec
import pytest

from solver.check import broken_rules, score
from solver.index import allowed_starts
from solver.plan import Assignment, Plan
from solver.problem import Appointment, Budget, PlanningProblem, Travel
from solver.suggest import Suggester, Suggestion, suggest
from tests.solver import brute
from tests.solver.build import appointment, busy, mediator, plan, problem, slot, stand
from tests.solver.planned import planned

CHUNK = 25
NOT_WHOLE = 1  # a team is chosen before fairness and euros are rounded, so another may be a point better after


def newcomer(seed: int, given: PlanningProblem) -> Appointment:
    """An appointment of one slot, sometimes two or three, that the problem does not know."""
    rng = random.Random(f"new {seed}")
    made = brute._appointment(rng, 99, rng.choice([1, 1, 1, 2, 3]), given.places, given.mediators)
    return msgspec.structs.replace(made, windows=tuple((low, high + 90) for low, high in made.windows))


def by_trying(
    given: PlanningProblem, lines: tuple[Assignment, ...], visit: Appointment, slots: list[str], start: int
) -> tuple[dict[str, int], int, int]:
    """What the checker allows at a start: people for each slot alone, most slots filled, best gain with so many."""
    names: list[str | None] = [person.id for person in given.mediators]
    base = score(given, lines).total
    able = dict.fromkeys(slots, 0)
    most, best = 0, 0
    for people in set(permutations(names + [None] * len(slots), len(slots))):
        new = [
            Assignment(name, who, start, start + visit.duration)
            for name, who in zip(slots, people, strict=True)
            if who is not None
        ]
        if not new or broken_rules(given, [*lines, *new]):
            continue
        if len(new) == 1:
            able[new[0].slot] += 1
        gain = score(given, [*lines, *new]).total - base
        if (len(new), gain) > (most, best) or not most:
            most, best = len(new), gain
    return able, most, best


def agrees(given: PlanningProblem, old: Plan, visit: Appointment, slots: list[str], said: list[Suggestion]) -> None:
    """Every allowed start is in the list if and only if the checker lets somebody in, and the gains are exact."""
    at = {suggestion.start: suggestion for suggestion in said}
    assert len(at) == len(said)
    for start in allowed_starts(visit, given.policy.start_step):
        able, most, best = by_trying(given, old.assignments, visit, slots, start)
        assert (start in at) == (most > 0), (start, able)
        if not most:
            continue
        found = at.pop(start)
        assert found.able == able
        assert len(found.people) == most
        assert found.complete == (most == len(slots))
        new = [Assignment(taken.slot, taken.mediator, start, start + visit.duration) for taken in found.people]
        assert not broken_rules(given, [*old.assignments, *new])
        assert found.gain == score(given, [*old.assignments, *new]).total - score(given, old.assignments).total
        assert found.gain >= best - (NOT_WHOLE if len(slots) > 1 else 0)
    assert not at


@pytest.mark.parametrize("chunk", range(0, 300, CHUNK))
def test_all_starts_of_a_new_appointment_and_no_others(chunk: int) -> None:
    """For every allowed start: in the list if and only if some mediator passes the checker with the visit added."""
    for seed in range(chunk, chunk + CHUNK):
        old, standing = planned(seed)
        visit = newcomer(seed, old)
        given = msgspec.structs.replace(old, appointments=(*old.appointments, visit))
        agrees(given, standing, visit, [entry.id for entry in visit.slots], suggest(old, standing, visit))


@pytest.mark.parametrize("chunk", range(0, 300, CHUNK))
def test_all_starts_of_an_unfilled_slot_and_no_others(chunk: int) -> None:
    """The same beside what its appointment's other slots have settled, with published lines earning their keep."""
    for seed in range(chunk, chunk + CHUNK):
        given, standing = planned(seed)
        # The greedy plan leaves little unfilled that fits, so one chosen line is taken back.
        locked = {lock.slot for lock in given.locked}
        chosen = [line for line in standing.assignments if line.slot not in locked]
        kept = tuple(line for line in standing.assignments if line not in chosen[:1])
        old = msgspec.structs.replace(standing, assignments=kept)
        suggester = Suggester(given, old)
        for name in {line.slot for line in chosen[:1]} | {left.slot for left in standing.unfilled}:
            visit = next(visit for visit in given.appointments if any(entry.id == name for entry in visit.slots))
            agrees(given, old, visit, [name], suggester.suggest_slot(name))


def starts_of(said: list[Suggestion]) -> list[int]:
    return sorted(suggestion.start for suggestion in said)


def test_a_call_never_makes_the_drive_around_it_too_short() -> None:
    """Half an hour by phone between school and ward: only where the 15 minutes of road still fit beside it."""
    day = problem((appointment("a1", 540), appointment("a2", 675, place="ward")))
    call = appointment("new", 600, mode="phone", place=None, duration=30, windows=((600, 645),))
    assert starts_of(suggest(day, plan(day, ("a1/1", "m1", 540), ("a2/1", "m1", 675)), call)) == [615, 630]
    tight = problem((appointment("a1", 540), appointment("a2", 644, place="ward")))
    assert suggest(tight, plan(tight, ("a1/1", "m1", 540), ("a2/1", "m1", 644)), call) == []


def test_calls_on_the_way_take_time_from_the_drive() -> None:
    """School until ten, a call, then the ward: quarter of an hour by road and twenty minutes of speaking."""
    call = appointment("a2", 605, mode="phone", place=None, duration=20)
    day = problem((appointment("a1", 540), call))
    ward = appointment("new", 630, place="ward", windows=((630, 645),), duration=30)
    assert starts_of(suggest(day, plan(day, ("a1/1", "m1", 540), ("a2/1", "m1", 605)), ward)) == [645]


def test_a_drive_between_two_facts_is_not_judged() -> None:
    """Two courses that nobody could drive between: that is a fact, and a call in the gap does not make it worse."""
    person = mediator(busy=(busy(540, 600, "school"), busy(613, 660, "ward")))
    given = problem((), (person,), remote_gap=0)
    call = appointment("new", 600, mode="phone", place=None, duration=10)
    assert starts_of(suggest(given, plan(given), call)) == [600]


def test_a_matrix_may_hold_roads_that_are_longer_than_a_detour() -> None:
    """Every pair of visits is judged: the ward is ten minutes from the office, the school an hour and a half."""
    minutes = ((0, 0, 0, 0), (0, 0, 90, 10), (0, 90, 0, 10), (0, 10, 10, 0))
    given = problem(
        (appointment("a1", 540, place="ward", duration=30), appointment("a2", 580, place="office", duration=30)),
        travel=Travel(minutes=minutes),
    )
    standing = plan(given, ("a1/1", "m1", 540), ("a2/1", "m1", 580))
    after = appointment("new", 630, duration=30, windows=((630, 690),))
    before = appointment("new", 420, duration=30, windows=((390, 525),))
    assert starts_of(suggest(given, standing, after)) == [660, 675, 690]
    turned = problem(
        (appointment("a1", 540, place="office", duration=30), appointment("a2", 580, place="ward", duration=30)),
        travel=Travel(minutes=minutes),
    )
    standing = plan(turned, ("a1/1", "m1", 540), ("a2/1", "m1", 580))
    assert max(starts_of(suggest(turned, standing, before))) == 450


def test_one_person_cannot_fill_both_slots() -> None:
    """Two slots, two able at nine, one at ten: the whole pair comes first, the half is flagged."""
    second = mediator("m2", shifts=((540, 600),))
    given = problem((appointment("a1", 1200),), (mediator(), second))
    pair = appointment("new", 540, slot("n/1"), slot("n/2"), windows=((540, 540), (600, 600)))
    first, half = suggest(given, plan(given, ("a1/1", "m1", 1200)), pair)
    assert (first.start, first.complete, first.able) == (540, True, {"n/1": 2, "n/2": 2})
    assert {taken.mediator for taken in first.people} == {"m1", "m2"}
    assert (half.start, half.complete, len(half.people)) == (600, False, 1)


def test_a_budget_pays_one_slot_of_two() -> None:
    """Ninety minutes are left: one hour is offered, not two; without any, none."""
    people = (mediator(), mediator("m2"))
    pair = appointment("new", 540, slot("n/1"), slot("n/2"), project="p")
    for minutes, filled in ((120, 2), (90, 1), (59, 0)):
        given = problem((), people, budgets=(Budget("p", "BG01", minutes),))
        assert [len(one.people) for one in suggest(given, plan(given), pair)] == ([filled] if filled else [])


def test_what_was_published_earns_its_keep_at_its_own_start() -> None:
    """Only there the change is not charged, and it comes first."""
    given = problem(
        (appointment("a1", 540, windows=((540, 600),)),), published=(stand("a1/1", "m1", 570),), change_cost=80
    )
    best, *others = Suggester(given, plan(given)).suggest_slot("a1/1")
    assert best.start == 570
    assert {best.gain - other.gain for other in others} == {80}


def test_nothing_to_fill_and_no_window_have_no_start() -> None:
    """An appointment without slots, or whose windows are all gone, is answered with nothing."""
    given = problem(())
    empty = msgspec.structs.replace(appointment("new"), slots=())
    assert suggest(given, plan(given), empty) == []
    assert suggest(given, plan(given), appointment("new", windows=())) == []


def test_what_cannot_be_asked_is_refused() -> None:
    """The id and the remedy are named."""
    given = problem((appointment("a1"),))
    suggester = Suggester(given, plan(given, ("a1/1", "m1", 540)))
    with pytest.raises(ValueError, match="a1 is in the problem already: ask for one of its slots"):
        suggester.suggest(appointment("a1"))
    with pytest.raises(ValueError, match="place moon is not in the problem: add it"):
        suggester.suggest(appointment("new", place="moon"))
    with pytest.raises(ValueError, match="called a9/1: give the id"):
        suggester.suggest_slot("a9/1")
    with pytest.raises(ValueError, match="a1/1 is filled by m1: give an unfilled"):
        suggester.suggest_slot("a1/1")
