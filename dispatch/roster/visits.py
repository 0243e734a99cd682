# SPDX-License-Identifier: AGPL-3.0-or-later
"""An appointment's rows read as the planner's appointment, and what already stands for its slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, selectinload

from dispatch.kit.among import among
from dispatch.kit.clock import wall_minute
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import COUNTED_ASSIGNMENT, AppointmentStatus, AssignmentStatus, OfferStatus, SlotStatus
from dispatch.roster.week import Week
from solver import problem as planner

FACTS = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


def read_appointments(session: Session, week: Week) -> Sequence[Appointment]:
    """The appointments of the week that are not cancelled, with slots and place, oldest request first."""
    query = (
        select(Appointment)
        .join(Request)
        .where(
            Appointment.status != AppointmentStatus.CANCELLED,
            Appointment.first_start < week.ends,
            Appointment.last_start >= week.begins,
        )
        .options(selectinload(Appointment.slots), selectinload(Appointment.place))
        .order_by(Appointment.id)
    )
    return session.scalars(query).all()


def as_planner_sees(
    row: Appointment, week: Week, earliest: int, step: int, kept: Container[int], codes: Mapping[int, str]
) -> planner.Appointment | None:
    """The appointment with its windows cut to [earliest, horizon); null when nothing of it is left to plan.

    ``kept`` are slot ids that already stand: their appointment stays even when its windows have passed.
    """
    windows = tuple(cut(row.windows, week, earliest, step))
    slots = [slot for slot in row.slots if slot.status != SlotStatus.CANCELLED and (windows or slot.id in kept)]
    if not slots:
        return None
    return planner.Appointment(
        id=str(row.id),
        kind=row.kind,  # type: ignore[arg-type]  # the CHECKs of the table keep kind and mode among the known ones
        mode=row.mode,  # type: ignore[arg-type]
        place=None if row.place is None else week.place(row.place),
        duration=row.duration,
        windows=windows,
        project=row.project_code,
        case=row.case_code,
        slots=tuple(slot_as_planner_sees(slot, codes) for slot in slots),
    )


def slot_as_planner_sees(slot: Slot, codes: Mapping[int, str]) -> planner.Slot:
    """``needs`` is written in the planner's own keys; who refused is added from the row."""
    excluded = [codes[mediator_id] for mediator_id in slot.excluded if mediator_id in codes]
    return msgspec.convert(
        {**slot.needs, "id": str(slot.id), "value": slot.value, "excluded": sorted(set(excluded))}, planner.Slot
    )


def cut(windows: Iterable[Sequence[str]], week: Week, earliest: int, step: int) -> Iterable[planner.Span]:
    """Windows in wall minutes of the week; a start before ``earliest`` is cut off in whole steps."""
    for first, last in windows:
        low = wall_minute(dt.datetime.fromisoformat(first), week.monday)
        high = min(wall_minute(dt.datetime.fromisoformat(last), week.monday), week.days * 1440 - 1)
        not_before = max(earliest, 0)
        if low < not_before:
            low += -((low - not_before) // step) * step
        if low <= high:
            yield (low, high)


def read_standing(session: Session, slot_ids: Iterable[int]) -> list[tuple[Assignment, bool]]:
    """What stands for these slots, each with whether it is a fact: booked, over, its offer has left, or moved with her.

    A visit of this week that is over still counts: for her hours, the road of that day, and what a project has spent.
    """
    has_left = exists().where(Offer.assignment_id == Assignment.id, Offer.status == OfferStatus.WAITING)
    query = select(Assignment, has_left).where(
        and_(among(Assignment.slot_id, slot_ids), Assignment.status.in_(COUNTED_ASSIGNMENT))
    )
    return [
        (assignment, assignment.status in FACTS or waiting or assignment.agreed is not None)
        for assignment, waiting in session.execute(query.order_by(Assignment.id))
    ]


def standing(assignment: Assignment, code: str, week: Week) -> planner.Standing:
    assert assignment.during.lower is not None
    return planner.Standing(
        slot=str(assignment.slot_id), mediator=code, start=wall_minute(assignment.during.lower, week.monday)
    )
