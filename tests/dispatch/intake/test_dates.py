# SPDX-License-Identifier: AGPL-3.0-or-later
"""One date of a series over HTTP: changed or called off alone, with the following, with all; bookings kept or told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, set_virtual
from dispatch.kit.session import Database
from dispatch.records import Appointment, Assignment, Slot
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from tests import make

REQUESTS = "/api/v1/requests"
UNTIL = {"every": "week", "until": "2026-12-28"}  # five Mondays from 30 November


class School:
    """A desk's program with one series."""

    def __init__(self, client: TestClient, key: dict[str, str], **asked: Any) -> None:
        self.client, self.key = client, key
        answer = client.post(REQUESTS, json=make.body("ic-trescore", **({"repeat": UNTIL} | asked)), headers=key)
        assert answer.status_code == 201, answer.text
        self.code = answer.json()["code"]

    def change(self, number: int, **change: Any) -> Any:
        return self.client.patch(f"{REQUESTS}/{self.code}/appointments/{number}", json=change, headers=self.key)

    def cancel(self, number: int, **body: Any) -> Any:
        return self.client.post(f"{REQUESTS}/{self.code}/appointments/{number}/cancel", json=body, headers=self.key)

    def patch(self, **changes: Any) -> Any:
        return self.client.patch(f"{REQUESTS}/{self.code}", json=changes, headers=self.key)

    def read(self) -> Any:
        return self.client.get(f"{REQUESTS}/{self.code}", headers=self.key).json()

    def dates(self) -> list[str]:
        """The starts of what stands, on the clock in Italy."""
        standing = [one for one in self.read()["appointments"] if one["status"] != "cancelled"]
        starts = sorted(dt.datetime.fromisoformat(one["asked_start"]) for one in standing)
        return [f"{at_home(start):%d/%m %H:%M}" for start in starts]


@pytest.fixture
def desk(database: Database) -> tuple[TestClient, dict[str, str]]:
    with database.begin() as session:
        make.desk(session, "ic-trescore")
        make.place(session, "palestra")
        make.mediator(session, "m1")
        set_virtual(session, make.NOW)
    return make.client(database), make.key_of(database, "ic-trescore")


@pytest.fixture
def school(desk: tuple[TestClient, dict[str, str]]) -> School:
    return School(*desk)


def book(session: Session, number: int) -> None:
    """The one mediator has said yes to the date with this number."""
    row = session.scalars(select(Appointment).where(Appointment.number == number)).one()
    assert row.asked_start is not None
    during = Range(row.asked_start, row.asked_start + dt.timedelta(minutes=row.duration))
    given = Assignment(slot_id=row.slots[0].id, mediator_id=1, during=during, status="booked", changed_at=make.NOW)
    make.kept(session, given)
    row.slots[0].status, row.status = SlotStatus.BOOKED, AppointmentStatus.CONFIRMED


def test_one_date_moves_alone(school: School) -> None:
    """It takes another day and hour, is marked, and the series goes on as it was."""
    answer = school.change(2, when={"day": "2026-12-09", "from": "11:00"}, duration=90)
    assert answer.status_code == 200, answer.text
    assert school.dates() == ["30/11 09:10", "09/12 11:00", "14/12 09:10", "21/12 09:10", "28/12 09:10"]
    [moved] = [one for one in answer.json()["appointments"] if one["is_exception"] and one["status"] == "open"]
    assert (moved["number"], moved["duration"]) == (6, 90)


def test_all_following_move_and_leave_the_exception(school: School) -> None:
    """From the third on at ten; the fourth, moved by itself before, stays; told to, it comes along."""
    school.change(4, when={"day": "2026-12-22"})
    school.change(3, scope="following", when={"from": "10:00"})
    assert school.dates() == ["30/11 09:10", "07/12 09:10", "14/12 10:00", "22/12 09:10", "28/12 10:00"]
    last = school.read()["appointments"][-1]["number"]
    school.change(last, scope="all", when={"from": "11:00"}, overwrite_exceptions=True)
    assert school.dates() == ["30/11 11:00", "07/12 11:00", "14/12 11:00", "21/12 11:00", "28/12 11:00"]
    assert school.read()["asked"]["when"][0]["from"] == "11:00"


def test_another_weekday_for_the_rest_of_the_series(school: School) -> None:
    """Each date moves within its own week, and one that is added later falls on the new day too."""
    school.change(3, scope="following", when={"day": "2026-12-16"})
    school.patch(repeat=UNTIL | {"until": "2027-01-04"})
    assert [date.split()[0] for date in school.dates()] == ["30/11", "07/12", "16/12", "23/12", "30/12", "06/01"]
    assert school.read()["asked"]["changes"] == [{"since": "2026-12-14", "line": 0, "shift": 2}]


