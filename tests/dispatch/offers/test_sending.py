# SPDX-License-Identifier: AGPL-3.0-or-later
"""The line: refusals by class, doubt, late workers, a stopped line; nothing sent blindly twice, nothing lost."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.session import Database
from dispatch.line.gate import Gate
from dispatch.offers import sending
from dispatch.offers.claiming import Claimed, claim
from dispatch.offers.reconciling import reconcile
from dispatch.offers.undelivered import settle_undelivered
from dispatch.records.intake import Slot
from dispatch.records.line import Line
from dispatch.records.offers import Message, Notice, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import LineState, MessageStatus, OfferStatus, SlotStatus
from notifications.providers.codes import CodeTable
from notifications.providers.port import FailureClass, Found, InDoubt, Refused
from notifications.providers.recording import Lost, Recording
from tests import make
from tests.dispatch.offers import scene

HOUR = dt.timedelta(hours=1)
CODES = CodeTable.load()
NEVER = [code for code in CODES.entries if CODES.classify(code) is FailureClass.NEVER_AGAIN]
ALARMS = [code for code in CODES.entries if CODES.classify(code) is FailureClass.ALARM]


def refused(code: int) -> Refused:
    return Refused(code, CODES.classify(code), "no")


def one_question(database: Database, *script: Refused | Lost) -> Recording:
    """One offer whose SMS meets this fate."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    return scene.send_all(database, scene.office(), Recording(script))


def message(database: Database) -> Message:
    with database.begin() as session:
        return session.scalars(select(Message).order_by(Message.id).limit(1)).one()


def offer(database: Database) -> Offer:
    with database.begin() as session:
        return session.scalars(select(Offer)).one()


@pytest.mark.parametrize("code", NEVER)
def test_a_dead_number_is_flagged_and_the_next_mediator_is_looked_for(database: Database, code: int) -> None:
    """B6: every code of the class: one try, phone flagged, coordinators told, offer ended, slot open."""
    line = one_question(database, refused(code))
    with database.begin() as session:
        settle_undelivered(session, scene.office(), CODES, message(database).id, scene.MONDAY_MORNING)
    assert len(line.tried) == 1
    assert offer(database).status == OfferStatus.DECLINED
    with database.begin() as session:
        assert session.scalars(select(Mediator.sms_blocked)).one() == ("opted_out" if code == 21610 else f"code_{code}")
        assert session.scalars(select(Slot.status)).one() == SlotStatus.OPEN
        assert "phone_blocked" in session.scalars(select(Notice.kind)).all()


def test_a_busy_carrier_is_tried_again_later_and_the_plan_may_still_move_it(database: Database) -> None:
    """429 was never taken: back in the queue with a wait; the question counts as not asked until it leaves."""
    line = one_question(database, refused(20429))
    waiting = message(database)
    assert (waiting.status, waiting.attempt) == (MessageStatus.QUEUED, 1)
    assert dt.timedelta(seconds=10) <= waiting.send_after - scene.MONDAY_MORNING <= dt.timedelta(seconds=20)
    assert offer(database).status == OfferStatus.QUEUED
    with database.begin() as session:
        set_virtual(session, scene.MONDAY_MORNING + HOUR)
    scene.send_all(database, scene.office(), line)
    assert (message(database).status, len(line.taken)) == (MessageStatus.SENT, 1)
    assert offer(database).status == OfferStatus.WAITING


