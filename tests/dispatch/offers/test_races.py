# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that race: one winner per slot, one booking per person, no deadlock, everybody told (A1, A2).

The races themselves, at any size, are in racing.py; their full sizes run in tests/chaos.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Select, func, select, text

from dispatch.kit.session import Database
from dispatch.offers import answering, booking
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply, Settled
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, OfferStatus, SlotStatus
from dispatch.roster.day import day_refusals
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.offers.racing import MINUTE, ONE_WINNER, OVERLAPS, at_once, eight_yeses, many_yeses


def yes(database: Database, offer_id: int, reply: Reply = Reply.YES) -> Callable[[], Settled]:
    def say() -> Settled:
        with database.begin() as session:
            return settle_offer(session, scene.office(), offer_id, reply, scene.MONDAY_MORNING + MINUTE)

    return say


def test_eight_yeses_within_50_ms_have_one_winner(database: Database) -> None:
    """A2, as much as ten seconds allow: 10 rounds, 1 booking and 7 polite answers each."""
    seen = eight_yeses(database, rounds=10)
    assert seen.winners == {1: 10}
    assert seen.answers == {ONE_WINNER: 10}


def test_without_locks_and_the_index_a_slot_has_several_winners(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what holds is the rows' locks and the index of live assignments, not luck."""
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    with database.begin() as session:
        session.execute(text("DROP INDEX uq_assignment_live_slot"))
    assert eight_yeses(database, rounds=4).winners != {1: 4}


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


@pytest.mark.parametrize(("mediators", "audited", "tries"), [(3, True, 60), (3, False, 240), (60, False, 240)])
def test_no_mediator_is_in_two_live_assignments(
    database: Database, monkeypatch: pytest.MonkeyPatch, mediators: int, audited: bool, tries: int
) -> None:
    """A1, as much as ten seconds allow: 16 threads of yeses with random times on few people, none overlap, none deadlock.

    Without the audit of her day the database's constraint stands alone, and is enough against overlaps.
    """
    if not audited:
        monkeypatch.setattr(booking, "day_refusals", lambda *_: [])
    race = many_yeses(database, mediators, tries)
    assert (race.overlaps, race.deadlocks) == (0, 0)
    assert race.booked >= mediators


def test_without_the_constraint_the_same_race_overlaps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: neither audit nor constraint, and three people are in several places at once."""
    monkeypatch.setattr(booking, "day_refusals", lambda *_: [])
    with database.begin() as session:
        session.execute(text("ALTER TABLE assignment DROP CONSTRAINT ex_assignment_no_double_booking"))
    assert many_yeses(database, mediators=3, tries=60).overlaps > 0


def test_without_the_lock_on_her_day_two_audits_see_it_empty(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: both audits run before either booking is written, and she is to be in two towns within a quarter of an hour."""
    both_looked = Barrier(2)

    def looked(*asked: Any) -> object:
        refusals = day_refusals(*asked)
        both_looked.wait(timeout=20)
        return refusals

    monkeypatch.setattr(booking, "day_refusals", looked)
    monkeypatch.setattr(answering, "lock_mediators", lambda *_: None)
    offers = two_across_town(database)
    assert at_once([yes(database, offer) for offer in offers]) == [Settled.BOOK, Settled.BOOK]
