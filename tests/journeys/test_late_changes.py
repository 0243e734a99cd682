# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is cancelled or moved late: what is paid, paid once, and whom the freed time serves."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.records import (
    Appointment,
    Attendance,
    Request,
    Slot,
)
from dispatch.records.statuses import Outcome, SlotStatus
from tests.journeys.changes import World, id_of


@pytest.mark.parametrize("hours", [("17:00",), ("14:15", "17:00"), ("14:15", "17:00", "17:15")])
def test_a_no_after_a_late_move_is_a_late_cancellation(world: World, hours: tuple[str, ...]) -> None:
    """Tomorrow's visit goes to the evening, at once or step by step: the hour she had kept is paid by the policy."""
    code = world.ask(when=[{"day": "2026-11-23", "from": "14:00"}])
    world.give(code, "m1")
    for hour in hours:
        world.change(code, when={"from": hour})
        world.tick()
    with world.here.database.begin() as session:
        assert session.scalars(select(Attendance)).all() == []
    world.write("m1", f"NO {world.asked('m1')[0]}")
    world.tick("attendance.ask")
    with world.here.database.begin() as session:
        paid = session.execute(select(Attendance.outcome, Attendance.minutes)).all()
    assert [tuple(row) for row in paid] == [("cancelled_late", 30)]


def test_only_what_she_had_agreed_to_is_paid(world: World) -> None:
    """Moved away in good time, back, and away again the day before: of the time she was asked anew she never said yes."""
    code = world.ask(when=[{"day": "2026-11-26", "from": "14:00"}])
    world.give(code, "m1")
    for hour in ("17:00", "14:00"):
        world.change(code, when={"from": hour})
        world.tick()
    world.at(dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC))
    world.change(code, when={"from": "16:00"})
    world.tick()
    world.cancel(code)
    world.settle()
    world.tick("attendance.ask")
    with world.here.database.begin() as session:
        assert session.scalars(select(Attendance)).all() == []


@pytest.mark.parametrize("moved", ["", "cancelled", "refused"])
@pytest.mark.parametrize(("day", "late"), [("2026-11-23", True), ("2026-11-26", False)])
def test_time_cancelled_late_serves_somebody_nearby(world: World, day: str, late: bool, moved: str) -> None:
    """Tomorrow's visit is called off, and m1 is paid: she is asked at once about a request nearby that has nobody.

    So she is where it was moved to the evening first, and called off, or refused by her, while it waited for her yes.
    Called off or moved in good time nothing is paid, and nobody is in a hurry.
    """
    when = [{"day": day, "from": "14:00"}]
    code, nearby = world.ask(when=when), world.ask(when=when)
    with world.here.database.begin() as session:
        slots = select(Slot).join(Appointment).join(Request).where(Request.code == nearby)
        lonely = session.scalars(slots).one()
        lonely.status, lonely.replan_due, lonely.excluded = SlotStatus.UNFILLED, None, [id_of(session, "m2")]
    world.give(code, "m1")
    if moved:
        world.change(code, when={"from": "17:00"})
        world.tick("offers.send")
        assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    if moved == "refused":
        world.write("m1", f"NO {world.asked('m1')[0]}")
    world.cancel(code)
    world.settle()
    news = {"": ["cancelled"], "cancelled": ["moved", "cancelled"], "refused": ["moved", "declined"]}[moved]
    assert sorted(world.told()["m1"]) == sorted(["offer", "confirmed", *news, *(["offer"] if late else [])])
    assert [who for who, *_ in world.stands(nearby)] == (["m1"] if late else [])
    if late:
        world.write("m1", f"SI {world.asked('m1')[-1]}")
        assert world.status(nearby) == ("confirmed", "booked")
        world.at(dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC))
        world.tick("attendance.ask")
        with world.here.database.begin() as session:
            paid = session.execute(select(Attendance.outcome, Attendance.minutes).order_by(Attendance.id)).all()
        assert [outcome for outcome, _ in paid].count(None) == 1  # the visit nearby, which pays for itself
        assert sum(minutes for outcome, minutes in paid if outcome == Outcome.CANCELLED_LATE) == 0
