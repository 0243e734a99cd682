# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SMS about a visit of the days is counted, whatever became of the visit, and to its own ambito and language."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.records.intake import Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import SlotStatus
from dispatch.rehearsal import measured
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.sms_counted import Sent, sms_sent
from dispatch.roster.week import Week
from tests import make

MONDAY = dt.date(2026, 11, 30)
VISIT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
DAYS = Week(MONDAY, 5)


def told(session: Session, slot: Slot, *kinds: str) -> None:
    """SMS of these kinds have left to somebody who was asked about the slot."""
    offer = make.offer(session, make.mediator(session), VISIT - dt.timedelta(days=3), "withdrawn", slot)
    for number, kind in enumerate(kinds):
        sent(session, kind, f"{offer.id}-{number}", offer)


def sent(session: Session, kind: str, name: str, offer: Offer | None = None) -> None:
    whose = {"mediator_id": offer.mediator_id, "offer_id": offer.id} if offer else {}
    row = Message(reference=name, kind=kind, to_phone="+39340", body="…", segments=1, attempt=1, **whose)
    row.created_at = row.send_after = VISIT
    make.kept(session, row)


def played(session: Session) -> tuple[list[measured.Found], Sent]:
    """One slot that stands, one that was cancelled, one of the week after, and one SMS about no visit."""
    told(session, make.asked(session, VISIT), "offer")
    told(session, make.asked(session, VISIT, status=SlotStatus.CANCELLED), "offer", "cancelled")
    told(session, make.asked(session, VISIT + dt.timedelta(days=7)), "offer")
    sent(session, "help", "of none")
    every = measured.found_slots(session, DAYS)
    return every, sms_sent(session, {one.slot for one in every}, by_phone=False)


def test_sms_about_a_cancelled_visit_are_of_the_month(database: Database) -> None:
    """They left and were paid; counted by the slots that stand alone, they would pass for those of later weeks."""
    with database.begin() as session:
        every, found = played(session)
        assert [one.stands for one in every] == [True, False]
        assert found.kinds == {"offer": 2, "cancelled": 1, "help": 1}
        assert found.elsewhere == 1
        control = sms_sent(session, {one.slot for one in every if one.stands}, by_phone=False)
        assert (control.kinds.total(), control.elsewhere) == (2, 3)


def test_what_is_said_at_the_telephone_is_no_sms(database: Database) -> None:
    """Where people are called her no is answered in the same breath; where to go she is written all the same."""
    with database.begin() as session:
        slot = make.asked(session, VISIT)
        told(session, slot, "offer", "declined")
        told(session, slot, "offer", "confirmed")
        assert sms_sent(session, {slot.id}, by_phone=True).kinds == {"confirmed": 1}
        assert sms_sent(session, {slot.id}, by_phone=False).kinds == {"offer": 2, "declined": 1, "confirmed": 1}


def test_each_group_has_its_sms(database: Database) -> None:
    """The groups count what stands, and the SMS of all their slots; one about no visit is nobody's."""
    with database.begin() as session:
        every, found = played(session)
        groups = measured.by("language", every, Outcomes(1), (), found.slots)
    assert {name: (one["slots"], one["sms_out"]) for name, one in groups.items()} == {"ar": (1, 3)}


def test_sms_for_each_filled_slot() -> None:
    """Four SMS for two visits are two each; where nobody was found there is no such figure."""
    four = Sent(Counter(offer=3, help=1), Counter(), 0)
    assert (four.figures(2)["sms_out"], four.figures(2)["sms_per_filled"]) == (4, 2.0)
    assert four.figures(0)["sms_per_filled"] is None
