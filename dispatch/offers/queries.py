# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every question the offers stage puts to its tables; what takes a lock says so in its name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.offers.decisions import QUESTIONS
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment, Candidate
from dispatch.records.roster import Mediator
from dispatch.records.statuses import (
    COUNTED_ASSIGNMENT,
    LIVE_ASSIGNMENT,
    OPEN_OFFER,
    AssignmentStatus,
    InboundStatus,
    MessageStatus,
    OfferStatus,
)


@dataclass
class Visit:
    """One slot with everything that hangs on it, locked in the house's order: appointment → slot → offers → assignments."""

    appointment: Appointment
    slot: Slot
    offers: Sequence[Offer]
    assignments: Sequence[Assignment]

    def offer(self, offer_id: int) -> Offer:
        return next(offer for offer in self.offers if offer.id == offer_id)

    def open_offers(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.status in OPEN_OFFER]

    def live(self) -> Assignment | None:
        """The assignment that stands for the slot, published or booked; the database allows one."""
        return next((row for row in self.assignments if row.status in LIVE_ASSIGNMENT), None)


def lock_visits(session: Session, slot_ids: Iterable[int]) -> dict[int, Visit]:
    """These slots by id, each with its rows re-read under lock; lower ids first, so two callers never cross."""
    wanted = sorted(set(slot_ids))
    fresh = {"populate_existing": True}
    appointment_ids = select(Slot.appointment_id).where(Slot.id.in_(wanted))
    locked = select(Appointment).where(Appointment.id.in_(appointment_ids)).order_by(Appointment.id)
    appointments = {row.id: row for row in session.scalars(locked.with_for_update(), execution_options=fresh)}
    slots = session.scalars(
        select(Slot).where(Slot.id.in_(wanted)).order_by(Slot.id).with_for_update(), execution_options=fresh
    ).all()
    offers = session.scalars(
        select(Offer).where(Offer.slot_id.in_(wanted)).order_by(Offer.id).with_for_update(), execution_options=fresh
    ).all()
    assignments = session.scalars(
        select(Assignment)
        .where(Assignment.slot_id.in_(wanted), Assignment.status.in_(LIVE_ASSIGNMENT))
        .order_by(Assignment.id)
        .with_for_update(),
        execution_options=fresh,
    ).all()
    return {
        slot.id: Visit(
            appointments[slot.appointment_id],
            slot,
            [offer for offer in offers if offer.slot_id == slot.id],
            [row for row in assignments if row.slot_id == slot.id],
        )
        for slot in slots
    }


def lock_visit(session: Session, slot_id: int) -> Visit:
    return lock_visits(session, [slot_id])[slot_id]


def slot_of_offer(session: Session, offer_id: int) -> int:
    return session.scalars(select(Offer.slot_id).where(Offer.id == offer_id)).one()


def unoffered_assignments(session: Session) -> Sequence[int]:
    """Published assignments that nobody was asked about yet."""
    asked = exists().where(Offer.assignment_id == Assignment.id)
    query = select(Assignment.id).where(Assignment.status == AssignmentStatus.PUBLISHED, ~asked)
    return session.scalars(query.order_by(Assignment.id)).all()


def slots_with_baseless_offers(session: Session) -> Sequence[int]:
    """Slots whose open offers rest on an assignment that no longer stands."""
    query = (
        select(Offer.slot_id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(Offer.status.in_(OPEN_OFFER), Assignment.status.not_in(LIVE_ASSIGNMENT))
    )
    return sorted(set(session.scalars(query)))


def called_away(session: Session, now: dt.datetime) -> Sequence[int]:
    """Offers said yes to whose booking a repair took back for an urgent call, before their time."""
    hers = (Assignment.slot_id == Offer.slot_id) & (Assignment.mediator_id == Offer.mediator_id)
    query = select(Offer.id).where(
        Offer.status == OfferStatus.ACCEPTED,
        func.upper(Offer.during) > now,
        exists().where(hers, Assignment.status == AssignmentStatus.SUPERSEDED),
        ~exists().where(hers, Assignment.status.in_(COUNTED_ASSIGNMENT)),
    )
    return session.scalars(query.order_by(Offer.id)).all()


def untold_moves(session: Session, now: dt.datetime) -> dict[int, list[int]]:
    """Offers whose booking stands at another time than they say, by appointment: their job was lost, or comes just now."""
    query = (
        select(Slot.appointment_id, Offer.id)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Assignment, (Assignment.slot_id == Offer.slot_id) & (Assignment.mediator_id == Offer.mediator_id))
        .where(
            Offer.status == OfferStatus.ACCEPTED,
            Assignment.status == AssignmentStatus.BOOKED,
            Assignment.during != Offer.during,
            func.upper(Assignment.during) > now,
        )
    )
    found: dict[int, list[int]] = {}
    for appointment_id, offer_id in session.execute(query.order_by(Offer.id)):
        found.setdefault(appointment_id, []).append(offer_id)
    return found


