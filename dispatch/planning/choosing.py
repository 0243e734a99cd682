# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who could take one slot at its time with nothing else moved, who could not and by which rule, and what would help.

What stands for the week is a fact here: nobody is judged but the one who would come in addition. The answers are the
planner's own (``solver.explain``), so a figure on the page is the figure that the plan would have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, from_wall, monday_of, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.planning.assigning import MAY_BE_SET_ASIDE
from dispatch.planning.queries import full_today, mediator_codes
from dispatch.planning.snapshot import read_snapshot
from dispatch.planning.speakers import who_speaks
from solver.explain import Explainer, Leeway, Relaxation, Unfilled
from solver.explain.calendar import Calendar, Line
from solver.explain.refusals import barred, refusals
from solver.index import Post
from solver.plan import HARD_RULES, Plan, Score
from solver.plan import Assignment as Visit
from solver.problem import PlanningProblem
from solver.travel import haversine_km

OF_THE_WHOLE = frozenset({"budget", "together"})  # not of one person: who pays, and who comes with her
FAR = Leeway(start=240, hours=120)
NO_SCORE = Score(0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Choice:
    """A mediator for the slot: ``gain`` is what the plan would be worth more, ``figures`` are those of a candidate.

    ``against`` names the rules that a coordinator may set aside for her.
    """

    mediator: str
    gain: int
    figures: dict[str, int]
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """Everybody held against one slot: those who can, those whom a rule keeps away, and the changes that would help.

    ``kept_away`` are codes by the first rule that bars them; ``full`` those who had their SMS of the day.
    """

    problem: PlanningProblem | None = None
    monday: dt.date = dt.date.min
    choices: tuple[Choice, ...] = ()
    kept_away: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answer: Unfilled | None = None
    full: frozenset[str] = frozenset()
    everybody: int = 0

    def instant(self, minute: int) -> dt.datetime:
        """A minute of the problem as a moment."""
        return from_wall(self.monday, minute)


def choices_for(session: Session, slot_id: int, start: dt.datetime, now: dt.datetime) -> Sequence[Choice]:
    """Those who can first, the best before the others, then those who could if a rule that spares them is set aside."""
    return look(session, slot_id, start, now).choices


def look(session: Session, slot_id: int, start: dt.datetime, now: dt.datetime, *, changes: bool = False) -> Looked:
    """Hold everybody against the slot at ``start``; with ``changes`` also what would help, each tried by the planner."""
    monday = monday_of(at_home(start).date())
    policy = policy_in_force(session)
    # By hand nobody is too late before the start itself: the notice that the policy asks for is the planner's own.
    planning = replace(policy.planning, earliest_minutes=0)
    problem = read_snapshot(session, monday, 7, now, planning).problem
    asked = {slot.id: slot for one in problem.appointments for slot in one.slots}
    if str(slot_id) not in asked:
        return Looked()
    urgent = dt.timedelta(hours=policy.offers.urgent_hours)
    codes = mediator_codes(session)
    full = frozenset(codes[her] for her in full_today(session, [slot_id], now, urgent).get(slot_id, ()))
    everybody = len(problem.mediators)
    problem = who_speaks(_with_facts_alone(problem, str(slot_id)), asked[str(slot_id)])
    leeway = replace(FAR, earliest=max(0, wall_minute(now, monday) + policy.planning.earliest_minutes))
    explainer = Explainer(problem, _what_stands(problem), leeway)
    choices, kept_away = _everybody(explainer.calendar, str(slot_id), wall_minute(start, monday))
    answer = explainer.of(str(slot_id)) if changes else None
    return Looked(
        problem,
        monday,
        tuple(sorted(choices, key=lambda one: (len(one.against), -one.gain, one.mediator))),
        kept_away,
        answer if isinstance(answer, Unfilled) else None,
        full,
        everybody,
    )


def _with_facts_alone(problem: PlanningProblem, slot_id: str) -> PlanningProblem:
    """What stands is not to be moved for this one slot, which is as if nobody had it."""
    standing = (*problem.locked, *problem.published)
    return replace(problem, locked=tuple(one for one in standing if one.slot != slot_id), published=())


def _what_stands(problem: PlanningProblem) -> Plan:
    """The plan that chooses nothing: its lines are the facts alone, and so no rule is broken by it."""
    lasts = {slot.id: one.duration for one in problem.appointments for slot in one.slots}
    facts = (Visit(one.slot, one.mediator, one.start, one.start + lasts[one.slot]) for one in problem.locked)
    return Plan(
        format="ponte-plan/1",
        status="feasible",
        seconds=0.0,
        seed=1,
        assignments=tuple(facts),
        unfilled=(),
        score=NO_SCORE,
        bound=0,
        gap=0.0,
    )


def _everybody(calendar: Calendar, slot_id: str, start: int) -> tuple[list[Choice], dict[str, tuple[str, ...]]]:
    post = calendar.index.post(slot_id)
    flags, before = barred(calendar, post), calendar.score.total
    choices: list[Choice] = []
    away: dict[str, list[str]] = {}
    for number, mediator in enumerate(calendar.index.mediators):
        line = Line(post, number, start)
        broken = {name for name, bars in flags.items() if bars[number]}
        if broken <= MAY_BE_SET_ASIDE:  # Who does not speak it need not be looked up in the calendar.
            broken |= set(refusals(calendar, line)) - OF_THE_WHOLE
        if broken <= MAY_BE_SET_ASIDE:
            gain = calendar.scored_with(line).total - before
            choices.append(Choice(mediator.id, gain, _figures(calendar, post, line), tuple(sorted(broken))))
        else:
            first = next(rule for rule in HARD_RULES if rule in broken - MAY_BE_SET_ASIDE)
            away.setdefault(first, []).append(mediator.id)
    return choices, {rule: tuple(away[rule]) for rule in HARD_RULES if rule in away}


def _figures(calendar: Calendar, post: Post, line: Line) -> dict[str, int]:
    """What one line says of her: working minutes of the week with it, how well she speaks, how far she lives."""
    index, slot, appointment = calendar.index, post.slot, post.appointment
    mediator = index.mediators[line.mediator]
    held = [one for one in index.locked.values() if one.mediator == mediator.id]
    figures = {"week": sum(index.post(one.slot).duration for one in held) + appointment.duration}
    if slot.languages:
        figures["level"] = min(mediator.languages.get(code, 0) for code in slot.languages)
    if appointment.mode == "onsite" and appointment.place is not None:
        figures["travel"] = index.roads.leg(mediator, mediator.home, appointment.place)
        straight = haversine_km([index.places[mediator.home], index.places[appointment.place]])[0, 1]
        figures["km"] = round(float(straight) * index.problem.policy.road_factor)
    if mediator.max_week is not None:
        figures["limit"] = mediator.max_week
    return figures


def able_in(looked: Looked, change: Relaxation) -> int:
    """How many could come once the change is made, at its time."""
    if looked.problem is None or not change.appointments:
        return 1
    eased = change.appointments[0]
    changed = replace(
        looked.problem,
        appointments=tuple(eased if one.id == eased.id else one for one in looked.problem.appointments),
    )
    calendar = Calendar(changed, ())
    post, start = calendar.index.post(change.slot), change.assignments[0].start
    free = np.flatnonzero(~np.any(list(barred(calendar, post).values()), axis=0)).tolist()
    return sum(not set(refusals(calendar, Line(post, number, start))) - OF_THE_WHOLE for number in free)
