# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the roster's pages; which mediators a visitor may see or change is decided here alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.dialects.postgresql import Range, distinct_on
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from dispatch.access.visitor import Visitor
from dispatch.errors import FieldProblem, Forbidden, NotFound, NotUnderstood
from dispatch.records.intake import Request
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence, Availability, Commitment, ExtraShift, Mediator, MediatorLanguage
from dispatch.records.statuses import LIVE_ASSIGNMENT
from dispatch.records.territory import Ambito, Comune, Desk, Organisation, Place
from dispatch.roster.queries import VisitAhead
from dispatch.web.i18n import gettext as _

RETIRED, EVERYBODY = "retired", "all"


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; empty ones filter nothing, but without ``state`` only active mediators are shown."""

    text: str = ""
    language: str = ""
    ambito: str = ""
    state: str = ""


def seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """A coordinator's mediators live in her ambiti, work in one of them, or work anywhere."""
    if visitor.ambiti is None:
        return true()
    return _of_ambiti(visitor.ambiti)


def changed_by(visitor: Visitor) -> ColumnElement[bool]:
    """She changes those who live in her ambiti or name one; who works anywhere is seen by all but belongs to her home."""
    return true() if visitor.ambiti is None else _tied_to(visitor.ambiti)


def _of_ambiti(ambiti: Sequence[str]) -> ColumnElement[bool]:
    return or_(Mediator.ambiti.is_(None), _tied_to(ambiti))


def _tied_to(ambiti: Sequence[str]) -> ColumnElement[bool]:
    lives = select(Place.id).where(Place.ambito_code.in_(ambiti))
    return or_(Mediator.ambiti.overlap(list(ambiti)), Mediator.home_id.in_(lives))


def hers(session: Session, visitor: Visitor, code: str) -> Mediator:
    """The mediator with this code, if the visitor may see her; else NotFound, so that her existence is not told."""
    query = select(Mediator).where(Mediator.code == code, seen_by(visitor))
    row = session.scalar(query.options(*_whole()))
    if row is None:
        raise NotFound(_("There is no mediator %(code)s. Choose one from the list.") % {"code": code})
    return row


def hers_to_change(session: Session, visitor: Visitor, code: str) -> Mediator:
    """The mediator with this code, if the visitor may change her; Forbidden for one whom she only reads."""
    row = hers(session, visitor, code)
    if why := why_only_read(session, visitor, row):
        raise Forbidden(why)
    return row


def why_only_read(session: Session, visitor: Visitor, row: Mediator) -> str:
    """Why the visitor may not change a mediator she sees; empty where she may."""
    if session.scalar(select(Mediator.id).where(Mediator.id == row.id, changed_by(visitor))) is not None:
        return ""
    detail = _("%(name)s lives in another ambito and names none of yours: who coordinates hers may change this.")
    return detail % {"name": row.name}


def only_hers(session: Session, visitor: Visitor, visits: Sequence[VisitAhead]) -> list[VisitAhead]:
    """The visits as she may read them: of one for a service outside her ambiti only the time and the state."""
    if visitor.ambiti is None:
        return list(visits)
    asking = select(Request.code).join(Desk, Desk.id == Request.desk_id).join(Place, Place.id == Desk.place_id)
    codes = [visit.request for visit in visits]
    in_hers = set(session.scalars(asking.where(Request.code.in_(codes), Place.ambito_code.in_(visitor.ambiti))))
    return [visit if visit.request in in_hers else replace(visit, request="", desk="") for visit in visits]


def refuse_out_of_sight(session: Session, visitor: Visitor, row: Mediator) -> None:
    """Nobody enters or moves a mediator to where she could not see her any more."""
    if session.scalar(select(Mediator.id).where(Mediator.id == row.id, seen_by(visitor))) is None:
        message, remedy = _("She would neither live nor work in one of your ambiti."), _("Tick one of them.")
        problem = FieldProblem("ambiti", message, row.code, remedy)
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=(problem,))


def list_mediators(
    session: Session, visitor: Visitor, wanted: Wanted, *, page: int, size: int
) -> tuple[Sequence[Mediator], int]:
    """One page of mediators by name, and how many there are with these filters."""
    matching = _filtered(select(Mediator).where(seen_by(visitor)), wanted)
    found = session.scalar(select(func.count()).select_from(matching.with_only_columns(Mediator.id).subquery())) or 0
    rows = matching.options(*_whole()).order_by(Mediator.name, Mediator.id).limit(size).offset((page - 1) * size)
    return session.scalars(rows).all(), found


