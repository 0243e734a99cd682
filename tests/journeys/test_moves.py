# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booked visit moves, over HTTP: her yes, no or silence to the new time; and exactly which SMS go to whom."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.records import (
    Assignment,
    Message,
    Offer,
)
from dispatch.records.statuses import AssignmentStatus, OfferStatus
from tests import make
from tests.journeys.changes import MINUTE, MONDAY, World, offers_of


def test_a_small_move_is_only_told(world: World, booked: str) -> None:
    """Twenty minutes later at the same place: she keeps it under the same code, and reminders follow."""
    world.change(booked, when={"from": "09:30"})
    assert world.stands(booked) == [("m1", "booked", MONDAY + 20 * MINUTE)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert "SI" not in world.last_words("m1").replace("(", " ").split()
    assert world.status(booked) == ("confirmed", "booked")
    with world.here.database.begin() as session:
        row = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert row.outcome_due == MONDAY + 95 * MINUTE
        assert session.scalars(select(Offer.status)).all() == [OfferStatus.ACCEPTED]


def test_small_moves_do_not_add_up(world: World, booked: str) -> None:
    """Each of two is small, both together are not: what counts is how far it is from what she said yes to."""
    world.change(booked, when={"from": "09:30"})
    world.tick()
    world.change(booked, when={"from": "09:50"})
    assert world.stands(booked) == [("m1", "published", MONDAY + 40 * MINUTE)]


def test_a_larger_move_waits_for_a_new_yes(world: World, booked: str) -> None:
    """At no moment are both times hers; until she answers she is asked, and her yes books the new time."""
    [old] = [offer.code for offer in offers_of(world)]
    world.change(booked, when={"from": "11:00"})
    assert world.stands(booked) == [("m1", "published", MONDAY + 110 * MINUTE)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert world.status(booked) == ("open", "offered")
    [code] = world.asked("m1")
    assert code != old
    assert f"SI {code}" in world.last_words("m1")
    world.write("m1", f"SI {old}")  # to the old time: no yes to the new one
    assert world.stands(booked) == [("m1", "published", MONDAY + 110 * MINUTE)]
    assert world.told()["m1"][3:] == ["withdrawn"]
    world.write("m1", f"SI {code}")
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "withdrawn", "confirmed"]}
    assert world.status(booked) == ("confirmed", "booked")


def test_a_no_to_the_new_time_opens_it_to_others(world: World, booked: str) -> None:
    """The desk is told, a repair asks somebody else, and she hears nothing more."""
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.write("m1", f"NO {world.asked('m1')[0]}")
    assert world.notices("reopened") == 1
    world.at(world.now + 2 * MINUTE)
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "declined"], "m2": ["offer"]}
    assert world.stands(booked) == [("m2", "published", MONDAY + 110 * MINUTE)]


def test_silence_on_the_new_time_is_no_yes(world: World, booked: str) -> None:
    """The deadline passes: she is told kindly, the desk too, and the visit is open again."""
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.at(dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC))
    world.tick("offers.expire")
    assert world.stands(booked) == []
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "expired"]}
    assert world.notices("reopened") == 1


@pytest.mark.parametrize("how", ["NO", "ANNULLA", "page"])
def test_a_no_by_the_old_code_is_one_to_the_moved_visit(world: World, booked: str, how: str) -> None:
    """She answers the SMS of before the move, or presses on a page of before it: the visit is off, as she says."""
    [old] = offers_of(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    if how == "page":
        answer = world.door.post(f"{world.agenda('m1').removesuffix('/agenda')}/give-up", data={"code": str(old.code)})
        assert answer.headers["location"].endswith("given=up")
    else:
        world.write("m1", f"{how} {old.code}")
    assert world.asked("m1") == []
    assert world.stands(booked) == []
    assert world.notices("reopened") == 1
    assert world.notices("to_read") == 0


def test_no_to_the_old_code_and_yes_to_the_new_is_a_yes(world: World, booked: str) -> None:
    """She means the times: the old one is off, at the new one she comes."""
    [old] = offers_of(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.write("m1", f"NO {old.code} SI {world.asked('m1')[0]}")
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]


def test_an_earlier_end_is_only_told(world: World, booked: str) -> None:
    """Half an hour less needs no yes."""
    world.change(booked, duration=30)
    world.tick()
    assert world.stands(booked) == [("m1", "booked", MONDAY)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}


def test_another_place_needs_a_yes(world: World, booked: str) -> None:
    """The same hour elsewhere is another visit to her."""
    with world.here.database.begin() as session:
        make.place(session, "biblioteca")
    world.change(booked, place="biblioteca")
    world.tick()
    assert world.stands(booked) == [("m1", "published", MONDAY)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}


def test_who_cannot_come_then_is_told_not_to_come(world: World, booked: str) -> None:
    """Her other visit stands at the new time: the old one is off for her, and planned anew."""
    other = world.ask(when=[{"day": "2026-11-30", "from": "11:00"}])
    world.give(other, "m1")
    world.change(booked, when={"from": "11:15"})
    assert world.stands(booked) == []
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "offer", "confirmed", "cancelled"], "m2": ["offer"]}
    assert world.notices("reopened") == 1


