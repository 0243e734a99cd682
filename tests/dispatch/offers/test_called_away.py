# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is called off a presence that she had said yes to is told not to go, once, and may be asked for it again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from dispatch.kit import running
from dispatch.kit.session import Database
from dispatch.offers import jobs
from dispatch.offers.expiring import tell_called_away
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, OfferStatus, SlotStatus
from tests import make
from tests.dispatch.offers import scene


@pytest.fixture
def offer_id(database: Database) -> Iterator[int]:
    """A visit of next week, asked and said yes to."""
    running.start(make.installation(database))
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code = offer.mediator.phone, offer.code
    scene.says(database, phone, f"SI {code}", scene.MONDAY_MORNING)
    yield offer_id
    running._current.clear()


def test_she_is_told_once_not_to_go(database: Database, offer_id: int) -> None:
    """Her booking was superseded by a repair: one SMS says so, and her old yes no longer stands."""
    with database.begin() as session:
        session.scalars(select(Assignment)).one().status = AssignmentStatus.SUPERSEDED
    for _ in range(2):
        jobs.make_offers()
    with database.begin() as session:
        [told] = scene.texts(session, "cancelled")
        assert "ANNULLATO" in told
        assert session.get_one(Offer, offer_id).status == OfferStatus.WITHDRAWN


@pytest.mark.parametrize("stands", [AssignmentStatus.BOOKED, AssignmentStatus.DONE])
def test_who_still_has_her_booking_is_told_nothing(database: Database, offer_id: int, stands: AssignmentStatus) -> None:
    """The control: an earlier choice for the slot was superseded, but she is booked, or told early that she is done."""
    with database.begin() as session:
        booked = session.scalars(select(Assignment)).one()
        booked.status = stands
        session.add(
            Assignment(
                slot_id=booked.slot_id,
                mediator_id=booked.mediator_id,
                during=booked.during,
                status=AssignmentStatus.SUPERSEDED,
                changed_at=scene.MONDAY_MORNING,
            )
        )
    jobs.make_offers()
    with database.begin() as session:
        assert not tell_called_away(session, scene.office(), offer_id, scene.MONDAY_MORNING), "asked by the job or not"
    with database.begin() as session:
        assert scene.texts(session, "cancelled") == []
        assert session.get_one(Offer, offer_id).status == OfferStatus.ACCEPTED


@pytest.mark.parametrize("marked", [True, False])
def test_a_late_yes_to_the_old_code_books_nothing(database: Database, offer_id: int, marked: bool) -> None:
    """The urgent call counts on her now; the control: an offer that ended in another way is hers again while it is free."""
    with database.begin() as session:
        session.scalars(select(Assignment)).one().status = AssignmentStatus.SUPERSEDED
        session.scalars(select(Slot)).one().status = SlotStatus.OPEN
    jobs.make_offers()
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code = offer.mediator.phone, offer.code
        if not marked:
            offer.settled_by = "time"
    scene.says(database, phone, f"SI {code}", scene.MONDAY_MORNING, sid="again")
    with database.begin() as session:
        assert session.scalars(select(Slot.status)).one() == (SlotStatus.OPEN if marked else SlotStatus.BOOKED)
        assert len(scene.texts(session, "withdrawn")) == marked
