# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the planning stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, Date, Integer, Select, and_, cast, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.orm import Session, undefer

from dispatch.errors import NotFound
from dispatch.kit.among import among
from dispatch.kit.clock import at_home, local_midnight, monday_of
from dispatch.outbox.cap import CAPPED
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Asking, Notice, Offer
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AssignmentStatus,
    OfferStatus,
    PlanningRunStatus,
    RunKind,
    SlotStatus,
)
from dispatch.records.territory import Desk, Place
from dispatch.records.time import Tick
from dispatch.web.i18n import gettext as _

DRAFT_READY = "draft_ready"  # a notice to the coordinators; its values name the run
PLANNER_FAILED = "planner_failed"  # an alarm to the coordinators, until a run succeeds
IN_HAND = text(
    "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'planning.run' AND status = 'doing' "
    "AND (args ->> 'run_id')::bigint = :run_id"
)
UNDER_WAY = (PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING)


@dataclass(frozen=True)
class SlotName:
    """A slot as people name it: the code of its request, the number of the date, its own number within it."""

    code: str
    appointment: int
    slot: int = 1


def mediator_codes(session: Session) -> dict[int, str]:
    """Every mediator's code by id, active or not."""
    return dict(session.execute(select(Mediator.id, Mediator.code)).all())


def mediator_ids(session: Session) -> dict[str, int]:
    return {code: key for key, code in mediator_codes(session).items()}


def run_with_plan(session: Session, run_id: int, *, lock: bool = False) -> PlanningRun:
    query = (
        select(PlanningRun)
        .where(PlanningRun.id == run_id)
        .options(undefer(PlanningRun.problem), undefer(PlanningRun.plan))
    )
    if lock:  # Read before in this transaction, its status may be of yesterday.
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("There is no planning run %(id)s. Start one from the agenda.") % {"id": run_id})
    return found


def meets(monday: dt.date, days: int) -> ColumnElement[bool]:
    """Whether a run's days share one with those from ``monday`` on."""
    ends = PlanningRun.week_start + cast(PlanningRun.days, Integer)
    return and_(PlanningRun.week_start < monday + dt.timedelta(days=days), ends > monday)


def latest_runs(session: Session, monday: dt.date, most: int = 10) -> Sequence[PlanningRun]:
    """The runs that plan a week, alone or among others, newest first."""
    query = select(PlanningRun).where(meets(monday, 7))
    return session.scalars(query.order_by(PlanningRun.id.desc()).limit(most)).all()


def drafts_meeting(monday: dt.date, days: int) -> Select[PlanningRun]:
    """Week plans waiting to be published that share a day with these, the one asked for last first."""
    query = select(PlanningRun).where(
        PlanningRun.kind == RunKind.WEEK, PlanningRun.status == PlanningRunStatus.DRAFT, meets(monday, days)
    )
    return query.order_by(PlanningRun.id.desc())


def drafts_ready(session: Session, today: dt.date) -> Sequence[PlanningRun]:
    """The drafts of the policy's evening that nobody has published or set aside, while some of their days are to come."""
    told = select(Notice.values["run"].as_integer()).where(Notice.kind == DRAFT_READY, Notice.seen_at.is_(None))
    query = drafts_meeting(today, 366).where(PlanningRun.id.in_(told))
    return session.scalars(query).all()


def run_under_way(session: Session, monday: dt.date, days: int, kind: RunKind) -> PlanningRun | None:
    """The run of this kind that somebody is already at, when it plans all of these days."""
    ends = PlanningRun.week_start + cast(PlanningRun.days, Integer)
    query = select(PlanningRun).where(
        PlanningRun.week_start <= monday,
        ends >= monday + dt.timedelta(days=days),
        PlanningRun.kind == kind,
        PlanningRun.status.in_(UNDER_WAY),
    )
    return session.scalars(query.order_by(PlanningRun.id)).first()


def mondays_to_repair(session: Session, now: dt.datetime) -> list[dt.date]:
    """The weeks that hold an open slot whose repair is due, by the date of its appointment's first start."""
    return sorted({monday_of(at_home(first).date()) for _, first in session.execute(_due(now))})


def slots_due(session: Session, first: dt.date, days: int, now: dt.datetime) -> frozenset[int]:
    """The open slots whose repair is due on these days."""
    begins, ends = local_midnight(first), local_midnight(first + dt.timedelta(days=days))
    return frozenset(slot_id for slot_id, start in session.execute(_due(now)) if begins <= start < ends)


