# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the person behind a number wants SMS: a fact of the phone, which no change of our registers overrides."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.records.offers import Inbound, Message
from dispatch.records.statuses import MessageStatus

OPT_OUT, OPT_IN = "optout", "optin"  # the kinds of a reading that stop and open SMS
OPTED_OUT = "opted_out"
REFUSED_BY_CARRIER = "21610:%"  # the carrier knew of an opt-out that we have not heard of


def has_opted_out(session: Session, phone: str) -> bool:
    """Whether the last word from this number was a stop, said to us or told by the carrier."""
    kind = Inbound.reading["kind"].astext
    last = select(kind).where(Inbound.from_phone == phone, kind.in_((OPT_OUT, OPT_IN)))
    word = session.scalars(last.order_by(Inbound.received_at.desc(), Inbound.id.desc()).limit(1)).first()
    if word == OPT_OUT:
        return True
    opened = select(func.max(Inbound.received_at)).where(Inbound.from_phone == phone, kind == OPT_IN).scalar_subquery()
    refused = select(Message.id).where(
        Message.to_phone == phone,
        Message.status == MessageStatus.FAILED,
        Message.trouble.like(REFUSED_BY_CARRIER),
        func.coalesce(Message.created_at > opened, True),
    )
    return session.scalars(refused.limit(1)).first() is not None
