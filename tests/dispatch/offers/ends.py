# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that can happen to an offer, one function each, and A3's race of all of them at any size."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from dispatch.appointments.cancelling import cancel_appointments
from dispatch.doctor.invariants import broken
from dispatch.kit.clock import set_virtual
from dispatch.kit.locks import lock_mediators
from dispatch.kit.session import Database
from dispatch.offers import lost_jobs, queries
from dispatch.offers.answering import settle_offer, withdraw_booking
from dispatch.offers.decisions import Reply
from dispatch.offers.expiring import expire_offer, tell_cancelled
from dispatch.offers.make import offer_assignment, withdraw_baseless
from dispatch.offers.releasing import tell_released
from dispatch.planning.publish import FILLABLE
from dispatch.planning.queries import live_by_slot, lock_appointments_of
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, OfferStatus, SlotStatus
from dispatch.roster.leaving import Visits, make_room
from tests import make
from tests.dispatch.offers import drawn, scene

NOW = scene.MONDAY_MORNING
THE_SAME_DAY = dt.datetime(2026, 11, 23, 13, 0, tzinfo=dt.UTC)  # all who suit are asked at once
MINUTE = dt.timedelta(minutes=1)
THREADS, VISITS, PEOPLE = 16, 24, 8
PER_VISIT = 16  # things that happen to a visit before the next batch of visits


def say(reply: Reply) -> Callable[[Session, Offer], object]:
    return lambda session, offer: settle_offer(session, scene.office(), offer.id, reply, NOW + MINUTE)


def take_back(session: Session, offer: Offer) -> object:
    """ANNULLA: she gives a booking back."""
    return withdraw_booking(session, scene.office(), offer.id, NOW + MINUTE)


def expire(session: Session, offer: Offer) -> object:
    return expire_offer(session, scene.office(), offer.id, offer.reply_by + MINUTE)


def cancel(session: Session, offer: Offer) -> object:
    """The desk calls it off; the offers' own job tells people, in this transaction for once."""
    appointment_id = session.get_one(Slot, offer.slot_id).appointment_id
    cancel_appointments(session, [appointment_id], NOW + MINUTE)
    return appointment_id


def tell_it_is_off(session: Session, offer: Offer) -> object:
    """The job that follows a cancellation; on what still stands it must find nothing to do."""
    slot = session.get_one(Slot, offer.slot_id)
    return slot.status == SlotStatus.CANCELLED and tell_cancelled(
        session, scene.office(), slot.appointment_id, NOW + MINUTE
    )


def fall_ill(session: Session, offer: Offer) -> object:
    """She is absent for the time of the visit, and released from what stands in it."""
    return make_room(session, offer.mediator, offer.during, Visits.RELEASE, "test", NOW + MINUTE)


def tell_released_one(session: Session, offer: Offer) -> object:
    return tell_released(session, scene.office(), offer.mediator_id, offer.slot_id, NOW + MINUTE)


def move(session: Session, offer: Offer) -> object:
    """A re-plan gives the slot to the mediator of this offer, as publishing does: what has left is not moved."""
    standing = live_by_slot(session, [offer.slot_id]).get(offer.slot_id)
    lock_mediators(session, {offer.mediator_id, *([standing.mediator_id] if standing else [])})
    slot = lock_appointments_of(session, [offer.slot_id])[offer.slot_id]
    live = live_by_slot(session, [slot.id]).get(slot.id)
    if slot.status not in FILLABLE or (
        live and (live.status == AssignmentStatus.BOOKED or question_left(session, live))
    ):
        return None
    if live is not None:
        session.execute(
            update(Assignment)
            .where(Assignment.id == live.id)
            .values(status=AssignmentStatus.SUPERSEDED, changed_at=NOW)
        )
    row = {"slot_id": slot.id, "mediator_id": offer.mediator_id, "during": offer.during, "changed_at": NOW}
    given = insert(Assignment).values(status=AssignmentStatus.PUBLISHED, **row).on_conflict_do_nothing()
    made = session.scalars(given.returning(Assignment.id)).one_or_none()
    if made is None:
        session.rollback()
        return None
    slot.status, slot.replan_due, slot.changed_at = SlotStatus.OFFERED, None, NOW
    return made


def question_left(session: Session, live: Assignment) -> bool:
    left = select(Offer.id).where(Offer.assignment_id == live.id, Offer.status == OfferStatus.WAITING)
    return session.scalars(left).first() is not None


def take_back_baseless(session: Session, offer: Offer) -> object:
    """The first half of the job after a publication; a transaction of its own, as there."""
    withdraw_baseless(session, scene.office(), offer.slot_id, NOW + MINUTE)
    return None


def ask_again(session: Session, offer: Offer) -> object:
    """The second half."""
    live = live_by_slot(session, [offer.slot_id]).get(offer.slot_id)
    return live and offer_assignment(session, scene.office(), live.id, NOW + MINUTE)


