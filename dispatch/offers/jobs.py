# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queued and timed work of the offers stage; each job re-reads its rows and may come twice."""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.dialects.postgresql import Range

from dispatch.kit import running
from dispatch.kit.clock import now
from dispatch.kit.queue import carrier, enqueue
from dispatch.line.queries import in_force
from dispatch.offers import (
    asking,
    assigned,
    declining,
    expiring,
    make,
    moving,
    polling,
    queries,
    reading,
    reconciling,
    releasing,
    reply_queries,
    sending,
    undelivered,
)
from dispatch.offers.hands import OneAtATime
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
SENDING = OneAtATime()


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


@carrier.task(name="offers.ask_next", retry=TRIES)
def ask_next(slot_id: int) -> None:
    """Ask whom a coordinator named for a slot, all of them or whose turn it is."""
    here = running.current()
    with here.database.begin() as session:
        asking.ask_next(session, office_of(session, here), slot_id, now(session))


@carrier.task(name="offers.send")
def send() -> None:
    """Hand over the SMS that are due; any number of these may be asked for, on any number of machines.

    After a batch the job ends, so that a deploy never waits long; who asked meanwhile gets a job of its own then.
    """
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
        provider = provider_of(here.settings, in_force(session, here.settings))
    posts = here.settings.sms_posts if provider.is_carrier else 1
    set_up = here.settings.providers
    if SENDING.run(partial(sending.drain, here.database, office, provider, posts=posts, set_up=set_up)):
        with here.database.begin() as session:
            enqueue(session, "offers.send")


@carrier.task(name="offers.reconcile")
def reconcile() -> None:
    """Find out what became of SMS that nobody heard of again, and read the replies whose job was lost."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
    for name in here.settings.providers:  # What one of them was given stays with it, whichever is in force now.
        reconciling.reconcile(here.database, office, provider_of(here.settings, name))
    with here.database.begin() as session:
        left = reply_queries.left_unread(session, now(session) - LOST_AFTER)
        hopeless = reply_queries.left_unread(session, now(session) - HOPELESS_AFTER)
    try:
        each_apart(here, left, lambda session, key: reading.read_inbound(session, office, key, now(session)))
    finally:  # Tried once more first: after a long stop even an old reply is read as usual.
        each_apart(here, hopeless, lambda session, key: reading.hand_over_unread(session, office, key, now(session)))


@carrier.task(name="offers.poll")
def poll() -> None:
    """Fetch the replies and receipts that no webhook brought."""
    here = running.current()
    with here.database.begin() as session:
        office = office_of(session, here)
    for provider in (provider_of(here.settings, name) for name in here.settings.providers):
        if provider.is_carrier:
            polling.poll_replies(here.database, provider)
            polling.poll_receipts(here.database, office.sms, provider)


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


@carrier.task(name="offers.tell_moved", retry=TRIES)
def tell_moved(appointment_id: int, offer_ids: list[int]) -> None:
    """Ask or tell everybody who was asked about, or had said yes to, an appointment that has moved."""
    here = running.current()
    with here.database.begin() as session:
        moving.tell_moved(session, office_of(session, here), appointment_id, offer_ids, now(session))


@carrier.task(name="offers.tell_assigned", retry=TRIES)
def tell_assigned(slot_id: int, offer_ids: list[int], booked: int | None = None) -> None:
    """Free whoever had a slot that a coordinator gave to somebody else, and ask or confirm her."""
    here = running.current()
    with here.database.begin() as session:
        assigned.tell_assigned(session, office_of(session, here), slot_id, offer_ids, now(session), booked)


@carrier.task(name="offers.tell_released", retry=TRIES)
def tell_released(mediator_id: int, slot_id: int) -> None:
    """Settle the questions to a mediator who is away or has left, and tell her and the desk."""
    here = running.current()
    with here.database.begin() as session:
        releasing.tell_released(session, office_of(session, here), mediator_id, slot_id, now(session))


@carrier.task(name="offers.decline_busy", retry=TRIES)
def decline_busy(mediator_id: int, start: str, end: str) -> None:
    """Answer no for a mediator who has said that she is busy in this time."""
    here = running.current()
    during = Range(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))
    with here.database.begin() as session:
        declining.decline_busy(session, office_of(session, here), mediator_id, during, now(session))


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