def _due(now: dt.datetime) -> Select[int, dt.datetime]:
    open_ones = Slot.status.in_([SlotStatus.OPEN, SlotStatus.UNFILLED])
    return select(Slot.id, Appointment.first_start).join(Appointment).where(Slot.replan_due <= now, open_ones)


def has_lost_its_worker(session: Session, run_id: int) -> bool:
    """Whether the job in hand that asks is the only one of this run: who began the run before is dead, and its job
    was given back. A call that comes from no job says nothing about that."""
    return bool(session.execute(IN_HAND, {"run_id": run_id}).scalar_one() == 1)


def is_left_unpublished(session: Session, run_id: int) -> bool:
    """A repair whose worker died between its plan and its publication."""
    run = session.get_one(PlanningRun, run_id)
    is_draft = run.kind == RunKind.REPAIR and run.status == PlanningRunStatus.DRAFT
    return is_draft and has_lost_its_worker(session, run_id)


def lock_appointments_of(session: Session, slot_ids: Iterable[int]) -> dict[int, Slot]:
    """The slots, with their appointments locked first and then themselves, each in order of id."""
    wanted = select(Slot.appointment_id).where(among(Slot.id, slot_ids))
    appointments = select(Appointment.id).where(Appointment.id.in_(wanted)).order_by(Appointment.id)
    session.execute(appointments.with_for_update())
    slots = select(Slot).where(among(Slot.id, slot_ids)).order_by(Slot.id).with_for_update()
    return {slot.id: slot for slot in session.scalars(slots.execution_options(populate_existing=True))}


def live_by_slot(session: Session, slot_ids: Iterable[int]) -> dict[int, Assignment]:
    query = select(Assignment).where(among(Assignment.slot_id, slot_ids), Assignment.status.in_(LIVE_ASSIGNMENT))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {assignment.slot_id: assignment for assignment in found}


def slots_being_asked(session: Session, slot_ids: Iterable[int]) -> set[int]:
    """Those of the slots about which some question still waits for its answer, or for leaving."""
    query = select(Offer.slot_id).where(among(Offer.slot_id, slot_ids), Offer.status.in_(OPEN_OFFER))
    return set(session.scalars(query))


def full_today(
    session: Session, slot_ids: Iterable[int], now: dt.datetime, urgent: dt.timedelta
) -> dict[int, set[int]]:
    """By slot, the mediators whose question about it stayed at home today because they had their SMS of the day.

    Not of slots that must begin so soon that their question is ``urgent``: no cap holds that one back. Where they may
    begin later as well, that hour would be planned for her, and its question stay at home again, minute by minute.
    """
    query = (
        select(Offer.slot_id, Offer.mediator_id)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .where(Offer.slot_id.in_(list(slot_ids)), Offer.settled_by == CAPPED, Offer.closed_at >= _today(now))
        .where(Appointment.last_start > now + urgent)
    )
    found: dict[int, set[int]] = {}
    for slot_id, mediator_id in session.execute(query):
        found.setdefault(slot_id, set()).add(mediator_id)
    return found


def _today(now: dt.datetime) -> dt.datetime:
    return local_midnight(at_home(now).date())


def open_or_accepted(session: Session, slot_id: int) -> Sequence[int]:
    """The offers about a slot that wait for an answer, or for leaving, or were said yes to."""
    statuses = (*OPEN_OFFER, OfferStatus.ACCEPTED)
    query = select(Offer.id).where(Offer.slot_id == slot_id, Offer.status.in_(statuses))
    return session.scalars(query.order_by(Offer.id)).all()


def open_asking(session: Session, slot_id: int) -> Asking | None:
    """Whom a coordinator is having asked about the slot; to be written under the slot's lock."""
    query = select(Asking).where(Asking.slot_id == slot_id, Asking.closed_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def slot_of_date(session: Session, visitor_ambiti: tuple[str, ...] | None, date: SlotName) -> Slot | None:
    """A slot by request, date and number, if a coordinator of these ambiti may see it."""
    query = (
        select(Slot)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Place, Place.id == Desk.place_id)
        .where(Request.code == date.code, Appointment.number == date.appointment, Slot.number == date.slot)
    )
    if visitor_ambiti is not None:
        query = query.where(Place.ambito_code.in_(visitor_ambiti))
    return session.scalars(query).one_or_none()


