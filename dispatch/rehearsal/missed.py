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
from dispatch.records.roster import Mediator
from dispatch.records.statuses import COUNTED_ASSIGNMENT

HER_OWN = "her own withdrawal"  # as the offers stage writes it
NEAR = dt.timedelta(
    minutes=60
)  # who is at work so near to the visit could not have been sent to it: a road and a breath


class Why(StrEnum):
    """The first that holds, in this order."""

    TAKEN_BACK = "she said yes and took it back"
    NOT_IN_TIME = "she was asked, and her yes came too late"
    BUSY = "all who would have come were at work elsewhere"
    BUDGET = "no budget was left"
    NOT_ASKED = "nobody who would have come was asked"


@dataclass(frozen=True)
class Missed:
    """One such slot, and who would have come."""

    slot: int
    start: dt.datetime
    why: Why
    willing: tuple[str, ...]


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


def _why(asked: Mapping[str, set[str]], willing: set[str], free: set[str], reasons: Mapping[str, int]) -> Why:
    hers = {code: asked[code] for code in willing if code in asked}
    if any(HER_OWN in ends for ends in hers.values()):
        return Why.TAKEN_BACK
    if hers:
        return Why.NOT_IN_TIME
    if not free:
        return Why.BUSY
    return Why.BUDGET if reasons.get("budget") else Why.NOT_ASKED


def _asked(session: Session, slots: list[int]) -> dict[int, dict[str, set[str]]]:
    """By slot and mediator, what ended her offers for it."""
    query = (
        select(Offer.slot_id, Mediator.code, func.coalesce(Offer.settled_by, ""))
        .join(Mediator, Mediator.id == Offer.mediator_id)
        .where(Offer.slot_id.in_(slots), Offer.asked_at.is_not(None))
    )
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for slot, code, ended_by in session.execute(query):
        found[slot][code].add(ended_by)
    return found


def _busy(session: Session) -> dict[str, list[tuple[dt.datetime, dt.datetime]]]:
    query = (
        select(Mediator.code, func.lower(Assignment.during), func.upper(Assignment.during))
        .join(Mediator, Mediator.id == Assignment.mediator_id)
        .where(Assignment.status.in_(COUNTED_ASSIGNMENT))
    )
    found: dict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for code, start, end in session.execute(query):
        found[code].append((start, end))
    return found


def _meets(spans: Iterable[tuple[dt.datetime, dt.datetime]], times: tuple[dt.datetime, dt.datetime]) -> bool:
    return any(start < times[1] and end > times[0] for start, end in spans)
