# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator gives a visit back, or is absent: in time by herself, close to it through a person."""

from __future__ import annotations

import re

from sqlalchemy import select

from dispatch.records import (
    Notice,
)
from tests.journeys.changes import MONDAY, World, offers_of


def test_giving_up_a_cancelled_visit_is_nobodys_work(world: World, booked: str) -> None:
    """The page was open since before: nothing is asked anew, and no person called."""
    [old] = offers_of(world)
    world.cancel(booked)
    world.tick()
    answer = world.door.post(f"{world.agenda('m1').removesuffix('/agenda')}/give-up", data={"code": str(old.code)})
    assert answer.headers["location"].endswith("given=")
    assert world.notices("to_read") == 0


def test_a_mediator_gives_a_visit_back_on_her_phone(world: World, booked: str) -> None:
    """Eight days ahead she does it alone; she and the desk are told once, and a repair asks somebody else."""
    agenda = world.agenda("m1")
    [code] = re.findall(r'name="code" value="(\d+)"', world.door.get(agenda).text)
    for _twice in range(2):
        assert world.door.post(agenda.replace("/agenda", "/give-up"), data={"code": code}).status_code == 303
    world.tick()
    assert world.told()["m1"] == ["offer", "confirmed", "released"]
    assert world.notices("reopened") == 1
    assert world.stands(booked) == []
    assert "restituito" in world.door.get(world.question("m1")).text


def test_close_to_the_visit_a_person_decides(world: World) -> None:
    """Tomorrow's visit stays hers until a coordinator has read it."""
    code = world.ask(when=[{"day": "2026-11-23", "from": "14:00"}])
    world.give(code, "m1")
    answer = world.door.post(f"{world.question('m1')}/withdraw")
    assert "coordinatore legge" in world.door.get(answer.headers["location"]).text
    assert [one[:2] for one in world.stands(code)] == [("m1", "booked")]
    assert world.notices("to_read") == 1


def test_pressed_again_and_again_a_person_is_called_once(world: World) -> None:
    """The day before the visit, ten presses: one SMS, one notice; once that is seen, the next press is heard again."""
    world.give(world.ask(when=[{"day": "2026-11-23", "from": "14:00"}]), "m1")
    [offer] = offers_of(world)
    page = f"{world.agenda('m1').removesuffix('/agenda')}/give-up"
    for _press in range(10):
        assert world.door.post(page, data={"code": str(offer.code)}).headers["location"].endswith("given=asked")
    assert (world.told()["m1"].count("to_person"), world.notices("to_read")) == (1, 1)
    with world.here.database.begin() as session:
        session.scalars(select(Notice).where(Notice.kind == "to_read")).one().seen_at = world.now
    world.door.post(page, data={"code": str(offer.code)})
    assert world.notices("to_read") == 2


def test_an_absence_frees_and_plans_anew(world: World, booked: str) -> None:
    """Entered by the coordinator: she and the desk are told once, and the repair leaves her out."""
    form = {"absence-first": "2026-11-30", "absence-last": "2026-11-30", "visits": "release"}
    assert world.door.post("/roster/m1/absences", data=form).status_code == 303
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "released"], "m2": ["offer"]}
    assert world.notices("reopened") == 1
    assert world.stands(booked) == [("m2", "published", MONDAY)]
