# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of replies reads: those that wait for a person, their senders' questions, and what was settled lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from dispatch.access.visitor import Visitor
from dispatch.records.access import Account
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Inbound, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, InboundStatus, OfferStatus
from dispatch.records.territory import Desk, Place
from dispatch.roster.page_queries import seen_by

SHOWN, STRANGERS, LATELY = 100, 50, 20
TO_HANDLE = (InboundStatus.PERSON, InboundStatus.UNKNOWN_NUMBER)


def hers(visitor: Visitor) -> ColumnElement[bool]:
    """Replies of mediators whom the visitor may see, and of numbers that are nobody's."""
    return or_(Inbound.mediator_id.is_(None), Inbound.mediator_id.in_(select(Mediator.id).where(seen_by(visitor))))


def find_reply(session: Session, visitor: Visitor, inbound_id: int, *, lock: bool = False) -> Inbound | None:
    """The reply, if the visitor may see it; under lock for whoever settles it."""
    query = select(Inbound).where(Inbound.id == inbound_id, hers(visitor))
    if not lock:
        return session.scalars(query).first()
    return session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).first()


def replies_to_read(session: Session, visitor: Visitor) -> Sequence[Inbound]:
    """Replies that wait for a person, the oldest first; of a phone that writes on and on see `floods`."""
    query = select(Inbound).where(Inbound.status == InboundStatus.PERSON, ~Inbound.beyond_cap, hers(visitor))
    return session.scalars(query.order_by(Inbound.received_at, Inbound.id).limit(SHOWN)).all()


@dataclass(frozen=True)
class Heap:
    """All that one phone wrote and nobody has read: its newest reply, and how many there are."""

    newest: Inbound
    count: int


def floods(session: Session, visitor: Visitor) -> list[Heap]:
    """The phones that were answered no more, each with its newest reply."""
    return _heaps(session, and_(Inbound.status == InboundStatus.PERSON, Inbound.beyond_cap, hers(visitor)))


def strangers(session: Session, since: dt.datetime) -> list[Heap]:
    """Numbers of nobody's that wrote since then and that no coordinator has seen to."""
    unknown = Inbound.status == InboundStatus.UNKNOWN_NUMBER
    return _heaps(session, and_(unknown, Inbound.handled_at.is_(None), Inbound.received_at >= since))


def _heaps(session: Session, which: ColumnElement[bool]) -> list[Heap]:
    newest = func.max(Inbound.id)
    grouped = select(newest, func.count()).where(which).group_by(Inbound.from_phone).order_by(newest.desc())
    counts = {row[0]: row[1] for row in session.execute(grouped.limit(STRANGERS)).all()}
    rows = session.scalars(select(Inbound).where(Inbound.id.in_(counts)).order_by(Inbound.id))
    return [Heap(row, counts[row.id]) for row in rows]


def count_to_read(session: Session, visitor: Visitor) -> int:
    """What the badge in the header says: replies to read, a phone that writes on and on counted once."""
    phones = func.count(func.distinct(Inbound.from_phone))
    waiting = (Inbound.status == InboundStatus.PERSON) & hers(visitor)
    single = select(func.count()).select_from(Inbound).where(waiting, ~Inbound.beyond_cap)
    heaped = select(phones).where(waiting, Inbound.beyond_cap)
    return session.scalars(single).one() + session.scalars(heaped).one()


def settled_lately(session: Session, visitor: Visitor) -> Sequence[tuple[Inbound, int | None]]:
    """What coordinators decided last, with the code of the question it was about."""
    query = (
        select(Inbound, Offer.code)
        .outerjoin(Offer, Offer.id == Inbound.offer_id)
        .where(Inbound.handled_at.is_not(None), hers(visitor))
        .order_by(Inbound.handled_at.desc(), Inbound.id.desc())
    )
    return [(row, code) for row, code in session.execute(query.limit(LATELY))]


def her_questions(session: Session, mediator_id: int, ended_since: dt.datetime) -> Sequence[Offer]:
    """The questions a reply may be about: open ones, bookings to come, and those that ended since then."""
    ended_lately = Offer.status.not_in([*OPEN_OFFER, OfferStatus.ACCEPTED]) & (Offer.closed_at >= ended_since)
    to_come = (Offer.status == OfferStatus.ACCEPTED) & (func.upper(Offer.during) >= ended_since)
    wanted = or_(Offer.status == OfferStatus.WAITING, to_come, ended_lately)
    way = joinedload(Offer.slot).joinedload(Slot.appointment)
    query = (
        select(Offer)
        .where(Offer.mediator_id == mediator_id, wanted)
        .options(
            way.joinedload(Appointment.request).joinedload(Request.desk),
            way.joinedload(Appointment.place).joinedload(Place.comune),
        )
        .order_by(func.lower(Offer.during), Offer.id)
    )
    return session.scalars(query).unique().all()


def asked_since(session: Session, offers: Sequence[Offer]) -> set[int]:
    """Of these offers those whose slot somebody else is being asked about now."""
    slots = [offer.slot_id for offer in offers]
    waiting = set(
        session.scalars(select(Offer.slot_id).where(Offer.slot_id.in_(slots), Offer.status == OfferStatus.WAITING))
    )
    return {offer.id for offer in offers if offer.slot_id in waiting}


def in_sight(session: Session, visitor: Visitor, offers: Sequence[Offer]) -> set[int]:
    """Of these offers those whose service lies in the visitor's ambiti: of the others she reads only the time."""
    if visitor.ambiti is None:
        return {offer.id for offer in offers}
    query = (
        select(Offer.id)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Place, Place.id == Desk.place_id)
        .where(Offer.id.in_([offer.id for offer in offers]), Place.ambito_code.in_(visitor.ambiti))
    )
    return set(session.scalars(query))


def mediators_by_id(session: Session, keys: set[int]) -> dict[int, Mediator]:
    return {row.id: row for row in session.scalars(select(Mediator).where(Mediator.id.in_(keys)))}


def names_of(session: Session, actors: set[str]) -> dict[str, str]:
    """The names behind "account:marta", for a page that says who did what."""
    logins = {actor.removeprefix("account:") for actor in actors}
    rows = session.execute(select(Account.login, Account.name).where(Account.login.in_(logins)))
    return {f"account:{login}": name for login, name in rows}


def same_flood(inbound: Inbound) -> ColumnElement[bool]:
    """The replies that one decision settles: this one, or all of its phone up to it where they stand in one heap."""
    if inbound.status == InboundStatus.PERSON and not inbound.beyond_cap:
        return Inbound.id == inbound.id
    alike = and_(Inbound.from_phone == inbound.from_phone, Inbound.status == inbound.status)
    return and_(alike, Inbound.beyond_cap == inbound.beyond_cap, Inbound.id <= inbound.id, Inbound.handled_at.is_(None))
