# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many SMS a simulated month took, each counted to the visit it speaks of, whatever became of the visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.orm import Session, aliased

from dispatch.records.offers import Inbound, Message, Offer

# What is said at the telephone where people are called: the question, that it is too late, that somebody else was quicker,
# and that her no was understood.
SAID_BY_PHONE = ("offer", "declined", "expired", "covered", "withdrawn")
CODE = r"\d{3,4}"  # as long as no phone has used up the codes of three digits


@dataclass(frozen=True)
class Sent:
    """``kinds`` counts SMS about visits of the days or about none, ``slots`` those of any visit by its slot, ``elsewhere``
    those about visits of later days."""

    kinds: Counter[str]
    slots: Counter[int]
    elsewhere: int

    def figures(self, filled: int) -> dict[str, Any]:
        """As the month's file has them; ``filled`` is how many slots all these SMS have filled."""
        return {
            "sms_out": self.kinds.total(),
            "sms_per_filled": round(self.kinds.total() / filled, 2) if filled else None,
            "sms_elsewhere": self.elsewhere,
            "sms_by_kind": dict(sorted(self.kinds.items())),
        }


def sms_sent(session: Session, slots: Collection[int], *, by_phone: bool) -> Sent:
    """What left; ``slots`` are all of the days, the cancelled too.

    Where people are called, what is said at the telephone is none.
    """
    # An answer to somebody's SMS names no offer itself: the code she wrote does.
    hers = aliased(Offer)
    code = cast(func.substring(Inbound.body, CODE), Integer)
    slot_id = func.coalesce(Offer.slot_id, hers.slot_id)
    query = (
        select(Message.kind, slot_id, func.count())
        .outerjoin(Offer, Offer.id == Message.offer_id)
        .outerjoin(Inbound, Inbound.id == Message.reply_to_id)
        .outerjoin(hers, and_(hers.mediator_id == Inbound.mediator_id, hers.code == code))
        .where(Message.attempt > 0)
        .group_by(Message.kind, slot_id)
    )
    kinds: Counter[str] = Counter()
    about: Counter[int] = Counter()
    elsewhere = 0
    for kind, slot, count in session.execute(query):
        if by_phone and kind in SAID_BY_PHONE:
            continue
        if slot is None or slot in slots:
            kinds[kind] += count
        else:
            elsewhere += count
        if slot is not None:
            about[slot] += count
    return Sent(kinds, about, elsewhere)
