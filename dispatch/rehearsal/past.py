# SPDX-License-Identifier: AGPL-3.0-or-later
"""The weeks before the rehearsed one, written as they would stand: asked, planned, offered, held, and attested.

Nobody lives them through: a month of SMS would take an hour. The requests go through intake and the plan through the
planner, so that hours, travel and refusals are those of a real province; only the answers are drawn here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access.visitor import Credential, Visitor
from dispatch.attendance.decisions import TOOK_PLACE, after_all, minutes_that_count, real_times
from dispatch.attendance.sayings import Saying
from dispatch.errors import NotUnderstood
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import RequestIn
from dispatch.intake.service import submit
from dispatch.kit.clock import from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.kit.recurrence import Closures
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    Mode,
    OfferStatus,
    Outcome,
    RequestStatus,
    Role,
    SlotStatus,
)
from dispatch.rehearsal.demand import Demand
from dispatch.rehearsal.draws import happens, one_of
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.population import Province
from dispatch.rehearsal.profiles import PEOPLE
from solver.candidates import ranked
from solver.plan import Assignment as Visit
from solver.solve import solve

PLANNED = -4 * 1440 + 18 * 60  # on the Thursday evening before each Monday
ASKED_EARLIER = 60  # minutes before, so that everything is there
STAFF = Visitor(actor="rehearsal", credential=Credential.SESSION, role=Role.ADMIN)
PLANNER_SECONDS = 1
MOST_REFUSALS = 2
MINUTE = dt.timedelta(minutes=1)
NEVER_CALLED_OFF = dt.timedelta.max  # nobody cancels here


@dataclass(frozen=True)
class PastWeek:
    """One week that is over, being written: its Monday, and the chance that decides what came of each visit."""

    session: Session
    province: Province
    closures: Closures
    random: Random
    outcomes: Outcomes

    @property
    def planned_at(self) -> dt.datetime:
        return from_wall(self.province.monday, PLANNED)


def live_through(session: Session, province: Province, closures: Closures, seed: int, weeks: int) -> int:
    """Write the ``weeks`` weeks before the province's Monday; how many visits took place."""
    held = 0
    for back in range(weeks, 0, -1):
        monday = province.monday - dt.timedelta(weeks=back)
        chance = Random(f"past {province.profile.name} {seed} {back}")
        past = PastWeek(session, replace(province, monday=monday), closures, chance, Outcomes(seed))
        requests = _ask(past, Demand(past.province, seed=1000 * back + seed), f"w{back}-")
        held += _live(past, requests, seed)
    return held


def spent_by_purse(session: Session) -> dict[tuple[str, str], int]:
    """The minutes that were charged to each (project, ambito)."""
    purse = (Attendance.project_code, Attendance.ambito_code)
    query = select(*purse, func.sum(Attendance.minutes)).group_by(*purse)
    return {
        (project, ambito): int(minutes) for project, ambito, minutes in session.execute(query) if project and ambito
    }


def _ask(past: PastWeek, demand: Demand, prefix: str) -> list[Request]:
    """The week's requests without their repetitions: those would reach into the rehearsed week."""
    asked_at = past.planned_at - dt.timedelta(minutes=ASKED_EARLIER)
    reader = Reader(past.session, STAFF, asked_at, policy_in_force(past.session).intake, past.closures)
    found = []
    for asked in demand.week():
        body = {key: value for key, value in asked.body.items() if key != "repeat"}
        if "case" in body:
            body["case"] = prefix + body["case"]
        try:
            found.append(submit(reader, RequestIn.model_validate(body)))
        except NotUnderstood:
            continue  # what was asked for a holiday of that week, say
    return found


def _live(past: PastWeek, requests: Sequence[Request], seed: int) -> int:
    """Plan the week, let it take place, and say no for those who were asked in vain; how many visits that were."""
    policy = policy_in_force(past.session).planning
    problem = read_snapshot(past.session, past.province.monday, 7, past.planned_at, policy).problem
    plan = solve(problem, seconds=PLANNER_SECONDS, seed=seed, workers=1)
    people = {person.code: person for person in past.province.mediators}
    slots = {str(slot.id): slot for request in requests for one in request.appointments for slot in one.slots}
    told = [_take_place(past, slots[visit.slot], people[visit.mediator], visit) for visit in plan.assignments]
    for empty in plan.unfilled:
        slots[empty.slot].status, slots[empty.slot].reasons = SlotStatus.UNFILLED, dict(empty.reasons)
    for other in ranked(problem, plan, most=MOST_REFUSALS + 1):
        if other.rank > 1:
            _refuse(past, slots[other.slot], people[other.mediator], other.rank)
    _close(past.session, requests, told)
    return len(plan.assignments)


