# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads one stored reply and does what it says: settles offers, runs a command, asks back, or calls a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.kit.queue import enqueue
from dispatch.offers import reply_queries
from dispatch.offers.answering import settle_offer, withdraw_booking
from dispatch.offers.booking import lock_her_day
from dispatch.offers.commands import agenda_words, confirm_number, opt_out
from dispatch.offers.consent import heed_choice
from dispatch.offers.decisions import Reply, Settled
from dispatch.offers.handing_over import Why, hand_to_person, note_why
from dispatch.offers.notices import NoticeKind, tell_coordinators, tell_of_flood
from dispatch.offers.office import Office
from dispatch.offers.writing import answer, answer_stranger, has_had_her_answers, span
from dispatch.records.offers import Inbound, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus, OfferStatus
from dispatch.roster.consent import OPTED_OUT
from notifications import replies
from notifications.message import AgendaWords, AskCodeWords, HelpWords, LinkWords, MessageKind, NoWords, OpenOffer


def read_inbound(session: Session, office: Office, inbound_id: int, now: dt.datetime) -> InboundStatus | None:
    """What became of the reply; None when it was read before (a job may come twice)."""
    locked = select(Inbound).where(Inbound.id == inbound_id).with_for_update()
    inbound = session.scalars(locked).one()
    if inbound.status != InboundStatus.STORED:
        return None
    mediator = session.scalars(select(Mediator).where(Mediator.phone == inbound.from_phone)).first()
    if mediator is not None:
        lock_mediators(session, [mediator.id])
        inbound.mediator_id = mediator.id
    heeded = heed_choice(session, office, inbound, mediator, now)
    if heeded is not None:
        inbound.status = heeded
    elif mediator is None:
        inbound.status = _stranger(session, office, inbound, now)
    else:
        inbound.status = _heed(session, office, inbound, mediator, now)
        if inbound.beyond_cap:
            inbound.status = InboundStatus.PERSON
            note_why(inbound, Why.TOO_MANY)
            tell_of_flood(session, inbound, now, mediator.code)
    inbound.settled_at = None if inbound.status == InboundStatus.HANDED_OVER else now
    return InboundStatus(inbound.status)


def hand_over_unread(session: Session, office: Office, inbound_id: int, now: dt.datetime) -> bool:
    """A reply whose reading keeps failing goes to a person with its full text, or it would be tried for ever."""
    locked = select(Inbound).where(Inbound.id == inbound_id).with_for_update()
    inbound = session.scalars(locked).one()
    if inbound.status != InboundStatus.STORED:
        return False
    inbound.status, inbound.settled_at = InboundStatus.PERSON, now
    note_why(inbound, Why.UNREADABLE)
    mediator = session.scalars(select(Mediator).where(Mediator.phone == inbound.from_phone)).first()
    if mediator is None:
        tell_coordinators(session, NoticeKind.TO_READ, now, inbound=inbound)
        return True
    inbound.mediator_id = mediator.id
    hand_to_person(session, office, mediator, inbound, Why.UNREADABLE, now)
    return True


def _stranger(session: Session, office: Office, inbound: Inbound, now: dt.datetime) -> InboundStatus:
    """Stored and listed; answered once a day at most, and never abroad, where somebody could make us pay."""
    since = now - dt.timedelta(hours=office.offers.unknown_number_hours)
    reachable = inbound.from_phone.startswith("+39") or (office.abroad and inbound.from_phone.startswith("+"))
    if reachable and not reply_queries.answered_stranger_since(session, inbound.from_phone, since):
        answer_stranger(session, office, NoWords(), now, inbound)
    return InboundStatus.UNKNOWN_NUMBER


def _heed(session: Session, office: Office, inbound: Inbound, mediator: Mediator, now: dt.datetime) -> InboundStatus:
    reading = replies.read(inbound.body)
    inbound.reading = {"kind": type(reading).__name__.lower(), **dataclasses.asdict(reading)}
    if isinstance(reading, replies.OptOut):
        opt_out(session, office, mediator, inbound, now)
        return InboundStatus.SETTLED
    if mediator.sms_blocked == OPTED_OUT:  # She could be told nothing of what it did.
        return _person(session, office, inbound, mediator, Why.OPTED_OUT, now)
    if isinstance(reading, replies.Command):
        return _command(session, office, inbound, mediator, reading, now)
    if isinstance(reading, replies.Shift):
        return _shift(session, office, inbound, mediator, reading, now)
    if _guesses(session, office, inbound, reading, now):
        return _person(session, office, inbound, mediator, Why.WRONG_CODES, now)
    return _offers(session, office, inbound, mediator, reading, now)