def test_nothing_is_sent_after_its_deadline(database: Database) -> None:
    """B10: the worker was stopped over the deadline; the SMS stays at home."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    with database.begin() as session:
        set_virtual(session, offer(database).reply_by)
    assert scene.send_all(database, scene.office(), Recording()).tried == []
    assert message(database).status == MessageStatus.FAILED


@pytest.mark.parametrize("code", ALARMS)
def test_an_alarm_stops_the_line_and_keeps_the_queue(database: Database, code: int) -> None:
    """Our account is refused: one try, everything else waits, one notice however many workers meet it."""
    with database.begin() as session:
        for _ in range(3):
            scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    line = Recording([refused(code)] * 3)
    scene.send_all(database, scene.office(), line)
    scene.send_all(database, scene.office(), line)
    assert len(line.tried) == 1
    with database.begin() as session:
        rows = session.scalars(select(Message)).all()
        assert {row.status for row in rows} == {MessageStatus.QUEUED}
        assert all(row.send_after == scene.MONDAY_MORNING for row in rows if row.attempt == 0)
        assert session.scalars(select(Line.state).where(Line.provider == line.name)).one() == LineState.STOPPED
        assert session.scalars(select(Notice.kind)).all() == ["line_stopped"]


@pytest.mark.parametrize("taken", [True, False])
def test_doubt_is_settled_by_the_carriers_list(database: Database, taken: bool) -> None:
    """The answer was lost: found in the list it counts as sent, absent after the settle time it goes out once more."""
    line = one_question(database, Lost(taken))
    assert message(database).status == MessageStatus.IN_DOUBT
    with_office = scene.office()
    assert reconcile(database, with_office, line) == 0  # too early to believe an absence
    later = machine_now() + dt.timedelta(minutes=2)
    assert reconcile(database, with_office, line, machine=lambda: later) == 1
    scene.send_all(database, with_office, line)
    assert len(line.taken) == 1
    assert (message(database).status, message(database).sid) == (MessageStatus.SENT, line.taken[0][0])


class Lagging(Recording):
    """A carrier whose list does not show the message yet."""

    def find(self, *_: object, **__: object) -> Found | None:
        return None


class Silent(Recording):
    """A carrier whose list cannot be read."""

    def find(self, *_: object, **__: object) -> Found | None:
        raise InDoubt("no list")


def test_who_believes_an_absence_before_the_list_has_caught_up_sends_twice(database: Database) -> None:
    """Control of the settle time: resent on the word of a lagging list, the SMS goes out twice."""
    line = one_question(database, Lost(taken=True))
    lagging = Lagging()
    reconcile(database, scene.office(), lagging, machine=lambda: machine_now() + dt.timedelta(minutes=2))
    scene.send_all(database, scene.office(), lagging)
    assert len(line.taken) + len(lagging.taken) == 2


def test_a_list_that_cannot_be_read_calls_a_person_once(database: Database) -> None:
    """Asked in vain for a quarter of an hour: it is never resent, and one notice says so."""
    one_question(database, Lost(taken=True))
    began = machine_now()
    for minutes in (2, 16, 17):
        instant = began + dt.timedelta(minutes=minutes)
        reconcile(database, scene.office(), Silent(), machine=lambda at=instant: at)  # type: ignore[misc]  # a default binds it
    assert message(database).status == MessageStatus.IN_DOUBT
    with database.begin() as session:
        assert session.scalars(select(Notice.kind)).all() == ["sms_in_doubt"]


def test_a_frozen_worker_that_wakes_up_does_not_post_and_cannot_write(database: Database) -> None:
    """It marked, froze, and another settled the message: awake again it posts nothing, and its result is fenced out."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    line, with_office = Recording(), scene.office()
    began = machine_now()
    with database.begin() as session:
        frozen = claim(session, with_office, line, scene.MONDAY_MORNING, began)
    assert isinstance(frozen, Claimed)
    reconcile(database, with_office, line, machine=lambda: began + dt.timedelta(minutes=2))
    scene.send_all(database, with_office, line)
    late = began + dt.timedelta(seconds=6)
    gate = Gate(database, line.name, with_office.sms, with_office.rng, lambda: late, paced=False)
    sending.post(database, with_office, line, frozen, lambda: late, gate=gate)
    assert len(line.tried) == 1
    with database.begin() as session:
        sending.write_refused(session, with_office, line, frozen, refused(21610), scene.MONDAY_MORNING, late)
    assert message(database).status == MessageStatus.SENT


def test_an_sms_the_network_lost_is_sent_afresh_once_and_then_the_next_is_asked(database: Database) -> None:
    """30008 after it was taken: a new SMS with its own reference; when that fails too the offer ends."""
    line = one_question(database)
    for _ in range(2):
        with database.begin() as session:
            last = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
            last.status, last.trouble = MessageStatus.FAILED, "30008: reported by the carrier"
        with database.begin() as session:
            settle_undelivered(session, scene.office(), CODES, last.id, scene.MONDAY_MORNING)
        with database.begin() as session:
            assert len({row.reference for row in session.scalars(select(Message))}) == 2
            set_virtual(session, scene.MONDAY_MORNING + HOUR)
        scene.send_all(database, scene.office(), line)
    assert offer(database).status == OfferStatus.DECLINED
    assert len(line.taken) == 2


def test_the_urgent_leaves_first(database: Database) -> None:
    """B5: behind twenty ordinary questions an urgent one is the first to go."""
    soon = scene.MONDAY_MORNING + HOUR
    with database.begin() as session:
        for _ in range(20):
            scene.publish(session, scene.slot(session), [make.mediator(session)])
        urgent = make.mediator(session)
        scene.publish(session, scene.slot(session, soon), [urgent], soon)
    scene.ask_all(database, scene.office())
    line = scene.send_all(database, scene.office(), Recording())
    assert line.tried[0].to_e164 == urgent.phone
    assert len(line.tried) == 21


def test_who_opted_out_after_it_was_queued_gets_nothing(database: Database) -> None:
    """B7: the SMS was waiting when she opted out; it stays at home and the question goes on to somebody else."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    with database.begin() as session:
        session.scalars(select(Mediator)).one().sms_blocked = "opted_out"
    assert scene.send_all(database, scene.office(), Recording()).tried == []
    with database.begin() as session:
        settle_undelivered(session, scene.office(), CODES, message(database).id, scene.MONDAY_MORNING)
    assert offer(database).status == OfferStatus.DECLINED


@pytest.mark.parametrize("is_settled", [True, False])
def test_a_question_somebody_looks_at_just_now_leaves_right_after(database: Database, is_settled: bool) -> None:
    """The sender waits a moment for whoever holds the offer, and not for the tick. Control: it does not wait for ever."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
    scene.ask_all(database, scene.office())
    line, pauses = Recording(()), list[float]()
    with database.engine.connect() as other:
        other.execute(select(Offer.id).with_for_update())

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if is_settled:
                other.rollback()

        sent = sending.drain(database, scene.office(), line, pause=pause)
    assert (sent, len(pauses)) == ((1, 1) if is_settled else (0, sending.WAITS))