def _take_place(past: PastWeek, slot: Slot, person: Mediator, visit: Visit) -> Attendance:
    start = from_wall(past.province.monday, visit.start)
    during = Range(start, start + dt.timedelta(minutes=visit.end - visit.start))
    given = Assignment(slot=slot, mediator=person, during=during, status=AssignmentStatus.DONE, changed_at=during.upper)
    slot.status = SlotStatus.BOOKED
    told = _attested(past, given)
    past.session.add_all([given, _offer(past, slot, person, during, OfferStatus.ACCEPTED), told])
    return told


def _attested(past: PastWeek, given: Assignment) -> Attendance:
    """What both sides said of the visit, at one with each other."""
    appointment, place = given.slot.appointment, given.slot.appointment.place
    start, end = given.during.lower, given.during.upper
    assert start is not None
    assert end is not None
    which = int(start.timestamp())  # she has one visit at a time; ids differ from one database to the next
    truth = past.outcomes.truth(given.mediator.code, which, start, end)
    said = Saying(truth.outcome, (truth.start, truth.end) if truth.outcome in TOOK_PLACE else None)
    real = real_times(said, (start, end))
    policy, onsite = policy_in_force(past.session).attendance, appointment.mode == Mode.ONSITE
    return Attendance(
        assignment=given,
        slot_id=given.slot.id,
        mediator_id=given.mediator.id,
        desk_id=appointment.request.desk_id,
        ambito_code=place.ambito_code if place else None,
        project_code=appointment.project_code,
        status=AttendanceStatus.AGREED,
        outcome=truth.outcome,
        planned=given.during,
        real=Range(*real) if real else None,
        minutes=minutes_that_count(said, (start, end), onsite=onsite, notice=NEVER_CALLED_OFF, policy=policy),
        created_at=end,
        changed_at=end,
    )


def _refuse(past: PastWeek, slot: Slot, person: Mediator, rank: int) -> None:
    """Somebody said no, or nothing, before the one who came: the less often, the more would have had to."""
    if happens(past.random, (100 - PEOPLE.accept) / 2 ** (rank - 2)):
        said = one_of(
            past.random,
            {OfferStatus.DECLINED: PEOPLE.decline, OfferStatus.EXPIRED: 100 - PEOPLE.accept - PEOPLE.decline},
        )
        start = slot.appointment.first_start
        during = Range(start, start + dt.timedelta(minutes=slot.appointment.duration))
        past.session.add(_offer(past, slot, person, during, said))


def _offer(past: PastWeek, slot: Slot, person: Mediator, during: Range[dt.datetime], status: OfferStatus) -> Offer:
    asked = past.planned_at + past.random.randint(0, 120) * MINUTE
    return Offer(
        slot=slot,
        mediator=person,
        during=during,
        place_id=slot.appointment.place_id,
        status=status,
        code=past.random.randint(10, 999),
        policy="cascade",
        reply_by=asked + dt.timedelta(days=1),
        created_at=asked,
        asked_at=asked,
        closed_at=asked + past.random.randint(2, 300) * MINUTE,
        settled_by="rehearsal",
    )


def _close(session: Session, requests: Sequence[Request], told: Sequence[Attendance]) -> None:
    """Nothing of the week is left to do: no repair is due, every appointment was held or not."""
    came = {row.slot_id: (AttendanceStatus(row.status), Outcome(row.outcome)) for row in told if row.outcome}
    for request in requests:
        request.status = RequestStatus.CLOSED
        for appointment in request.appointments:
            rows = [came[slot.id] for slot in appointment.slots if slot.id in came]
            appointment.status = after_all(rows) or AppointmentStatus.NOT_HELD
            for slot in appointment.slots:
                slot.replan_due = None
    session.flush()
