# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends the offers of a visit that its mediator was released from, because she is away or has left; tells her and the desk."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.offers.ending import reopen_unless_asked
from dispatch.offers.freeing import free, is_counted_on
from dispatch.offers.notices import NoticeKind, tell_desk
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visit
from dispatch.offers.writing import span
from dispatch.records.offers import Offer
from notifications.message import MessageKind

WHY = "released"


def tell_released(session: Session, office: Office, mediator_id: int, slot_id: int, now: dt.datetime) -> bool:
    """Whether she was told: her question is taken back, or a visit she had said yes to is no longer hers."""
    lock_mediators(session, [mediator_id])
    visit = lock_visit(session, slot_id)
    live = visit.live()
    if live is not None and live.mediator_id == mediator_id:
        return False  # Given to her again meanwhile: what she was asked stands.
    told = False
    for offer in [offer for offer in visit.offers if offer.mediator_id == mediator_id]:
        told = _end(session, office, visit, offer, now) or told
    reopen_unless_asked(office, visit, now)
    return told


def _end(session: Session, office: Office, visit: Visit, offer: Offer, now: dt.datetime) -> bool:
    was_booked = is_counted_on(offer)
    told = free(session, office, offer, now, WHY, MessageKind.RELEASED)
    if was_booked:
        tell_desk(session, NoticeKind.REOPENED, visit, now, start=span(offer.during)[0].isoformat())
    return told