def _guesses(session: Session, office: Office, inbound: Inbound, reading: replies.Reading, now: dt.datetime) -> bool:
    """After many wrong codes in a day a right one may be luck, or somebody else's phone: a person decides."""
    with_code = isinstance(reading, replies.Answers) and any(one.code is not None for one in reading.answers)
    if not with_code:
        return False
    wrong = reply_queries.wrong_codes_since(session, inbound.from_phone, now - dt.timedelta(days=1))
    return wrong >= office.offers.wrong_codes_per_day


def _note_wrong_code(inbound: Inbound, reading: replies.Reading, known: Collection[int]) -> None:
    """Remember that a code in this reply belongs to no question that was put to this phone."""
    if isinstance(reading, replies.Answers) and any(
        one.code is not None and one.code not in known for one in reading.answers
    ):
        inbound.reading = {**(inbound.reading or {}), "wrong_code": True}


def _offers(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, reading: replies.Reading, now: dt.datetime
) -> InboundStatus:
    policy = office.offers
    waiting = reply_queries.her_open_offers(session, mediator.id)
    codes = reply_queries.her_codes(
        session,
        mediator.id,
        known_since=now - dt.timedelta(days=policy.code_days),
        open_since=now - dt.timedelta(hours=policy.bare_answer_hours),
    )
    _note_wrong_code(inbound, reading, codes.known)
    meant = replies.which_offer(
        reading,
        open_codes=[offer.code for offer in waiting],
        recent_codes=codes.recent,
        known_codes=codes.known,
    )
    match meant:
        case replies.Matched() if _answers_the_test(office, mediator, reading, now):
            confirm_number(mediator, reading, now)
            if waiting:
                return _ask_which(session, office, inbound, mediator, waiting, now)
            _say(session, office, MessageKind.NUMBER_CONFIRMED, mediator, NoWords(), now, inbound)
            return InboundStatus.ANSWERED
        case replies.Matched(answers):
            confirm_number(mediator, reading, now)  # whoever says yes from it has it
            return _settle(session, office, mediator, answers, now, inbound)
        case replies.AskBack():
            return _ask_which(session, office, inbound, mediator, waiting, now)
        case replies.NoneOpen() if confirm_number(mediator, reading, now):
            _say(session, office, MessageKind.NUMBER_CONFIRMED, mediator, NoWords(), now, inbound)
            return InboundStatus.ANSWERED
        case replies.NoneOpen():
            link = LinkWords(link=office.agenda_link(mediator.id))
            _say(session, office, MessageKind.NONE_OPEN, mediator, link, now, inbound)
            return InboundStatus.ANSWERED
        case replies.ToPerson():
            return _person(session, office, inbound, mediator, Why.MORE_MEANING, now)


def _answers_the_test(office: Office, mediator: Mediator, reading: replies.Reading, now: dt.datetime) -> bool:
    """A yes without a code, while the SMS that tries her number asks for one too: it must not book a visit."""
    lately = now - dt.timedelta(hours=office.offers.bare_answer_hours)
    asked_at, confirmed_at = mediator.number_asked_at, mediator.number_confirmed_at
    if asked_at is None or asked_at < lately or confirmed_at is not None:
        return False
    return isinstance(reading, replies.Answers) and all(
        one.say is replies.Say.YES and one.code is None for one in reading.answers
    )


def _ask_which(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, waiting: Sequence[Offer], now: dt.datetime
) -> InboundStatus:
    choices = tuple(OpenOffer(code=o.code, start=span(o.during)[0], end=span(o.during)[1]) for o in waiting)
    _say(session, office, MessageKind.ASK_CODE, mediator, AskCodeWords(offers=choices), now, inbound)
    return InboundStatus.ANSWERED


