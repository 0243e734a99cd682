# SPDX-License-Identifier: AGPL-3.0-or-later
"""The jobs as a worker runs them: each may come twice, and what one left undone the next one finishes."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers import expiring, jobs, reading
from dispatch.offers import make as make_
from dispatch.offers.inbound import store
from dispatch.offers.office import Office
from dispatch.records.intake import Slot
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, InboundStatus, MessageStatus, OfferStatus, SlotStatus
from notifications.providers.port import InboundSms
from tests import make
from tests.dispatch.offers import scene

QUEUED = text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")


@pytest.fixture(autouse=True)
def installed(database: Database) -> Iterator[None]:
    running.start(make.installation(database))
    yield
    running._current.clear()


def published(database: Database) -> None:
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
        set_virtual(session, scene.MONDAY_MORNING)


def test_the_way_from_published_to_booked_by_jobs_alone(database: Database) -> None:
    """make, send, read: each twice, and there is one offer, one SMS, one booking."""
    published(database)
    for _ in range(2):
        jobs.make_offers()
        jobs.send()
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        assert session.scalars(select(Message.status)).all() == [MessageStatus.SENT]
        sms = InboundSms(sid="PH1", from_phone=offer.mediator.phone, to_phone="+39", body=f"SI {offer.code}")
        inbound_id = store(session, "phone", sms, scene.MONDAY_MORNING)
    assert inbound_id is not None
    for _ in range(2):
        jobs.read(inbound_id)
    with database.begin() as session:
        assert session.scalars(select(Slot.status)).one() == SlotStatus.BOOKED
        assert session.scalars(select(func.count()).where(Message.kind == "confirmed")).one() == 1


def test_a_deadline_that_passed_is_struck_once_and_the_slot_is_due_for_repair(database: Database) -> None:
    """The expiry job ends the offer; a second strike finds nothing."""
    published(database)
    jobs.make_offers()
    jobs.send()
    with database.begin() as session:
        set_virtual(session, session.scalars(select(Offer.reply_by)).one() + dt.timedelta(seconds=1))
    jobs.expire()
    jobs.expire()
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.EXPIRED
        assert session.scalars(select(Slot.replan_due)).one() is not None
        assert session.scalars(select(func.count()).where(Message.kind == "expired")).one() == 1


def test_what_lost_jobs_left_is_picked_up_by_the_ticks(database: Database) -> None:
    """A6: an assignment whose making was lost is made again; a reply whose reading was lost is read."""
    published(database)
    jobs.expire()
    with database.begin() as session:
        assert "offers.make" in session.execute(QUEUED).scalars().all()
        phone = session.scalars(select(Assignment)).one().mediator.phone
        sms = InboundSms(sid="PH2", from_phone=phone, to_phone="+39", body="AIUTO")
        store(session, "phone", sms, scene.MONDAY_MORNING - dt.timedelta(minutes=3))
    jobs.reconcile()
    with database.begin() as session:
        assert session.scalars(select(Inbound.status)).one() == InboundStatus.ANSWERED


def test_a_superseded_choice_is_taken_back_by_the_next_making(database: Database) -> None:
    """A repair moved the slot while the question waited: she is told that it is withdrawn."""
    published(database)
    jobs.make_offers()
    jobs.send()
    with database.begin() as session:
        session.scalars(select(Assignment)).one().status = AssignmentStatus.SUPERSEDED
    jobs.make_offers()
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.WITHDRAWN
        assert session.scalars(select(func.count()).where(Message.kind == "withdrawn")).one() == 1


@pytest.mark.parametrize(("flexible", "status"), [(True, SlotStatus.OPEN), (False, SlotStatus.UNFILLED)])
def test_a_start_that_passed_unasked_uses_nobody_up(database: Database, flexible: bool, status: SlotStatus) -> None:
    """Nobody made the offer in time: a visit that may begin later is planned anew, with her among those who can come."""
    published(database)
    late = scene.NEXT_WEEK + dt.timedelta(minutes=5)
    with database.begin() as session:
        set_virtual(session, late)
        row = session.scalars(select(Slot)).one()
        if flexible:
            row.appointment.last_start = late + dt.timedelta(hours=2)
    jobs.make_offers()
    with database.begin() as session:
        row = session.scalars(select(Slot)).one()
        assert (row.status, row.excluded) == (status, [])
        assert row.replan_due == (late if flexible else None)
        assert session.scalars(select(Notice.kind)).all() == ([] if flexible else ["nobody"])
        assert session.scalars(select(Offer.id)).all() == []


def refuse_the_first(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """The first row this is called for makes trouble, however often it is tried."""
    honest, poisoned = getattr(module, name), list[int]()

    def act(session: Session, office: Office, key: int, now: dt.datetime) -> object:
        poisoned[:] = poisoned or [key]
        if key == poisoned[0]:
            raise RuntimeError("this row cannot be")
        return honest(session, office, key, now)

    monkeypatch.setattr(module, name, act)


def test_one_row_that_cannot_be_keeps_no_other_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three assignments and then of two deadlines the first makes trouble: the others go on, and the job has failed."""
    for _ in range(3):
        published(database)
    refuse_the_first(monkeypatch, make_, "offer_assignment")
    with pytest.raises(RuntimeError):
        jobs.make_offers()
    with database.begin() as session:
        assert session.scalars(select(func.count(Offer.id))).one() == 2
        set_virtual(session, session.scalars(select(func.max(Offer.reply_by))).one() + dt.timedelta(seconds=1))
    refuse_the_first(monkeypatch, expiring, "expire_offer")
    with pytest.raises(RuntimeError):
        jobs.expire()
    with database.begin() as session:
        assert sorted(session.scalars(select(Offer.status))) == [OfferStatus.EXPIRED, OfferStatus.QUEUED]


def test_many_offers_wake_the_sender_once(database: Database) -> None:
    """Two hundred jobs that find nothing to send cost more than the sending; and one there must be."""
    for _ in range(3):
        published(database)
    jobs.make_offers()
    with database.begin() as session:
        assert session.execute(QUEUED).scalars().all() == ["offers.send"]
    jobs.make_offers()
    with database.begin() as session:
        assert session.execute(QUEUED).scalars().all() == ["offers.send"]


def test_a_reply_that_cannot_be_read_comes_to_a_person(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try fails: for a quarter of an hour it is tried, then a coordinator gets its full text, once."""
    published(database)
    with database.begin() as session:
        phone = session.scalars(select(Assignment)).one().mediator.phone
        sms = InboundSms(sid="PH3", from_phone=phone, to_phone="+39", body="SI 412")
        store(session, "phone", sms, scene.MONDAY_MORNING)
    refuse_the_first(monkeypatch, reading, "read_inbound")
    for minutes, becomes in ((3, InboundStatus.STORED), (16, InboundStatus.PERSON), (17, InboundStatus.PERSON)):
        with database.begin() as session:
            set_virtual(session, scene.MONDAY_MORNING + dt.timedelta(minutes=minutes))
        with contextlib.suppress(RuntimeError):
            jobs.reconcile()
        with database.begin() as session:
            assert session.scalars(select(Inbound.status)).one() == becomes
    with database.begin() as session:
        assert session.scalars(select(Notice.kind)).all() == ["to_read"]
