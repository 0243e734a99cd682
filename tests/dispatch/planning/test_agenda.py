# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's agenda: hours of the whole week whatever is filtered, and what passed apart from what is left."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import NotUnderstood
from dispatch.planning.agenda import agenda_days, agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.week_named import monday_named
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, SlotStatus
from dispatch.web.i18n import speaking
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at

TERRITORY = "bergamo"


def test_hours_are_those_of_the_week_whatever_is_filtered(session: Session) -> None:
    """Who works two hours at two schools has two hours left less, also where only one school is looked at."""
    amina = make.mediator(session, "m1", max_week=600)
    for desk, day in (("ic-trescore", 0), ("ic-clusone", 1)):
        slot = ask_for(session, desk, (at(day, 9), at(day, 9)))
        start = dt.datetime.fromisoformat(at(day, 9))
        slot.status = SlotStatus.BOOKED
        during = Range(start, start + dt.timedelta(hours=1))
        status = AssignmentStatus.BOOKED
        session.add(Assignment(slot_id=slot.id, mediator_id=amina.id, during=during, status=status, changed_at=NOW))
    session.flush()
    for sieve, visits in ((Sieve(), 2), (Sieve(text="clusone"), 1)):
        (row,) = agenda_page(session, MONDAY, NOW, sieve, TERRITORY).rows
        assert (sum(map(len, row.cells)), row.used_hours) == (visits, "2")


def test_what_passed_is_not_to_assign_any_more(session: Session) -> None:
    """On Wednesday the slot of Monday stands apart from that of Thursday."""
    for desk, day in (("ic-trescore", 0), ("ic-clusone", 3)):
        ask_for(session, desk, (at(day, 9), at(day, 9)))
    page = agenda_page(session, MONDAY, dt.datetime.fromisoformat(at(2, 9)), Sieve(), TERRITORY)
    assert [slot.code for slot in page.unassigned] == ["R-ic-clusone"]
    assert [slot.code for slot in page.missed] == ["R-ic-trescore"]


def test_a_slot_that_may_still_move_is_shown_at_its_next_time(session: Session) -> None:
    """Asked for Monday or Thursday: on Wednesday only Thursday is left to offer."""
    ask_for(session, "ic-trescore", (at(0, 9), at(0, 9)), (at(3, 9), at(3, 9)))
    page = agenda_page(session, MONDAY, dt.datetime.fromisoformat(at(2, 9)), Sieve(), TERRITORY)
    (slot,) = page.unassigned
    assert (slot.start.isoformat(), slot.end.isoformat()) == (at(3, 9), at(3, 10))


@pytest.mark.parametrize(("locale", "name"), [("it", "Immacolata Concezione"), ("en", "Immaculate Conception")])
def test_a_feast_is_called_in_the_readers_language(locale: str, name: str) -> None:
    """8 December; the calendar of holidays falls back to English in silence."""
    with speaking(locale):
        days = agenda_days(dt.date(2026, 12, 7), NOW.date(), [], TERRITORY)
    assert [day.holiday for day in days] == ["", name, "", "", ""]


@pytest.mark.parametrize("week", ["0001-01-01", "0001-W01", "9999-12-31", "9999-W52", "2026-W54", "\x00", "W"])
def test_a_week_out_of_reach_is_refused_by_name(week: str) -> None:
    """The weeks before and after must be dates too."""
    with pytest.raises(NotUnderstood) as refused:
        monday_named(week)
    assert refused.value.fields[0].field == "week"


def test_a_week_is_named_by_number_or_by_any_day() -> None:
    """Both lead to its Monday."""
    assert monday_named("2026-W49") == monday_named("2026-12-03") == MONDAY
