# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phones: what each has received and written, and the way an answer goes back in, as a carrier would bring it."""

from __future__ import annotations

import datetime as dt
import math
import re
import zlib
from collections.abc import Sequence
from random import Random

from sqlalchemy.orm import Session

from dispatch.offers import handset_queries as queries
from dispatch.offers.delivery_words import reason_words
from dispatch.offers.inbound import store
from dispatch.records.offers import Inbound, Message, Offer
from dispatch.records.roster import Mediator
from dispatch.web.i18n import current_locale
from dispatch.web.i18n import gettext as _
from dispatch.web.views.handsets import Bubble, Coded, Handset, HandsetPage, HandsetsPage
from dispatch.web.views.page import Choice, Filter, Filters, Pager
from notifications.catalog import nearest_language
from notifications.language_names import language_name
from notifications.message import MessageKind
from notifications.providers.port import InboundSms

PER_PAGE = 12
BUBBLES = 12  # of each phone where all are shown
CONVERSATION = 40  # of one phone; the way back goes on in steps of as many
PROVIDER = "phone"
OUR_SIDE = "+390000000000"  # the built-in phone has no number of ours; this one cannot exist


def handsets_page(session: Session, link_host: str, text: str, waiting: bool, number: int) -> HandsetsPage:
    """One page of phones, those with an open question first."""
    found = queries.count_handsets(session, text, only_waiting=waiting)
    pages = max(1, math.ceil(found / PER_PAGE))
    number = min(number, pages)
    owners = queries.mediators_by_need(
        session, text, only_waiting=waiting, offset=(number - 1) * PER_PAGE, limit=PER_PAGE
    )
    filters = Filters("/handsets", (Filter("q", _("Name, number or language"), text), _state(waiting)))
    pager = Pager("/handsets", number, pages, found, filters.query)
    shown = tuple(_handsets(session, link_host, owners, BUBBLES))
    return HandsetsPage(
        handsets=shown,
        filters=filters,
        total=queries.count_handsets(session),
        waiting=queries.count_handsets(session, only_waiting=True),
        pager=pager,
        again=f"{pager.href(number)}&seen={mark(shown)}",
    )


def _state(waiting: bool) -> Filter:
    choices = (Choice("", _("all")), Choice("waiting", _("with an open question")))
    return Filter("state", _("Show"), "waiting" if waiting else "", choices)


def handset_page(session: Session, link_host: str, owner: Mediator, most: int) -> HandsetPage:
    """The conversation of one phone, the newest at its end."""
    (handset,) = _handsets(session, link_host, [owner], most + 1)
    here = f"/handsets/{handset.digits}"
    longer = len(handset.bubbles) > most
    kept = Handset(**(vars(handset) | {"bubbles": handset.bubbles[-most:]}))
    return HandsetPage(
        kept,
        earlier=f"{here}?most={most + CONVERSATION}" if longer else "",
        again=f"{here}?most={most}&seen={mark((kept,))}",
    )


def mark(handsets: Sequence[Handset]) -> str:
    """What a page that asks again shows already; as long as nothing happens on these phones it stays the same."""
    return f"{zlib.crc32(repr(handsets).encode()):08x}"


def _handsets(session: Session, link_host: str, owners: Sequence[Mediator], most: int) -> list[Handset]:
    """In the order of their owners; six questions to the database, however many there are."""
    phones, ids = [one.phone for one in owners], [one.id for one in owners]
    conversations = _conversations(session, link_host, owners, most)
    waiting, untold = queries.open_questions(session, ids), queries.untold_visits(session, ids)
    on_the_way = queries.on_the_way(session, phones)
    spoken = sorted({spoken.language_code for one in owners for spoken in one.languages})
    known, locale = queries.language_words(session, spoken), current_locale()
    words = {code: language_name(code, locale, italian=row.name_it, english=row.name_en) for code, row in known.items()}
    return [
        Handset(
            number=one.phone,
            owner=one.name,
            languages=", ".join(words[code] for code in (spoken.language_code for spoken in one.languages)),
            bubbles=conversations[one.phone][-most:],
            questions=_coded(waiting.get(one.id, ())),
            ended=_coded(untold.get(one.id, ())),
            on_the_way=on_the_way.get(one.phone, 0),
        )
        for one in owners
    ]


def _coded(offers: Sequence[Offer]) -> tuple[Coded, ...]:
    return tuple(Coded(str(offer.code), offer.during.lower) for offer in offers if offer.during.lower)


def _conversations(
    session: Session, link_host: str, owners: Sequence[Mediator], most: int
) -> dict[str, tuple[Bubble, ...]]:
    """What each phone shows, oldest first.

    While virtual time stands still all have one instant; then a question comes before an answer, that before the rest.
    """
    languages = {one.phone: nearest_language(one.message_language) for one in owners}
    placed: dict[str, list[tuple[dt.datetime, int, int, Bubble]]] = {phone: [] for phone in languages}
    for row in queries.messages_of(session, list(languages), most):
        bubble = _received(row, languages[row.to_phone], link_host)
        rank = 0 if row.kind == MessageKind.OFFER else 2
        placed[row.to_phone].append((bubble.at, rank, row.id, bubble))
    for written in queries.written_on(session, list(languages), most):
        placed[written.from_phone].append((written.received_at, 1, written.id, _written(written)))
    return {phone: tuple(bubble for *_order, bubble in sorted(rows, key=_order)) for phone, rows in placed.items()}


def _order(placed: tuple[dt.datetime, int, int, Bubble]) -> tuple[dt.datetime, int, int]:
    return placed[:3]


def _received(row: Message, language: str, link_host: str) -> Bubble:
    return Bubble(
        row.body,
        row.sent_at or row.settled_at or row.created_at,
        incoming=True,
        status=row.status,
        language=language,
        trouble=reason_words(row.trouble or "") if row.status == "failed" else "",
        pieces=pieces(row.body, link_host),
    )


def _written(row: Inbound) -> Bubble:
    return Bubble(row.body, row.received_at, incoming=False)


def pieces(text: str, link_host: str) -> tuple[tuple[str, str], ...]:
    """The text cut at the links in it; each leads to the same page here, wherever the host of links may be."""
    found: list[tuple[str, str]] = []
    end = 0
    for link in re.finditer(re.escape(link_host) + r"(/m/[A-Za-z0-9_-]+(?:/[a-z]+)?)", text):
        found += [(text[end : link.start()], ""), (link[0], link[1])]
        end = link.end()
    return tuple(piece for piece in (*found, (text[end:], "")) if piece[0])


def write_back(session: Session, phone: str, text: str, now: dt.datetime, rng: Random) -> int | None:
    """An SMS written on a built-in phone comes in by the path of every inbound: stored raw, read by a job."""
    sms = InboundSms(sid=f"PH{rng.getrandbits(128):032x}", from_phone=phone, to_phone=OUR_SIDE, body=text)
    return store(session, PROVIDER, sms, now)
