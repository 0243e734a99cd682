# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk is told before it sends is what would be found: each count is that of the people who may take the visit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.appointments.feasibility import Sketch
from dispatch.kit.clock import from_wall
from dispatch.kit.session import Database
from dispatch.planning.rooms import find_rooms
from dispatch.records.intake import Slot
from dispatch.records.roster import Absence, Mediator
from dispatch.roster.day import day_refusals
from tests import make

MONDAY = dt.date(2026, 11, 30)
HOUR = dt.timedelta(hours=1)


def at(minute: int, day: int = 0) -> dt.datetime:
    return from_wall(MONDAY + dt.timedelta(days=day), minute)


def world(session: Session) -> tuple[Slot, list[Mediator]]:
    """A meeting in Trescore, and four with their own lives: a visit far away, a full week, a morning off, no wheels."""
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    school = make.desk(session, "ic-trescore")
    far = make.desk(session, "clusone", place_id=make.place(session, "clusone", comune_code="016077").id)
    amina, bashir, carla = (
        make.mediator(session, "amina"),
        make.mediator(session, "bashir", max_week=240),
        make.mediator(session, "carla", shifts=[(0, 540, 780), (0, 840, 1020)]),
    )
    dora = make.mediator(session, "dora", max_travel=5, home_id=make.place(session, "h", comune_code="016077").id)
    make.visit(session, amina, at(600), at=far)
    make.visit(session, bashir, at(840), at=school, minutes=120)
    make.visit(session, bashir, at(600, day=3), at=school, minutes=90)
    session.add(Absence(mediator_id=carla.id, during=Range(at(540), at(630))))
    windows: dict[str, Any] = {
        "windows": [[at(480).isoformat(), at(1080).isoformat()]],
        "first_start": at(480),
        "last_start": at(1080),
    }
    slot = make.asked(session, at(600), at=school, **windows)
    session.flush()
    return slot, [amina, bashir, carla, dora]


def test_every_count_is_that_of_who_may_take_it(database: Database) -> None:
    """From eight to six, every half an hour: the same number as when each is asked about the real slot."""
    with database.begin() as session:
        slot, people = world(session)
        place, needs = slot.appointment.place, slot.needs
        sketch = Sketch("mediation", "onsite", place, 60, [needs], [(at(480), at(1080))])
        [room] = find_rooms(session, make.NOW, [sketch])
        counts = {}
        for minute in range(480, 1081, 30):
            start = at(minute)
            may = [her for her in people if not day_refusals(session, her.id, slot.id, start, start + HOUR)]
            counts[start] = len(may)
    assert {start: room.at(start) for start in counts} == counts
    assert room.suitable == 3  # one would have to travel for too long
    assert set(counts.values()) >= {0, 1, 2}


def test_what_is_asked_together_is_looked_at_together(database: Database) -> None:
    """Three ways of one meeting cost the statements of one."""
    with database.begin() as session:
        slot, _people = world(session)
        there = slot.appointment.place
        sketches = [
            Sketch("mediation", mode, there if mode == "onsite" else None, 60, [slot.needs], [(at(600), at(600))])
            for mode in ("onsite", "phone", "video")
        ]
        onsite, phone, video = find_rooms(session, make.NOW, sketches)
    assert (onsite.suitable, phone.suitable, video.suitable) == (3, 4, 4)
    assert onsite.at(at(600)) < phone.at(at(600)) == video.at(at(600))
