# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding somebody for a date: one asked, several in order or together, another before the first is freed, and changes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.records import Asking, AuditEntry, HoursGrant, Mediator, Offer, Slot
from tests.journeys.changes import MONDAY, World


def choose(world: World, code: str, how: str, *people: str, **more: str) -> Any:
    """What a coordinator presses under the list, with these people ticked."""
    return world.door.post(f"/requests/{code}/appointments/1/mediators", data={"how": how, "mediator": people, **more})


def ended(world: World) -> list[tuple[str, str | None]]:
    with world.here.database.begin() as session:
        return [(row.way, row.ended) for row in session.scalars(select(Asking).order_by(Asking.id))]


def buttons(page: str) -> list[str]:
    """The keys of the changes that a page offers."""
    return [key.replace("&#39;", "'") for key in re.findall(r'name="change" value="([^"]+)"', page)]


def press(world: World, code: str, key: str, **more: str) -> Any:
    return world.door.post(f"/requests/{code}/appointments/1/mediators/change?slot=1", data={"change": key, **more})


def test_one_after_the_other(world: World) -> None:
    """m2 first, as the coordinator put her; after her no m1 is asked at once, though a plan would have begun with m1."""
    code = world.ask()
    assert choose(world, code, "in_order", "m2", "m1").status_code == 303
    world.settle()
    world.tick("offers.send")
    assert world.told() == {"m2": ["offer"]}
    board = world.door.get("/offers").text
    assert "Amina m2" in board
    assert "Amina m1" in board  # who is next
    world.write("m2", f"NO {world.asked('m2')[0]}")
    assert world.told() == {"m2": ["offer", "declined"], "m1": ["offer"]}
    world.write("m1", f"SI {world.asked('m1')[0]}")
    assert world.stands(code) == [("m1", "booked", MONDAY)]
    assert ended(world) == [("in_order", "booked")]


def test_all_at_once_and_the_first_yes_wins(world: World) -> None:
    """Nobody ticked means all; whoever is second hears that it is taken."""
    code = world.ask()
    assert choose(world, code, "together").status_code == 303
    world.settle()
    world.tick("offers.send")
    assert world.told() == {"m1": ["offer"], "m2": ["offer"]}
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert world.told() == {"m1": ["offer", "covered"], "m2": ["offer", "confirmed"]}
    assert world.stands(code) == [("m2", "booked", MONDAY)]


def test_another_is_asked_before_the_first_is_freed(world: World, booked: str) -> None:
    """m1 keeps the visit through m2's no, and loses it with m2's yes: at no moment the desk has nobody."""
    assert choose(world, booked, "one", "m2").status_code == 303
    world.settle()
    world.tick("offers.send")
    assert world.told() == {"m1": ["offer", "confirmed"], "m2": ["offer"]}
    assert world.stands(booked) == [("m1", "booked", MONDAY)]
    assert world.status(booked) == ("confirmed", "booked")
    world.write("m2", f"NO {world.asked('m2')[0]}")
    assert world.stands(booked) == [("m1", "booked", MONDAY)]
    assert ended(world) == [("in_order", "nobody")]
    choose(world, booked, "one", "m2")
    world.settle()
    world.tick("offers.send")
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert world.stands(booked) == [("m2", "booked", MONDAY)]
    assert world.told()["m1"] == ["offer", "confirmed", "reassigned"]
    assert world.told()["m2"] == ["offer", "declined", "offer", "confirmed"]
    assert world.status(booked) == ("confirmed", "booked")
    assert world.notices("reopened") == 0  # the desk always had somebody


def test_the_first_gives_back_while_another_is_asked(world: World, booked: str) -> None:
    """The question stands as for any open visit, and her yes books it."""
    choose(world, booked, "one", "m2")
    world.settle()
    world.tick("offers.send")
    with world.here.database.begin() as session:
        code = session.scalars(select(Offer.code).join(Mediator).where(Mediator.code == "m1")).first()
    world.write("m1", f"ANNULLA {code}")
    assert world.stands(booked) == []
    assert world.status(booked) == ("open", "offered")
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert world.stands(booked) == [("m2", "booked", MONDAY)]


def test_the_next_one_now_and_no_more(world: World) -> None:
    """From the board: m1 is asked beside m2, then both questions are taken back and nobody is asked behind her back."""
    code = world.ask()
    choose(world, code, "in_order", "m2", "m1")
    world.settle()
    world.tick("offers.send")
    assert world.door.post(f"/offers/{code}/1/1/next").status_code == 303
    world.tick("offers.send")
    assert world.told() == {"m2": ["offer"], "m1": ["offer"]}
    assert world.door.post(f"/offers/{code}/1/1/next").status_code == 409
    assert world.door.post(f"/offers/{code}/1/1/stop").status_code == 303
    world.tick()
    assert world.told() == {"m2": ["offer", "withdrawn"], "m1": ["offer", "withdrawn"]}
    assert world.stands(code) == []
    assert world.status(code) == ("open", "unfilled")
    assert ended(world) == [("in_order", "stopped")]
    assert world.door.post(f"/offers/{code}/1/1/stop").status_code == 409
    assert "Ora non si sta chiedendo a nessuno" in world.door.get("/offers").text


