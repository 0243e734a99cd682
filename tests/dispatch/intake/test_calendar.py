# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's calendar: a week and a month as tables, and a secret address that it makes, renews and ends."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from icalendar import Calendar

from dispatch.kit.session import Database
from dispatch.records import Desk
from dispatch.records.statuses import Role
from tests import make
from tests.dispatch.intake.sent import School

AT = "/requests/calendar"


@pytest.fixture
def school(database: Database, monkeypatch: pytest.MonkeyPatch) -> School:
    make.cheap_passwords(monkeypatch)
    return School.opened(database)


def test_the_week_shows_each_meeting_in_its_part_of_the_day(school: School) -> None:
    """Monday morning stands in the first row; the weekend is there only when something happens then."""
    code = school.ask()
    school.book(code)
    page = school.door.get(f"{AT}?day=2026-12-01").text
    morning, afternoon = page.index("Mattina"), page.index("Pomeriggio")
    assert morning < page.index(f'href="/requests/{code}"') < afternoon
    assert "Amina Benali" in page
    assert "sab 5" not in page
    school.ask(when=[{"day": "2026-12-05", "from": "19:00"}])
    weekend = school.door.get(f"{AT}?day=2026-12-01").text
    assert "sab 5" in weekend
    assert "Sera" in weekend


@pytest.mark.parametrize(
    ("day", "title", "previous", "following"),
    [
        ("2026-12-15", "Dicembre 2026", "2026-11-01", "2027-01-01"),
        ("2027-01-31", "Gennaio 2027", "2026-12-01", "2027-02-01"),
        ("nessuno", "Novembre 2026", "2026-10-01", "2026-12-01"),
        ("9999-12-31", "Novembre 2026", "2026-10-01", "2026-12-01"),
    ],
)
def test_the_month_goes_on_from_month_to_month(
    school: School, day: str, title: str, previous: str, following: str
) -> None:
    """What is no day is today's month."""
    page = school.door.get(f"{AT}?view=month&day={day}").text
    assert f"<h1>{title}</h1>" in page
    for href in (previous, following):
        assert f'href="{AT}?view=month&amp;day={href}"' in page


def test_a_desk_sees_its_own_and_a_coordinator_none(school: School, database: Database) -> None:
    """Another school's meeting is not in it, and the page is a desk's alone."""
    other = School.opened(database, "asilo", "anna")
    mine, theirs = school.ask(), other.ask("asilo")
    page = school.words(f"{AT}?day=2026-12-01") + school.door.get(f"{AT}?day=2026-12-01").text
    assert (mine in page, theirs in page) == (True, False)
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
    assert make.signed_in(make.client(database), "marta").get(AT).status_code == 403


def made(school: School) -> str:
    """The path of a new address, as the page shows it once."""
    shown = re.search(
        r"https?://[^/]+(/requests/calendar/[A-Za-z0-9_-]+\.ics)", school.door.post(AT, data={"act": "make"}).text
    )
    assert shown
    return shown[1]


def test_the_address_opens_the_desks_calendar_and_nothing_else(school: School, database: Database) -> None:
    """Without a session; struck out stays to be seen; renewed or ended, or the desk closed, it opens nothing."""
    first, phone, kept, gone = (
        made(school),
        make.client(database),
        school.ask(note="piano segreto"),
        school.ask(duration=30),
    )
    school.book(kept)
    school.door.post(f"/requests/{gone}/cancel")
    answer = phone.get(first)
    events = {
        str(one["DESCRIPTION"])[:6]: str(one["STATUS"]) for one in Calendar.from_ical(answer.content).walk("VEVENT")
    }
    assert events == {kept: "CONFIRMED", gone: "CANCELLED"}
    assert [word for word in ("Amina", "segreto", "sara") if word in answer.text] == []
    assert phone.get(first, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    second = made(school)
    assert (phone.get(first).status_code, phone.get(second).status_code) == (404, 200)
    assert second not in school.door.get(AT).text
    with database.begin() as session:
        session.query(Desk).one().active = False
    assert phone.get(second).status_code == 404
    with database.begin() as session:
        session.query(Desk).one().active = True
    assert school.door.post(AT, data={"act": "end"}).headers["location"] == f"{AT}?saved=1"
    assert phone.get(second).status_code == 404


def test_the_address_of_one_opens_no_others(school: School, database: Database) -> None:
    """A desk's secret is none of a mediator's, and the other way round."""
    secret = made(school).rpartition("/")[2]
    assert make.client(database).get(f"/feeds/{secret}").status_code == 404


def test_old_meetings_leave_the_calendar(school: School, database: Database) -> None:
    code, path = school.ask(), made(school)
    school.at(make.NOW + dt.timedelta(days=40))
    assert code in make.client(database).get(path).text
    school.at(make.NOW + dt.timedelta(days=90))
    assert code not in make.client(database).get(path).text
