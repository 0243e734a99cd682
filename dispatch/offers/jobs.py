# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queued and timed work of the offers stage; each job re-reads its rows and may come twice."""

from __future__ import annotations

import datetime as dt

from dispatch.kit import running
from dispatch.kit.clock import now
from dispatch.kit.queue import carrier
from dispatch.offers import expiring, make, queries, reading, reconciling, releasing, sending, undelivered
from dispatch.offers.lost_jobs import queue_again
from dispatch.offers.office import office_of
from dispatch.offers.wire import provider_of
from dispatch.outbox.apart import each_apart
from notifications.providers.codes import CodeTable

# A reading job that has not come by then was lost with its worker.
LOST_AFTER = dt.timedelta(minutes=2)
# One that could not be read for so long, however often it was tried, is for a person.
HOPELESS_AFTER = dt.timedelta(minutes=15)
# Two answers may cross and one be refused by the database: it is simply tried again.
TRIES = 4


@carrier.task(name="offers.make", retry=TRIES)
def make_offers() -> None:
    """Ask about every published assignment nobody was asked about, and take back what lost its ground."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
        baseless, fresh = queries.slots_with_baseless_offers(session), queries.unoffered_assignments(session)
        called_away = queries.called_away(session, now(session))
    each_apart(here, called_away, lambda session, key: expiring.tell_called_away(session, office, key, now(session)))
    each_apart(here, baseless, lambda session, key: make.withdraw_baseless(session, office, key, now(session)))
    each_apart(here, fresh, lambda session, key: make.offer_assignment(session, office, key, now(session)))


@carrier.task(name="offers.send")
def send() -> None:
    """Hand over every SMS that is due; any number of these may run at once."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
    sending.drain(here.database, office, provider_of(here.settings))


@carrier.task(name="offers.reconcile")
def reconcile() -> None:
    """Find out what became of SMS that nobody heard of again, and read the replies whose job was lost."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
    reconciling.reconcile(here.database, office, provider_of(here.settings))
    with here.database.begin() as session:
        left = queries.left_unread(session, now(session) - LOST_AFTER)
        hopeless = queries.left_unread(session, now(session) - HOPELESS_AFTER)
    try:
        each_apart(here, left, lambda session, key: reading.read_inbound(session, office, key, now(session)))
    finally:  # Tried once more first: after a long stop even an old reply is read as usual.
        each_apart(here, hopeless, lambda session, key: reading.hand_over_unread(session, key, now(session)))


@carrier.task(name="offers.read", retry=TRIES)
def read(inbound_id: int) -> None:
    """Read one stored reply and do what it says."""
    here = running.current()
    with here.database.begin() as session:
        reading.read_inbound(session, office_of(session, here), inbound_id, now(session))


@carrier.task(name="offers.expire")
def expire() -> None:
    """End every offer whose time to answer is over, and see that nothing is left undone by a job that was lost."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
        overdue = queries.overdue_offers(session, now(session))
        queue_again(session, now(session))
    each_apart(here, overdue, lambda session, key: expiring.expire_offer(session, office, key, now(session)))


@carrier.task(name="offers.tell_cancelled", retry=TRIES)
def tell_cancelled(appointment_id: int) -> None:
    """Tell everybody who was asked, or had said yes, that an appointment is off."""
    here = running.current()
    with here.database.begin() as session:
        expiring.tell_cancelled(session, office_of(session, here), appointment_id, now(session))


@carrier.task(name="offers.tell_released", retry=TRIES)
def tell_released(mediator_id: int, slot_id: int) -> None:
    """Settle the questions to a mediator who is away or has left, and tell her and the desk."""
    here = running.current()
    with here.database.begin() as session:
        releasing.tell_released(session, office_of(session, here), mediator_id, slot_id, now(session))


@carrier.task(name="offers.undelivered", retry=TRIES)
def settle_undelivered(message_id: int) -> None:
    """See to the person, the line and the question behind an SMS that failed."""
    here = running.current()
    with here.database.begin() as session:
        undelivered.settle_undelivered(session, office_of(session, here), CodeTable.load(), message_id, now(session))


@carrier.task(name="offers.arrived", retry=TRIES)
def mark_arrived(message_id: int) -> None:
    """A question thought lost did arrive: it waits for its answer."""
    here = running.current()
    with here.database.begin() as session:
        undelivered.mark_arrived(session, message_id, now(session))
