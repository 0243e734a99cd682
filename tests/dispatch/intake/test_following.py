# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a request that was sent: the way of each date, what cancelling means, what came of a change, once more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar, Component

from config.policy import load_policy
from dispatch.access.audit import record
from dispatch.intake.outcome import outcome_words
from dispatch.intake.way import plan_for
from dispatch.kit.session import Database
from dispatch.web.i18n import speaking
from tests import make
from tests.dispatch.intake.sent import School

SERIES: dict[str, Any] = {"repeat": {"every": "week", "until": "2026-12-28"}}  # five Mondays from 30 November
SHIFTED = {"when-day": "2026-12-01", "when-from": "09:10", "when-tolerance": "none", "mode": "onsite"}
SHIFTED |= {"place": "ic-trescore", "duration": "60", "people": "1"}


@pytest.fixture
def school(database: Database, monkeypatch: pytest.MonkeyPatch) -> School:
    make.cheap_passwords(monkeypatch)
    return School.opened(database)


def test_the_way_of_a_date_is_told_with_its_moments(school: School) -> None:
    """Received, proposed until when, confirmed with her name; nobody is named before she has said yes."""
    code = school.ask()
    assert "Entra nel piano di gio 26 nov alle 18:00" in school.words(f"/requests/{code}")
    school.offer(code, reply_by=make.NOW + dt.timedelta(hours=6))
    asked = school.words(f"/requests/{code}")
    assert "L’abbiamo chiesto a una persona: risponde entro oggi alle 16:00" in asked
    assert "Amina" not in asked
    school.book(code)
    booked = school.words(f"/requests/{code}")
    assert "Viene Amina Benali" in booked
    assert "Proposta , fatto dom 22 nov, 10:00 Confermata , fatto dom 22 nov, 10:40" in booked


@pytest.mark.parametrize(
    ("start", "now", "evening"),
    [
        ("2026-12-09", "2026-11-22", "2026-11-26"),
        ("2026-12-09", "2026-11-27", "2026-12-03"),
        ("2026-12-09", "2026-12-04", None),
        ("2026-11-24", "2026-11-22", None),
    ],
)
def test_the_plan_that_a_date_goes_into(start: str, now: str, evening: str | None) -> None:
    """The first Thursday evening that plans its week and is still to come."""
    policy = load_policy().planning
    found = plan_for(_noon(start), _noon(now), policy)
    assert (found and found.date().isoformat()) == evening


def _noon(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T11:00+00:00")


def test_what_cancelling_costs_is_said_before(school: School) -> None:
    """Nothing while nobody accepted; then until when it is free; then who is paid how much: half, and at last all of it."""
    code = school.ask()
    page, date = f"/requests/{code}", f"/requests/{code}/appointments/1"
    assert "Nessuno ha ancora accettato: annullare non costa nulla" in school.words(page)
    school.book(code)
    for path in (page, date):
        assert "annullare non costa nulla fino a sab 28 nov alle 9:10" in school.words(path)
    start = dt.datetime(2026, 11, 30, 8, 10, tzinfo=dt.UTC)
    school.at(start - dt.timedelta(hours=30))
    for path in (page, date):
        assert "viene pagato lo stesso, 30 min (il 50%)" in school.words(path)
    school.at(start - dt.timedelta(hours=3))
    assert "viene pagato lo stesso, 1 h (il 100%)" in school.words(page)


def test_a_series_says_what_each_choice_touches_and_what_came_of_it(school: School) -> None:
    """Five dates, the second accepted, the first over: the choices count them, and afterwards the page says what moved."""
    code = school.ask(**SERIES)
    school.book(code, 1)
    school.book(code, 2)
    school.at(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    date = f"/requests/{code}/appointments/3"
    shown = school.words(date)
    assert "4 date · una già accettata" in shown
    assert "3 date Mostra" in shown
    assert "Una data è già passata: resta com’era" in shown
    moved = school.door.post(f"{date}/change", data=SHIFTED | {"when-day": "2026-12-15", "scope": "all"})
    assert moved.headers["location"] == f"/requests/{code}?said=1"
    told = school.words(moved.headers["location"])
    assert "4 date cambiate: una aspetta un nuovo sì. Una era già passata e resta com’era." in told
    assert (
        school.door.post(f"{date}/cancel").headers["location"] == f"/requests/{code}"
    )  # asked anew under another number
    standing = [
        one for one in school.door.get(f"/api/v1/requests/{code}").json()["appointments"] if one["status"] == "open"
    ]
    number = min(standing, key=lambda one: one["asked_start"])["number"]
    off = school.door.post(f"/requests/{code}/appointments/{number}/cancel", data={"scope": "all"})
    assert "4 date annullate. Una era già passata" in school.words(off.headers["location"])
    assert "4 date annullate" not in school.words(f"/requests/{code}")


def test_what_came_of_it_is_told_to_who_did_it(school: School, database: Database) -> None:
    """Somebody else's later change is not said as one's own."""
    code = school.ask()
    assert school.door.post(f"/requests/{code}/cancel").is_redirect
    assert "Una data annullata" in school.words(f"/requests/{code}?said=1")
    with database.begin() as session:
        record(session, make.NOW, "account:marta", "change", "request", code, outcome={"changed": 9})
    assert "9 date" not in school.words(f"/requests/{code}?said=1")
    assert "Una data annullata" not in school.words(f"/requests/{code}?said=1")


def test_every_outcome_has_words() -> None:
    """One and several of each; nothing happened is said too."""
    names = ("changed", "kept", "asked", "anew", "cancelled", "freed", "added", "over", "apart")
    with speaking("it"):
        for count in (1, 3):
            told = outcome_words(dict.fromkeys(names, count))
            assert told.count(":") == 2
            assert "%" not in told
        assert outcome_words({}) == "Nessuna data è cambiata."


def test_once_more_is_a_week_later(school: School) -> None:
    """The same form with the same hour; a feast is jumped over."""
    code = school.ask(when=[{"day": "2026-12-01", "from": "14:30"}], note="aula 3")
    form = school.door.get(f"/requests/{code}/again").text
    for filled in ('value="2026-12-08"', 'value="14:30"', "aula 3", 'value="arabo"'):
        assert (filled in form) == (filled != 'value="2026-12-08"'), filled  # the Immaculate Conception
    assert 'value="2026-12-15"' in form


def events(school: School, code: str) -> list[Component]:
    return list(Calendar.from_ical(school.door.get(f"/requests/{code}/calendar.ics").content).walk("VEVENT"))


def test_the_file_for_a_calendar_keeps_its_names(school: School) -> None:
    """Tentative, then sure, then struck out under the same name with a higher number; no person is in it."""
    code = school.ask(note="portare i moduli", case="caso-17")
    [asked] = events(school, code)
    school.book(code)
    school.at(make.NOW + dt.timedelta(hours=1))
    [sure] = events(school, code)
    assert school.door.post(f"/requests/{code}/appointments/1/cancel").is_redirect
    [off] = events(school, code)
    assert [str(one["STATUS"]) for one in (asked, sure, off)] == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert len({str(one["UID"]) for one in (asked, sure, off)}) == 1
    assert off.decoded("SEQUENCE") > asked.decoded("SEQUENCE")
    text = school.door.get(f"/requests/{code}/calendar.ics").text
    assert [word for word in ("Amina", "moduli", "caso-17") if word in text] == []
    assert f'filename="{code}.ics"' in school.door.get(f"/requests/{code}/calendar.ics").headers["content-disposition"]