def test_a_change_of_the_request_keeps_exceptions_and_what_was_called_off(school: School) -> None:
    """Another hour for all: the moved date and the cancelled one stay what they were."""
    school.change(2, when={"from": "15:00"})
    school.cancel(3)
    school.patch(when=[{"day": "2026-11-30", "from": "10:30"}])
    assert school.dates() == ["30/11 10:30", "07/12 15:00", "21/12 10:30", "28/12 10:30"]
    school.patch(when=[{"day": "2026-11-30", "from": "10:30"}], overwrite_exceptions=True, note="aula 3")
    assert school.dates() == ["30/11 10:30", "07/12 10:30", "21/12 10:30", "28/12 10:30"]


def test_calling_off_the_following_ends_the_series(school: School) -> None:
    """The last day is set back, so a later change brings nothing back; asking for longer does. Twice is as once."""
    first = school.cancel(3, scope="following").json()
    assert school.dates() == ["30/11 09:10", "07/12 09:10"]
    assert school.cancel(3, scope="following").json() == first
    school.patch(note="aula 3")
    assert school.dates() == ["30/11 09:10", "07/12 09:10"]
    school.patch(repeat=UNTIL | {"until": "2026-12-14"})
    assert school.dates() == ["30/11 09:10", "07/12 09:10", "14/12 09:10"]


def test_calling_off_all_ends_the_request(school: School) -> None:
    """So does calling off everything from the first date on."""
    assert school.cancel(2, scope="all").json()["status"] == "cancelled"


def test_calling_off_from_the_first_on_ends_the_request(school: School) -> None:
    """Nothing stands any more."""
    assert school.cancel(1, scope="following").json()["status"] == "cancelled"


def test_what_was_agreed_stays_booked(school: School, database: Database) -> None:
    """More slack, a note, a case: nobody is asked anew; another hour is no longer booked, and she is asked again."""
    with database.begin() as session:
        book(session, 2)
        book(session, 3)
    school.patch(note="aula 3", case="c-17")
    school.change(2, when={"tolerance": "half_hour"})
    school.change(4, scope="following", when={"from": "10:00"})
    assert [one["status"] for one in school.read()["appointments"]][1:3] == ["confirmed", "confirmed"]
    school.change(3, when={"from": "11:00"})
    with database.begin() as session:
        statuses = session.scalars(select(Assignment.status).order_by(Assignment.id)).all()
        assert statuses == [AssignmentStatus.BOOKED, AssignmentStatus.WITHDRAWN, AssignmentStatus.PUBLISHED]
        assert "offers.tell_moved" in session.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()


def test_what_took_place_is_never_touched(school: School, database: Database) -> None:
    """After the second meeting everything is moved, shortened and called off: the first two stay as they were."""
    with database.begin() as session:
        book(session, 1)
        set_virtual(session, make.NOW + dt.timedelta(days=16))
    school.change(3, scope="all", when={"from": "11:00", "day": "2026-12-15"})
    assert school.dates() == ["30/11 09:10", "07/12 09:10", "15/12 11:00", "22/12 11:00", "29/12 11:00"]
    assert school.change(1, when={"from": "12:00"}).status_code == 409
    school.cancel(3, scope="all")
    school.cancel(next(one["number"] for one in school.read()["appointments"] if one["status"] == "open"), scope="all")
    assert [one["status"] for one in school.read()["appointments"]][:2] == ["confirmed", "open"]


@pytest.mark.parametrize(
    ("number", "change", "field"),
    [
        (2, {}, "when"),
        (2, {"priority": "urgent", "duration": 90}, "priority"),
        (2, {"hurry": True}, "hurry"),
        (2, {"when": {"day": "2026-11-20"}}, "when.day"),
        (2, {"when": {"from": "9.10"}}, "when.from"),
        (2, {"scope": "all", "when": {"from": "9.10"}}, "when.from"),
        (2, {"scope": "following", "when": {"day": "2026-12-14"}}, "when.day"),
        (2, {"when": {"day": "2026-12-14"}}, "when"),
        (2, {"scope": "some"}, "scope"),
        (2, {"duration": 5}, "duration"),
        (2, {"scope": "all", "duration": 5}, "duration"),
        (2, {"scope": "following", "place": "nowhere"}, "place"),
        (2, {"scope": "following", "languages": [{"code": "xx"}]}, "languages.0.code"),
    ],
)
def test_what_cannot_be_is_refused_by_name(school: School, number: int, change: Any, field: str) -> None:
    """Field, value, remedy; and nothing has changed."""
    before = school.read()
    answer = school.change(number, **change)
    assert answer.status_code == 422, answer.text
    errors = {error["field"]: error for error in answer.json()["errors"]}
    assert field in errors, errors
    assert errors[field]["remedy"]
    assert school.read() == before


def test_a_date_that_is_not_there(school: School) -> None:
    """A number of no meeting is a 404, one that was replaced can no longer be changed."""
    assert school.change(9, duration=90).status_code == 404
    school.change(2, duration=90)
    assert school.change(2, duration=60).status_code == 409


