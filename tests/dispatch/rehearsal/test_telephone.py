# SPDX-License-Identifier: AGPL-3.0-or-later
"""The telephone list has the benefit of the doubt: no deadline of Ponte's ends a call that waits, and none is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from dispatch.kit.session import Database
from dispatch.offers.queries import overdue_offers
from dispatch.records.offers import Message, Offer
from dispatch.rehearsal.inbox import Inbox
from dispatch.rehearsal.people import People
from dispatch.rehearsal.profiles import PEOPLE
from dispatch.rehearsal.telephone import hold_open, office_time
from tests import make

ASKED_AT = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)  # a Friday, 17:00 at home
DEADLINE = ASKED_AT + dt.timedelta(days=1)


def asked(database: Database, *, held: bool) -> Offer:
    """A question for a Friday a week later, to be answered within a day."""
    with database.begin() as session:
        offer = make.offer(session, make.mediator(session, "m1"), ASKED_AT, "waiting")
        offer.reply_by = DEADLINE
        session.flush()
        if held:
            hold_open(session, "m1", offer.slot_id)
        session.refresh(offer)
    return offer


@pytest.mark.parametrize("held", [True, False])
def test_a_call_that_waits_is_ended_by_no_deadline(database: Database, held: bool) -> None:
    """Held, only the start of the visit ends the question; the control without it is over before the office opens."""
    offer = asked(database, held=held)
    monday = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
    with database.begin() as session:
        assert office_time(session, ASKED_AT + dt.timedelta(hours=2)) == monday
        assert (offer.id in overdue_offers(session, monday)) is not held
        assert offer.id in overdue_offers(session, ASKED_AT + dt.timedelta(days=7, seconds=1))


def test_only_her_question_of_this_visit_is_held(database: Database) -> None:
    """Whoever is asked about another visit keeps her deadline."""
    offer = asked(database, held=False)
    with database.begin() as session:
        hold_open(session, "m1", offer.slot_id + 1)
        hold_open(session, "m2", offer.slot_id)
        assert session.get_one(Offer, offer.id).reply_by == DEADLINE


@pytest.mark.parametrize("by_phone", [True, False])
def test_no_call_is_lost_on_its_way(database: Database, by_phone: bool) -> None:
    """On a network that loses every SMS all calls arrive, and no SMS does."""
    offer = asked(database, held=False)
    with database.begin() as session:
        left = {"status": "sent", "attempt": 1, "created_at": ASKED_AT, "send_after": ASKED_AT, "sent_at": ASKED_AT}
        about = {"mediator_id": offer.mediator_id, "offer_id": offer.id, "to_phone": "+39340", "body": "SI 412"}
        make.kept(
            session, Message(reference="one", kind="offer", segments=1, sid="s1", provider="phone", **left, **about)
        )
    lossy = People(1, replace(PEOPLE, undelivered=100))
    inbox = Inbox(database, lossy, ASKED_AT, by_phone=by_phone)
    assert len(inbox.look(ASKED_AT)) == by_phone
