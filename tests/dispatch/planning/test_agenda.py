# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's agenda: hours of the whole week whatever is filtered, and what passed apart from what is left."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import NotUnderstood
from dispatch.planning.agenda import agenda_days, agenda_page
from dispatch.planning.board import Sieve
from dispatch.planning.days import monday_named
from dispatch.planning.month import month_page
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, SlotStatus
from dispatch.web.i18n import speaking
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft

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


def test_the_urgent_stand_first(session: Session) -> None:
    """Then by when they begin, whatever the order in which they were asked for."""
    for desk, day, priority in (("late", 3, "urgent"), ("early", 0, "routine"), ("middle", 1, "important")):
        ask_for(session, desk, (at(day, 9), at(day, 9))).appointment.request.priority = priority
    session.flush()
    page = agenda_page(session, MONDAY, NOW, Sieve(), TERRITORY)
    assert [slot.code for slot in page.unassigned] == ["R-late", "R-middle", "R-early"]
    assert page.unassigned[0].find == "/requests/R-late/appointments/1/mediators"


def test_the_week_is_named_from_its_first_to_its_last_day(session: Session) -> None:
    """Up to Friday, and up to Saturday where something happens on it."""
    assert agenda_page(session, MONDAY, NOW, Sieve(), TERRITORY).title == "Settimana 30 nov\u2009–\u20094 dic 2026"
    ask_for(session, "ic-trescore", (at(5, 9), at(5, 9)))
    assert agenda_page(session, MONDAY, NOW, Sieve(), TERRITORY).title == "Settimana 30 nov\u2009–\u20095 dic 2026"


def test_other_times_and_views_keep_the_filters(session: Session) -> None:
    """Who looks for Arabic this week looks for it next week too."""
    make.mediator(session, "m1")
    head = agenda_page(session, MONDAY, NOW, Sieve(language="ar", text="a b"), TERRITORY).head
    assert head.following == "/agenda?week=2026-W50&language=ar&q=a+b"
    assert [turn.href.partition("?")[2] for turn in head.turns] == [
        "view=day&day=2026-11-30&language=ar&q=a+b",
        "week=2026-W49&language=ar&q=a+b",
        "view=month&day=2026-11-01&language=ar&q=a+b",
    ]


@pytest.mark.parametrize(("text", "found"), [("amina", 1), ("TRESCORE", 1), ("R-7", 1), ("altrove", 0)])
def test_what_is_typed_is_looked_for_in_code_name_and_place(session: Session, text: str, found: int) -> None:
    """The mediator's name, the desk's comune, the request's code."""
    amina = make.mediator(session, "m1", name="Amina B.")
    visit = make.visit(session, amina, dt.datetime.fromisoformat(at(0, 9)), at=make.desk(session, "x", name="Scuola"))
    visit.slot.appointment.request.code = "R-7000001"
    session.flush()
    assert len(agenda_page(session, MONDAY, NOW, Sieve(text=text), TERRITORY).rows) == found


def test_who_has_nothing_is_told_apart(session: Session) -> None:
    """She stands below the table, also when her name is looked for; a look at one ambito's visits leaves her out."""
    make.mediator(session, "m1", name="Amina B.")
    for sieve, listed in ((Sieve(), 1), (Sieve(text="ami"), 1), (Sieve(text="luz"), 0), (Sieve(ambito="BG05"), 0)):
        page = agenda_page(session, MONDAY, NOW, sieve, TERRITORY)
        assert (page.rows, len(page.idle)) == ((), listed)


def test_the_draft_says_how_much_it_changes(session: Session) -> None:
    """Two slots get somebody: two changes, and as many SMS; once one of them stands so, one is left."""
    make.mediator(session, "m1", max_week=600)
    slots = [ask_for(session, desk, (at(day, 9), at(day, 9))) for desk, day in (("ic-a", 0), ("ic-b", 1))]
    draft(session)
    hint = agenda_page(session, MONDAY, NOW, Sieve(), TERRITORY).head.run
    assert hint is not None
    assert (hint.status, hint.changes) == ("draft", 2)
    proposed = session.scalars(select(Assignment).where(Assignment.slot_id == slots[0].id)).one()
    same = {"slot_id": proposed.slot_id, "mediator_id": proposed.mediator_id, "during": proposed.during}
    session.add(Assignment(status=AssignmentStatus.PUBLISHED, changed_at=NOW, **same))
    session.flush()
    again = agenda_page(session, MONDAY, NOW, Sieve(), TERRITORY).head.run
    assert again is not None
    assert again.changes == 1


def test_a_month_counts_each_day(session: Session) -> None:
    """One confirmed and one without anybody on the last Monday of November; days of other months are left out."""
    make.visit(session, make.mediator(session, "m1"), dt.datetime.fromisoformat(at(0, 9)))
    for desk, day in (("ic-a", 0), ("ic-b", 1)):
        ask_for(session, desk, (at(day, 9), at(day, 9)))
    page = month_page(session, MONDAY.replace(day=1), NOW, Sieve(), TERRITORY)
    assert [len(week) for week in page.weeks] == [7] * 6
    (monday,) = [day for week in page.weeks for day in week if day.date == MONDAY]
    assert (monday.booked, monday.waiting, monday.missing) == (1, 0, 1)
    assert (page.booked, page.missing) == (1, 1)
