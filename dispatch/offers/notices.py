# SPDX-License-Identifier: AGPL-3.0-or-later
"""What desks and coordinators are told on their pages about bookings, refusals, alarms and replies to read."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.offers.queries import Visit
from dispatch.offers.reply_queries import unseen_flood, unseen_notice
from dispatch.records.offers import Inbound, Notice, Offer


class NoticeKind(StrEnum):
    """The desk's: booked, reopened, nobody. The coordinators': all the others."""

    BOOKED = "booked"
    REOPENED = "reopened"
    NOBODY = "nobody"
    URGENT = "urgent"
    ASKED_AT_NIGHT = "asked_at_night"
    PHONE_BLOCKED = "phone_blocked"
    SMS_FAILED = "sms_failed"
    NEWS_FAILED = "news_failed"
    SMS_IN_DOUBT = "sms_in_doubt"
    LINE_STOPPED = "line_stopped"
    TO_READ = "to_read"
    TOO_MANY_REPLIES = "too_many_replies"
    OPTED_OUT = "opted_out"


def tell_desk(session: Session, kind: NoticeKind, visit: Visit, now: dt.datetime, **values: str | int) -> None:
    request = visit.appointment.request
    session.add(
        Notice(
            desk_id=request.desk_id,
            request_id=request.id,
            slot_id=visit.slot.id,
            kind=kind,
            values=values,
            created_at=now,
        )
    )


def tell_coordinators(
    session: Session,
    kind: NoticeKind,
    now: dt.datetime,
    *,
    visit: Visit | None = None,
    inbound: Inbound | None = None,
    **values: str | int,
) -> None:
    """A notice without a desk is for those who coordinate."""
    session.add(
        Notice(
            request_id=visit.appointment.request_id if visit else None,
            slot_id=visit.slot.id if visit else None,
            inbound_id=inbound.id if inbound else None,
            kind=kind,
            values=values,
            created_at=now,
        )
    )


def tell_of_blocked_phone(session: Session, offer: Offer, now: dt.datetime) -> None:
    """News of a visit that no SMS can bring her: somebody has to call her."""
    session.add(
        Notice(
            request_id=offer.slot.appointment.request_id,
            slot_id=offer.slot_id,
            kind=NoticeKind.PHONE_BLOCKED,
            values={"mediator": offer.mediator.code},
            created_at=now,
        )
    )


def tell_of_flood(session: Session, inbound: Inbound, now: dt.datetime, mediator: str) -> None:
    """One notice for however many replies of one phone, until somebody has seen it."""
    if not unseen_flood(session, inbound.from_phone):
        tell_coordinators(
            session, NoticeKind.TOO_MANY_REPLIES, now, inbound=inbound, mediator=mediator, phone=inbound.from_phone
        )


def raise_alarm(session: Session, kind: NoticeKind, now: dt.datetime, why: str) -> None:
    """An alarm stands once until somebody has seen it; a thousand refused SMS are one trouble."""
    if not unseen_notice(session, kind):
        tell_coordinators(session, kind, now, why=why)
