# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who could take one slot at its time, with nothing else moved: by what it costs the plan, and against which rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, monday_of, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.planning.assigning import MAY_BE_SET_ASIDE
from dispatch.planning.snapshot import read_snapshot
from solver.check import day_violations, score
from solver.index import Index
from solver.plan import Assignment as Visit
from solver.problem import Appointment, Mediator, PlanningProblem, Slot


@dataclass(frozen=True)
class Choice:
    """A mediator for the slot: ``gain`` is what the plan would be worth more, ``figures`` are those of a candidate.

    ``against`` names the rules that a coordinator may set aside for her.
    """

    mediator: str
    gain: int
    figures: dict[str, int]
    against: tuple[str, ...] = ()


def choices_for(session: Session, slot_id: int, start: dt.datetime, now: dt.datetime) -> list[Choice]:
    """Those who can first, the best before the others, then those who could if a rule that spares them is set aside."""
    monday = monday_of(at_home(start).date())
    problem = read_snapshot(session, monday, 7, now, policy_in_force(session).planning).problem
    found = _choices(problem, str(slot_id), wall_minute(start, monday))
    return sorted(found, key=lambda one: (len(one.against), -one.gain, one.mediator))


def _choices(problem: PlanningProblem, slot_id: str, start: int) -> Iterator[Choice]:
    asked = {slot.id: (one, slot) for one in problem.appointments for slot in one.slots}
    if slot_id not in asked:
        return
    appointment, slot = asked[slot_id]
    problem = replace(
        problem,
        locked=tuple(one for one in problem.locked if one.slot != slot_id),
        published=tuple(one for one in problem.published if one.slot != slot_id),
    )
    held = [
        Visit(slot=one.slot, mediator=one.mediator, start=one.start, end=one.start + asked[one.slot][0].duration)
        for one in (*problem.locked, *problem.published)
    ]
    before, index = score(problem, held), Index(problem)
    for mediator in problem.mediators:
        visit = Visit(slot=slot_id, mediator=mediator.id, start=start, end=start + appointment.duration)
        broken = {found.rule for found in day_violations(problem, mediator.id, [*held, visit])}
        if not broken <= MAY_BE_SET_ASIDE:
            continue
        gain = score(problem, [*held, visit]).total - before.total
        hers = [one for one in held if one.mediator == mediator.id]
        yield Choice(mediator.id, gain, _figures(index, appointment, slot, mediator, hers), tuple(sorted(broken)))


def _figures(
    index: Index, appointment: Appointment, slot: Slot, mediator: Mediator, hers: list[Visit]
) -> dict[str, int]:
    figures = {"week": sum(one.end - one.start for one in hers) + appointment.duration}
    if slot.languages:
        figures["level"] = min(mediator.languages.get(code, 0) for code in slot.languages)
    if appointment.mode == "onsite" and appointment.place is not None:
        figures["travel"] = index.roads.leg(mediator, mediator.home, appointment.place)
    if mediator.max_week is not None:
        figures["limit"] = mediator.max_week
    return figures