def pressing_unplanned(session: Session, now: dt.datetime, before: dt.datetime) -> Sequence[int]:
    """Open slots to come that no repair is due for, although no week plan can be counted on for them.

    Either their time comes ``before`` the next one, or their week was planned and published before they were asked for.
    """
    starts = func.coalesce(Appointment.asked_start, Appointment.first_start)
    day = cast(func.timezone("Europe/Rome", starts), Date)
    plans = _week_plans(at_home(now).date())
    covers = (plans.c.week_start <= day, day < plans.c.ends)
    missed = exists().where(
        *covers, plans.c.status == PlanningRunStatus.PUBLISHED, plans.c.snapshot_at < Slot.changed_at
    )
    in_hand = (PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING, PlanningRunStatus.DRAFT)
    to_be_planned = exists().where(*covers, plans.c.status.in_(in_hand))
    query = (
        select(Slot.id)
        .join(Appointment)
        .where(Slot.status == SlotStatus.OPEN, Slot.replan_due.is_(None))
        .where(or_(starts <= before, and_(starts > now, missed, ~to_be_planned)))
    )
    return session.scalars(query.order_by(Slot.id)).all()


def _week_plans(today: dt.date) -> CTE:
    """The week plans that reach beyond today, found once: a year has thousands of runs, and nearly all are repairs."""
    ends = PlanningRun.week_start + cast(PlanningRun.days, Integer)
    query = select(PlanningRun.week_start, ends.label("ends"), PlanningRun.status, PlanningRun.snapshot_at)
    return query.where(PlanningRun.kind == RunKind.WEEK, ends > today).cte("week_plan")


def worth_another_look(
    session: Session, now: dt.datetime, nearby: dt.timedelta, at_latest: dt.timedelta
) -> Sequence[int]:
    """Unfilled slots still to come that may find somebody now.

    Either a person was freed, since they were last planned, of a visit within ``nearby`` of theirs, or somebody was left
    out that day because she had her SMS of the day, and that day is over, or that planning is longer ago than ``at_latest``
    (a new mediator or an absence taken back leaves no mark on the slots).
    """
    freed = exists().where(
        Assignment.status.in_([AssignmentStatus.WITHDRAWN, AssignmentStatus.SUPERSEDED]),
        Assignment.changed_at > Slot.changed_at,
        Assignment.during.overlaps(
            func.tstzrange(Appointment.first_start - nearby, Appointment.last_start + nearby, type_=TSTZRANGE)
        ),
    )
    was_full = exists().where(Offer.slot_id == Slot.id, Offer.settled_by == CAPPED, Offer.closed_at < _today(now))
    query = (
        select(Slot.id)
        .join(Appointment)
        .where(Slot.status == SlotStatus.UNFILLED, Slot.replan_due.is_(None), Appointment.last_start > now)
        .where(or_(freed, and_(was_full, Slot.changed_at < _today(now)), Slot.changed_at < now - at_latest))
    )
    return session.scalars(query.order_by(Slot.id)).all()


def never_begun(session: Session, before: dt.datetime) -> Sequence[int]:
    """Runs asked for before then that no worker has taken: their job was lost."""
    query = select(PlanningRun.id).where(PlanningRun.status == PlanningRunStatus.ASKED, PlanningRun.asked_at < before)
    return session.scalars(query.order_by(PlanningRun.id)).all()


def repairs_left_over(session: Session, before: dt.datetime) -> Sequence[int]:
    """Repairs planned before then that nobody published: their worker died between the two."""
    query = select(PlanningRun.id).where(
        PlanningRun.kind == RunKind.REPAIR,
        PlanningRun.status == PlanningRunStatus.DRAFT,
        PlanningRun.finished_at < before,
    )
    return session.scalars(query.order_by(PlanningRun.id)).all()


def runs_gone_silent(session: Session, instant: dt.datetime, grace: dt.timedelta) -> list[PlanningRun]:
    """Running runs whose worker gave no sign for longer than their own time limit and ``grace``."""
    query = select(PlanningRun).where(PlanningRun.status == PlanningRunStatus.RUNNING)
    return [
        run
        for run in session.scalars(query)
        if run.alive_at is None or run.alive_at + dt.timedelta(seconds=run.seconds) + grace < instant
    ]


def was_struck_before(session: Session, job: str, instant: dt.datetime) -> bool:
    return session.scalar(select(exists().where(Tick.job == job, Tick.run_at < instant))) or False
