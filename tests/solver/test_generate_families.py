# SPDX-License-Identifier: AGPL-3.0-or-later
"""Families of instances: each has the property it is named for, and none changes what was there before."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

import msgspec
import pytest

from solver.check import broken_rules, check
from solver.files import accept, warnings
from solver.generate import FAMILIES, INSTANCES, Misfit, generate, instance
from solver.generate.families import Sizes
from solver.generate.scarcity import SPOKEN_BY_ONE, capacity
from solver.plan import Assignment, Plan
from solver.problem import DAY, WEEK, PlanningProblem
from solver.solve import solve
from tests.solver.build import mediator

SMALL = (10, 44, 5)
BYTES = {
    "S": "c7edc0b2938a4bcf",
    "M": "8fbaa58b785a9086",
    "L": "a3fcafd103233eb9",
    "XL": "9ae1db65aa99d0a6",
    "600": "97b543c39cab337f",
    "600-caps": "6a823e95c8f53e7b",
    "1000": "116b46e4def8edc0",
    "1000-caps": "a903b9a9da3082f8",
    "tight": "cc94b32d6742f9e7",
    "scarce": "c91a5eb1b954042a",
    "wide": "f0e4cbe51c830aaa",
    "pairs": "3770e7198800e031",
    "budgets": "80727135bc8229c2",
    "cases": "0a31ac279d6d1eec",
    "mixed": "252c5690adbd4a2c",
}


def first_plan(problem: PlanningProblem) -> Plan:
    return solve(problem, seconds=0, seed=1, workers=1)


def minutes_of(problem: PlanningProblem) -> dict[str, int]:
    return {slot.id: visit.duration for visit in problem.appointments for slot in visit.slots}


@pytest.mark.parametrize("name", [name for name in INSTANCES if name != "nation"])
def test_named_instances_keep_their_bytes(name: str) -> None:
    """Figures measured last year and today are about the same problems, on every machine."""
    assert hashlib.sha256(msgspec.json.encode(instance(name))).hexdigest()[:16] == BYTES[name]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_gives_the_same_bytes(family: str) -> None:
    """And another seed other ones."""
    first, again, other = (msgspec.json.encode(generate(family=family, sizes=SMALL, seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("profile", [None, "S"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_can_be_planned(family: str, profile: str | None, caps: bool) -> None:
    """Good input without a warning, and its plan passes the check, plain or of a profile, with caps or without."""
    given = accept(generate(profile, family=family, sizes=None if profile else SMALL, caps=caps))
    assert warnings(given) == []
    plan = solve(given, seconds=0, seed=1, workers=1)
    assert plan.assignments
    assert check(given, plan) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_search_of_a_family_passes_the_check(family: str) -> None:
    """Not only the first plan: three seconds at most, far less where the optimum is proven."""
    given = generate(family=family, sizes=SMALL)
    assert check(given, solve(given, seconds=3, seed=1, workers=1)) == []


@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("profile", [None, "M"])
def test_tight_asks_for_twice_the_hours_there_are(profile: str | None, caps: bool) -> None:
    """Whatever the base: half-days are left for half of the minutes asked for."""
    given = generate(profile, family="tight", caps=caps)
    asked = sum(visit.duration * len(visit.slots) for visit in given.appointments)
    assert asked / sum(capacity(person) for person in given.mediators) == pytest.approx(2, abs=0.02)
    assert all(high - low <= 240 for person in given.mediators for low, high in person.shifts)


def test_capacity_knows_the_limits() -> None:
    """Six hours on Monday count as four, four more on Tuesday as three where the week ends at seven."""
    person = mediator(shifts=((480, 840), (DAY + 480, DAY + 720)), max_day=240, max_week=420)
    assert capacity(person) == 420
    assert capacity(msgspec.structs.replace(person, max_week=None)) == 480
    assert capacity(msgspec.structs.replace(person, max_week=None, max_day=None)) == 600


@pytest.mark.parametrize("profile", [None, "M"])
def test_scarce_languages_have_one_speaker_and_real_demand(profile: str | None) -> None:
    """One slot in twenty for each of the three, and in a plain instance more than their speakers can take."""
    given = generate(profile, family="scarce")
    slots = [slot for visit in given.appointments for slot in visit.slots]
    for language in SPOKEN_BY_ONE:
        assert sum(language in person.languages for person in given.mediators) == 1
        assert sum(language in slot.languages for slot in slots) >= 0.048 * len(slots)
    if profile is None:
        wanting = {slot.id for slot in slots if slot.languages.keys() & set(SPOKEN_BY_ONE)}
        assert len(wanting & {line.slot for line in first_plan(given).unfilled}) > 5
    assert all(person.languages for person in given.mediators)


@pytest.mark.parametrize("profile", [None, "S"])
def test_wide_opens_half_of_the_appointments(profile: str | None) -> None:
    """Four hours on each of three days."""
    given = generate(profile, family="wide")
    opened = [visit for visit in given.appointments if len(visit.windows) == 3]
    wide = [visit for visit in opened if all(high - low == 240 for low, high in visit.windows)]
    assert len(wide) == pytest.approx(len(given.appointments) / 2, abs=2)
    assert all(len({low // DAY for low, _ in visit.windows}) == 3 for visit in wide)


@pytest.mark.parametrize("profile", [None, "M"])
def test_pairs_are_one_appointment_in_ten(profile: str | None) -> None:
    """As many slots as before, and both slots of some can be filled."""
    given, base = generate(profile, family="pairs"), generate(profile, sizes=None if profile else (60, 600, 5))
    couples = [visit for visit in given.appointments if len(visit.slots) == 2]
    assert len(couples) == pytest.approx(0.1 * len(given.appointments), abs=1)
    assert len(minutes_of(given)) == len(minutes_of(base))
    filled = {line.slot for line in first_plan(given).assignments}
    assert any(all(slot.id in filled for slot in visit.slots) for visit in couples)


def test_budgets_pay_for_six_tenths() -> None:
    """Several projects and ambiti; as a whole six tenths of what is filled without them, and nearly all is spent."""
    given = generate(family="budgets")
    minutes = minutes_of(given)
    free = first_plan(msgspec.structs.replace(given, budgets=()))
    without = sum(minutes[line.slot] for line in free.assignments)
    within = sum(minutes[line.slot] for line in first_plan(given).assignments)
    granted = sum(budget.minutes for budget in given.budgets if budget.ambito is None)
    assert granted == pytest.approx(0.6 * without, rel=0.1)
    assert 0.9 * granted <= within <= granted
    assert len({budget.project for budget in given.budgets}) == 4
    assert len({budget.ambito for budget in given.budgets}) > 5


def test_cases_are_series_of_eight_weeks() -> None:
    """Each at the same weekday and hour, one a week; and who keeps a case is a matter of money."""
    given = generate(family="cases")
    series = defaultdict(list)
    for visit in given.appointments:
        series[visit.case].append(visit.windows)
    assert len(series) == 75
    for windows in series.values():
        assert [week * WEEK for week in range(8)] == [low - windows[0][0][0] for ((low, _),) in windows]
    assert given.horizon.days == 56
    assert given.policy.case_cost == 120
    assert first_plan(given).score.continuity > 0


def test_cases_keep_the_number_of_visits() -> None:
    """What does not make a whole series comes once."""
    given = generate(family="cases", sizes=(10, 44, 5))
    cases = Counter(visit.case for visit in given.appointments)
    assert cases.pop(None) == 4
    assert set(cases.values()) == {8}
    assert sum(cases.values()) == 40


@pytest.mark.parametrize("profile", [None, "M"])
def test_mixed_has_a_bit_of_everything(profile: str | None) -> None:
    """The shares that its name stands for."""
    given = generate(profile, family="mixed")
    visits, slots = given.appointments, [slot for visit in given.appointments for slot in visit.slots]
    assert sum(len(visit.slots) == 2 for visit in visits) == pytest.approx(0.1 * len(visits), abs=1)
    assert sum(visit.mode != "onsite" for visit in visits) >= 0.15 * len(visits) - 1
    assert len(given.locked) == len(given.published) == round(0.3 * len(slots))
    assert sum(slot.wishes != type(slot.wishes)() for slot in slots) == round(0.4 * len(slots))
    assert sum(person.target_week is not None for person in given.mediators) == len(given.mediators) // 2
    assert len(given.budgets) == 2


@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("profile", [None, "M"])
def test_what_is_booked_and_published_in_mixed_can_stand_together(profile: str | None, caps: bool) -> None:
    """As if a plan had chosen all of it: no rule is broken, not even a budget."""
    given = generate(profile, family="mixed", caps=caps)
    minutes = minutes_of(given)
    lines = [
        Assignment(line.slot, line.mediator, line.start, line.start + minutes[line.slot])
        for line in (*given.locked, *given.published)
    ]
    assert broken_rules(msgspec.structs.replace(given, locked=()), lines) == []


def test_the_budgets_and_goals_of_mixed_bind() -> None:
    """Both projects are spent to the last hours; wishes, targets and changes cost something."""
    given = generate(family="mixed")
    plan = first_plan(given)
    minutes, filled = minutes_of(given), {line.slot for line in plan.assignments}
    for budget in given.budgets:
        visits = [visit for visit in given.appointments if visit.project == budget.project]
        spent = sum(minutes[slot.id] for visit in visits for slot in visit.slots if slot.id in filled)
        assert budget.minutes - 60 <= spent <= budget.minutes
    assert min(plan.score.wishes, plan.score.fairness, plan.score.changes) > 0


@pytest.mark.parametrize(
    ("family", "bad", "good", "argument"),
    [
        ("wide", (10, 44, 2), (10, 44, 3), "days"),
        ("cases", (10, 44, 8), (10, 44, 7), "days"),
        ("scarce", (4, 44, 5), (5, 44, 5), "mediators"),
        ("pairs", (10, 19, 5), (10, 20, 5), "slots"),
    ],
)
def test_a_base_that_cannot_show_a_family_is_refused(family: str, bad: Sizes, good: Sizes, argument: str) -> None:
    """With the argument to change and how; one more, or one less, and it is made."""
    with pytest.raises(Misfit, match=f"for {family}.*: give ") as refused:
        generate(family=family, sizes=bad)
    assert refused.value.argument == argument
    assert generate(family=family, sizes=good).appointments