def _shift(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, shift: replies.Shift, now: dt.datetime
) -> InboundStatus:
    """Her own time is the business of the mediators stage; a bare "occupata" while a question is open may answer it."""
    waiting = reply_queries.her_open_offers(session, mediator.id) if shift.alone else ()
    if waiting:
        return _ask_which(session, office, inbound, mediator, waiting, now)
    enqueue(session, "mediators.take", inbound_id=inbound.id)
    return InboundStatus.HANDED_OVER


def _settle(
    session: Session,
    office: Office,
    mediator: Mediator,
    answers: Sequence[tuple[int, replies.Say]],
    now: dt.datetime,
    inbound: Inbound,
) -> InboundStatus:
    meant = [(reply_queries.newest_with_code(session, mediator.id, code), say) for code, say in answers]
    known = _of_today(session, [(offer, say) for offer, say in meant if offer is not None])
    if len(known) > 1:  # One alone is locked where it is settled.
        lock_her_day(session, *(offer for offer, _ in known))
    # A no before a yes: it may free the very hour that the yes takes, and then nothing need be taken back.
    known.sort(key=lambda one: one[1] is replies.Say.YES)
    outcomes = [settle_offer(session, office, offer.id, Reply(say.value), now, inbound) for offer, say in known]
    return InboundStatus.PERSON if Settled.PERSON in outcomes else InboundStatus.SETTLED


def _of_today(session: Session, meant: list[tuple[Offer, replies.Say]]) -> list[tuple[Offer, replies.Say]]:
    """A no by the code from before a move is one to the visit; not where she speaks of the new code too."""
    spoken = {offer.id for offer, _ in meant}
    found = []
    for offer, say in meant:
        after = reply_queries.in_its_place(session, offer) if say is replies.Say.NO else offer
        found.append((offer if after.id in spoken else after, say))
    return found


def _command(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, command: replies.Command, now: dt.datetime
) -> InboundStatus:
    match command.name:
        case replies.CommandName.HELP:
            codes = tuple(offer.code for offer in reply_queries.her_open_offers(session, mediator.id))
            _say(session, office, MessageKind.HELP, mediator, HelpWords(open_codes=codes), now, inbound)
            return InboundStatus.ANSWERED
        case replies.CommandName.AGENDA:
            words = agenda_words(session, office, mediator, now)
            _say(session, office, MessageKind.AGENDA, mediator, words, now, inbound)
            return InboundStatus.ANSWERED
        case replies.CommandName.WITHDRAW:
            return _withdraw(session, office, inbound, mediator, command.code, now)
        case replies.CommandName.DONE | replies.CommandName.ABSENT:
            # How a visit went is the business of the attendance stage: it finds the row with its reading.
            if has_had_her_answers(session, office, inbound.from_phone, now):
                return _person(session, office, inbound, mediator, Why.TOO_MANY, now)
            enqueue(session, "attendance.take", inbound_id=inbound.id)
            return InboundStatus.HANDED_OVER


def _withdraw(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, code: int | None, now: dt.datetime
) -> InboundStatus:
    offer = None if code is None else reply_queries.newest_with_code(session, mediator.id, code)
    if offer is None:  # Which visit she gives back must not be guessed.
        return _person(session, office, inbound, mediator, Why.WHICH_VISIT, now)
    offer = reply_queries.in_its_place(session, offer)
    if offer.status in (OfferStatus.QUEUED, OfferStatus.WAITING):
        settle_offer(session, office, offer.id, Reply.NO, now, inbound)
        return InboundStatus.SETTLED
    done = withdraw_booking(session, office, offer.id, now, inbound)
    return InboundStatus.SETTLED if done else InboundStatus.PERSON


def _person(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, why: Why, now: dt.datetime
) -> InboundStatus:
    hand_to_person(session, office, mediator, inbound, why, now)
    return InboundStatus.PERSON


def _say(
    session: Session,
    office: Office,
    kind: MessageKind,
    mediator: Mediator,
    values: LinkWords | NoWords | HelpWords | AskCodeWords | AgendaWords,
    now: dt.datetime,
    inbound: Inbound,
) -> None:
    answer(session, office, kind, mediator, values, now, reply_to=inbound)
