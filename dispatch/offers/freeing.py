# SPDX-License-Identifier: AGPL-3.0-or-later
"""Frees somebody of a visit that is not hers any more: her open question or her booking ends, and she is told which.

Whoever was asked about a visit that had moved under her booking hears that the visit is off, in the words of a booking:
she said yes to it once.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.offers.ending import close, keep_at_home
from dispatch.offers.office import Office
from dispatch.offers.writing import tell
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, OfferStatus
from notifications.message import MessageKind


def is_counted_on(offer: Offer) -> bool:
    """Whether the desk expects her: she said yes, to this offer or to the time of the visit before it moved."""
    return offer.status == OfferStatus.ACCEPTED or (offer.status in OPEN_OFFER and offer.known is not None)


def free(
    session: Session,
    office: Office,
    offer: Offer,
    now: dt.datetime,
    by: str,
    booking_word: MessageKind = MessageKind.CANCELLED,
) -> bool:
    """End a locked offer that is open or accepted; whether she had to be told."""
    if offer.status in OPEN_OFFER:
        known = offer.known
        if close(session, offer, OfferStatus.WITHDRAWN, now, by):
            tell(session, office, MessageKind.WITHDRAWN if known is None else booking_word, offer, now)
        elif known is not None:
            tell(session, office, booking_word, offer, now, during=known)
        else:
            return False
        return True
    if offer.status == OfferStatus.ACCEPTED:
        known = offer.known if keep_at_home(session, offer.id, now, "booking ended") else None
        offer.status, offer.closed_at, offer.settled_by = OfferStatus.WITHDRAWN, now, by
        tell(session, office, booking_word, offer, now, during=known)
        return True
    return False


def tell_unasked(session: Session, office: Office, offer: Offer, now: dt.datetime) -> None:
    """A question about a move ended before she could read it: she counts on the time she knows of, and hears that it is off."""
    if offer.known is not None:
        tell(session, office, MessageKind.CANCELLED, offer, now, during=offer.known)
