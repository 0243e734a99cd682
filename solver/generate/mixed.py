# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bit of everything at once: pairs, phone, booked and published slots, budgets, targets and wishes."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from solver.generate.chosen import untouched
from solver.generate.means import spent
from solver.generate.quick import lines, quick_plan
from solver.generate.scarcity import capacity, demand
from solver.generate.shapes import pairs
from solver.prepare import Prepared
from solver.problem import WEEK, Appointment, Budget, GenderWish, Mediator, PlanningProblem, Slot, Wishes

PROJECTS = ("fami-2463", "comune", None)
SHARE_OF_A_BUDGET = 0.75  # of what a quick plan fills: above the booked and published part, below the whole
ON_THE_PHONE, BOOKED, DECIDED, WISHING = 0.15, 0.3, 0.3, 0.4
FAIRNESS_COST = ((0, 0), (50, 1), (80, 2), (100, 4))


def mixed(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """What a coordinator meets on a Wednesday: half of the week settled, the rest with musts and wishes of every sort.

    Booked and published lines come from one plan that keeps every hard rule, so all of them can stand together.
    """
    bare = replace(problem, locked=(), published=(), budgets=())
    asked = _with_projects(_by_phone(pairs(bare, random), random), random)
    wished = _with_targets(_with_wishes(asked, random), random)
    policy = replace(problem.policy, change_cost=80, fairness_cost=FAIRNESS_COST)
    return _settled(replace(wished, policy=policy), random)


def _by_phone(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """As many on-site visits as are missing go to the phone; a half-day's presence stays where it is."""
    remote = sum(visit.mode != "onsite" for visit in problem.appointments)
    missing = max(0, round(ON_THE_PHONE * len(problem.appointments)) - remote)
    there = [visit.id for visit in untouched(problem) if visit.mode == "onsite" and visit.kind != "territorial"]
    moved = set(random.sample(there, min(missing, len(there))))
    visits = tuple(_called(visit) if visit.id in moved else visit for visit in problem.appointments)
    return replace(problem, appointments=visits)


def _called(visit: Appointment) -> Appointment:
    return replace(visit, mode="phone", place=None)


def _with_projects(problem: PlanningProblem, random: Random) -> PlanningProblem:
    visits = tuple(replace(visit, project=random.choice(PROJECTS)) for visit in problem.appointments)
    return replace(problem, appointments=visits)


def _with_wishes(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Four slots in ten wish for a woman or a man, for fluency, or for somebody they know."""
    names = [slot.id for visit in problem.appointments for slot in visit.slots]
    wishing = set(random.sample(names, round(WISHING * len(names))))
    speakers = _speakers(problem)

    def wished(slot: Slot) -> Slot:
        return replace(slot, wishes=_wishes(slot, speakers, random) if slot.id in wishing else Wishes())

    visits = tuple(replace(visit, slots=tuple(map(wished, visit.slots))) for visit in problem.appointments)
    return replace(problem, appointments=visits)


def _speakers(problem: PlanningProblem) -> dict[str, list[str]]:
    """Who speaks each language at all, by id."""
    speakers: dict[str, list[str]] = {}
    for person in problem.mediators:
        for language in person.languages:
            speakers.setdefault(language, []).append(person.id)
    return speakers


def _wishes(slot: Slot, speakers: dict[str, list[str]], random: Random) -> Wishes:
    known = [name for language in slot.languages for name in speakers.get(language, ())]
    sort = random.randrange(3)
    if sort == 0 and known:
        return Wishes(mediators={random.choice(known): 0, "*": 60})
    if sort == 1:
        return Wishes(level={"1": 30, "2": 10})
    return Wishes(gender=GenderWish(random.choice(("f", "f", "m")), 40))


def _with_targets(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Half of the mediators have a target: four fifths of their share of the demand by the hours they offer."""
    hours = {person.id: capacity(person) for person in problem.mediators}
    weeks = -(-problem.horizon.days * 1440 // WEEK)
    share = 0.8 * demand(problem) / max(1, sum(hours.values())) / weeks
    chosen = set(random.sample(list(hours), len(hours) // 2))
    return replace(
        problem,
        mediators=tuple(
            _with_target(person, 30 * max(1, round(share * hours[person.id] / 30)) if person.id in chosen else None)
            for person in problem.mediators
        ),
    )


def _with_target(person: Mediator, minutes: int | None) -> Mediator:
    return replace(person, target_week=minutes)


def _settled(problem: PlanningProblem, random: Random) -> PlanningProblem:
    """Three slots in ten booked, three published, and two projects that cannot pay all of the rest."""
    prepared = Prepared(problem)
    plan = quick_plan(prepared, random)
    random.shuffle(plan)
    slots = len(prepared.index.posts)
    booked = min(round(BOOKED * slots), len(plan) // 2)
    decided = min(round(DECIDED * slots), len(plan) - booked)
    filled = spent(prepared.index, (placement.post for placement in plan))
    settled = spent(prepared.index, (placement.post for placement in plan[: booked + decided]))
    purses = [(project, None) for project in PROJECTS if project is not None]
    return replace(
        problem,
        locked=lines(prepared, plan[:booked]),
        published=lines(prepared, plan[booked : booked + decided]),
        budgets=tuple(
            Budget(*purse, max(settled[purse], round(SHARE_OF_A_BUDGET * filled[purse]))) for purse in purses
        ),
    )
