# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that race: one winner per slot, one booking per person, no deadlock, everybody told (A1, A2, A3 at a tenth)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.kit.session import Database
from dispatch.offers import booking
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply, Settled
from dispatch.offers.expiring import expire_offer, tell_cancelled
from dispatch.offers.queries import lock_visits
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, OfferStatus, SlotStatus
from tests import make
from tests.dispatch.offers import scene

SOON = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # 17:00 in Italy the same day: all are asked at once
MINUTE = dt.timedelta(minutes=1)
OVERLAPS = text(
    "SELECT count(*) FROM assignment a JOIN assignment b ON a.mediator_id = b.mediator_id AND a.id < b.id "
    "AND a.during && b.during WHERE a.status IN ('published', 'booked') AND b.status IN ('published', 'booked')"
)


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Run all actions at the same moment, each in a thread of its own."""
    gate = Barrier(len(actions))

    def act(action: Callable[[], object]) -> object:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(act, actions))


def yes(database: Database, offer_id: int, reply: Reply = Reply.YES) -> Callable[[], Settled]:
    def say() -> Settled:
        with database.begin() as session:
            return settle_offer(session, scene.office(), offer_id, reply, scene.MONDAY_MORNING + MINUTE)

    return say


def test_eight_yeses_within_50_ms_have_one_winner(database: Database) -> None:
    """A2 at a twenty-fifth: 20 rounds, 1 booking and 7 polite answers each."""
    with database.begin() as session:
        people = [make.mediator(session) for _ in range(8)]
    for round_ in range(20):
        start = SOON + dt.timedelta(days=7 * round_)
        now = start - dt.timedelta(hours=8)
        with database.begin() as session:
            wanted = scene.slot(session, start)
            scene.publish(session, wanted, people, start)
        scene.ask_all(database, scene.office(), now)
        scene.send_all(database, scene.office())
        with database.begin() as session:
            offers = session.scalars(select(Offer.id).where(Offer.slot_id == wanted.id)).all()
        assert len(offers) == 8
        ends = at_once([answering(database, offer, now) for offer in offers])
        assert sorted(str(end) for end in ends) == ["book"] + ["covered"] * 7
    with database.begin() as session:
        assert session.scalars(select(func.count()).where(Assignment.status == AssignmentStatus.BOOKED)).one() == 20
        assert len(scene.texts(session, "confirmed")) == 20
        # Told when somebody else won, and answered when their own yes came: at least once each.
        assert len(scene.texts(session, "covered")) >= 7 * 20


def answering(database: Database, offer_id: int, now: dt.datetime) -> Callable[[], Settled]:
    def say() -> Settled:
        with database.begin() as session:
            return settle_offer(session, scene.office(), offer_id, Reply.YES, now + MINUTE)

    return say


def two_across_town(database: Database) -> list[int]:
    """She is asked for 10:30 in Trescore and for 10:45 in Clusone, forty kilometres apart: two batches, two offers."""
    first = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
    with database.begin() as session:
        her, *others = [make.mediator(session) for _ in range(3)]
        make.comune(session, "016077", ambito_code="BG09", name="Clusone", short_name="Clusone", lat=45.886, lon=9.95)
        far = make.place(session, "clusone", comune_code="016077", lat=45.886, lon=9.95)
        second = first + dt.timedelta(minutes=15 + 30)
        for other, start, place in ((others[0], first, None), (others[1], second, far.id)):
            wanted = scene.slot(session, start, minutes=30, place_id=place)
            scene.publish(session, wanted, [other, her], start, minutes=30)
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        return list(session.scalars(select(Offer.id).where(Offer.mediator_id == her.id)))


def test_two_yeses_of_one_person_across_town_are_one_booking(database: Database) -> None:
    """The times do not overlap and still nobody can do both: one booking, the other slot goes on to somebody else."""
    offers = two_across_town(database)
    assert len(offers) == 2
    ends = at_once([yes(database, offer) for offer in offers])
    assert sorted(str(end) for end in ends) == ["book", "unreachable"]
    with database.begin() as session:
        assert session.scalars(select(func.count()).where(Assignment.status == AssignmentStatus.BOOKED)).one() == 1
        assert len(scene.texts(session, "unreachable")) == 1


def test_without_the_audit_of_her_day_both_would_stand(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the database's own constraint does not see that the road is too long."""
    monkeypatch.setattr(booking, "day_refusals", lambda *_: [])
    offers = two_across_town(database)
    assert [yes(database, offer)() for offer in offers] == [Settled.BOOK, Settled.BOOK]