def test_who_gets_no_sms_is_called(world: World) -> None:
    """Asked by SMS she is refused with her number; on the phone she can be booked all the same."""
    code = world.ask()
    with world.here.database.begin() as session:
        session.scalars(select(Mediator).where(Mediator.code == "m2")).one().sms_blocked = "opted_out"
    refused = choose(world, code, "one", "m2")
    assert refused.status_code == 422
    assert "+393402222222" in refused.text
    assert ended(world) == []
    answer = world.door.post(f"/requests/{code}/appointments/1/mediators", data={"assign": "m2"})
    assert answer.status_code == 303
    assert world.stands(code) == [("m2", "booked", MONDAY)]


def test_a_date_is_moved_to_where_somebody_is(world: World) -> None:
    """At 20:00 nobody has a shift: the smallest move is pressed, and whoever can come then is chosen beforehand."""
    code = world.ask(when=[{"day": "2026-11-30", "from": "20:00"}])
    page = world.door.get(f"/requests/{code}/appointments/1/mediators").text
    [key] = [one for one in buttons(page) if one.startswith("start:")]
    moved = press(world, code, key)
    assert moved.status_code == 303, moved.text
    assert world.notices("changed_for_you") == 1
    there = world.door.get(moved.headers["location"])
    assert re.search(r'name="mediator" value="m[12]"[^>]* checked', there.text)
    assert press(world, code, key).status_code == 409  # it is where it was to go


@pytest.mark.parametrize("span", ["week", "day"])
def test_an_exception_of_hours_is_written_down(world: World, span: str) -> None:
    """Only with a reason; then she can be asked by SMS, and her yes is not refused by the rule that was lifted."""
    code = world.ask()
    with world.here.database.begin() as session:
        for one in session.scalars(select(Mediator)):
            setattr(one, f"max_{span}", 15)
    page = world.door.get(f"/requests/{code}/appointments/1/mediators").text
    [key] = [one for one in buttons(page) if one.startswith(f"max_{span}:")]
    assert press(world, code, key).status_code == 422
    given = press(world, code, key, why="d'accordo al telefono")
    assert given.status_code == 303, given.text
    with world.here.database.begin() as session:
        row = session.scalars(select(HoursGrant)).one()
        her = session.get_one(Mediator, row.mediator_id).code
        assert (row.span, row.granted_by, row.why) == (span, "account:marta", "d'accordo al telefono")
        assert row.day == dt.date(2026, 11, 30)
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "grant_hours")).all()
    assert choose(world, code, "one", her).status_code == 303
    world.settle()
    world.tick("offers.send")
    world.write(her, f"SI {world.asked(her)[0]}")
    assert world.stands(code) == [(her, "booked", MONDAY)]


def test_an_asking_ends_with_what_becomes_of_the_date(world: World) -> None:
    """Given to somebody on the phone, or called off, nobody named later is asked any more."""
    code = world.ask()
    choose(world, code, "in_order", "m1", "m2")
    world.settle()
    world.tick("offers.send")
    assert world.door.post(f"/requests/{code}/appointments/1/mediators", data={"assign": "m2"}).status_code == 303
    world.tick()
    assert ended(world) == [("in_order", "assigned")]
    assert world.told() == {"m1": ["offer", "withdrawn"], "m2": ["confirmed"]}
    other = world.ask(when=[{"day": "2026-12-02", "from": "09:10"}])
    choose(world, other, "in_order", "m1", "m2")
    world.settle()
    world.tick("offers.send")
    world.cancel(other)
    world.tick()
    assert ended(world)[1] == ("in_order", "changed")
    assert world.told()["m2"] == ["confirmed"]


def test_a_page_of_somebody_else(world: World) -> None:
    """The address of a slot that is not there is no page, and a start that the desk does not allow is not looked at."""
    code = world.ask()
    assert world.door.get(f"/requests/{code}/appointments/1/mediators?slot=2").status_code == 404
    at = (MONDAY + dt.timedelta(hours=3)).isoformat()
    page = world.door.get(f"/requests/{code}/appointments/1/mediators", params={"at": at})
    assert page.status_code == 200
    assert 'name="at"' not in page.text
    assert world.door.post(f"/offers/{code}/1/9/next").status_code == 404
    with world.here.database.begin() as session:
        assert session.scalars(select(Slot.status)).all() == ["open"]


def test_another_start_that_the_desk_allows(world: World) -> None:
    """At 20:00 nobody is there, and the desk said any hour will do: she is asked about one at which she is."""
    code = world.ask(when=[{"day": "2026-11-30", "from": "20:00", "tolerance": "same_day"}])
    door = f"/requests/{code}/appointments/1/mediators"
    [link] = re.findall(r'href="(/requests/[^"]*&amp;at=[^"]*)"', world.door.get(door).text)
    there = world.door.get(link.replace("&amp;", "&")).text
    [at] = re.findall(r'name="at" value="([^"]+)"', there)
    [her] = re.findall(r'name="mediator" value="(m[12])"[^>]* checked', there)
    assert choose(world, code, "one", her, at=at).status_code == 303
    world.settle()
    world.tick("offers.send")
    world.write(her, f"SI {world.asked(her)[0]}")
    assert world.stands(code) == [(her, "booked", dt.datetime.fromisoformat(at))]
