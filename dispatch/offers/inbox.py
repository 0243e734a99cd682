# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies that only a person can weigh: their full text, who wrote it, and the mark that somebody has seen to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from dispatch.errors import Conflict, NotFound
from dispatch.offers import page_queries, queries
from dispatch.records.offers import Inbound, Notice
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.views.inbox import InboxPage, ReplyToRead


def inbox_page(session: Session) -> InboxPage:
    return InboxPage(tuple(_line(session, row) for row in page_queries.replies_to_read(session)))


def _line(session: Session, row: Inbound) -> ReplyToRead:
    mediator = session.get(Mediator, row.mediator_id) if row.mediator_id else None
    codes = tuple(str(offer.code) for offer in queries.her_open_offers(session, mediator.id)) if mediator else ()
    return ReplyToRead(row.id, mediator.name if mediator else "", row.from_phone, row.body, row.received_at, codes)


def mark_handled(session: Session, inbound_id: int, now: dt.datetime) -> None:
    """A coordinator has seen to a reply: it leaves the inbox, and its notice counts as seen."""
    done = session.execute(
        update(Inbound)
        .where(Inbound.id == inbound_id, Inbound.status == InboundStatus.PERSON)
        .values(status=InboundStatus.SETTLED, settled_at=now)
        .returning(Inbound.id)
    ).scalar()
    if done is None:
        if session.get(Inbound, inbound_id) is None:
            raise NotFound(_("There is no reply %(number)d. Go back to the list.") % {"number": inbound_id})
        raise Conflict(_("Reply %(number)d was seen to already. Nothing was changed.") % {"number": inbound_id})
    session.execute(update(Notice).where(Notice.inbound_id == inbound_id, Notice.seen_at.is_(None)).values(seen_at=now))
