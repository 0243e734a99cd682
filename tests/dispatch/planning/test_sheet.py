# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sheet on the wall: what stands, by short names; no draft, nothing of another ambito, and as many columns as needed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.planning.board import Sieve
from dispatch.planning.sheet import Entry, entries, sheet_of, sheet_page, short_name
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at

NINE = dt.datetime.fromisoformat(at(0, 8))


def read(session: Session, sieve: Sieve | None = None) -> list[Entry]:
    return entries(session, MONDAY, 2, sieve or Sieve(), ("it", "en"))


def test_what_stands_is_on_paper_and_a_draft_is_not(session: Session) -> None:
    """Confirmed, waiting for an answer, proposed by a plan that nobody published."""
    amina = make.mediator(session, "amina", name="Amina Benali")
    make.visit(session, amina, NINE)
    make.visit(session, amina, NINE + dt.timedelta(hours=2), state="published", status="offered")
    make.visit(session, amina, NINE + dt.timedelta(hours=4), state="proposed", status="open")
    found = read(session)
    shown = [(one.mediator, one.status) for one in found]
    assert shown == [("Amina B.", "booked"), ("Amina B.", "offered"), ("", "open")]
    assert found[0].language == {"it": "arabo", "en": "Arabic"}


def test_what_has_nobody_stands_at_the_end(session: Session) -> None:
    """Whoever prints it takes the telephone next."""
    ask_for(session, "ic-trescore", (at(0, 9), at(0, 9)))
    page = sheet_page(session, MONDAY, NOW, Sieve())
    (sheet,) = page.days
    assert (len(sheet.nobody), sheet.people, sheet.total) == (1, (), 1)


def test_two_of_one_short_name_stay_two(session: Session) -> None:
    """Amina Benali and Amina Bouzid."""
    for code, name in (("a", "Amina Benali"), ("b", "Amina Bouzid")):
        make.visit(session, make.mediator(session, code, name=name), NINE)
    sheet = sheet_of(MONDAY, read(session))
    assert [name for name, _ in sheet.people] == ["Amina B.", "Amina B."]


def test_a_reader_of_one_ambito_sees_that_alone(session: Session) -> None:
    """Filtered when it is read from the rows, and again when it is read from a copy of all of them."""
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    there = make.desk(session, "ic-clusone", place_id=make.place(session, "clusone", comune_code="016077").id)
    make.visit(session, make.mediator(session, "a"), NINE)
    make.visit(session, make.mediator(session, "b"), NINE, at=there)
    assert [one.ambito for one in read(session, Sieve(ambiti=("BG14",)))] == ["BG14"]
    assert sheet_of(MONDAY, read(session), ("BG14",)).total == 1
    assert sheet_of(MONDAY, read(session)).total == 2
    assert sheet_of(MONDAY, read(session), ()).total == 0


def test_a_full_day_takes_more_columns(session: Session) -> None:
    """Eighty visits do not fit into two columns of one sheet."""
    make.visit(session, make.mediator(session, "a"), NINE)
    (one,) = read(session)
    assert [sheet_of(MONDAY, [one] * many).columns for many in (10, 80, 190, 400)] == [2, 3, 4, 5]


def test_a_name_of_one_word_stays_whole() -> None:
    """Not everybody has two."""
    assert [short_name(name) for name in ("Amina", "Amina Benali", "Amina B.")] == ["Amina", "Amina B.", "Amina B."]