def is_hers(session: Session, slot_id: int, mediator_id: int) -> bool:
    """Whether a visit stands for her on this slot, or she has told already how it went: that may be before its end."""
    query = exists().where(
        Assignment.slot_id == slot_id,
        Assignment.mediator_id == mediator_id,
        Assignment.status.in_(COUNTED_ASSIGNMENT),
    )
    return session.scalars(select(query)).one()


def overdue_offers(session: Session, now: dt.datetime) -> Sequence[int]:
    """Open offers whose time to answer is over, the longest overdue first."""
    query = select(Offer.id).where(Offer.status.in_(OPEN_OFFER), Offer.reply_by < now)
    return session.scalars(query.order_by(Offer.reply_by, Offer.id)).all()


def ranked_candidates(session: Session, assignment: Assignment) -> Sequence[tuple[Candidate, Mediator]]:
    """The people the planner ranked for the slot in the run that made the assignment, best first."""
    query = (
        select(Candidate, Mediator)
        .join(Mediator, Mediator.id == Candidate.mediator_id)
        .where(Candidate.run_id == assignment.run_id, Candidate.slot_id == assignment.slot_id)
    )
    return [(candidate, mediator) for candidate, mediator in session.execute(query.order_by(Candidate.rank))]


@dataclass(frozen=True)
class Held:
    """What somebody has at a time already: a visit she said yes to, and how many open offers."""

    booked: bool
    asked: int


def what_they_hold(session: Session, times: Mapping[int, Range[dt.datetime]]) -> dict[int, Held]:
    """For each mediator what overlaps her time in ``times``; two statements for however many people."""
    if not times:
        return {}
    whole = Range(
        min(during.lower for during in times.values() if during.lower),
        max(during.upper for during in times.values() if during.upper),
    )
    booked = select(Assignment.mediator_id, Assignment.during).where(
        Assignment.mediator_id.in_(times), Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.DONE])
    )
    asked = select(Offer.mediator_id, Offer.during).where(
        Offer.mediator_id.in_(times), Offer.status.in_(OPEN_OFFER), Offer.during.overlaps(whole)
    )
    visits = _overlapping(session.execute(booked.where(Assignment.during.overlaps(whole))), times)
    offers = _overlapping(session.execute(asked), times)
    return {her: Held(visits[her] > 0, offers[her]) for her in times}


def _overlapping(
    rows: Iterable[tuple[int, Range[dt.datetime]]], times: Mapping[int, Range[dt.datetime]]
) -> Counter[int]:
    return Counter(her for her, during in rows if during.overlaps(times[her]))


def codes_since(session: Session, mediator_id: int, since: dt.datetime) -> set[int]:
    """Every code given to her since then."""
    return set(session.scalars(select(Offer.code).where(Offer.mediator_id == mediator_id, Offer.created_at >= since)))


@dataclass(frozen=True)
class HerCodes:
    """``known``: every code given to her in the time looked at; ``recent``: of offers that were open lately."""

    known: frozenset[int]
    recent: frozenset[int]


def her_codes(session: Session, mediator_id: int, known_since: dt.datetime, open_since: dt.datetime) -> HerCodes:
    """What a code or a bare answer of hers may speak of; ``recent`` are those that had left and were open since then."""
    query = select(Offer.code, Offer.asked_at, Offer.closed_at).where(
        Offer.mediator_id == mediator_id, Offer.created_at >= known_since
    )
    rows = session.execute(query).all()
    lately = (code for code, asked, closed in rows if asked is not None and (closed is None or closed >= open_since))
    return HerCodes(frozenset(code for code, _, _ in rows), frozenset(lately))


