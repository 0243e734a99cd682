# SPDX-License-Identifier: AGPL-3.0-or-later
"""May this mediator take this slot now? Her week as it stands, audited by the planner's own checker.

The database refuses overlaps; it cannot know that 10:30 in one valley and 10:45 in the next cannot both be done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, joinedload, selectinload

from dispatch.kit.clock import at_home, monday_of, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT
from dispatch.roster.rest import too_little
from dispatch.roster.visits import as_planner_sees, standing
from dispatch.roster.week import Known, Week, around, planner_policy, read_known, shifts_of
from dispatch.roster.week import as_planner_sees as mediator_as_planner_sees
from dispatch.web.i18n import gettext as _
from solver import problem as planner
from solver.check import day_violations
from solver.plan import Assignment as Visit
from solver.travel import Roads

Stretch = tuple[dt.datetime, dt.datetime]
# A holiday keeps nobody from saying yes: only planning leaves her in peace by itself.
NO_DAY_OFF: frozenset[dt.date] = frozenset()


def day_refusals(session: Session, mediator_id: int, slot_id: int, start: dt.datetime, end: dt.datetime) -> list[str]:
    """Why she may not take the slot from ``start`` to ``end``, one sentence each; empty when she may.

    Call it after ``lock_mediators``, so that what is read here cannot change before the transaction ends.
    """
    day = at_home(start).date()
    week, policy = Week(monday_of(day), 7), policy_in_force(session).planning
    her = session.get_one(Mediator, mediator_id)
    code, known = her.code, read_known(session, week, [her])
    nearby = [visit for visit in _standing(session, mediator_id, week) if visit.slot_id != slot_id]
    held = [visit for visit in nearby if week.begins <= _span(visit.during)[0] < week.ends]
    appointments = _appointments(session, [visit.slot_id for visit in held] + [slot_id])
    problem = planner.PlanningProblem(
        format="ponte-problem/1",
        horizon=week.horizon(),
        mediators=(mediator_as_planner_sees(her, week, known, shifts_of(her.id, week, known, NO_DAY_OFF), day, day),),
        appointments=tuple(_read(row, week, code) for row in appointments),
        places=week.places_met(),
        budgets=(),
        locked=tuple(standing(visit, code, week) for visit in held),
        published=(),
        policy=planner_policy(policy),
    )
    first = wall_minute(start, week.monday)
    asked = Visit(slot=str(slot_id), mediator=code, start=first, end=first + round((end - start).total_seconds() / 60))
    lines = [_as_line(problem, lock) for lock in problem.locked]
    broken = [f"{found.rule}: {found.message}" for found in day_violations(problem, code, [*lines, asked])]
    work = [_span(visit.during) for visit in nearby] + _courses(known, mediator_id)
    broken += _road_refusals(problem, str(slot_id), (start, end), held)
    return broken + list(_rest_refusals((start, end), work, policy.rest_minutes))


def _road_refusals(
    problem: planner.PlanningProblem, slot: str, asked: Stretch, held: Iterable[Assignment]
) -> Iterator[str]:
    """The planner's minutes are those of the wall clock: on the night that has an hour less, the road has one less too."""
    roads, [her] = Roads.of(problem), problem.mediators
    place_of = {slot.id: row.place for row in problem.appointments for slot in row.slots}
    for visit in held:
        first, then = sorted([(_span(visit.during), str(visit.slot_id)), (asked, slot)])
        if len({at_home(instant).utcoffset() for span, _ in (first, then) for instant in span}) == 1:
            continue
        here, there = place_of[first[1]], place_of[then[1]]
        needed = problem.policy.remote_gap if here is None or there is None else roads.leg(her, here, there)
        if then[0][0] - first[0][1] < dt.timedelta(minutes=needed):
            yield _(
                "travel: the clocks change between two of her visits, and the way between them takes %(minutes)d min"
            ) % {"minutes": needed}


def _rest_refusals(asked: Stretch, work: Iterable[Stretch], rest: int) -> Iterator[str]:
    """The planner's rules look at one day; the hours of rest lie between two. What stands is not judged, only the new."""
    day = at_home(asked[0]).date()
    for other in sorted(work):
        if at_home(other[0]).date() != day and too_little(asked, other, rest):
            yield _("rest: with her work of %(day)s from %(from)s to %(to)s less than %(hours)s h of rest are left") % {
                "day": f"{at_home(other[0]):%d/%m}",
                "from": f"{at_home(other[0]):%H:%M}",
                "to": f"{at_home(other[1]):%H:%M}",
                "hours": f"{rest / 60:g}",
            }


def _courses(known: Known, mediator_id: int) -> list[Stretch]:
    ranges = [commitment.during for commitment, _place in known.commitments.get(mediator_id, [])]
    return [_span(during) for during in ranges if during.lower is not None and during.upper is not None]


def _span(during: Range[dt.datetime]) -> Stretch:
    assert during.lower is not None
    assert during.upper is not None
    return during.lower, during.upper


def _standing(session: Session, mediator_id: int, week: Week) -> Sequence[Assignment]:
    """Her visits of the week and of the day before and after it."""
    return session.scalars(
        select(Assignment).where(
            Assignment.mediator_id == mediator_id,
            Assignment.status.in_(COUNTED_ASSIGNMENT),
            Assignment.during.overlaps(around(week)),
        )
    ).all()


def _appointments(session: Session, slot_ids: Sequence[int]) -> Sequence[Appointment]:
    query = (
        select(Appointment)
        .where(Appointment.id.in_(select(Slot.appointment_id).where(Slot.id.in_(slot_ids))))
        .options(selectinload(Appointment.slots), joinedload(Appointment.place))
        .order_by(Appointment.id)
    )
    return session.scalars(query).all()


def _read(row: Appointment, week: Week, code: str) -> planner.Appointment:
    """The appointment uncut; an earlier refusal of hers is not held against her, since she now says yes."""
    seen = as_planner_sees(row, week, 0, 1, {slot.id for slot in row.slots}, {})
    assert seen is not None
    open_to_her = tuple(
        msgspec.structs.replace(slot, excluded=tuple(other for other in slot.excluded if other != code))
        for slot in seen.slots
    )
    return msgspec.structs.replace(seen, slots=open_to_her)


def _as_line(problem: planner.PlanningProblem, lock: planner.Standing) -> Visit:
    duration = next(a.duration for a in problem.appointments if any(slot.id == lock.slot for slot in a.slots))
    return Visit(slot=lock.slot, mediator=lock.mediator, start=lock.start, end=lock.start + duration)
