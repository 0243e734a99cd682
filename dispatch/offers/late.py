# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a yes can still book: also one that comes late, as long as it takes nothing from anybody else.

A question that has ended books only what is being asked now: at an hour and a place that the visit still has, beside nobody
whose word stands for it, and beside nobody who is asked alone, for she has the time that her SMS gave her. Among several the first
yes wins, also a late one.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.offers.decisions import FIRST_YES_WINS
from dispatch.offers.ending import CALLED_AWAY, MOVED, REASSIGNED
from dispatch.offers.queries import Visit, hours_of_the_others
from dispatch.offers.writing import span
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, SlotStatus

# An urgent slot counts on her, the visit has another time, or a coordinator chose somebody else: she is asked anew.
NOT_HERS = (CALLED_AWAY, MOVED, REASSIGNED)
ASKABLE = (SlotStatus.OPEN, SlotStatus.OFFERED, SlotStatus.UNFILLED)


def is_open_to(session: Session, visit: Visit, offer: Offer, now: dt.datetime) -> bool:
    """Whether this person could still be booked (``visit`` is locked)."""
    if span(offer.during)[0] <= now or offer.settled_by in NOT_HERS:
        return False
    if visit.slot.status not in ASKABLE:
        return visit.asks_instead() and offer.status in OPEN_OFFER
    if offer.status in OPEN_OFFER:
        return True
    live, asked = visit.live(), visit.open_offers()
    if (live is not None and live.agreed is not None) or not _is_race(visit, asked, offer):
        return False
    here = offer.place_id == visit.appointment.place_id
    return here and is_still_wanted(visit, offer.during) and hours_of_the_others(session, visit) <= {offer.during}


def _is_race(visit: Visit, asked: list[Offer], offer: Offer) -> bool:
    """Whether nobody is asked, or several are; not she herself about another hour, nor anybody about a move of hers."""
    together = {one.created_at for one in asked}
    several = sum(one.created_at in together for one in visit.offers) > len(together)
    return not asked or (
        several
        and all(one.policy in FIRST_YES_WINS and one.known is None for one in asked)
        and all(one.mediator_id != offer.mediator_id for one in asked)
    )


def is_still_wanted(visit: Visit, during: Range[dt.datetime]) -> bool:
    """Whether the visit may still be at the hour that somebody was asked about, and lasts as long."""
    (start, end), length = span(during), dt.timedelta(minutes=visit.appointment.duration)
    windows = [[dt.datetime.fromisoformat(one) for one in window] for window in visit.appointment.windows]
    return end - start == length and any(first <= start <= last for first, last in windows)
