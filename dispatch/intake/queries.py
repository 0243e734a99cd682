# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of intake; what a visitor may see is decided in one place, ``seen_by``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from dispatch.access.visitor import Visitor
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Request, RequestDraft, Slot
from dispatch.records.offers import Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import LIVE_ASSIGNMENT, OPEN_OFFER, AppointmentStatus, AssignmentStatus
from dispatch.records.territory import Desk, Place, Project


def seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """The requests a visitor may see: a desk's own, a coordinator's ambiti, everything for all ambiti."""
    if visitor.desk_id is not None:
        return Request.desk_id == visitor.desk_id
    if visitor.is_staff and visitor.ambiti is None:
        return true()
    in_ambiti = (
        select(Desk.id).join(Place, Place.id == Desk.place_id).where(Place.ambito_code.in_(visitor.ambiti or ()))
    )
    return Request.desk_id.in_(in_ambiti)


def listed_for(visitor: Visitor) -> ColumnElement[bool]:
    """Those of a list: staff find the dates of presences on their own pages, a desk also finds its own here."""
    return seen_by(visitor) if visitor.desk_id is not None else and_(seen_by(visitor), Request.presence_id.is_(None))


def desks_of(session: Session, visitor: Visitor) -> Sequence[Desk]:
    """The desks a visitor may ask for, by name; one that closed asks for nothing any more."""
    query = select(Desk).join(Place, Place.id == Desk.place_id).where(Desk.active)
    query = query.options(joinedload(Desk.place)).order_by(Desk.name)
    if visitor.desk_id is not None:
        query = query.where(Desk.id == visitor.desk_id)
    elif not visitor.is_staff:
        return ()
    elif visitor.ambiti is not None:
        query = query.where(Place.ambito_code.in_(visitor.ambiti))
    return session.scalars(query).all()


def desk_of(session: Session, visitor: Visitor, code: str) -> Desk | None:
    return next((desk for desk in desks_of(session, visitor) if desk.code == code), None)


def place_by_code(session: Session, code: str) -> Place | None:
    """The place to meet with this code; a mediator's home is none, and its comune is nobody's business."""
    return session.scalar(_to_meet().where(Place.code == code))


def places_to_meet(session: Session) -> Sequence[Place]:
    """Every place that is nobody's home, by name."""
    return session.scalars(_to_meet().order_by(Place.name)).all()


def _to_meet() -> Select[Place]:
    at_home = exists().where(Mediator.home_id == Place.id)
    return select(Place).options(joinedload(Place.comune)).where(~at_home)


def projects(session: Session) -> Sequence[Project]:
    return session.scalars(select(Project).order_by(Project.name)).all()


def mediator_by_code(session: Session, code: str) -> Mediator | None:
    return session.scalar(
        select(Mediator).options(selectinload(Mediator.languages)).where(Mediator.code == code, Mediator.active)
    )


def mediator_name(session: Session, code: str) -> str:
    """The name of the mediator with this code, also of one who works no longer; the code itself where there is none."""
    if "\x00" in code:
        return code
    return session.scalar(select(Mediator.name).where(Mediator.code == code)) or code


def speakers(session: Session, code: str, level: int) -> frozenset[str]:
    """Codes of active mediators who speak a language at least at this level."""
    query = (
        select(Mediator.code)
        .join(MediatorLanguage)
        .where(Mediator.active, MediatorLanguage.language_code == code, MediatorLanguage.level >= level)
    )
    return frozenset(session.scalars(query))


def mediators_met(session: Session, desk_ids: Iterable[int]) -> Sequence[tuple[Mediator, int]]:
    """Who was booked or came to these desks, with how often, the most frequent first."""
    count = func.count(Assignment.id)
    query = (
        select(Mediator, count)
        .join(Assignment, Assignment.mediator_id == Mediator.id)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment)
        .join(Request)
        .where(
            Request.desk_id.in_(list(desk_ids)),
            Assignment.status.in_((AssignmentStatus.BOOKED, AssignmentStatus.DONE)),
            Mediator.active,
        )
        .group_by(Mediator.id)
        .order_by(count.desc(), Mediator.name)
        .limit(20)
    )
    return [(mediator, int(times)) for mediator, times in session.execute(query)]


def request_by_code(session: Session, visitor: Visitor, code: str) -> Request | None:
    """The request with desk, appointments and slots, if the visitor may see it."""
    query = select(Request).where(Request.code == code, seen_by(visitor))
    return session.scalar(query.options(*whole()).execution_options(populate_existing=True))


