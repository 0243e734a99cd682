# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates about which people are asked, as lines of a page: since when, until when, who is next, and which SMS failed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fastapi import Request
from sqlalchemy.orm import Session

from dispatch.access.visitor import STAFF, visitor
from dispatch.finding import queries
from dispatch.finding.queries import Conversation
from dispatch.kit.clock import now
from dispatch.offers.delivery_words import reason_words
from dispatch.planning.assigning import NOBODY
from dispatch.planning.board import language_names
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, MessageStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.views.finding import Asked, Line


def lines_of(session: Session, slots: Sequence[Slot], instant: dt.datetime) -> list[Line]:
    """One line a slot; what expires first stands first, and before it where nobody is left to answer."""
    known = queries.conversations(session, [slot.id for slot in slots], instant)
    troubles = queries.troubles(session, [offer.id for one in known.values() for offer in one.offers])
    waiting = {her for one in known.values() if one.asking is not None for her in one.asking.left}
    names, languages = queries.names_of(session, waiting), language_names(session)
    lines = [_line(slot, known[slot.id], troubles, names, languages, instant) for slot in slots]
    return sorted(lines, key=_urgency)


def _urgency(line: Line) -> tuple[bool, dt.datetime]:
    open_ones = [one.reply_by for one in line.asked if one.status in OPEN_OFFER]
    return bool(open_ones), min(open_ones, default=line.start)


def _line(
    slot: Slot,
    told: Conversation,
    troubles: dict[int, Message],
    names: dict[int, str],
    languages: dict[str, str],
    instant: dt.datetime,
) -> Line:
    appointment, live, asking = slot.appointment, told.live, told.asking
    start = _start(slot, told)
    return Line(
        code=appointment.request.code,
        number=appointment.number,
        slot=slot.number,
        start=start,
        end=start + dt.timedelta(minutes=appointment.duration),
        desk=appointment.request.desk.name,
        language=", ".join(languages.get(code, code) for code in slot.needs.get("languages", {})),
        status=slot.status,
        asked=tuple(_asked(offer, troubles.get(offer.id)) for offer in told.offers),
        following=tuple(names.get(her, "") for her in asking.left) if asking is not None else (),
        booked=live.mediator.name if live is not None and live.status == AssignmentStatus.BOOKED else "",
        instead_of=live.id if live is not None else NOBODY,
        now=instant,
    )


def _start(slot: Slot, told: Conversation) -> dt.datetime:
    during = told.live.during if told.live is not None else told.offers[0].during if told.offers else None
    if during is None and told.asking is not None:
        during = told.asking.during
    if during is not None and during.lower is not None:
        return during.lower
    return slot.appointment.asked_start or slot.appointment.first_start


def _asked(offer: Offer, trouble: Message | None) -> Asked:
    return Asked(
        name=offer.mediator.name,
        code=offer.mediator.code,
        phone=offer.mediator.phone,
        status=offer.status,
        since=offer.asked_at or offer.created_at,
        reply_by=offer.reply_by,
        failed="" if trouble is None else _failed(trouble),
    )


def _failed(message: Message) -> str:
    why = reason_words((message.trouble or "").removeprefix("for a person: "))
    if message.status == MessageStatus.IN_DOUBT:
        return _("Nobody knows whether the SMS arrived.")
    if not why:
        return _("The SMS was not delivered.")
    return _("The SMS was not delivered: %(why)s.") % {"why": why}


def asked_about(request: Request, code: str) -> Mapping[int, Sequence[Line]]:
    """For the page of a request: by the number of its date who is being asked, in the page's own transaction."""
    session: Session | None = getattr(request.state, "work", None)
    who = visitor(request)
    if session is None or who.role not in STAFF:
        return {}
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines_of(session, queries.slots_of(session, who, code), now(session)):
        if line.asked or line.following:
            found[line.number].append(line)
    return found
