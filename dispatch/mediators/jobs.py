# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queued and timed work of the mediators stage; each job re-reads its rows and may come twice."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import now
from dispatch.kit.queue import carrier
from dispatch.mediators import numbers, queries, taking
from dispatch.outbox.apart import each_apart

TRIES = 4
# A reply that could not be taken for so long, however often it was tried, is for a person.
HOPELESS_AFTER = dt.timedelta(minutes=15)


@carrier.task(name="mediators.take", retry=TRIES)
def take(inbound_id: int) -> None:
    """Do what one SMS says of its sender's time."""
    with running.current().database.begin() as session:
        _take(session, inbound_id)


@carrier.task(name="mediators.try_number", retry=TRIES)
def try_number(mediator_id: int) -> None:
    """Send the SMS whose answer confirms a number."""
    with running.current().database.begin() as session:
        numbers.try_number(session, mediator_id, now(session))


@carrier.task(name="mediators.take_left")
def take_left() -> None:
    """Take the replies whose own job was lost, and hand to a person what cannot be taken."""
    here = running.current()
    with here.database.begin() as session:
        left = queries.handed_over(session, now(session))
        hopeless = queries.handed_over(session, now(session) - HOPELESS_AFTER)
    try:
        each_apart(here, left, _take)
    finally:  # Tried once more first: after a long stop even an old reply is taken as usual.
        each_apart(here, hopeless, lambda session, key: taking.hand_to_person(session, key, now(session)))


def _take(session: Session, inbound_id: int) -> None:
    taking.take(session, inbound_id, now(session))
