# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the guides' pictures show: a school for adults with a week behind it and some ahead, the same on every machine."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access import links
from dispatch.app import create_app
from dispatch.kit.session import Database
from dispatch.offers.notices import NoticeKind
from dispatch.records import Account, Appointment, Assignment, Desk, Mediator, Notice, Request
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, OfferStatus, Role, SlotStatus
from tests import make
from tests.browser.world import DESK as OTHER_DESK
from tests.browser.world import SECRET, World

DESK, LOGIN = "cpia-bergamo", "paola"
BEFORE = dt.timedelta(days=4, minutes=17)  # they were sent
# What is asked, by name: the body of the API, and what the others did about it.
ASKED: dict[str, tuple[dict[str, Any], str]] = {
    "series": (
        {
            "when": [{"day": "2026-11-24", "from": "09:00"}],
            "repeat": {"every": "week", "until": "2026-12-22", "holidays": "skip"},
            "gender": {"is": "f", "must": False},
            "case": "c-17",
        },
        "booked",
    ),
    "asked": ({"when": [{"day": "2026-11-25", "from": "11:00"}], "languages": [{"code": "bn", "must": True}]}, "asked"),
    "nobody": ({"when": [{"day": "2026-11-26", "from": "15:00"}], "languages": [{"code": "ti"}]}, "nobody"),
    "phone": (
        {"when": [{"day": "2026-11-27", "from": "10:00"}], "mode": "phone", "place": ..., "duration": 30},
        "booked",
    ),
    "planned": (
        {"when": [{"day": "2026-12-10", "from": "14:30", "tolerance": "same_day"}], "kind": "interpreting"},
        "",
    ),
    "urdu": ({"when": [{"day": "2026-12-03", "from": "09:30"}], "languages": [{"code": "ur"}], "duration": 90}, ""),
}


def set_the_scene(world: World) -> dict[str, str]:
    """The rows behind the pictures; the codes of requests by name, and what else stands in the paths' braces."""
    with world.here.database.begin() as session:
        account = _people(session)
    world.accounts[LOGIN] = account
    codes = {name: _ask(world.here.database, world, body) for name, (body, _fate) in ASKED.items()}
    with world.here.database.begin() as session:
        for name, (_body, fate) in ASKED.items():
            _live(session, codes[name], fate)
        session.execute(update(Request).where(Request.code.in_(codes.values())).values(created_at=make.NOW - BEFORE))
        session.execute(update(Request).where(Request.code.in_(codes.values())).values(changed_at=make.NOW - BEFORE))
        _behind(session, codes["series"])
        offer = links.make(links.Purpose.OFFER, _question(session), SECRET)
    return {**codes, "offer": offer, "agenda": world.tokens[links.Purpose.AGENDA]}


def _people(session: Session) -> Account:
    school = make.desk(session, DESK, name="CPIA Bergamo", contact="Segreteria, 035 123456")
    school.place.name, school.place.address = "CPIA Bergamo, via Ozanam", "via Ozanam 27"
    make.mediator(session, "rokeya", name="Rokeya Begum", speaks={"bn": 3, "ur": 1})
    return make.account(session, LOGIN, Role.DESK, desk_id=school.id)


def _ask(database: Database, world: World, changes: dict[str, Any]) -> str:
    door = TestClient(create_app(world.here))
    answer = door.post("/api/v1/requests", json=make.body(DESK, **changes), headers=make.key_of(database, DESK))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def _live(session: Session, code: str, fate: str) -> None:
    """What became of a request until now: the first two dates of a series accepted, one asked about, one without anybody."""
    rows = session.scalars(
        select(Appointment).join(Request).where(Request.code == code).order_by(Appointment.number)
    ).all()
    her = session.scalars(select(Mediator).where(Mediator.code == ("rokeya" if fate == "asked" else "amina"))).one()
    for row in rows[:2]:
        if fate == "booked":
            _accept(session, row, her)
        elif fate == "asked":
            row.slots[0].status = SlotStatus.OFFERED
            asked = make.offer(session, her, make.NOW - dt.timedelta(hours=1), OfferStatus.WAITING, row.slots[0])
            asked.reply_by = make.NOW + dt.timedelta(hours=6)
        elif fate == "nobody":
            row.slots[0].status = SlotStatus.UNFILLED


def _accept(session: Session, row: Appointment, her: Mediator) -> None:
    assert row.asked_start is not None
    asked_at = make.NOW - dt.timedelta(days=3)
    offer = make.offer(session, her, asked_at, OfferStatus.ACCEPTED, row.slots[0])
    offer.closed_at = asked_at + dt.timedelta(minutes=22)
    during = Range(row.asked_start, row.asked_start + dt.timedelta(minutes=row.duration))
    given = Assignment(slot_id=row.slots[0].id, mediator_id=her.id, during=during, changed_at=offer.closed_at)
    given.status = AssignmentStatus.BOOKED
    row.slots[0].status, row.status = SlotStatus.BOOKED, AppointmentStatus.CONFIRMED
    told = Notice(kind=NoticeKind.BOOKED, desk_id=row.request.desk_id, request_id=row.request_id, values={})
    told.created_at = offer.closed_at
    session.add_all([given, told])
    session.flush()


def _behind(session: Session, code: str) -> None:
    """Two visits of last week that wait for the school's word."""
    asked = session.scalars(select(Request).where(Request.code == code)).one()
    amina = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
    for days in (2, 4):
        visit = make.ended_visit(session, asked.desk, amina, make.NOW - dt.timedelta(days=days, hours=1))
        before = visit.assignment.slot.appointment.request
        before.body, before.code = asked.body, f"R-{900 + days}"


def _question(session: Session) -> int:
    """A question to Amina on her phone, which she has not answered."""
    amina = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
    school = session.scalars(select(Desk).where(Desk.code == OTHER_DESK)).one()
    slot = make.asked(session, dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), at=school)
    offer = make.offer(session, amina, make.NOW - dt.timedelta(hours=1), OfferStatus.WAITING, slot)
    start = slot.appointment.first_start
    offer.during, offer.reply_by = Range(start, start + dt.timedelta(hours=1)), make.NOW + dt.timedelta(hours=5)
    session.flush()
    return offer.id