def count_mediators(session: Session, visitor: Visitor) -> int:
    """All that she may see, retired ones too."""
    return session.scalars(select(func.count()).select_from(Mediator).where(seen_by(visitor))).one()


def untried(session: Session, visitor: Visitor) -> Sequence[Mediator]:
    """Those she may change whose number nobody has answered from yet."""
    query = select(Mediator).where(
        changed_by(visitor), Mediator.active, Mediator.sms_blocked.is_(None), Mediator.number_confirmed_at.is_(None)
    )
    return session.scalars(query.order_by(Mediator.id)).all()


def _filtered(query: Select[Mediator], wanted: Wanted) -> Select[Mediator]:
    if wanted.state != EVERYBODY:
        query = query.where(Mediator.active.is_(wanted.state != RETIRED))
    if wanted.language:
        speaks = select(MediatorLanguage.mediator_id).where(MediatorLanguage.language_code == wanted.language)
        query = query.where(Mediator.id.in_(speaks))
    if wanted.ambito:
        query = query.where(_of_ambiti([wanted.ambito]))
    if wanted.text:
        columns = (Mediator.name, Mediator.code, Mediator.phone)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Mediator.languages),
        joinedload(Mediator.organisation),
        joinedload(Mediator.home).joinedload(Place.comune),
    )


def next_visits(session: Session, mediator_ids: Iterable[int], now: dt.datetime) -> dict[int, Range[dt.datetime]]:
    """Each mediator's next visit that she was given, as its time."""
    query = (
        select(Assignment.mediator_id, Assignment.during)
        .ext(distinct_on(Assignment.mediator_id))
        .where(
            Assignment.mediator_id.in_(list(mediator_ids)),
            Assignment.status.in_(LIVE_ASSIGNMENT),
            func.upper(Assignment.during) > now,
        )
        .order_by(Assignment.mediator_id, func.lower(Assignment.during))
    )
    return dict(session.execute(query).all())


def languages_spoken(session: Session) -> Sequence[str]:
    """The codes of the languages that somebody in the roster speaks."""
    return session.scalars(select(MediatorLanguage.language_code).distinct()).all()


def ambiti(session: Session) -> Sequence[Ambito]:
    return session.scalars(select(Ambito).order_by(Ambito.code)).all()


def comune_names(session: Session) -> Sequence[str]:
    return session.scalars(select(Comune.name).order_by(Comune.name)).all()


def organisations(session: Session, role: str) -> Sequence[Organisation]:
    query = select(Organisation).where(Organisation.role == role)
    return session.scalars(query.order_by(Organisation.name)).all()


def weekly_pattern(session: Session, mediator_id: int) -> Sequence[Availability]:
    """Her weekly shifts, Monday's first."""
    query = select(Availability).where(Availability.mediator_id == mediator_id)
    return session.scalars(query.order_by(Availability.weekday, Availability.from_minute, Availability.id)).all()


def absences(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[Absence]:
    """Those that are not over."""
    query = select(Absence).where(Absence.mediator_id == mediator_id, func.upper(Absence.during) > since)
    return session.scalars(query.order_by(func.lower(Absence.during))).all()


def extra_shifts(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[ExtraShift]:
    """Those that are not over."""
    query = select(ExtraShift).where(ExtraShift.mediator_id == mediator_id, func.upper(ExtraShift.during) > since)
    return session.scalars(query.order_by(func.lower(ExtraShift.during))).all()


def courses(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[tuple[Commitment, Place | None]]:
    """Her courses and other work that are not over, each with its place."""
    query = (
        select(Commitment, Place)
        .outerjoin(Place, Place.id == Commitment.place_id)
        .where(Commitment.mediator_id == mediator_id, func.upper(Commitment.during) > since)
        .order_by(func.lower(Commitment.during))
    )
    return [(course, place) for course, place in session.execute(query)]


def places_to_meet(session: Session) -> Sequence[Place]:
    """Every place that is nobody's home, by name."""
    homes = select(Mediator.home_id)
    query = select(Place).options(joinedload(Place.comune)).where(Place.id.not_in(homes))
    return session.scalars(query.order_by(Place.name)).all()