def her_open_offers(session: Session, mediator_id: int) -> Sequence[Offer]:
    """The offers that wait for her answer, soonest first."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.status == OfferStatus.WAITING)
    return session.scalars(query.order_by(func.lower(Offer.during), Offer.id)).all()


def newest_with_code(session: Session, mediator_id: int, code: int) -> Offer | None:
    """The latest offer to her with this code; an old code may have come round again after 90 days."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.code == code).order_by(Offer.id.desc())
    return session.scalars(query.limit(1)).first()


def in_its_place(session: Session, offer: Offer) -> Offer:
    """What she was asked, or said yes to, after the visit of this offer moved; else the offer itself."""
    query = select(Offer).where(
        Offer.slot_id == offer.slot_id,
        Offer.mediator_id == offer.mediator_id,
        Offer.id > offer.id,
        Offer.status.in_([*OPEN_OFFER, OfferStatus.ACCEPTED]),
    )
    after = session.scalars(query.order_by(Offer.id.desc()).limit(1)).first() if offer.settled_by == "moved" else None
    return after or offer


def accepted_offer(session: Session, slot_id: int, mediator_id: int) -> Offer | None:
    """The offer behind a booking of hers; none where she was booked without an SMS."""
    query = select(Offer).where(
        Offer.slot_id == slot_id, Offer.mediator_id == mediator_id, Offer.status == OfferStatus.ACCEPTED
    )
    return session.scalars(query.order_by(Offer.id.desc()).limit(1)).first()


def her_published(session: Session, mediator_id: int, day: Range[dt.datetime]) -> Sequence[Assignment]:
    """What the plan holds for her that day and she has not said yes to."""
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.status == AssignmentStatus.PUBLISHED,
        Assignment.during.overlaps(day),
    )
    return session.scalars(query.order_by(Assignment.id)).all()


