# SPDX-License-Identifier: AGPL-3.0-or-later
"""News about a booking that a dead phone, STOP, a shut line or a lost job keeps at home: nobody is left untold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text

from dispatch.kit.clock import machine_now
from dispatch.kit.queue import enqueue
from dispatch.line import service
from dispatch.records import (
    Mediator,
    Message,
)
from tests.journeys.changes import MINUTE, MONDAY, PHONES, World, id_of


@pytest.mark.parametrize("moved", [False, True])
def test_who_gets_no_sms_is_called_about_her_visit(world: World, booked: str, moved: bool) -> None:
    """She wrote STOP and keeps her booking; that it is off, or moves a little, a coordinator has to tell her."""
    world.write("m1", "STOP")
    assert world.notices("phone_blocked") == 0
    if moved:
        world.change(booked, when={"from": "09:30"})
    else:
        world.cancel(booked)
    world.tick()
    assert world.notices("phone_blocked") == 1
    assert world.told() == {"m1": ["offer", "confirmed"]}


@pytest.mark.parametrize("change", [{"when": {"from": "09:30"}}, {"when": {"from": "11:00"}}, {}])
@pytest.mark.parametrize("heeded", [True, False])
def test_news_that_waits_when_stop_comes_is_told_by_phone(
    world: World, booked: str, change: dict[str, Any], heeded: bool
) -> None:
    """Moved or called off by night, and she writes STOP before the morning: a coordinator calls her, with her number.

    Without the STOP the control: the SMS leaves in the morning, and nobody need call.
    """
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    if change:
        world.change(booked, **change)
    else:
        world.cancel(booked)
    world.tick()
    if heeded:
        world.write("m1", "STOP")
    world.at(dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC))
    world.tick()
    told = world.notices("news_failed") + world.notices("phone_blocked")
    assert (told, len(world.told()["m1"])) == ((1, 2) if heeded else (0, 3))
    assert (PHONES["m1"] in world.door.get("/notices").text) is heeded


def test_who_agreed_without_a_phone_for_sms_is_called(world: World, booked: str) -> None:
    """Booked by phone: where to go cannot be written to her."""
    with world.here.database.begin() as session:
        session.get_one(Mediator, id_of(session, "m2")).sms_blocked = "code_30005"
    assert world.assign(booked, "m2", "agreed").status_code == 303
    world.tick()
    assert world.notices("phone_blocked") == 1


def hold_the_line(world: World) -> None:
    with world.here.database.begin() as session:
        service.hold(session, world.here.settings, "marta", "", machine_now())


def start_the_line(world: World) -> None:
    with world.here.database.begin() as session:
        service.start(session, world.here.settings)


@pytest.mark.parametrize("busy", [False, True])
def test_a_move_she_never_heard_of_ends_with_a_word_to_her(world: World, booked: str, busy: bool) -> None:
    """The line was held until the question was useless, or she said busy: she counts on the old time, which is off."""
    hold_the_line(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    if busy:
        start, end = [(MONDAY + minutes * MINUTE).isoformat() for minutes in (100, 200)]
        with world.here.database.begin() as session:
            enqueue(session, "offers.decline_busy", mediator_id=id_of(session, "m1"), start=start, end=end)
        world.settle()
    else:
        world.at(dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC))
        world.tick("offers.expire")
    start_the_line(world)
    world.tick("offers.send")
    assert world.told()["m1"] == ["offer", "confirmed", "cancelled"]
    assert "9:10" in world.last_words("m1")
    assert world.notices("reopened") == 1


def test_what_she_answered_on_her_page_is_not_asked_by_sms(world: World, booked: str) -> None:
    """Moved by night, and she says yes on her page: the question of the morning stays at home."""
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    world.change(booked, when={"from": "11:00"})
    world.tick()
    assert world.door.post(f"{world.question('m1')}/answer", data={"answer": "yes"}).status_code == 303
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]
    world.at(dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC))
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "confirmed"]}


def lose(world: World, kind: str, code: str = "30003") -> None:
    """Her phone says that the newest SMS of this kind did not arrive: switched off, as far as the carrier knows."""
    with world.here.database.begin() as session:
        newest = select(Message.reference).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
        reference = session.scalars(newest).one()
    receipt = world.door.post(f"/handsets/messages/{reference}/receipt", data={"status": "failed", "code": code})
    assert receipt.status_code == 204
    world.settle()


@pytest.mark.parametrize("kind", ["confirmed", "moved", "cancelled"])
def test_news_that_does_not_arrive_is_sent_once_more_and_then_told(world: World, booked: str, kind: str) -> None:
    """Her phone is off: a second SMS of the same text, and when that is lost too a coordinator is asked to call her."""
    if kind == "moved":
        world.change(booked, when={"from": "09:30"})
    if kind == "cancelled":
        world.cancel(booked)
    world.tick()
    lose(world, kind)
    assert (world.told()["m1"].count(kind), world.notices("news_failed")) == (1, 0)
    world.at(world.now + 15 * MINUTE)
    world.tick()
    lose(world, kind)
    assert (world.told()["m1"].count(kind), world.notices("news_failed")) == (0, 1)


@pytest.mark.parametrize("code", ["30003", "30005"])
def test_who_never_read_the_question_about_a_move_hears_that_the_visit_is_off(
    world: World, booked: str, code: str
) -> None:
    """Her phone is off, or dead: the new time is another's, and of the old one, on which she counts, somebody must tell.

    Where the phone may come back an SMS says so, and when that is lost too a coordinator calls her.
    """
    world.change(booked, when={"from": "11:00"})
    world.tick()
    lose(world, "moved", code)
    if code == "30003":
        world.at(world.now + 15 * MINUTE)
        world.tick()
        lose(world, "moved", code)
        assert world.told()["m1"][2:] == ["cancelled"]
        assert "9:10" in world.last_words("m1")
    assert world.stands(booked) == []
    assert world.notices("phone_blocked") == (2 if code == "30005" else 0)  # her phone, and this visit
    assert PHONES["m1"] in world.door.get("/notices").text or code == "30003"


def test_lost_news_that_is_true_no_more_is_not_repeated(world: World, booked: str) -> None:
    """The visit was cancelled before the carrier gave up its confirmation: of that nobody need hear."""
    world.cancel(booked)
    world.tick()
    lose(world, "confirmed")
    assert world.told() == {"m1": ["offer", "cancelled"]}
    assert world.notices("news_failed") == 0


def test_a_lost_job_leaves_nobody_untold(world: World, booked: str) -> None:
    """The job that tells her is gone: the next minute finds what the rows say, and she is told once."""
    world.change(booked, when={"from": "09:30"})
    with world.here.database.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
    for _minute in range(2):
        world.tick("offers.expire")
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