def test_a_yes_wins_over_what_the_plan_only_holds_for_her(database: Database) -> None:
    """The plan published 10:00 to her and she says yes to another visit then: the unanswered one is taken back."""
    start = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
    with database.begin() as session:
        her, other = make.mediator(session), make.mediator(session)
        held = scene.publish(session, scene.slot(session, start), [her], start)
        wanted = scene.slot(session, start)
        scene.publish(session, wanted, [other, her], start)
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        offer_id = session.scalars(
            select(Offer.id).where(Offer.mediator_id == her.id, Offer.slot_id == wanted.id)
        ).one()
    assert yes(database, offer_id)() is Settled.BOOK
    with database.begin() as session:
        assert session.get_one(Assignment, held.id).status == AssignmentStatus.SUPERSEDED
        assert session.get_one(Slot, held.slot_id).status == SlotStatus.OPEN
        taken_back = session.scalars(select(Offer).where(Offer.slot_id == held.slot_id)).one()
        assert taken_back.status == OfferStatus.WITHDRAWN
        assert session.execute(OVERLAPS).scalar() == 0


@pytest.mark.parametrize(("mediators", "audited", "tries"), [(3, True, 48), (3, False, 240), (60, False, 240)])
def test_no_mediator_is_in_two_live_assignments(
    database: Database, monkeypatch: pytest.MonkeyPatch, mediators: int, audited: bool, tries: int
) -> None:
    """A1: 16 threads of yeses with random times on few people: no overlap, no deadlock, nobody waits long.

    Without the audit of her day the database's constraint stands alone, and is enough against overlaps.
    """
    if not audited:
        monkeypatch.setattr(booking, "day_refusals", lambda *_: [])
    chance = Random(mediators)
    now = scene.MONDAY_MORNING
    with database.begin() as session:
        people = [make.mediator(session) for _ in range(mediators)]
        offers = []
        for number in range(tries):
            start = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC) + dt.timedelta(
                days=chance.randrange(5), minutes=15 * chance.randrange(28)
            )
            wanted = scene.slot(session, start)
            offers.append(
                make.kept(
                    session,
                    Offer(
                        slot_id=wanted.id,
                        mediator_id=chance.choice(people).id,
                        during=Range(start, start + dt.timedelta(hours=1)),
                        status=OfferStatus.WAITING,
                        code=100 + number,
                        policy="all",
                        reply_by=now + dt.timedelta(hours=1),
                        created_at=now,
                    ),
                ).id
            )
    longest: list[float] = []

    def say_all(mine: Sequence[int]) -> None:
        for offer_id in mine:
            began = time.monotonic()
            yes(database, offer_id)()
            longest.append(time.monotonic() - began)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(say_all, [offers[place::16] for place in range(16)]))
    with database.begin() as session:
        assert session.execute(OVERLAPS).scalar() == 0
        booked = session.scalars(select(func.count()).where(Assignment.status == AssignmentStatus.BOOKED)).one()
    assert booked >= mediators
    assert max(longest) < 5


def test_each_offer_ends_exactly_once_whatever_races(database: Database) -> None:
    """A3: yes, no, expiry and cancellation of the same offers at once: one end each, nothing live on what is cancelled."""
    for round_ in range(12):
        start = SOON + dt.timedelta(days=7 * round_, hours=1)
        now = start - dt.timedelta(hours=8)
        with database.begin() as session:
            wanted = scene.slot(session, start)
            scene.publish(session, wanted, [make.mediator(session) for _ in range(2)], start)
        scene.ask_all(database, scene.office(), now)
        scene.send_all(database, scene.office())
        with database.begin() as session:
            first, second = session.scalars(select(Offer.id).where(Offer.slot_id == wanted.id).order_by(Offer.id))
        race(database, first, second, wanted.appointment_id, now)
    with database.begin() as session:
        open_offers = session.scalars(select(Offer).where(Offer.closed_at.is_(None))).all()
        assert open_offers == []
        live = select(func.count()).where(Assignment.status.in_(["published", "booked"]))
        assert session.scalars(live).one() == 0
        assert session.scalars(select(func.count()).where(Offer.status == OfferStatus.ACCEPTED)).one() == 0


def race(database: Database, first: int, second: int, appointment_id: int, now: dt.datetime) -> None:
    def decline() -> None:
        with database.begin() as session:
            settle_offer(session, scene.office(), second, Reply.NO, now)

    def expire() -> None:
        with database.begin() as session:
            expire_offer(session, scene.office(), first, now + dt.timedelta(hours=1))

    def call_off() -> None:
        with database.begin() as session:
            cancel(session, appointment_id, now)

    at_once([answering(database, first, now), decline, expire, call_off])


def cancel(session: Session, appointment_id: int, now: dt.datetime) -> None:
    """As intake does it: mediators, appointment, slots under lock, then everybody is told."""
    concerned = select(Offer.mediator_id).join(Slot).where(Slot.appointment_id == appointment_id)
    lock_mediators(session, session.scalars(concerned))
    slots = session.scalars(select(Slot).where(Slot.appointment_id == appointment_id)).all()
    lock_visits(session, [slot.id for slot in slots])
    for slot in slots:
        slot.status = SlotStatus.CANCELLED
    tell_cancelled(session, scene.office(), appointment_id, now)