def live_assignments(session: Session, slot_ids: Iterable[int]) -> dict[int, Assignment]:
    """The live assignment of each slot that has one, with its mediator."""
    query = (
        select(Assignment)
        .options(joinedload(Assignment.mediator))
        .where(Assignment.slot_id.in_(list(slot_ids)), Assignment.status.in_((*LIVE_ASSIGNMENT, AssignmentStatus.DONE)))
        .execution_options(populate_existing=True)
    )
    return {assignment.slot_id: assignment for assignment in session.scalars(query)}


def latest_requests(session: Session, visitor: Visitor, count: int) -> Sequence[Request]:
    """The newest requests that somebody typed, to start from."""
    query = select(Request).where(seen_by(visitor), Request.presence_id.is_(None)).options(*whole())
    return session.scalars(query.order_by(Request.id.desc()).limit(count)).all()


def drafts(session: Session, visitor: Visitor, most: int) -> Sequence[RequestDraft]:
    """The drafts a visitor may go on with, the latest first."""
    query = select(RequestDraft).where(_may_go_on(visitor)).order_by(RequestDraft.changed_at.desc(), RequestDraft.id)
    return session.scalars(query.limit(most)).all()


def draft_by_id(session: Session, visitor: Visitor, number: int) -> RequestDraft | None:
    return session.scalar(select(RequestDraft).where(RequestDraft.id == number, _may_go_on(visitor)))


def _may_go_on(visitor: Visitor) -> ColumnElement[bool]:
    """A desk's drafts are its own; one of the staff is of who began it."""
    if visitor.desk_id is not None:
        return RequestDraft.desk_id == visitor.desk_id
    return and_(RequestDraft.desk_id.is_(None), RequestDraft.created_by == visitor.actor[:80])


def whole() -> tuple[ORMOption, ...]:
    """A request with its desk, appointments, places and slots, however many requests there are."""
    return (
        joinedload(Request.desk).joinedload(Desk.place),
        selectinload(Request.appointments).selectinload(Appointment.slots),
        selectinload(Request.appointments).joinedload(Appointment.place).joinedload(Place.comune),
    )


def visits_that_are_over(session: Session, request_id: int) -> Sequence[Attendance]:
    """What became of the visits of a request, in the order of their times."""
    query = (
        select(Attendance)
        .join(Slot, Slot.id == Attendance.slot_id)
        .join(Appointment)
        .where(Appointment.request_id == request_id)
        .options(joinedload(Attendance.assignment).joinedload(Assignment.mediator))
        .order_by(func.lower(Attendance.planned), Attendance.id)
    )
    return session.scalars(query).all()


def desk_notices(session: Session, request_id: int) -> Sequence[Notice]:
    """What the desk was told about a request, oldest first."""
    query = select(Notice).where(Notice.request_id == request_id, Notice.desk_id.is_not(None)).order_by(Notice.id)
    return session.scalars(query).all()


def open_offers(session: Session, slot_ids: Sequence[int]) -> Sequence[Offer]:
    """What people are being asked about these slots now."""
    query = select(Offer).where(Offer.slot_id.in_(slot_ids), Offer.status.in_(OPEN_OFFER))
    return session.scalars(query.order_by(Offer.id)).all()


def offers_of(session: Session, slot_ids: Sequence[int]) -> Sequence[Offer]:
    """Every question ever put to somebody about these slots, in the order in which they were written."""
    return session.scalars(select(Offer).where(Offer.slot_id.in_(slot_ids)).order_by(Offer.id)).all()


def desk_dates(
    session: Session, desk_id: int, since: dt.datetime, until: dt.datetime | None, *, cancelled: bool = False
) -> Sequence[Appointment]:
    """The dates of a desk that may begin in this time, with their requests; those called off only where they are asked."""
    query = (
        select(Appointment)
        .join(Request)
        .where(Request.desk_id == desk_id, Appointment.last_start >= since)
        .options(
            contains_eager(Appointment.request),
            joinedload(Appointment.place).joinedload(Place.comune),
            selectinload(Appointment.slots),
        )
        .order_by(Appointment.first_start, Appointment.id)
    )
    if until is not None:
        query = query.where(Appointment.first_start < until)
    if not cancelled:
        query = query.where(Appointment.status != AppointmentStatus.CANCELLED)
    return session.scalars(query).all()