def test_needs_of_one_date(school: School) -> None:
    """Two mediators and another place for one date; where the rule is changed, all following get them."""
    school.change(2, people=2, place="palestra")
    school.change(4, scope="following", languages=[{"code": "ar", "level": 3}])
    found = {one["asked_start"][5:10]: one for one in school.read()["appointments"] if one["status"] == "open"}
    assert (len(found["12-07"]["slots"]), found["12-07"]["place"]) == (2, "palestra")
    assert {day: one["slots"][0]["languages"]["ar"] for day, one in found.items()} == {
        "11-30": 2,
        "12-07": 2,
        "12-14": 2,
        "12-21": 3,
        "12-28": 3,
    }


def test_two_days_a_week(desk: tuple[TestClient, dict[str, str]]) -> None:
    """An hour goes to every line that began at the same one, a day only to the date's own line."""
    when = [{"day": "2026-11-30", "from": "09:00"}, {"day": "2026-12-03", "from": "09:00"}]
    school = School(*desk, when=when, repeat={"every": "week", "until": "2026-12-10"})
    school.change(3, scope="following", when={"day": "2026-12-08", "from": "10:00"})
    assert school.dates() == ["30/11 09:00", "03/12 09:00", "08/12 10:00", "10/12 10:00"]
    school.patch(when=[when[1]])
    assert school.dates() == ["03/12 09:00", "10/12 10:00"]


WEEK = [{"day": day, "from": "09:10"} for day in ("2026-11-30", "2026-12-02", "2026-12-04")]


@pytest.mark.parametrize("steps", [[WEEK[2:]], [[WEEK[0], WEEK[2]], WEEK[2:]], [WEEK[1:], WEEK[2:]]])
def test_days_of_one_week_that_are_taken_out_are_all_called_off(
    desk: tuple[TestClient, dict[str, str]], database: Database, steps: list[list[dict[str, str]]]
) -> None:
    """Monday, Wednesday and Friday are booked; whether at once or one after the other, only Friday is left."""
    school = School(*desk, repeat=None, when=WEEK)
    with database.begin() as session:
        for number in (1, 2, 3):
            book(session, number)
    for when in steps:
        assert school.patch(when=when).status_code == 200
    assert school.dates() == ["04/12 09:10"]
    with database.begin() as session:
        live = select(Appointment.number).join(Slot).join(Assignment).where(Assignment.status == "booked")
        assert session.scalars(live).all() == [3]


def test_a_request_of_one_date_has_no_exceptions(desk: tuple[TestClient, dict[str, str]]) -> None:
    """Changing its only date is changing the request, and a later change of the request moves it again."""
    school = School(*desk, repeat=None)
    school.change(1, when={"day": "2026-12-01"})
    assert school.read()["asked"]["when"][0]["day"] == "2026-12-01"
    school.patch(when=[{"day": "2026-12-02", "from": "09:10"}])
    assert school.dates() == ["02/12 09:10"]
    refused = school.change(school.read()["appointments"][-1]["number"], when={"day": "2026-11-01"})
    assert [error["field"] for error in refused.json()["errors"]] == ["when.day"]


def test_a_day_that_was_called_off_can_be_asked_for_anew(desk: tuple[TestClient, dict[str, str]]) -> None:
    """Of two days one is called off; a change that leaves it alone does not bring it back, another day in its place does."""
    when = [{"day": "2026-11-30", "from": "09:00"}, {"day": "2026-12-03", "from": "09:00"}]
    school = School(*desk, when=when, repeat=None)
    school.cancel(1)
    school.patch(note="aula 3")
    assert school.dates() == ["03/12 09:00"]
    school.patch(when=[{"day": "2026-12-01", "from": "09:00"}, when[1]])
    assert school.dates() == ["01/12 09:00", "03/12 09:00"]


def test_a_series_is_a_case_of_its_own(school: School, database: Database) -> None:
    """Its dates are tied together for the planner, and the desk is not shown a code it did not give."""
    with database.begin() as session:
        assert set(session.scalars(select(Appointment.case_code))) == {f"serie-{school.code}"}
        assert session.scalars(select(Slot.status)).all() == ["open"] * 5
    assert school.read()["asked"]["case"] is None


def test_the_answer_says_which_dates_were_left_out(desk: tuple[TestClient, dict[str, str]]) -> None:
    """In plain Italian, with the reason."""
    repeat = {"every": "week", "until": "2027-01-12", "holidays": "skip", "school_days": True}
    school = School(*desk, when=[{"day": "2026-12-01", "from": "09:10"}], repeat=repeat)
    understood = school.read()["understood"]
    assert "Senza 8/12 (festa), 29/12 e 5/1 (scuole chiuse)." in understood
    assert "Ogni settimana." in understood
