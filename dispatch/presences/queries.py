# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of presences; which of them a coordinator may see is decided in one place, ``seen_by``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from dispatch.access.visitor import Visitor
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Notice
from dispatch.records.planning import Assignment
from dispatch.records.presences import Presence
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from dispatch.records.territory import Ambito, Desk, Organisation, Place, Project
from dispatch.roster import page_queries as roster

TOLD = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


def seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """A coordinator of all ambiti sees every presence; others those of their ambiti and of the desks there."""
    if visitor.ambiti is None:
        return true()
    desks = select(Desk.id).join(Place, Place.id == Desk.place_id).where(Place.ambito_code.in_(visitor.ambiti))
    return or_(Presence.ambito_code.in_(visitor.ambiti), Presence.desk_id.in_(desks))


def _whole(query: Select[Presence]) -> Select[Presence]:
    return query.options(
        joinedload(Presence.desk),
        joinedload(Presence.ambito),
        joinedload(Presence.place).joinedload(Place.comune),
        joinedload(Presence.mediator),
    )


def presence_by_code(session: Session, visitor: Visitor, code: str, *, lock: bool = False) -> Presence | None:
    query = select(Presence).where(Presence.code == code, seen_by(visitor))
    if lock:
        session.scalar(query.with_for_update())
    return session.scalar(_whole(query).execution_options(populate_existing=True))


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; empty ones filter nothing. ``state`` is one of running, ahead, ended."""

    ambito: str = ""
    cover: str = ""
    state: str = ""
    text: str = ""


def list_presences(
    session: Session, visitor: Visitor, wanted: Wanted, today: dt.date, *, page: int, size: int
) -> tuple[Sequence[Presence], int]:
    """One page of presences, those still held first, by name; and how many there are."""
    matching = select(Presence).join(Place, Place.id == Presence.place_id).where(seen_by(visitor))
    matching = matching.where(*_filtered(wanted, today))
    total = session.scalar(select(func.count()).select_from(matching.with_only_columns(Presence.id).subquery())) or 0
    ordered = _whole(matching).order_by(_over(today), Presence.name, Presence.id)
    return session.scalars(ordered.limit(size).offset((page - 1) * size)).all(), total


def _over(today: dt.date) -> ColumnElement[bool]:
    return func.coalesce(Presence.ended_on, Presence.last_day) < today


def _filtered(wanted: Wanted, today: dt.date) -> Iterable[ColumnElement[bool]]:
    if wanted.ambito:
        yield Place.ambito_code == wanted.ambito
    if wanted.cover:
        yield Presence.cover == wanted.cover
    if wanted.state == "ended":
        yield _over(today)
    if wanted.state == "running":
        yield ~_over(today) & (Presence.first_day <= today)
    if wanted.state == "ahead":
        yield ~_over(today) & (Presence.first_day > today)
    if wanted.text:
        columns = (Presence.code, Presence.name, Place.name)
        yield or_(*(column.icontains(wanted.text, autoescape=True) for column in columns))


@dataclass(frozen=True)
class Date:
    """One date of a presence with its slot, and the name of whoever said yes to it."""

    presence_id: int
    appointment: Appointment
    slot: Slot
    mediator: str | None


def dates_of(
    session: Session, presence_ids: Iterable[int], since: dt.datetime, until: dt.datetime | None = None
) -> list[Date]:
    """Each date that is not cancelled, in order of time."""
    query = (
        select(Request.presence_id, Appointment, Slot, Mediator.name)
        .join(Appointment, Appointment.request_id == Request.id)
        .join(Slot, Slot.appointment_id == Appointment.id)
        .outerjoin(Assignment, (Assignment.slot_id == Slot.id) & Assignment.status.in_(TOLD))
        .outerjoin(Mediator, Mediator.id == Assignment.mediator_id)
        .where(
            Request.presence_id.in_(list(presence_ids)),
            Slot.status != SlotStatus.CANCELLED,
            Appointment.status != AppointmentStatus.CANCELLED,
            Appointment.first_start >= since,
        )
        .order_by(Appointment.first_start, Slot.id)
    )
    rows = session.execute(query if until is None else query.where(Appointment.first_start < until))
    return [Date(presence_id or 0, appointment, slot, name) for presence_id, appointment, slot, name in rows]


def request_of(session: Session, presence_id: int) -> Request:
    """The request whose appointments are the dates, with all of them."""
    query = select(Request).where(Request.presence_id == presence_id)
    whole = query.options(selectinload(Request.appointments).selectinload(Appointment.slots))
    return session.scalars(whole.execution_options(populate_existing=True)).one()


def calls_away(session: Session, request_id: int, most: int = 10) -> Sequence[Notice]:
    """The latest times a mediator was called off one of its dates."""
    query = select(Notice).where(Notice.request_id == request_id, Notice.kind == "called_away")
    return session.scalars(query.order_by(Notice.id.desc()).limit(most)).all()


def others_of_owner(session: Session, presence: Presence, today: dt.date) -> Sequence[Presence]:
    """The other presences of its owner at its place that are not over."""
    query = select(Presence).where(
        Presence.place_id == presence.place_id,
        Presence.desk_id == presence.desk_id
        if presence.desk_id is not None
        else Presence.ambito_code == presence.ambito_code,
        ~_over(today),
    )
    if presence.id is not None:
        query = query.where(Presence.id != presence.id)
    return session.scalars(query.order_by(Presence.id)).all()


def lock_owner(session: Session, desk: Desk | None, ambito: Ambito | None) -> None:
    """Hold the owner's row: two shifts of one owner are entered one after the other, and each sees the other."""
    held = (
        select(Desk.id).where(Desk.id == desk.id)
        if desk is not None
        else select(Ambito.code).where(Ambito.code == (ambito.code if ambito else ""))
    )
    session.execute(held.with_for_update(key_share=True))


