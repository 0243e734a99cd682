# SPDX-License-Identifier: AGPL-3.0-or-later
"""The conversation from a published assignment to a booking or a reopened slot, by the words people write."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from dispatch.kit.session import Database
from dispatch.offers import expiring
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, InboundStatus, MessageStatus, OfferStatus, SlotStatus
from notifications.providers.recording import Recording
from tests import make
from tests.dispatch.offers import scene

NOON = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)


def only(database: Database, row: type) -> object:
    with database.begin() as session:
        return session.scalars(select(row)).one()


def test_a_yes_with_its_code_books_and_tells_desk_and_mediator(database: Database) -> None:
    """SI with the code: assignment and slot booked, appointment confirmed, confirmation queued, desk notice written."""
    scene.asked(database)
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        assert offer.status == OfferStatus.WAITING
        phone, code = offer.mediator.phone, offer.code
        (text,) = scene.texts(session, "offer")
        assert str(code) in text
        assert "Via Prova" not in text  # the address is for those who said yes
    assert scene.says(database, phone, f"sì {code}", NOON) is InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]
        assert session.scalars(select(Slot.status)).one() == SlotStatus.BOOKED
        assert session.scalars(select(Appointment.status)).one() == "confirmed"
        assert session.scalars(select(Notice.kind)).all() == ["booked"]
        (confirmed,) = scene.texts(session, "confirmed")
        assert "Via Prova" in confirmed


def test_a_second_yes_changes_nothing(database: Database) -> None:
    """Carriers deliver twice and people press twice: one booking, one confirmation."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON, sid="one")
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON, sid="one")
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON, sid="two")
    with database.begin() as session:
        assert len(scene.texts(session, "confirmed")) == 1
        assert len(session.scalars(select(Inbound)).all()) == 2
        assert len(session.scalars(select(Assignment)).all()) == 1


def test_a_no_excludes_her_and_reopens_the_slot_for_a_repair(database: Database) -> None:
    """NO: assignment withdrawn, mediator excluded, slot open and due for a repair."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, "no non posso", NOON)
    with database.begin() as session:
        slot = session.scalars(select(Slot)).one()
        assert (slot.status, slot.excluded) == (SlotStatus.OPEN, [offer.mediator_id])
        assert slot.replan_due == NOON + dt.timedelta(seconds=30)
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]


def test_silence_expires_and_a_late_yes_still_books_while_nobody_else_is_asked(database: Database) -> None:
    """Past the deadline the slot opens again; her late SI is taken as long as it stands open."""
    scene.asked(database)
    offer = _offer(database)
    late = offer.reply_by + dt.timedelta(minutes=1)
    with database.begin() as session:
        assert not expiring.expire_offer(session, scene.office(), offer.id, offer.reply_by)
        assert expiring.expire_offer(session, scene.office(), offer.id, late)
    assert _offer(database).status == OfferStatus.EXPIRED
    scene.says(database, offer.mediator.phone, f"si {offer.code}", late)
    with database.begin() as session:
        statuses = session.scalars(select(Assignment.status).order_by(Assignment.id)).all()
        assert statuses == [AssignmentStatus.WITHDRAWN, AssignmentStatus.BOOKED]


def test_a_late_yes_wins_while_others_are_asked_and_nobody_has_it(database: Database) -> None:
    """Who was silent is one of several again: the first yes wins, and those who are being asked now hear of it."""
    late, code, phone = _silent_while_others_are_asked(database, 2)
    scene.says(database, phone, f"si {code}", late)
    with database.begin() as session:
        booked = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert booked.mediator.phone == phone
        assert len(scene.texts(session, "covered")) == 2


def test_a_late_yes_waits_for_who_is_asked_alone_and_is_remembered(database: Database) -> None:
    """Her time is kept to whoever is asked alone; if that comes to nothing, the late one may be asked again."""
    late, code, phone = _silent_while_others_are_asked(database, 1)
    with database.begin() as session:
        assert len(session.scalars(select(Slot)).one().excluded) == 1
    scene.says(database, phone, f"si {code}", late)
    with database.begin() as session:
        assert session.scalars(select(Slot)).one().excluded == []
        assert len(scene.texts(session, "covered")) == 1
        assert not session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).all()


def _silent_while_others_are_asked(database: Database, others: int) -> tuple[dt.datetime, int, str]:
    """One offer ran out, others about the same slot wait: the moment, the code of the first, and her phone."""
    scene.asked(database)
    offer = _offer(database)
    late = offer.reply_by + dt.timedelta(minutes=1)
    with database.begin() as session:
        expiring.expire_offer(session, scene.office(), offer.id, late)
        slot = session.get_one(Slot, offer.slot_id)
        slot.status = SlotStatus.OFFERED
        for _ in range(others):
            make.offer(session, make.mediator(session), late, "waiting", slot).policy = "batch"
    return late, offer.code, offer.mediator.phone


def test_a_yes_to_an_hour_she_cannot_make_does_not_use_her_up(database: Database) -> None:
    """She would come: the visit may be asked of her at another hour, but not again and again at hours she cannot make."""
    soon = scene.MONDAY_MORNING + dt.timedelta(hours=29)  # a batch is asked
    _, second = scene.asked(database, 2, start=soon)
    with database.begin() as session:
        hers = session.get_one(Offer, second)
        elsewhere = scene.publish(session, scene.slot(session, soon), [hers.mediator], soon)
        elsewhere.status = AssignmentStatus.BOOKED
        phone, code = hers.mediator.phone, hers.code
    scene.says(database, phone, f"si {code}", scene.MONDAY_MORNING)
    with database.begin() as session:
        hers = session.get_one(Offer, second)
        assert (hers.settled_by, hers.slot.excluded) == ("unreachable", [])
        again = make.offer(session, hers.mediator, scene.MONDAY_MORNING, "waiting", hers.slot)
        again.during, code = hers.during, again.code
    scene.says(database, phone, f"si {code}", scene.MONDAY_MORNING, sid="again")
    with database.begin() as session:
        hers = session.get_one(Offer, second)
        assert hers.slot.excluded == [hers.mediator_id]


def test_who_was_never_asked_is_not_used_up(database: Database) -> None:
    """The line was shut until the deadline: the slot opens again, and she may be asked anew; who was silent may not."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.asked(database)
    with database.begin() as session:
        never, silent = session.scalars(select(Offer).order_by(Offer.id)).all()
        never.status, never.asked_at = OfferStatus.QUEUED, None
        session.execute(
            update(Message).where(Message.offer_id == never.id).values(status=MessageStatus.QUEUED, sid=None)
        )
    for offer in (never, silent):
        with database.begin() as session:
            expiring.expire_offer(session, scene.office(), offer.id, offer.reply_by + dt.timedelta(minutes=1))
    with database.begin() as session:
        slots = [session.get_one(Slot, offer.slot_id) for offer in (never, silent)]
        assert [slot.status for slot in slots] == [SlotStatus.OPEN] * 2
        assert [slot.excluded for slot in slots] == [[], [silent.mediator_id]]


