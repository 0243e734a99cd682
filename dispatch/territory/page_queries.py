# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the territory's pages; which places and services a visitor may see is decided here alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from dispatch.access.visitor import Visitor
from dispatch.records.base import Base
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import LIVE_ASSIGNMENT
from dispatch.records.territory import Ambito, Comune, Desk, Organisation, Place, Project

Row = TypeVar("Row", bound=Base)


def places(visitor: Visitor, text: str = "", ambito: str = "") -> Select[Place]:
    """The places to meet in her ambiti, by name; a mediator's home is none."""
    at_home = exists().where(Mediator.home_id == Place.id)
    query = select(Place).options(joinedload(Place.comune)).where(~at_home, _in_hers(visitor, Place.ambito_code))
    if ambito:
        query = query.where(Place.ambito_code == ambito)
    comune = select(Comune.istat_code).where(_says(text, Comune.name))
    return query.where(or_(_says(text, Place.code, Place.name, Place.address), Place.comune_code.in_(comune))).order_by(
        Place.name, Place.id
    )


def desks(visitor: Visitor, text: str = "", sector: str = "", state: str = "") -> Select[Desk]:
    """The services whose place is in her ambiti, by name; those that no longer ask only where ``state`` says so."""
    query = select(Desk).join(Place, Place.id == Desk.place_id).where(_in_hers(visitor, Place.ambito_code))
    query = query.options(joinedload(Desk.place).joinedload(Place.comune), joinedload(Desk.organisation))
    if sector:
        query = query.where(Desk.sector == sector)
    if state != "all":
        query = query.where(Desk.active.is_(state != "closed"))
    return query.where(_says(text, Desk.code, Desk.name)).order_by(Desk.name, Desk.id)


def organisations(text: str = "", role: str = "") -> Select[Organisation]:
    query = select(Organisation).where(_says(text, Organisation.code, Organisation.name))
    return (query.where(Organisation.role == role) if role else query).order_by(Organisation.name, Organisation.id)


def projects(text: str = "") -> Select[Project]:
    return select(Project).where(_says(text, Project.code, Project.name)).order_by(Project.starts.desc(), Project.code)


def one_page(session: Session, query: Select[Row], page: int, size: int) -> tuple[Sequence[Row], int]:
    """These rows of a list, and how many it has."""
    rows = session.scalars(query.limit(size).offset((page - 1) * size)).all()
    return rows, count(session, query)


def count(session: Session, query: Select[Any]) -> int:
    return session.scalars(select(func.count()).select_from(query.order_by(None).subquery())).one()


def by_code(session: Session, query: Select[Row], column: InstrumentedAttribute[str], code: str) -> Row | None:
    """The row of a list with this code, if it is in the list."""
    return session.scalars(query.where(column == code)).one_or_none()


def desks_at(session: Session, place_ids: Iterable[int]) -> dict[int, int]:
    """How many services each place houses."""
    query = select(Desk.place_id, func.count()).where(Desk.place_id.in_(list(place_ids))).group_by(Desk.place_id)
    return dict(session.execute(query).all())


def desks_of(session: Session) -> dict[int, int]:
    """How many services each organisation has."""
    return dict(session.execute(select(Desk.organisation_id, func.count()).group_by(Desk.organisation_id)).all())


def mediators_of(session: Session) -> dict[int, int]:
    """How many active mediators each organisation employs."""
    query = select(Mediator.organisation_id, func.count()).where(Mediator.active).group_by(Mediator.organisation_id)
    return dict(session.execute(query).all())


def ambiti(session: Session) -> Sequence[Ambito]:
    return session.scalars(select(Ambito).order_by(Ambito.code)).all()


def comuni(session: Session) -> Sequence[Comune]:
    return session.scalars(select(Comune).order_by(Comune.name)).all()


def _in_hers(visitor: Visitor, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return true() if visitor.ambiti is None else column.in_(visitor.ambiti)


def _says(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns)) if text else true()


@dataclass(frozen=True)
class Charged:
    """A visit that a budget has to carry: what a coordinator needs to recognise it."""

    request: str
    desk: str
    during: Range[dt.datetime]
    status: str


def charged_visits(
    session: Session, project_code: str, ambito_code: str | None, now: dt.datetime, most: int
) -> tuple[Charged, ...]:
    """The next visits on a budget, those that could still be cancelled: at most ``most``."""
    query = (
        select(Request.code, Desk.name, Assignment.during, Assignment.status)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .outerjoin(Place, Place.id == Appointment.place_id)
        .where(Appointment.project_code == project_code, Assignment.status.in_(LIVE_ASSIGNMENT))
        .where(func.lower(Assignment.during) > now)
    )
    if ambito_code is not None:
        query = query.where(Place.ambito_code == ambito_code)
    rows = session.execute(query.order_by(func.lower(Assignment.during)).limit(most))
    return tuple(Charged(*row) for row in rows)