# How often each happens in the race.
EVENTS: dict[Callable[[Session, Offer], object], int] = {
    say(Reply.YES): 5,
    say(Reply.NO): 4,
    take_back: 2,
    expire: 3,
    cancel: 1,
    tell_it_is_off: 1,
    fall_ill: 1,
    tell_released_one: 1,
    move: 2,
    take_back_baseless: 1,
    ask_again: 2,
}


FORGIVEN: tuple[type[Exception], ...] = (OperationalError,)  # a deadlock, or a lock that never came: counted
# Nobody plans in this race and nobody weighs a late cancellation, so what waits for that goes on waiting.
NOT_HERE = {"silent", "overdue"}


@dataclass
class Ends:
    """What came of the race besides rows."""

    events: int = 0
    offers: int = 0
    troubles: Counter[str] = field(default_factory=Counter)


def race_of_ends(database: Database, events: int) -> Ends:
    """A3: sixteen threads do whatever can be done to the offers of a batch of visits, then to the next batch."""
    seen, chance = Ends(), Random(1)
    while seen.events < events:
        offers = batch_of_visits(database, chance)
        count = min(VISITS * PER_VISIT, events - seen.events)
        happens = [(chance.choices([*EVENTS], [*EVENTS.values()])[0], chance.choice(offers)) for _ in range(count)]
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda one: happen(database, one[0], one[1], seen), happens))
        let_the_rest_end(database)
        seen.events += count
        seen.offers += len(offers)
    return seen


def batch_of_visits(database: Database, chance: Random) -> list[int]:
    """Visits of one afternoon, each published to one of a few people and put to several; the offers."""
    with database.begin() as session:
        people = [make.mediator(session) for _ in range(PEOPLE)]
        first = scene.slot(session, THE_SAME_DAY)
        starts = [THE_SAME_DAY + dt.timedelta(minutes=15 * chance.randrange(16)) for _ in range(VISITS - 1)]
        slots = [first, *scene.more_slots(session, first, starts)]
        for slot, start in zip(slots, [THE_SAME_DAY, *starts], strict=True):
            publish_to_the_first_free(session, slot, chance.sample(people, 3), start)
    scene.ask_all(database, scene.office())
    if chance.random() < 0.8:  # now and then the SMS have not left yet when the first of them end
        scene.send_all(database, scene.office())
    with database.begin() as session:
        return list(session.scalars(select(Offer.id).where(Offer.slot_id.in_([slot.id for slot in slots]))))


def publish_to_the_first_free(session: Session, slot: Slot, people: list[Mediator], start: dt.datetime) -> None:
    during = Range(start, start + dt.timedelta(hours=1))
    for place, her in enumerate(people):
        held = session.scalars(
            select(Assignment.id).where(Assignment.mediator_id == her.id, Assignment.during.overlaps(during))
        )
        if held.first() is None:
            scene.publish(session, slot, [her, *people[:place], *people[place + 1 :]], start)
            return


def happen(database: Database, event: Callable[[Session, Offer], object], offer_id: int, seen: Ends) -> None:
    """One thing happens in a transaction of its own; who is ended by the database is counted."""
    try:
        with database.begin() as session:
            event(session, session.get_one(Offer, offer_id))
    except FORGIVEN as trouble:
        seen.troubles[type(trouble).__name__] += 1


def let_the_rest_end(database: Database) -> None:
    """What a tick finds left undone is done, and every deadline passes."""
    later = NOW + dt.timedelta(days=30)
    with database.begin() as session:
        off = lost_jobs.untold_of_a_cancellation(session, later)
        released = lost_jobs.untold_of_a_release(session, NOW, later)
    for appointment_id in off:
        with database.begin() as session:
            tell_cancelled(session, scene.office(), appointment_id, NOW + MINUTE)
    for mediator_id, slot_id in released:
        with database.begin() as session:
            tell_released(session, scene.office(), mediator_id, slot_id, NOW + MINUTE)
    with database.begin() as session:
        overdue = queries.overdue_offers(session, later)
    for offer_id in overdue:
        with database.begin() as session:
            expire_offer(session, scene.office(), offer_id, later)


def all_held(database: Database) -> list[str]:
    """What is wrong after the race: a step that is not drawn, an offer that ended twice or never, a broken promise."""
    with database.begin() as session:
        set_virtual(session, NOW + 10 * MINUTE)
        open_still = session.scalars(select(Offer.id).where(Offer.status.in_(OPEN_OFFER))).all()
        promises = [one for one in broken(session) if one.invariant.name not in NOT_HERE]
        return [
            *(f"{family}: {odd}" for family, odd in drawn.undrawn(session).items()),
            *(f"offer {key} ended twice" for key in session.execute(drawn.ENDED_TWICE).scalars()),
            *(f"offer {key} never ended" for key in open_still),
            *map(str, promises),
        ]
