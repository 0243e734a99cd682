# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phones: what each has received and written, and the way an answer goes back in, as a carrier would bring it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from random import Random

from sqlalchemy.orm import Session

from dispatch.offers import page_queries, reply_queries
from dispatch.offers.inbound import store
from dispatch.offers.words import language_names
from dispatch.records.offers import Inbound, Message
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext as _
from dispatch.web.views.offers import Bubble, Handset, HandsetsPage
from dispatch.web.views.page import Choice, Filter, Filters, Pager
from notifications.catalog import nearest_language
from notifications.message import MessageKind
from notifications.providers.port import InboundSms

PER_PAGE = 24
BUBBLES = 12
PROVIDER = "phone"
OUR_SIDE = "+390000000000"  # the built-in phone has no number of ours; this one cannot exist


def handsets_page(session: Session, text: str, waiting: bool, number: int) -> HandsetsPage:
    """One page of phones, those with an open question first."""
    found = page_queries.count_mediators(session, text, only_waiting=waiting)
    pages = max(1, math.ceil(found / PER_PAGE))
    number = min(number, pages)
    rows = page_queries.mediators_by_need(
        session, text, only_waiting=waiting, offset=(number - 1) * PER_PAGE, limit=PER_PAGE
    )
    filters = Filters(
        "/handsets",
        (
            Filter("q", _("Name or number"), text),
            Filter(
                "state",
                _("Show"),
                "waiting" if waiting else "",
                (Choice("", _("all")), Choice("waiting", _("with an open question"))),
            ),
        ),
    )
    return HandsetsPage(
        handsets=tuple(_handsets(session, [mediator for mediator, _open in rows])),
        filters=filters,
        total=page_queries.count_mediators(session),
        waiting=page_queries.count_mediators(session, only_waiting=True),
        pager=Pager("/handsets", number, pages, found, filters.query),
    )


def _handsets(session: Session, mediators: Sequence[Mediator]) -> list[Handset]:
    phones = [mediator.phone for mediator in mediators]
    arrived = page_queries.arrived_messages(session, phones, BUBBLES)
    written = page_queries.written_replies(session, phones, BUBBLES)
    untold = page_queries.untold_codes(session, [mediator.id for mediator in mediators])
    return [_handset(session, one, arrived, written, untold.get(one.id, [])) for one in mediators]


def _handset(
    session: Session, owner: Mediator, arrived: Sequence[Message], written: Sequence[Inbound], untold: Sequence[int]
) -> Handset:
    language = nearest_language(owner.message_language)
    # While virtual time stands still all have one instant; then a question comes before an answer, that before the rest.
    placed = [
        (
            Bubble(row.body, row.sent_at or row.created_at, incoming=True, status=row.status, language=language),
            0 if row.kind == MessageKind.OFFER else 2,
        )
        for row in arrived
        if row.to_phone == owner.phone
    ]
    placed += [
        (Bubble(row.body, row.received_at, incoming=False), 1) for row in written if row.from_phone == owner.phone
    ]
    placed.sort(key=lambda one: (one[0].at, one[1]))
    return Handset(
        number=owner.phone,
        owner=owner.name,
        languages=", ".join(language_names(session, [spoken.language_code for spoken in owner.languages])),
        bubbles=tuple(bubble for bubble, _rank in placed[-BUBBLES:]),
        open_codes=tuple(str(offer.code) for offer in reply_queries.her_open_offers(session, owner.id)),
        ended_codes=tuple(str(code) for code in untold),
    )


def write_back(session: Session, phone: str, text: str, now: dt.datetime, rng: Random) -> int | None:
    """An SMS written on a built-in phone comes in by the path of every inbound: stored raw, read by a job."""
    sms = InboundSms(sid=f"PH{rng.getrandbits(128):032x}", from_phone=phone, to_phone=OUR_SIDE, body=text)
    return store(session, PROVIDER, sms, now)