def test_a_question_gives_way_to_a_visit_that_moves(world: World, booked: str) -> None:
    """She is only being asked about 10:15: her booking moves into it, and that question is taken back."""
    other = world.ask(when=[{"day": "2026-11-30", "from": "10:15"}], duration=45)
    world.give(other, "m1", says=None)
    world.change(booked, when={"from": "09:30"})
    assert world.stands(booked) == [("m1", "booked", MONDAY + 20 * MINUTE)]
    assert world.stands(other) == []
    world.settle()
    assert sorted(world.told()["m1"][3:]) == ["moved", "withdrawn"]
    assert world.status(other)[1] == "open"


def test_both_mediators_of_a_visit_move_with_it(world: World) -> None:
    """Two slots, one said yes to and one being asked: the first is asked anew, the other question is taken back."""
    code = world.ask(people=2)
    world.give(code, "m1")
    world.give(code, "m2", slot=1, says=None)
    world.change(code, when={"from": "11:00"})
    world.settle()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"], "m2": ["offer", "withdrawn"]}
    assert world.stands(code) == [("m1", "published", MONDAY + 110 * MINUTE)]


def test_who_need_not_go_hears_it_by_night(world: World) -> None:
    """Called off at 23:00: the visit of 8:00 is told at once, the one of 12:00 in the morning."""
    codes = [world.ask(when=[{"day": "2026-11-25", "from": hour}]) for hour in ("08:00", "12:00")]
    for code in codes:
        world.give(code, "m1")
    world.at(dt.datetime(2026, 11, 24, 22, 0, tzinfo=dt.UTC))
    for code in codes:
        world.cancel(code)
    world.settle()
    with world.here.database.begin() as session:
        left = select(Message.send_after).where(Message.kind == "cancelled").order_by(Message.id)
        assert session.scalars(left).all() == [world.now, dt.datetime(2026, 11, 25, 6, 30, tzinfo=dt.UTC)]


def test_what_has_not_left_is_replaced(world: World, booked: str) -> None:
    """Moved three times by night, and in the end back: in the morning she hears what is true, or nothing."""
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    for hour in ("09:30", "11:00", "12:00"):
        world.change(booked, when={"from": hour})
        world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert "9:10" in world.last_words("m1")
    assert "12:00" in world.last_words("m1")
    world.change(booked, when={"from": "09:10"})
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed"]}
    assert world.stands(booked) == [("m1", "booked", MONDAY)]


def test_this_and_the_following_move_with_their_bookings(world: World) -> None:
    """A series of four of which three are booked: from the second on an hour later. The first is nobody's business."""
    code = world.ask(repeat={"every": "week", "until": "2026-12-21"}, when=[{"day": "2026-11-30", "from": "09:00"}])
    world.give(code, "m1", numbers=(1, 2))
    world.give(code, "m2", numbers=(3,))
    before = world.told()
    world.change(code, 2, scope="following", when={"from": "10:00"})
    world.tick()
    new = {who: kinds[len(before[who]) :] for who, kinds in world.told().items()}
    assert new == {"m1": ["moved"], "m2": ["moved"]}
    assert [world.status(code, number)[1] for number in (1, 2, 3)] == ["booked", "offered", "offered"]
    world.write("m1", f"SI {world.asked('m1')[0]}")
    assert world.status(code, 2) == ("confirmed", "booked")
