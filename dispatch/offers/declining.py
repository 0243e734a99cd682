# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator has said that she is busy: her open questions in that time are a no, and the plan looks for others."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, local_midnight
from dispatch.kit.locks import lock_mediators
from dispatch.offers import queries, reply_queries
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.offers.ending import reopen_unless_asked, undo
from dispatch.offers.freeing import tell_unasked
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visits
from dispatch.offers.writing import span
from dispatch.records.statuses import AssignmentStatus, OfferStatus

BUSY = "busy"
ONE_DAY = dt.timedelta(days=1)


def decline_busy(
    session: Session, office: Office, mediator_id: int, during: Range[dt.datetime], now: dt.datetime
) -> int:
    """How many questions were answered; what she said yes to stays hers."""
    lock_mediators(session, [mediator_id])
    asked = [one for one in reply_queries.her_unanswered_offers(session, mediator_id) if one.during.overlaps(during)]
    held = queries.her_published(session, mediator_id, _whole_days(during))
    visits = lock_visits(session, {one.slot_id for one in asked} | {one.slot_id for one in held})
    for offer in asked:
        had_left = offer.status == OfferStatus.WAITING
        settle_offer(session, office, offer.id, Reply.NO, now, by=BUSY)
        if not had_left:
            tell_unasked(session, office, offer, now)
    for slot_id in {one.slot_id for one in held if one.during.overlaps(during)}:
        _free(session, office, visits[slot_id], mediator_id, now)
    return len(asked)


def _free(session: Session, office: Office, visit: Visit, mediator_id: int, now: dt.datetime) -> None:
    """What the plan held for her and nobody had asked her yet."""
    live = visit.live()
    if live is not None and live.mediator_id == mediator_id and live.status == AssignmentStatus.PUBLISHED:
        undo(session, live, AssignmentStatus.WITHDRAWN, now)
        reopen_unless_asked(office, visit, now)


def _whole_days(during: Range[dt.datetime]) -> Range[dt.datetime]:
    """From the first midnight to the last: settling an answer looks at all that the plan holds for her that day."""
    start, end = span(during)
    return Range(local_midnight(at_home(start).date()), local_midnight(at_home(end).date() + ONE_DAY))