def test_the_first_yes_of_a_batch_wins_and_the_others_are_told(database: Database) -> None:
    """Three are asked together; the second best says yes, the plan's choice is superseded, the two others hear of it."""
    soon = dt.datetime(2026, 11, 24, 13, 0, tzinfo=dt.UTC)
    scene.asked(database, 5, start=soon)
    with database.begin() as session:
        offers = session.scalars(select(Offer).order_by(Offer.id)).all()
        assert [offer.policy for offer in offers] == ["batch"] * 3
        winner, phones = offers[1], {offer.mediator.phone for offer in offers}
        winner_phone = winner.mediator.phone
    scene.says(database, winner_phone, "ok", scene.MONDAY_MORNING + dt.timedelta(minutes=5))
    with database.begin() as session:
        booked = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert booked.mediator_id == winner.mediator_id
        told = session.scalars(select(Message.to_phone).where(Message.kind == "covered")).all()
        assert set(told) == phones - {winner_phone}
    loser = offers[0]
    scene.says(database, _phone(database, loser.mediator_id), f"si {loser.code}", NOON)
    with database.begin() as session:
        assert len(scene.texts(session, "covered")) == 3
        assert session.scalars(select(Slot.status)).one() == SlotStatus.BOOKED


def test_no_after_yes_goes_to_a_person_and_the_booking_stands(database: Database) -> None:
    """A booking is never undone by a bare NO: a coordinator reads it and the sender is told."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON)
    assert scene.says(database, offer.mediator.phone, f"no {offer.code}", NOON) is InboundStatus.PERSON
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]
        assert len(scene.texts(session, "to_person")) == 1
        assert "to_read" in session.scalars(select(Notice.kind)).all()


def test_more_meaning_than_yes_is_read_by_a_person_in_full(database: Database) -> None:
    """ "sì ma dopo le 15" is never cut to "sì"."""
    scene.asked(database)
    offer = _offer(database)
    assert scene.says(database, offer.mediator.phone, "sì ma dopo le 15", NOON) is InboundStatus.PERSON
    with database.begin() as session:
        inbound = session.scalars(select(Inbound)).one()
        assert inbound.body == "sì ma dopo le 15"
        assert session.scalars(select(Offer.status)).one() == OfferStatus.WAITING
        assert session.scalars(select(Notice.inbound_id)).all() == [inbound.id]


def test_annulla_gives_a_booking_back_in_time_and_calls_a_person_when_late(database: Database) -> None:
    """More than 48 hours before the start she withdraws by herself; after that a person decides."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON)
    late = scene.NEXT_WEEK - dt.timedelta(hours=47)
    assert scene.says(database, offer.mediator.phone, f"annulla {offer.code}", late) is InboundStatus.PERSON
    early = scene.NEXT_WEEK - dt.timedelta(hours=49)
    assert scene.says(database, offer.mediator.phone, f"annulla {offer.code}", early) is InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
        slot = session.scalars(select(Slot)).one()
        assert (slot.status, slot.appointment.status) == (SlotStatus.OPEN, "open")
        assert len(scene.texts(session, "released")) == 1


