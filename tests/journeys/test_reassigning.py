# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator gives a slot to somebody else, by SMS or by phone: who may, who is told, and what is refused."""

from __future__ import annotations

import re

from sqlalchemy import select

from dispatch.records import (
    Appointment,
    Assignment,
    AuditEntry,
    Mediator,
    Notice,
    Offer,
)
from dispatch.records.statuses import AssignmentStatus, OfferStatus, Role
from tests import make
from tests.journeys.changes import MINUTE, MONDAY, World


def test_a_coordinator_gives_a_booking_to_somebody_else(world: World, booked: str) -> None:
    """Swapped at once: m1 hears that somebody else goes, m2 is asked, and at no moment both have it."""
    page = world.door.get(f"/requests/{booked}").text
    assert f"/requests/{booked}/appointments/1/mediators" in page
    form = world.door.get(f"/requests/{booked}/appointments/1/mediators").text
    assert "Amina m2" in form
    assert world.assign(booked, "m2", "ask").status_code == 200
    assert world.stands(booked) == [("m2", "published", MONDAY)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["offer"]}
    assert world.notices("reopened") == 1  # the desk counted on m1, and m2 has not said yes yet
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["offer", "confirmed"]}
    assert world.status(booked) == ("confirmed", "booked")
    again = world.assign(booked, "m2", "ask")
    assert again.status_code == 409


def test_who_agreed_on_the_phone_is_booked_at_once(world: World, booked: str) -> None:
    """She is not asked again: where to go is told her, and the visit has a code of hers."""
    assert world.assign(booked, "m2", "agreed").status_code == 303
    assert world.stands(booked) == [("m2", "booked", MONDAY)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["confirmed"]}
    with world.here.database.begin() as session:
        hers = session.scalars(select(Offer).join(Mediator).where(Mediator.code == "m2")).one()
        assert hers.status == OfferStatus.ACCEPTED
        assert "reopened" not in session.scalars(select(Notice.kind)).all()  # who goes instead the desk is told
        row = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert row.outcome_due == MONDAY + 75 * MINUTE


def test_who_agreed_on_the_phone_hears_that_it_is_off(world: World) -> None:
    """The desk calls it off in the moment after the call: she is never confirmed, and not left in the belief that she goes."""
    code = world.ask()
    assert world.assign(code, "m2", "agreed").status_code == 303
    world.cancel(code)
    world.tick()
    assert world.told() == {"m2": ["cancelled"]}


def test_who_agreed_on_the_phone_and_is_replaced_hears_it_too(world: World) -> None:
    """A second call, a second yes, before the first was told anything: one is confirmed, the other hears that it is off."""
    code = world.ask()
    assert world.assign(code, "m2", "agreed").status_code == 303
    assert world.assign(code, "m1", "agreed").status_code == 303
    world.tick()
    assert world.told() == {"m1": ["confirmed"], "m2": ["cancelled"]}


def test_what_her_day_forbids(world: World) -> None:
    """Out of her shift only when it is set aside by name; without the language, or elsewhere at that time, never."""
    code = world.ask(when=[{"day": "2026-11-30", "from": "18:30"}])
    with world.here.database.begin() as session:
        make.mediator(session, "m3", phone="+393403333333", speaks={"fr": 3})
    refused = world.assign(code, "m2", "agreed")
    assert refused.status_code == 422
    assert "Amina m2" in refused.text
    assert world.assign(code, "m3", "agreed", despite="true").status_code == 422
    assert world.assign(code, "m2", "ask", despite="true").status_code == 422  # her yes by SMS would be refused
    assert world.stands(code) == []
    assert world.assign(code, "m2", "agreed", despite="true").status_code == 303
    assert [one[:2] for one in world.stands(code)] == [("m2", "booked")]
    with world.here.database.begin() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "assign")).all()
        assert entry.details["despite"] == ["shift"]
    other = world.ask(when=[{"day": "2026-11-30", "from": "18:00"}])
    assert world.assign(other, "m2", "ask", despite="true").status_code == 422


def test_the_second_mediator_comes_when_the_first_does(world: World) -> None:
    """A flexible morning for two: the planner has put it at 10:30, and m1 has said yes to that."""
    code, start = world.ask(people=2), MONDAY + 90 * MINUTE
    with world.here.database.begin() as session:
        row = session.scalars(select(Appointment)).one()
        row.asked_start, row.last_start = None, MONDAY + 120 * MINUTE
        row.windows = [[row.first_start.isoformat(), row.last_start.isoformat()]]
    world.give(code, "m1", start=start)
    assert world.assign(code, "m2", "agreed", slot=2).status_code == 303
    assert sorted(world.stands(code)) == [("m1", "booked", start), ("m2", "booked", start)]


def test_the_second_coordinator_overwrites_nothing_unseen(world: World, booked: str) -> None:
    """Two have the page open while m1 has the visit: the first gives it to m2, and the other must look again."""
    with world.here.database.begin() as session:
        make.mediator(session, "m3", phone="+393403333333")
    door = f"/requests/{booked}/appointments/1/mediators"
    [seen] = re.findall(r'name="instead_of" value="([0-9]+)"', world.door.get(door).text)
    read = world.door.get(f"/api/v1{door}").json()["assignment"]
    assert world.assign(booked, "m2", "agreed", instead_of=seen).status_code == 303
    assert world.assign(booked, "m3", "agreed", instead_of=seen).status_code == 409
    typed = {"mediator": "m3", "how": "agreed"}
    assert world.door.post(f"/api/v1{door}", json=typed | {"instead_of": read}).status_code == 409
    assert world.assign(booked, "m3", "agreed", instead_of="0").status_code == 409  # nobody had it, she says
    assert world.stands(booked) == [("m2", "booked", MONDAY)]
    read = world.door.get(f"/api/v1{door}").json()["assignment"]
    assert world.door.post(f"/api/v1{door}", json=typed | {"instead_of": read}).status_code == 200
    assert world.stands(booked) == [("m3", "booked", MONDAY)]


def test_nobody_of_another_ambito_is_chosen(world: World, booked: str) -> None:
    """Who coordinates one ambito neither reads nor assigns whom her roster does not show; who coordinates all does."""
    with world.here.database.begin() as session:
        make.comune(session, "016024", ambito_code="BG01", name="Bergamo", short_name="Bergamo")
        home = make.place(session, "home-m3", comune_code="016024")
        make.mediator(session, "m3", phone="+393403333333", home_id=home.id, ambiti=["BG01"])
        make.account(session, "lucia", Role.COORDINATOR, ambiti=["BG05"])
    door = f"/requests/{booked}/appointments/1/mediators"
    everybodys = world.door.get(door).text
    assert "Amina m3" in everybodys
    make.signed_in(world.door, "lucia")
    assert "Amina m2" in world.door.get(door).text
    assert "Amina m3" not in world.door.get(door).text
    assert [one["mediator"] for one in world.door.get(f"/api/v1{door}").json()["candidates"]] == ["m1", "m2"]
    refused = world.assign(booked, "m3", "agreed", despite="true")
    assert refused.status_code == 422
    assert "Amina m3" not in refused.text
    typed = {"mediator": "m3", "how": "agreed", "despite": True}
    assert world.door.post(f"/api/v1{door}", json=typed).status_code == 422
    assert [one[:2] for one in world.stands(booked)] == [("m1", "booked")]
