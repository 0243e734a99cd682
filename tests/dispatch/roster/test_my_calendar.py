# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's visits in her own calendar: an address she makes and ends, stable names, cancellations, nobody's data."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar, Component
from sqlalchemy import select

from dispatch.kit.calendar_file import Date, Standing, calendar_file
from dispatch.kit.clock import ROME
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer, withdraw_booking
from dispatch.offers.decisions import Reply
from dispatch.records import CalendarFeed, Desk, Mediator, Offer, Request
from dispatch.records.statuses import Role
from tests import make
from tests.dispatch.offers import scene

AT = "/my/calendar"


@pytest.fixture
def amina(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Signed in, asked about a visit on Wednesday 2 December at 10:00 in Italy, which she has not answered."""
    make.cheap_passwords(monkeypatch)
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        make.account(session, "amina", Role.MEDIATOR, mediator_id=session.get_one(Offer, offer_id).mediator_id)
    return make.signed_in(make.client(database), "amina")


def say_yes(database: Database) -> int:
    with database.begin() as session:
        offer_id = session.scalars(select(Offer.id)).one()
        settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING)
        return offer_id


def made(amina: TestClient) -> str:
    """The path of a new address, as the page shows it once."""
    shown = re.search(r"https?://[^/]+(/feeds/[A-Za-z0-9_-]+\.ics)", amina.post(AT, data={"act": "make"}).text)
    assert shown
    return shown[1]


def events(phone: TestClient, path: str) -> list[Component]:
    return list(Calendar.from_ical(phone.get(path).content).walk("VEVENT"))


def test_a_question_is_no_date_and_a_yes_is_one(database: Database, amina: TestClient) -> None:
    """Before the yes nothing of the service shows; after it its name, place and language, at the hour of Italy."""
    path, phone = made(amina), make.client(database)
    assert events(phone, path) == []
    say_yes(database)
    [event] = events(phone, path)
    with database.begin() as session:
        desk = session.scalars(select(Desk)).one()
        assert str(event["SUMMARY"]) == f"Ponte: {desk.name}"
    assert event.decoded("DTSTART") == dt.datetime(2026, 12, 2, 10, 0, tzinfo=ROME)
    assert str(event["STATUS"]) == "CONFIRMED"
    assert b"DTSTART;TZID=Europe/Rome:20261202T100000" in phone.get(path).content
    assert "arabo" in str(event["DESCRIPTION"])


def test_what_fell_away_is_struck_out_under_the_same_name(database: Database, amina: TestClient) -> None:
    path, phone = made(amina), make.client(database)
    offer_id = say_yes(database)
    [before] = events(phone, path)
    with database.begin() as session:
        withdraw_booking(session, scene.office(), offer_id, scene.MONDAY_MORNING + dt.timedelta(hours=1))
    [after] = events(phone, path)
    assert (str(after["UID"]), str(after["STATUS"])) == (str(before["UID"]), "CANCELLED")
    assert after.decoded("SEQUENCE") > before.decoded("SEQUENCE")
    assert "LOCATION" not in after


def test_nothing_of_the_person_is_in_it(database: Database, amina: TestClient) -> None:
    """Neither the note nor the contact of the service; her own name and number neither."""
    path = made(amina)
    say_yes(database)
    with database.begin() as session:
        session.scalars(select(Request)).one().note = "piano segreto"
        session.scalars(select(Desk)).one().contact = "Sara M."
        her = session.scalars(select(Mediator)).one()
        secrets = ("piano segreto", "Sara M.", her.phone, her.name, her.code)
    text = make.client(database).get(path).text
    assert [word for word in secrets if word in text] == []


def test_a_new_address_ends_the_old_one_and_she_can_end_it(database: Database, amina: TestClient) -> None:
    """Only a hash is kept; a renewed, ended or guessed address opens nothing, and so does hers once she has left."""
    phone, first = make.client(database), made(amina)
    second = made(amina)
    with database.begin() as session:
        assert first.split("/")[2].removesuffix(".ics") not in str(
            session.scalars(select(CalendarFeed.secret_hash)).all()
        )
    assert (phone.get(first).status_code, phone.get(second).status_code) == (404, 200)
    assert second not in amina.get(AT).text
    with database.begin() as session:
        session.scalars(select(Mediator)).one().active = False
    assert phone.get(second).status_code == 404
    with database.begin() as session:
        session.scalars(select(Mediator)).one().active = True
    assert amina.post(AT, data={"act": "end"}).headers["location"] == f"{AT}?saved=1"
    assert amina.post(AT, data={"act": "end"}).is_redirect
    assert phone.get(second).status_code == 404


def test_an_unchanged_calendar_costs_no_bytes(database: Database, amina: TestClient) -> None:
    path, phone = made(amina), make.client(database)
    say_yes(database)
    answer = phone.get(path)
    assert answer.headers["Last-Modified"].endswith("GMT")
    again = phone.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert phone.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 10, 25), 25), (dt.date(2027, 3, 28), 23)])
def test_both_nights_of_the_clock_keep_their_hours(day: dt.date, hours: int) -> None:
    """The zone written into the file gives each end of a changed day its own offset."""
    start = dt.datetime.combine(day, dt.time(), ROME)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ROME)
    file = calendar_file([Date("x", start, end, start, "t", standing=Standing.TENTATIVE)], "Ponte")
    [event] = Calendar.from_ical(file).walk("VEVENT")
    length = event.decoded("DTEND").astimezone(dt.UTC) - event.decoded("DTSTART").astimezone(dt.UTC)
    assert length == dt.timedelta(hours=hours)
    assert file.count(b"BEGIN:VTIMEZONE") == 1
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
