# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator who is released from a visit is told once, her question is taken back, and the desk sees it open again."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.offers.releasing import tell_released
from dispatch.records.intake import Slot
from dispatch.records.offers import Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, OfferStatus, SlotStatus
from dispatch.roster.entries import AbsenceEntry
from dispatch.roster.exceptions import save_absence
from dispatch.roster.leaving import Visits
from tests.dispatch.offers.scene import MONDAY_MORNING, NEXT_WEEK, ask_all, asked, office, publish, says, texts

SOON = MONDAY_MORNING + dt.timedelta(minutes=5)


def away(session: Session, offer: Offer) -> None:
    """She is away on the day of the visit, and her visits are released."""
    day = NEXT_WEEK.replace(hour=0)
    entry = AbsenceEntry(mediator=offer.mediator.code, start=day, end=day + dt.timedelta(days=1))
    save_absence(session, entry, "test", SOON, visits=Visits.RELEASE)


def settled(database: Database, offer_id: int) -> tuple[str, str]:
    """How the offer ended and where its slot stands, after the job ran twice."""
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        away(session, offer)
    for _ in range(2):
        with database.begin() as session:
            tell_released(session, office(), offer.mediator_id, offer.slot_id, SOON)
    with database.begin() as session:
        ended, slot = session.get_one(Offer, offer_id), session.get_one(Slot, offer.slot_id)
        assert slot.replan_due is not None
        return ended.status, slot.status


def test_who_had_said_yes_is_told_that_it_is_off(database: Database) -> None:
    """One SMS however often the job runs, one notice to the desk, and the slot is due for a repair."""
    [offer_id] = asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code = offer.mediator.phone, offer.code
    says(database, phone, f"SI {code}", SOON)
    assert settled(database, offer_id) == (OfferStatus.WITHDRAWN, SlotStatus.OPEN)
    with database.begin() as session:
        assert len(texts(session, "released")) == 1
        notices = session.scalars(select(Notice.kind).where(Notice.desk_id.is_not(None))).all()
        assert list(notices) == ["booked", "reopened"]


def test_an_open_question_is_taken_back(database: Database) -> None:
    """She had not answered yet: she is told that it is no longer needed, and the desk hears nothing."""
    [offer_id] = asked(database)
    assert settled(database, offer_id) == (OfferStatus.WITHDRAWN, SlotStatus.OPEN)
    with database.begin() as session:
        assert len(texts(session, "withdrawn")) == 1
        assert session.scalars(select(Notice.kind).where(Notice.desk_id.is_not(None))).all() == []


@pytest.mark.parametrize("later", [dt.timedelta(0), dt.timedelta(hours=1)], ids=["the same hour", "another hour"])
def test_who_gets_her_visit_back_before_she_was_told_has_it(database: Database, later: dt.timedelta) -> None:
    """Absent by mistake, for a minute: her yes still stands. Given back at another hour, she is told and asked anew."""
    [offer_id] = asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code, her = offer.mediator.phone, offer.code, offer.mediator
    says(database, phone, f"SI {code}", SOON)
    with database.begin() as session:
        away(session, session.get_one(Offer, offer_id))
        session.execute(delete(Absence))
        publish(session, session.get_one(Slot, offer.slot_id), [her], NEXT_WEEK + later)
    ask_all(database, office(), SOON)
    with database.begin() as session:
        assert not tell_released(session, office(), offer.mediator_id, offer.slot_id, SOON)
        live = session.scalars(select(Assignment).where(Assignment.status.in_(LIVE_ASSIGNMENT))).one()
        offers = session.scalars(select(Offer.status).order_by(Offer.id)).all()
        if later:
            assert (live.status, [*offers]) == (AssignmentStatus.PUBLISHED, [OfferStatus.WITHDRAWN, OfferStatus.QUEUED])
            assert len(texts(session, "cancelled")) == 1
        else:
            assert (live.status, [*offers]) == (AssignmentStatus.BOOKED, [OfferStatus.ACCEPTED])
            assert texts(session, "released") == texts(session, "cancelled") == []


def test_who_still_has_the_visit_keeps_her_offer(database: Database) -> None:
    """The control: without an absence the same job changes nothing."""
    [offer_id] = asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        assert not tell_released(session, office(), offer.mediator_id, offer.slot_id, SOON)
        assert offer.status == OfferStatus.WAITING
