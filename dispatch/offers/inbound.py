# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reply is stored raw before anybody reads it; the provider's id makes a second delivery harmless for ever."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.records.offers import Inbound
from dispatch.records.statuses import InboundStatus
from notifications.providers.port import InboundSms

MOST_TEXT = 4000  # a concatenated SMS has at most 1,600 characters; what is longer is no SMS


def store(session: Session, provider: str, sms: InboundSms, now: dt.datetime) -> int | None:
    """Keep the reply and queue its reading, in one transaction; None when this id was stored before."""
    inbound_id = session.execute(
        insert(Inbound)
        .values(
            provider=provider,
            sid=sms.sid,
            from_phone=sms.from_phone[:32],
            to_phone=sms.to_phone[:32],
            body=sms.body[:MOST_TEXT],
            raw={**sms.raw, "opt_choice": sms.opt_choice or ""},
            received_at=now,
            status=InboundStatus.STORED,
        )
        .on_conflict_do_nothing(index_elements=[Inbound.provider, Inbound.sid])
        .returning(Inbound.id)
    ).scalar()
    if inbound_id is not None:
        enqueue(session, "offers.read", priority=5, inbound_id=inbound_id)
    return inbound_id
