# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slot stayed empty although somebody would have come: what was done about those who would have said yes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Commitment, Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT, OfferStatus

# As the offers stage writes it.
HER_OWN, LOST_SMS, BLOCKED_PHONE, NO_TIME = "her own withdrawal", "SMS not delivered", "phone blocked", "unreachable"
NEAR = dt.timedelta(
    minutes=60
)  # who is at work so near to the visit could not have been sent to it: a road and a breath


class Why(StrEnum):
    """The first that holds, in this order."""

    TAKEN_BACK = "she said yes and took it back"
    NO_ROOM = "she said yes, and her other visits left no room"
    COVERED = "she was asked, somebody was quicker and then was lost"
    TAKEN_FROM_HER = "she was asked, and the question was taken back before her yes"
    LOST = "she was asked, and no SMS reached her"
    BLOCKED = "she was to be asked, and her number was blocked"
    HALF_AN_HOUR = "she was asked, and half an hour or less was too short"
    TWO_HOURS = "she was asked, and two hours or less were too short"
    A_DAY = "she was asked, and a day or less was too short"
    LONGER = "she was asked, and more than a day was too short"
    OTHERWISE = "she was asked, and it ended otherwise"
    BUSY = "all who would have come were at work elsewhere"
    BUDGET = "no budget was left"
    NOT_ASKED = "nobody who would have come was asked"


# An offer that ran out, by the time she had from the SMS to its deadline.
RAN_OUT = (
    (dt.timedelta(minutes=30), Why.HALF_AN_HOUR),
    (dt.timedelta(hours=2), Why.TWO_HOURS),
    (dt.timedelta(days=1), Why.A_DAY),
)
SETTLED = {HER_OWN: Why.TAKEN_BACK, NO_TIME: Why.NO_ROOM, LOST_SMS: Why.LOST, BLOCKED_PHONE: Why.BLOCKED}
ENDED = {OfferStatus.COVERED: Why.COVERED, OfferStatus.WITHDRAWN: Why.TAKEN_FROM_HER}


@dataclass(frozen=True)
class Missed:
    """One such slot, and who would have come."""

    slot: int
    start: dt.datetime
    why: Why
    willing: tuple[str, ...]

    @property
    def somebody_was_free(self) -> bool:
        return self.why is not Why.BUSY


def missed_slots(session: Session, empty: Iterable[int], willing: Mapping[int, set[str]]) -> list[Missed]:
    """Each of the ``empty`` slots that somebody among ``willing`` would have taken, and why she did not."""
    wanted = [slot for slot in empty if willing.get(slot)]
    asked = _asked(session, wanted)
    busy = _busy(session)
    query = select(Slot, Appointment).join(Appointment).where(Slot.id.in_(wanted)).order_by(Slot.id)
    found = []
    for slot, appointment in session.execute(query):
        start = appointment.asked_start or appointment.first_start
        times = (
            appointment.first_start - NEAR,
            appointment.last_start + dt.timedelta(minutes=appointment.duration) + NEAR,
        )
        free = {code for code in willing[slot.id] if not _meets(busy.get(code, ()), times)}
        why = _why(asked.get(slot.id, {}), willing[slot.id], free, slot.reasons or {})
        found.append(Missed(slot.id, start, why, tuple(sorted(willing[slot.id]))))
    return found


def _why(asked: Mapping[str, set[Why]], willing: set[str], free: set[str], reasons: Mapping[str, int]) -> Why:
    ends = {end for code in willing for end in asked.get(code, ())}
    if ends:
        return next(why for why in Why if why in ends)
    if not free:
        return Why.BUSY
    return Why.BUDGET if reasons.get("budget") else Why.NOT_ASKED


def _asked(session: Session, slots: list[int]) -> dict[int, dict[str, set[Why]]]:
    """By slot and mediator, how her offers for it ended; one that never left counts where her number was the reason."""
    query = (
        select(Offer, Mediator.code)
        .join(Mediator, Mediator.id == Offer.mediator_id)
        .where(Offer.slot_id.in_(slots), Offer.asked_at.is_not(None) | (Offer.settled_by == BLOCKED_PHONE))
    )
    found: dict[int, dict[str, set[Why]]] = defaultdict(lambda: defaultdict(set))
    for offer, code in session.execute(query):
        found[offer.slot_id][code].add(_ended(offer))
    return found


def _ended(offer: Offer) -> Why:
    if offer.status == OfferStatus.EXPIRED and offer.asked_at is not None:
        given = offer.reply_by - offer.asked_at
        return next((why for most, why in RAN_OUT if given <= most), Why.LONGER)
    how = SETTLED.get(offer.settled_by or "")
    return how or ENDED.get(OfferStatus(offer.status), Why.OTHERWISE)


def _busy(session: Session) -> dict[str, list[tuple[dt.datetime, dt.datetime]]]:
    """Their visits, and courses and work elsewhere that the plan must not touch."""
    visits = (
        select(Mediator.code, func.lower(Assignment.during), func.upper(Assignment.during))
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(COUNTED_ASSIGNMENT))
    )
    elsewhere = select(Mediator.code, func.lower(Commitment.during), func.upper(Commitment.during)).join(
        Mediator, Mediator.id == Commitment.mediator_id
    )
    found: dict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for code, start, end in [*session.execute(visits), *session.execute(elsewhere)]:
        found[code].append((start, end))
    return found


def _meets(spans: Iterable[tuple[dt.datetime, dt.datetime]], times: tuple[dt.datetime, dt.datetime]) -> bool:
    return any(start < times[1] and end > times[0] for start, end in spans)