def test_stop_is_kept_and_nothing_is_sent_after_it(database: Database) -> None:
    """An opt-out ends her open offers and keeps even queued SMS at home."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, "STOP", NOON)
    sent = scene.send_all(database, scene.office(), Recording())
    assert sent.tried == []
    with database.begin() as session:
        assert session.scalars(select(Mediator.sms_blocked)).one() == "opted_out"
        assert session.scalars(select(Slot.status)).one() == SlotStatus.OPEN


def test_a_blocked_phone_is_never_sent_to_and_the_next_is_looked_for(database: Database) -> None:
    """The planner's choice cannot get SMS: declined at once, coordinators told, slot due for a repair."""
    with database.begin() as session:
        blocked = make.mediator(session, sms_blocked="code_30005")
        scene.publish(session, scene.slot(session), [blocked])
    scene.ask_all(database, scene.office())
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).all() == [OfferStatus.DECLINED]
        assert session.scalars(select(Message)).all() == []
        assert session.scalars(select(Notice.kind)).all() == ["phone_blocked"]
        assert session.scalars(select(Slot.status)).one() == SlotStatus.OPEN


def test_a_cancelled_appointment_reaches_who_had_said_yes(database: Database) -> None:
    """Her offer is withdrawn, her time is free again, and she is told not to go."""
    scene.asked(database)
    offer = _offer(database)
    scene.says(database, offer.mediator.phone, f"si {offer.code}", NOON)
    with database.begin() as session:
        appointment_id = session.scalars(select(Slot.appointment_id)).one()
        assert expiring.tell_cancelled(session, scene.office(), appointment_id, NOON) == 1
        assert expiring.tell_cancelled(session, scene.office(), appointment_id, NOON) == 0
    with database.begin() as session:
        assert len(scene.texts(session, "cancelled")) == 1
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]


def test_a_question_whose_assignment_was_superseded_never_leaves(database: Database) -> None:
    """The plan moved the slot before the SMS left: the claim sees it under lock and keeps it at home."""
    with_office = scene.office()
    with database.begin() as session:
        assignment = scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, with_office)
    with database.begin() as session:
        session.get_one(Assignment, assignment.id).status = AssignmentStatus.SUPERSEDED
    assert scene.send_all(database, with_office, Recording()).tried == []
    with database.begin() as session:
        assert session.scalars(select(Message.status)).all() == [MessageStatus.FAILED]


def test_an_unknown_number_is_stored_and_answered_once_a_day(database: Database) -> None:
    """Two SMS of a stranger are listed, one answer goes out."""
    for text in ("ciao", "chi siete?"):
        assert scene.says(database, "+393331234567", text, NOON) is InboundStatus.UNKNOWN_NUMBER
    with database.begin() as session:
        assert len(session.scalars(select(Inbound)).all()) == 2
        assert len(scene.texts(session, "unknown_sender")) == 1


def test_a_bare_yes_with_two_open_offers_asks_which(database: Database) -> None:
    """Two questions are open: SI alone books nothing and both codes are named."""
    with_office = scene.office()
    with database.begin() as session:
        her = make.mediator(session)
        for days in (0, 1):
            start = scene.NEXT_WEEK + dt.timedelta(days=days)
            scene.publish(session, scene.slot(session, start), [her], start)
    scene.ask_all(database, with_office)
    scene.send_all(database, with_office)
    assert scene.says(database, her.phone, "SI", NOON) is InboundStatus.ANSWERED
    with database.begin() as session:
        (text,) = scene.texts(session, "ask_code")
        assert all(str(code) in text for code in session.scalars(select(Offer.code)))
        assert AssignmentStatus.BOOKED not in session.scalars(select(Assignment.status)).all()


def _offer(database: Database) -> Offer:
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        assert offer.mediator.phone
        return offer


def _phone(database: Database, mediator_id: int) -> str:
    with database.begin() as session:
        return session.get_one(Mediator, mediator_id).phone