def desks_of(session: Session, visitor: Visitor) -> Sequence[Desk]:
    """The desks a coordinator may enter a presence for, by name; an ambito's own office stands for its ambito."""
    query = (
        select(Desk)
        .join(Place, Place.id == Desk.place_id)
        .options(joinedload(Desk.place))
        .where(Desk.active, Desk.ambito_code.is_(None))
        .order_by(Desk.name)
    )
    if visitor.ambiti is not None:
        query = query.where(Place.ambito_code.in_(visitor.ambiti))
    return session.scalars(query).all()


def ambiti_of(session: Session, visitor: Visitor) -> Sequence[Ambito]:
    query = select(Ambito).order_by(Ambito.name)
    return session.scalars(query if visitor.ambiti is None else query.where(Ambito.code.in_(visitor.ambiti))).all()


def places_to_meet(session: Session, visitor: Visitor) -> Sequence[Place]:
    """Every place of a coordinator's ambiti that is nobody's home, by name: whoever stands there spends their budget."""
    at_home = exists().where(Mediator.home_id == Place.id)
    query = select(Place).options(joinedload(Place.comune)).where(~at_home).order_by(Place.name, Place.id)
    return session.scalars(
        query if visitor.ambiti is None else query.where(Place.ambito_code.in_(visitor.ambiti))
    ).all()


def mediators(session: Session, visitor: Visitor, standing: Presence | None = None) -> Sequence[Mediator]:
    """The active mediators a coordinator has in her roster, by name; who is wished for already stays among them."""
    hers = roster.seen_by(visitor)
    if standing is not None:
        hers = or_(hers, Mediator.id == standing.mediator_id)
    query = select(Mediator).options(selectinload(Mediator.languages)).where(Mediator.active, hers)
    return session.scalars(query.order_by(Mediator.name, Mediator.id)).all()


def projects(session: Session) -> Sequence[Project]:
    return session.scalars(select(Project).order_by(Project.name)).all()


def office_of(session: Session, ambito_code: str) -> Desk | None:
    return session.scalar(select(Desk).where(Desk.ambito_code == ambito_code))


def desk_by_code(session: Session, code: str) -> Desk | None:
    return session.scalar(select(Desk).where(Desk.code == code))


def organisation_by_code(session: Session, code: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.code == code))
