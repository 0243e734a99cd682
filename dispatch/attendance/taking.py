# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes an SMS about a visit ("FATTO 9:05 10:40") that the offers stage read and handed over; exactly once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.attendance import queries, writing
from dispatch.attendance.decisions import Heard, HerVisit, closed_again, trouble_with, which_visit
from dispatch.attendance.ending import open_attendance
from dispatch.attendance.notices import NoticeKind, note_to_read, tell_coordinators
from dispatch.attendance.office import Office
from dispatch.attendance.sayings import Saying, Side
from dispatch.attendance.service import tell
from dispatch.kit.clock import at_home, from_wall
from dispatch.records.offers import Inbound
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus, Outcome
from notifications.replies import Command, CommandName

VIA = "sms"


def take(session: Session, office: Office, inbound_id: int, now: dt.datetime) -> InboundStatus | None:
    """What became of the reply; None when it was taken before (a job may come twice)."""
    locked = select(Inbound).where(Inbound.id == inbound_id).with_for_update()
    inbound = session.scalars(locked, execution_options={"populate_existing": True}).one()
    if inbound.status != InboundStatus.HANDED_OVER:
        return None
    mediator = session.get_one(Mediator, inbound.mediator_id)
    inbound.status = _heed(session, office, inbound, mediator, _command(inbound), now)
    inbound.settled_at = now
    return InboundStatus(inbound.status)


def hand_to_person(session: Session, inbound_id: int, now: dt.datetime) -> bool:
    """A reply whose taking keeps failing goes to a person with its full text, or it would be tried for ever."""
    locked = select(Inbound).where(Inbound.id == inbound_id).with_for_update()
    inbound = session.scalars(locked).one()
    if inbound.status != InboundStatus.HANDED_OVER:
        return False
    inbound.status, inbound.settled_at = InboundStatus.PERSON, now
    note_to_read(session, inbound, now)
    return True


def _command(inbound: Inbound) -> Command:
    """The reading as the offers stage stored it."""
    stored = inbound.reading or {}
    times = stored["times"]
    return Command(CommandName(stored["name"]), stored["code"], tuple(times) if times else None, stored["unsure"])


def _heed(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator, command: Command, now: dt.datetime
) -> InboundStatus:
    since = now - dt.timedelta(days=office.policy.offers.code_days)
    visits = queries.her_visits(session, mediator.id, since, now)
    again = closed_again(visits) if command.code is None and not command.unsure else None
    if again is not None and _said(command, again) == again.said:
        return InboundStatus.SETTLED
    meant = which_visit(visits, command.code)
    if not isinstance(meant, HerVisit):
        writing.ask_which(session, office, mediator, meant, now, inbound)
        return InboundStatus.ANSWERED
    said = _said(command, meant)
    unclear = command.unsure or (
        (said.times is not None or said.outcome is not Outcome.PERSON_ABSENT)
        and trouble_with(said.times or meant.planned, meant.planned, now, office.policy.attendance) is not None
    )
    if unclear:
        writing.ask_times(session, office, mediator, meant, now, inbound)
        return InboundStatus.ANSWERED
    return _note(session, office, inbound, mediator, meant, said, now)


def _note(
    session: Session,
    office: Office,
    inbound: Inbound,
    mediator: Mediator,
    meant: HerVisit,
    said: Saying,
    now: dt.datetime,
) -> InboundStatus:
    visit = queries.lock_visit(session, meant.assignment_id)
    attendance = open_attendance(session, office, visit, now)  # she may write before the tick has come round
    match tell(session, office.policy.attendance, attendance, Side.MEDIATOR, said, now, via=VIA):
        case Heard.WEIGHED:
            absent = said.outcome is Outcome.PERSON_ABSENT
            writing.say_noted(session, office, mediator, meant, said.times or meant.planned, absent, now, inbound)
        case Heard.CLOSED:
            tell_coordinators(session, NoticeKind.TO_READ, visit, now, inbound)
            writing.say_a_person_reads(session, office, mediator, now, inbound)
            return InboundStatus.PERSON
        case Heard.NOTHING:
            pass
    return InboundStatus.SETTLED


def _said(command: Command, meant: HerVisit) -> Saying:
    """What the SMS tells of this visit, its clock times on the visit's day."""
    outcome = Outcome.PERSON_ABSENT if command.name is CommandName.ABSENT else Outcome.HELD
    if command.times is None:
        return Saying(outcome)
    day = at_home(meant.planned[0]).date()
    return Saying(outcome, (from_wall(day, command.times[0]), from_wall(day, command.times[1])))