def her_bookings(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[Assignment]:
    """What she said yes to and has not ended yet, soonest first."""
    query = select(Assignment).where(
        Assignment.mediator_id == mediator_id,
        Assignment.status == AssignmentStatus.BOOKED,
        func.upper(Assignment.during) >= since,
    )
    return session.scalars(query.order_by(func.lower(Assignment.during))).all()


def answered_stranger_since(session: Session, phone: str, since: dt.datetime) -> bool:
    query = select(
        exists().where(Message.to_phone == phone, Message.kind == "unknown_sender", Message.created_at > since)
    )
    return session.scalars(query).one()


def idle_answers_since(session: Session, phone: str, since: dt.datetime, kinds: Collection[str]) -> int:
    """How many answers of these kinds this phone got."""
    query = select(func.count()).where(
        Message.to_phone == phone,
        Message.created_at > since,
        Message.reply_to_id.is_not(None),
        Message.kind.in_(kinds),
    )
    return session.scalars(query).one()


def wrong_codes_since(session: Session, phone: str, since: dt.datetime) -> int:
    """How many replies with a code of no question of hers came from this phone, each asked back or left to a person."""
    query = select(func.count()).where(
        Inbound.from_phone == phone, Inbound.received_at > since, Inbound.reading["wrong_code"].as_boolean()
    )
    return session.scalars(query).one()


def was_answered(session: Session, offer_id: int, kind: str, *, by_page: bool) -> bool:
    """Whether this was said in answer to her about the offer; who presses on the page has read the news by any SMS."""
    query = exists().where(Message.offer_id == offer_id, Message.kind == kind)
    return session.scalars(select(query if by_page else query.where(Message.reply_to_id.is_not(None)))).one()


def was_left_to_person(session: Session, inbound_id: int) -> bool:
    """Whether the coordinators were told to read this reply already: of several codes in it one may have done so."""
    return session.scalars(select(exists().where(Notice.inbound_id == inbound_id, Notice.kind == "to_read"))).one()


def waits_for_person(session: Session, slot_id: int, mediator: str) -> bool:
    """Whether an unseen notice asks already to call her about this visit."""
    query = exists().where(
        Notice.kind == "to_read",
        Notice.slot_id == slot_id,
        Notice.seen_at.is_(None),
        Notice.values["mediator"].astext == mediator,
    )
    return session.scalars(select(query)).one()


def unseen_flood(session: Session, phone: str) -> bool:
    """Whether an unseen notice tells already that this phone writes on and on."""
    query = exists().where(
        Notice.kind == "too_many_replies", Notice.seen_at.is_(None), Notice.values["phone"].astext == phone
    )
    return session.scalars(select(query)).one()


def times_sent(session: Session, offer_id: int) -> int:
    """How many SMS this offer has cost so far."""
    return session.scalars(select(func.count()).where(Message.offer_id == offer_id, Message.kind.in_(QUESTIONS))).one()


def was_taken(session: Session, offer_id: int) -> bool:
    """Whether a carrier ever took an SMS with this question."""
    sent = select(exists().where(Message.offer_id == offer_id, Message.kind.in_(QUESTIONS), Message.sid.is_not(None)))
    return bool(session.scalar(sent))


def copies_of(session: Session, message: Message) -> int:
    """How many SMS have carried this very text about its offer so far."""
    query = select(func.count()).where(Message.offer_id == message.offer_id, Message.body == message.body)
    return session.scalars(query).one()


def was_only_told(session: Session, message: Message) -> bool:
    """Whether this told of a move that needs no answer; a question about one is useless after its deadline."""
    kept = exists().where(Offer.id == message.offer_id, Offer.status == OfferStatus.ACCEPTED)
    told = kept.where(Offer.reply_by.is_distinct_from(message.useless_after))
    return message.kind == "moved" and session.scalars(select(told)).one()


def has_later_news(session: Session, message: Message, kinds: Collection[str]) -> bool:
    """Whether another SMS about the same visit of hers was tried after this one, or will be; a copy of it counts."""
    later = exists().where(
        Message.offer_id == message.offer_id,
        Message.id > message.id,
        Message.kind.in_([*kinds, *QUESTIONS]),
        or_(Message.attempt > 0, Message.status != MessageStatus.FAILED),
    )
    return session.scalars(select(later)).one()


def receipts_to_poll(session: Session, provider: str, machine: dt.datetime, most: int) -> Sequence[tuple[int, str]]:
    """SMS this provider took whose receipt is overdue, with its ids of them; the longest overdue first."""
    query = select(Message.id, Message.sid).where(
        Message.status == MessageStatus.SENT,
        Message.poll_due <= machine,
        Message.provider == provider,
        Message.sid.is_not(None),
    )
    rows = session.execute(query.order_by(Message.poll_due, Message.id).limit(most))
    return [(message_id, sid) for message_id, sid in rows if sid]


def unsettled_messages(session: Session, provider: str, before: dt.datetime) -> Sequence[int]:
    """Messages that this provider may have since before ``before`` (machine time), and nobody knows whether it has."""
    query = select(Message.id).where(
        Message.status.in_([MessageStatus.SENDING, MessageStatus.IN_DOUBT]),
        Message.sending_at < before,
        Message.provider == provider,
    )
    return session.scalars(query.order_by(Message.id)).all()


def sids_of(session: Session, phone: str, apart_from: int) -> set[str]:
    """The carrier's ids that belong to other messages to this phone."""
    query = select(Message.sid).where(Message.to_phone == phone, Message.id != apart_from, Message.sid.is_not(None))
    return {sid for sid in session.scalars(query) if sid}


def unseen_notice(session: Session, kind: str) -> bool:
    return session.scalars(select(exists().where(Notice.kind == kind, Notice.seen_at.is_(None)))).one()


def her_unanswered_offers(session: Session, mediator_id: int) -> Sequence[Offer]:
    """Everything open to her, also what has not left yet."""
    query = select(Offer).where(Offer.mediator_id == mediator_id, Offer.status.in_(OPEN_OFFER))
    return session.scalars(query.order_by(Offer.id)).all()


def left_unread(session: Session, before: dt.datetime) -> Sequence[int]:
    """Replies stored before this instant whose reading never finished."""
    query = select(Inbound.id).where(Inbound.status == InboundStatus.STORED, Inbound.received_at < before)
    return session.scalars(query.order_by(Inbound.id)).all()
