# SPDX-License-Identifier: AGPL-3.0-or-later
"""Double bookings are found by plain code: what overlaps, and what nobody could drive in time."""

from __future__ import annotations

import datetime as dt

from config.policy import load_policy
from dispatch.records.roster import Mediator
from dispatch.records.territory import Place
from dispatch.rehearsal.figures import Stay, impossible_pairs
from dispatch.rehearsal.hands import grain
from dispatch.roster.week import planner_policy

BERGAMO = Place(id=1, code="bergamo", lat=45.698, lon=9.669, ambito_code="BG01")
CLUSONE = Place(id=2, code="clusone", lat=45.889, lon=9.949, ambito_code="BG09")
POLICY = planner_policy(load_policy().planning)
DRIVER, BY_BUS = Mediator(travel_factor=1.0), Mediator(travel_factor=1.8)


def stay(start: str, end: str, place: Place | None) -> Stay:
    day = dt.date(2026, 11, 30)
    low, high = (dt.datetime.combine(day, dt.time.fromisoformat(text), dt.UTC) for text in (start, end))
    return Stay(low, high, place)


def test_what_overlaps_counts_wherever_it_is() -> None:
    """Two visits at one time are one impossible pair, three are three."""
    telephone = stay("10:00", "11:00", None)
    assert impossible_pairs([telephone, stay("10:45", "11:15", None)], DRIVER, POLICY) == 1
    assert impossible_pairs([telephone, telephone, telephone], DRIVER, POLICY) == 3
    assert impossible_pairs([telephone, stay("11:00", "12:00", None)], DRIVER, POLICY) == 0


def test_the_road_counts_as_well() -> None:
    """10:30 in Bergamo and 10:45 in Clusone do not overlap, and still nobody can do both."""
    first = stay("09:30", "10:30", BERGAMO)
    assert impossible_pairs([first, stay("10:45", "11:30", CLUSONE)], DRIVER, POLICY) == 1
    assert impossible_pairs([first, stay("10:45", "11:30", BERGAMO)], DRIVER, POLICY) == 0
    assert impossible_pairs([first, stay("11:45", "12:30", CLUSONE)], DRIVER, POLICY) == 0
    assert impossible_pairs([first, stay("11:45", "12:30", CLUSONE)], BY_BUS, POLICY) == 1


def test_a_call_in_between_hides_no_road() -> None:
    """The places are compared even when she is on the telephone between them."""
    visits = [stay("09:30", "10:30", BERGAMO), stay("10:35", "10:40", None), stay("10:45", "11:30", CLUSONE)]
    assert impossible_pairs(visits, DRIVER, POLICY) == 1


def test_time_moves_in_whole_steps() -> None:
    """A moment on the step stays; one after it goes to the next."""
    step, ten = dt.timedelta(minutes=60), dt.datetime(2026, 11, 30, 10, tzinfo=dt.UTC)
    assert grain(ten, step) == ten
    assert grain(ten + dt.timedelta(seconds=1), step) == ten + step
