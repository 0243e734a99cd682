# SPDX-License-Identifier: AGPL-3.0-or-later
"""A job that is lost with its worker, or given up, is queued again by the tick: what is undone stands in the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers import jobs
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.offers.lost_jobs import LOST_AFTER
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, MessageStatus, OfferStatus, SlotStatus
from tests import make
from tests.dispatch.offers import ends, scene

NOW = scene.MONDAY_MORNING
QUEUED = text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' AND task_name <> 'offers.send'")


@pytest.fixture(autouse=True)
def installed(database: Database) -> Iterator[None]:
    running.start(make.installation(database))
    yield
    running._current.clear()


def call_off(session: Session, offer: Offer) -> None:
    ends.cancel(session, offer)


def fall_ill_after_a_yes(session: Session, offer: Offer) -> None:
    settle_offer(session, scene.office(), offer.id, Reply.YES, NOW)
    ends.fall_ill(session, offer)


def take_the_ground_away(session: Session, offer: Offer) -> None:
    """The plan moved the visit to nobody, and nobody took the question back."""
    superseded = {"now": NOW, "status": AssignmentStatus.SUPERSEDED.value}
    session.execute(text("UPDATE assignment SET status = :status, changed_at = :now"), superseded)


def say_yes_on_the_phone(session: Session, offer: Offer) -> None:
    """A coordinator books her, and nobody has written to her where to go; the question to her ended before."""
    offer.status, offer.closed_at = OfferStatus.WITHDRAWN, NOW
    session.execute(update(Assignment).values(status=AssignmentStatus.BOOKED, changed_at=NOW))
    session.execute(update(Slot).values(status=SlotStatus.BOOKED))


def lose_the_sms(session: Session, offer: Offer) -> None:
    failed = {"status": MessageStatus.FAILED, "settled_at": NOW, "trouble": "30003: unreachable"}
    session.execute(update(Message).where(Message.offer_id == offer.id).values(**failed))


@pytest.mark.parametrize(
    ("happens", "job"),
    [
        (call_off, "offers.tell_cancelled"),
        (fall_ill_after_a_yes, "offers.tell_released"),
        (take_the_ground_away, "offers.make"),
        (say_yes_on_the_phone, "offers.tell_assigned"),
        (lose_the_sms, "offers.undelivered"),
    ],
)
def test_a_lost_job_is_queued_again(database: Database, happens: Callable[[Session, Offer], None], job: str) -> None:
    """Once its time has passed, and no more when it has been done."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        happens(session, session.get_one(Offer, offer_id))
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert job in queued_by_the_tick(database)
    with database.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    do(job, offer_id, database)
    assert job not in queued_by_the_tick(database)


def test_what_nothing_was_left_undone_of_is_left_alone(database: Database) -> None:
    """The control: a question that simply waits for its answer."""
    scene.asked(database)
    assert queued_by_the_tick(database) == set()


def queued_by_the_tick(database: Database) -> set[str]:
    with database.begin() as session:
        set_virtual(session, NOW + LOST_AFTER + dt.timedelta(minutes=2))
        session.execute(text("DELETE FROM procrastinate_jobs"))
    jobs.expire()
    with database.begin() as session:
        return set(session.execute(QUEUED).scalars())


def do(job: str, offer_id: int, database: Database) -> None:
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        asked = session.scalars(select(Message).where(Message.kind == "offer")).one()
        appointment_id = session.get_one(Slot, offer.slot_id).appointment_id
    match job:
        case "offers.tell_cancelled":
            jobs.tell_cancelled(appointment_id)
        case "offers.tell_released":
            jobs.tell_released(offer.mediator_id, offer.slot_id)
        case "offers.tell_assigned":
            jobs.tell_assigned(offer.slot_id, [])
        case "offers.make":
            jobs.make_offers()
        case _:
            jobs.settle_undelivered(asked.id)
