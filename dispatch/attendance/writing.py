# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SMS of this stage: the reminder, the question how it went, and what is said back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.attendance.decisions import HerVisit
from dispatch.attendance.office import Office
from dispatch.attendance.queries import Visit, offer_of
from dispatch.attendance.sayings import Times, both_ends
from dispatch.attendance.service import row_of
from dispatch.outbox.hours import awake
from dispatch.outbox.posting import ANSWER, COURTESY, post
from dispatch.records.intake import Slot
from dispatch.records.offers import Inbound
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode
from notifications.message import (
    AskCodeWords,
    HowWasItWords,
    LinkWords,
    MessageKind,
    NotedWords,
    NoWords,
    OpenOffer,
    ReminderWords,
    VisitMode,
    VisitWords,
    Words,
)


def leaves_at(office: Office, to: Mediator, now: dt.datetime) -> dt.datetime:
    """Now, or when the quiet hours end, which only those who allow it are spared."""
    return now if to.quiet_hours_allowed else awake(now, office.policy.offers)


def remind(session: Session, office: Office, assignment: Assignment, leaves: dt.datetime, now: dt.datetime) -> None:
    """When and where, before she goes; of no use once it has begun."""
    start, end = both_ends(assignment.during)
    appointment = session.get_one(Slot, assignment.slot_id).appointment
    offer = offer_of(session, assignment)
    onsite = appointment.place if appointment.mode == Mode.ONSITE else None
    values = ReminderWords(
        start=start,
        end=end,
        desk=appointment.request.desk.sms_label,
        link=office.agenda_link(assignment.mediator_id),
        mode=VisitMode(appointment.mode),
        comune=onsite.comune.name if onsite else None,
        comune_short=onsite.comune.short_name if onsite else None,
    )
    post(
        session,
        office.rng,
        MessageKind.REMINDER,
        assignment.mediator,
        values,
        created_at=now,
        send_after=leaves,
        priority=COURTESY,
        offer_id=offer.id if offer else None,
        useless_after=start,
    )


def ask_how_it_went(session: Session, office: Office, visit: Visit, now: dt.datetime) -> None:
    """The question after the end, by day, with the code that answers it and the page that does too."""
    offer, mediator = offer_of(session, visit.assignment), visit.assignment.mediator
    if offer is None:  # Booked without an SMS: her page asks.
        return
    start, end = both_ends(visit.assignment.during)
    values = HowWasItWords(code=offer.code, start=start, end=end, link=office.visit_link(row_of(visit).id))
    post(
        session,
        office.rng,
        MessageKind.HOW_WAS_IT,
        mediator,
        values,
        created_at=now,
        send_after=leaves_at(office, mediator, now),
        priority=COURTESY,
        offer_id=offer.id,
        useless_after=now + dt.timedelta(days=office.policy.attendance.silent_days),
    )


def say_noted(
    session: Session,
    office: Office,
    mediator: Mediator,
    meant: HerVisit,
    times: Times,
    absent: bool,
    now: dt.datetime,
    inbound: Inbound,
) -> None:
    """What counts for her now, so that a slip is seen at once."""
    values = NotedWords(code=meant.code, start=times[0], end=times[1], absent=absent)
    _answer(session, office, MessageKind.NOTED, mediator, values, now, inbound)


def ask_times(
    session: Session, office: Office, mediator: Mediator, meant: HerVisit, now: dt.datetime, inbound: Inbound
) -> None:
    start, end = meant.planned
    values = VisitWords(code=meant.code, start=start, end=end)
    _answer(session, office, MessageKind.ASK_TIMES, mediator, values, now, inbound)


def ask_which(
    session: Session,
    office: Office,
    mediator: Mediator,
    choices: tuple[HerVisit, ...],
    now: dt.datetime,
    inbound: Inbound,
) -> None:
    """The codes to choose from; where nothing waits for her word, that."""
    offered = tuple(OpenOffer(code=one.code, start=one.planned[0], end=one.planned[1]) for one in choices)
    if offered:
        _answer(session, office, MessageKind.ASK_VISIT, mediator, AskCodeWords(offers=offered), now, inbound)
    else:
        link = LinkWords(link=office.agenda_link(mediator.id))
        _answer(session, office, MessageKind.NO_VISIT, mediator, link, now, inbound)


def say_a_person_reads(
    session: Session, office: Office, mediator: Mediator, now: dt.datetime, inbound: Inbound
) -> None:
    _answer(session, office, MessageKind.TO_PERSON, mediator, NoWords(), now, inbound)


def _answer(
    session: Session, office: Office, kind: MessageKind, to: Mediator, values: Words, now: dt.datetime, inbound: Inbound
) -> None:
    """Said back to who has just written: at once, whatever the hour."""
    post(
        session,
        office.rng,
        kind,
        to,
        values,
        created_at=now,
        send_after=now,
        priority=ANSWER,
        reply_to_id=inbound.id,
    )
