# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's day: lanes with roads and courses, who is free, and what of the week is left elsewhere."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.planning.board import Sieve
from dispatch.planning.timeline import day_page
from dispatch.records.roster import Commitment
from dispatch.web.views.agenda import DayPage
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at

EIGHT = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)  # nine on the clocks


def day(session: Session, sieve: Sieve | None = None) -> DayPage:
    return day_page(session, MONDAY, NOW, sieve or Sieve(), "bergamo")


def test_between_two_towns_there_is_a_road(session: Session) -> None:
    """Trescore, then Clusone half an hour later: the road does not fit, and the lane says so."""
    amina = make.mediator(session, "amina")
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    there = make.desk(session, "ic-clusone", place_id=make.place(session, "clusone", comune_code="016077").id)
    make.visit(session, amina, EIGHT)
    make.visit(session, amina, EIGHT + dt.timedelta(minutes=75), at=there)
    (lane,) = day(session).lanes
    whats = [cell.what for cell in lane.lines[0]]
    assert [what for what in whats if what in ("visit", "tight", "road")] == ["visit", "tight", "visit"]
    assert lane.used_hours == "2"


def test_by_phone_nobody_travels(session: Session) -> None:
    """The control of the road: the same two visits, the second by phone."""
    amina = make.mediator(session, "amina")
    make.visit(session, amina, EIGHT)
    make.visit(session, amina, EIGHT + dt.timedelta(minutes=75), mode="phone", place_id=None)
    (lane,) = day(session).lanes
    assert {cell.what for cell in lane.lines[0]} == {"free", "visit"}


def test_a_course_is_seen_in_her_lane(session: Session) -> None:
    """A morning's course, and a visit after it."""
    amina = make.mediator(session, "amina")
    course = Commitment(mediator_id=amina.id, during=Range(EIGHT, EIGHT + dt.timedelta(hours=2)), title="Corso")
    make.kept(session, course)
    make.visit(session, amina, EIGHT + dt.timedelta(hours=4))
    (lane,) = day(session).lanes
    assert [cell.text for cell in lane.lines[0] if cell.what == "busy"] == ["Corso"]


def test_who_is_free_stands_below_with_her_hours(session: Session) -> None:
    """Without a visit and at work; who has no shift on a Monday is not offered."""
    make.mediator(session, "amina", name="Amina B.", shifts=[(0, 480, 780)])
    make.mediator(session, "luz", name="Luz P.", shifts=[(1, 480, 780)])
    page = day(session)
    assert [(one.mediator, one.note) for one in page.idle] == [("Amina B.", "8:00–13:00")]


def test_what_is_left_is_that_of_the_day(session: Session) -> None:
    """One slot today, one on Thursday."""
    for desk, number in (("ic-trescore", 0), ("ic-clusone", 3)):
        ask_for(session, desk, (at(number, 9), at(number, 9)))
    assert [slot.code for slot in day(session).unassigned] == ["R-ic-trescore"]
    assert day(session, Sieve(text="clusone")).unassigned == ()
