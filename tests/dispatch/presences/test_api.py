# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences over HTTP on PostgreSQL: what is entered, what is refused, what a change keeps, and who may see it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from dispatch.kit.session import Database
from dispatch.records import Appointment, Assignment, Desk, Request, Slot
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, OrganisationRole, Role, SlotStatus
from tests import make
from tests.dispatch.presences.conftest import PRESENCES, Coordinator

TERRITORIAL = {"desk": ..., "ambito": "BG05", "place": "ic-trescore", "kind": "territorial", "languages": []}
TOLD = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'offers.tell_cancelled'")


def days(presence: dict[str, Any]) -> list[str]:
    return [date["day"] for date in presence["dates"]]


def test_a_fixed_desk_becomes_dated_appointments_of_one_request(marta: Coordinator, database: Database) -> None:
    """Four Mondays, 7 December included and the patron's feasts left out, each with one open slot of four hours."""
    presence = marta.entered()
    assert days(presence) == ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"]
    assert presence["dates"][0]["start"] == "2026-11-30T08:00:00Z"
    assert presence["next_four_weeks"] == {"dates": 3, "booked": 0}
    assert "Lunedì, 9:00–13:00" in presence["understood"]
    with database.begin() as session:
        [request] = session.scalars(select(Request))
        assert (request.code, request.desk.code) == (presence["request"], "ic-trescore")
        slots = [slot for one in request.appointments for slot in one.slots]
        assert {(one.kind, one.duration) for one in request.appointments} == {("mediation", 240)}
        assert {(slot.status, slot.value, slot.needs["languages"]["ar"]) for slot in slots} == {("open", 3500, 1)}


def test_holidays_are_left_out_unless_they_are_wanted(marta: Coordinator) -> None:
    """8 December is a holiday: a Tuesday shift skips it by default and keeps it by choice."""
    tuesdays = {"weekdays": ["tue"], "first_day": "2026-12-01", "last_day": "2026-12-15"}
    assert days(marta.entered(**tuesdays)) == ["2026-12-01", "2026-12-15"]
    kept = marta.entered(**tuesdays, keep_holidays=True, **{"from": "14:00", "to": "16:00"})
    assert days(kept) == ["2026-12-01", "2026-12-08", "2026-12-15"]


def test_every_two_weeks_on_two_days_and_only_when_schools_teach(marta: Coordinator) -> None:
    """Weeks count from the week of the first day, and the Christmas closure is left out where schools matter."""
    twice = {"weekdays": ["mon", "thu"], "every": "two_weeks", "last_day": "2026-12-31"}
    assert days(marta.entered(**twice)) == [
        "2026-11-30",
        "2026-12-03",
        "2026-12-14",
        "2026-12-17",
        "2026-12-28",
        "2026-12-31",
    ]
    taught = marta.entered(**twice, school_days_only=True, **{"from": "14:00", "to": "16:00"})
    assert days(taught) == ["2026-11-30", "2026-12-03", "2026-12-14", "2026-12-17"]


def test_a_territorial_presence_is_asked_for_by_its_ambitos_own_office(marta: Coordinator, database: Database) -> None:
    """The office is made on demand with the lead organisation, once; no language is needed."""
    marta.entered(**TERRITORIAL)
    second = marta.entered(
        **TERRITORIAL, weekdays=["tue"], last_day="2026-12-01", first_day="2026-12-01", cover="may_leave"
    )
    assert second["entered"]["ambito"] == "BG05"
    with database.begin() as session:
        [office] = session.scalars(select(Desk).where(Desk.ambito_code == "BG05"))
        assert (office.organisation.role, office.sector) == (OrganisationRole.LEAD, "social")
        requests = session.scalars(select(Request).order_by(Request.id)).all()
        assert {request.desk_id for request in requests} == {office.id}
        [slot] = session.scalars(select(Slot).where(Slot.value == 1200))
        assert slot.needs["languages"] == {}


def test_an_office_whose_ambito_was_cleared_asks_again(marta: Coordinator, database: Database) -> None:
    """The register of desks may take its ambito away; the next territorial presence finds it by its code."""
    marta.entered(**TERRITORIAL)
    with database.begin() as session:
        session.scalars(select(Desk).where(Desk.ambito_code == "BG05")).one().ambito_code = None
    marta.entered(**TERRITORIAL, weekdays=["tue"], first_day="2026-12-01")
    with database.begin() as session:
        [office] = session.scalars(select(Desk).where(Desk.ambito_code == "BG05"))
        assert set(session.scalars(select(Request.desk_id))) == {office.id}


def test_the_desk_is_not_told_who_is_wished_for(marta: Coordinator, database: Database) -> None:
    """Her name stands on the coordinator's page; the request that the desk reads has neither name nor code of hers."""
    presence = marta.entered(mediator="m1")
    assert "Amina m1" in presence["understood"]
    assert "Amina m1" in marta.client.get(f"/presences/{presence['code']}").text
    marta.change(presence["code"], since="2026-12-08", to="12:00")
    key = make.key_of(database, "ic-trescore")
    seen = make.client(database).get(f"/api/v1/requests/{presence['request']}", headers=key)
    assert "Lunedì, 9:00–12:00" in seen.json()["understood"]
    assert "Amina" not in seen.text
    assert '"m1"' not in seen.text


@pytest.mark.parametrize(
    ("changes", "field", "value", "remedy"),
    [
        ({"to": "18:00"}, "to", "18:00", "due presidi: 09:00–13:30 e 13:30–18:00"),
        ({"to": "09:00"}, "to", "09:00", "fine"),
        ({"from": "9"}, "from", "9", "ore e minuti"),
        ({"last_day": "2028-12-01"}, "last_day", "2028-12-01", "a parte"),
        ({"last_day": "2026-11-29"}, "last_day", "2026-11-29", "ultimo giorno"),
        ({"first_day": "2026-11-20"}, "first_day", "2026-11-20", "2026-11-22"),
        ({"weekdays": ["sun"], "last_day": "2026-12-01"}, "weekdays", "sun", "altri giorni"),
        ({"ambito": "BG05"}, "desk", "ic-trescore, BG05", "non entrambi"),
        ({"desk": ...}, "desk", None, "non entrambi"),
        ({"desk": "ic-clusone"}, "desk", "ic-clusone", "ic-trescore"),
        (TERRITORIAL | {"place": ...}, "place", None, "si trova"),
        (TERRITORIAL | {"place": "ic-clusone"}, "place", "ic-clusone", "ic-trescore"),
        (TERRITORIAL | {"ambito": "BG14"}, "ambito", "BG14", "BG05"),
        ({"place": "nowhere"}, "place", "nowhere", "ic-trescore"),
        ({"languages": [{"code": "marziano"}]}, "languages.0.code", "marziano", "Volevi dire"),
        ({"mediator": "m9"}, "mediator", "m9", "m1"),
        ({"mediator": "m1", "languages": [{"code": "ur"}]}, "mediator", "m1", "un’altra persona"),
        ({"project": "fondo"}, "project", "fondo", ""),
        ({"kind": "team"}, "kind", "team", "mediation"),
        ({"name": "a\x00b"}, "name", "a\ufffdb", "lettere"),
        ({"name": "a\x01b"}, "name", "a\x01b", "lettere"),
        ({"name": "Sportello RSSMRA85T10A562S"}, "name", "RSSMRA85T10A562S", "Toglilo"),
    ],
)
def test_what_cannot_be_is_refused_with_field_value_and_remedy(
    marta: Coordinator, changes: dict[str, Any], field: str, value: object, remedy: str
) -> None:
    """Nine hours, three years, two owners: each is named with what was typed and what to do."""
    answer = marta.enter(**changes)
    assert answer.status_code == 422, answer.text
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["value"]) == (field, value)
    assert remedy in problem["remedy"]


def test_eight_hours_and_two_years_are_accepted(marta: Coordinator) -> None:
    """The control: the longest shift and the longest period that may be."""
    assert len(days(marta.entered(to="17:00", last_day="2028-11-30"))) > 90


def test_a_project_pays_for_its_whole_period_and_its_kinds_only(marta: Coordinator, database: Database) -> None:
    """A fund that ends before the presence, or pays other kinds, is refused; one that fits is kept on each date."""
    with database.begin() as session:
        make.project(session, "fami-2463", kinds=["mediation"])
    assert marta.enter(project="fami-2463", last_day="2028-01-10").status_code == 422
    assert marta.enter(**TERRITORIAL, project="fami-2463").status_code == 422
    marta.entered(project="fami-2463")
    with database.begin() as session:
        assert set(session.scalars(select(Appointment.project_code))) == {"fami-2463"}


def test_the_same_shift_twice_is_shown_and_refused(marta: Coordinator) -> None:
    """Same owner, place and time: the other one is named with its date; another hour or every other week beside it is fine."""
    first = marta.entered()
    answer = marta.enter(**{"from": "12:00", "to": "14:00"})
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["value"]) == ("weekdays", first["code"])
    assert "2026-11-30" in problem["message"]
    assert marta.enter(**{"from": "13:00", "to": "14:00"}).status_code == 201


def test_the_same_post_twice_enters_one_presence(marta: Coordinator) -> None:
    """With an Idempotency-Key the second answer is the first; without one the clash is shown."""
    posts = [marta.client.post(PRESENCES, json=make.shift(), headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [post.status_code for post in posts] == [201, 201]
    assert posts[0].json() == posts[1].json()
    assert posts[1].headers["idempotency-replayed"] == "true"
    assert marta.enter().status_code == 422


def book(database: Database, day: str) -> int:
    """Somebody said yes to the shift of this day; the assignment's id."""
    with database.begin() as session:
        mediator = make.mediator(session)
        query = select(Appointment).where(text("first_start::date = CAST(:day AS date)").bindparams(day=day))
        [appointment] = session.scalars(query.where(Appointment.status == AppointmentStatus.OPEN))
        [slot] = appointment.slots
        slot.status, appointment.status = SlotStatus.BOOKED, AppointmentStatus.CONFIRMED
        during = Range(appointment.first_start, appointment.first_start.replace(hour=12))
        row = Assignment(slot_id=slot.id, mediator_id=mediator.id, during=during, status=AssignmentStatus.BOOKED)
        row.changed_at = make.NOW
        return make.kept(session, row).id


def test_a_change_keeps_who_agreed_where_nothing_she_agreed_to_changed(marta: Coordinator, database: Database) -> None:
    """Two days a week, longer, now not to be left: Monday's booking stays, Thursday's dates are added."""
    code = marta.entered(cover="may_leave")["code"]
    booked = book(database, "2026-12-14")
    changed = marta.change(code, since="2026-12-01", weekdays=["mon", "thu"], cover="always", last_day="2026-12-28")
    assert changed.status_code == 200, changed.text
    assert [(date["day"], date["status"]) for date in changed.json()["dates"]] == [
        ("2026-11-30", "open"),
        ("2026-12-03", "open"),
        ("2026-12-07", "open"),
        ("2026-12-10", "open"),
        ("2026-12-14", "booked"),
        ("2026-12-17", "open"),
        ("2026-12-21", "open"),
        ("2026-12-24", "open"),
        ("2026-12-28", "open"),
    ]
    with database.begin() as session:
        assert session.get_one(Assignment, booked).status == AssignmentStatus.BOOKED
        assert session.execute(TOLD).scalar() == 0
        ahead = Slot.appointment.has(Appointment.first_start > make.NOW + dt.timedelta(days=9))
        assert set(session.scalars(select(Slot.value).where(ahead, Slot.status != SlotStatus.CANCELLED))) == {3500}


def test_another_hour_asks_who_agreed_and_renews_the_others(marta: Coordinator, database: Database) -> None:
    """From 8 December on an hour later: 7 December stays as it was, and whoever has the 14th is asked for a new yes."""
    code = marta.entered()["code"]
    booked = book(database, "2026-12-14")
    changed = marta.change(code, since="2026-12-08", **{"from": "10:00"}).json()
    assert [(date["start"], date["status"]) for date in changed["dates"]] == [
        ("2026-11-30T08:00:00Z", "open"),
        ("2026-12-07T08:00:00Z", "open"),
        ("2026-12-14T09:00:00Z", "offered"),
        ("2026-12-21T09:00:00Z", "open"),
    ]
    with database.begin() as session:
        old = session.get_one(Assignment, booked)
        assert old.status == AssignmentStatus.WITHDRAWN
        [new] = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.PUBLISHED)).all()
        assert (new.mediator_id, new.agreed) == (old.mediator_id, old.during)
        assert session.execute(TOLD).scalar() == 0


def test_what_has_passed_cannot_be_changed(marta: Coordinator) -> None:
    """A change from yesterday on is refused by day, and so is a shift that grows to nine hours or out of its project."""
    code = marta.entered()["code"]
    refused = marta.change(code, since="2026-11-21", to="12:00")
    assert refused.json()["errors"][0]["field"] == "since"
    assert marta.change(code, since="2026-12-01", to="18:30").json()["errors"][0]["field"] == "to"
    assert days(marta.read(code)) == ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"]


def test_it_ends_on_a_day_and_whoever_had_said_yes_is_told(marta: Coordinator, database: Database) -> None:
    """Ended on the 7th: the later dates are cancelled once, however often it is pressed."""
    code = marta.entered()["code"]
    book(database, "2026-12-14")
    for _ in range(2):
        assert days(marta.end(code, "2026-12-07").json()) == ["2026-11-30", "2026-12-07"]
    with database.begin() as session:
        assert session.execute(TOLD).scalar() == 1
        assert session.scalars(select(Request)).one().status == "open"
    assert marta.end(code, "2026-11-01").status_code == 422
    assert marta.end(code, "2027-11-01").status_code == 422


def test_an_early_end_stays_unless_a_later_last_day_is_given(marta: Coordinator) -> None:
    """Changed after it was ended, the dates beyond the end do not come back by themselves."""
    code = marta.entered()["code"]
    marta.end(code, "2026-12-10")
    assert marta.end(code, "2026-12-14").status_code == 422
    assert days(marta.change(code, since="2026-11-22", cover="may_leave").json()) == ["2026-11-30", "2026-12-07"]
    longer = marta.change(code, since="2026-11-22", last_day="2026-12-21").json()
    assert (len(longer["dates"]), longer["ended_on"]) == (4, None)


def test_one_that_never_begins_takes_its_request_with_it(marta: Coordinator, database: Database) -> None:
    """Ended before its first date, nothing of it is left to look for."""
    code = marta.entered()["code"]
    assert days(marta.end(code, "2026-11-22").json()) == []
    with database.begin() as session:
        assert session.scalars(select(Request)).one().status == "cancelled"


def test_the_list_says_what_the_next_weeks_look_like(marta: Coordinator, database: Database) -> None:
    """Filters by state and cover; the share of the next four weeks counts bookings."""
    code = marta.entered()["code"]
    marta.entered(weekdays=["tue"], name="Altro", cover="may_leave")
    book(database, "2026-12-14")
    [line] = marta.listed(cover="always")["items"]
    assert (line["code"], line["next_four_weeks"]) == (code, {"dates": 3, "booked": 1})
    assert line["next_days"] == ["2026-11-30", "2026-12-07", "2026-12-14"]
    assert marta.listed()["total"] == 2
    assert marta.listed(state="ended")["items"] == []
    assert [line["name"] for line in marta.listed(q="altro")["items"]] == ["Altro"]


def test_a_place_or_a_mediator_of_another_ambito_is_not_hers_to_choose(marta: Coordinator, database: Database) -> None:
    """Neither is offered nor accepted, for it would spend another budget; a coordinator of all ambiti may choose both."""
    with database.begin() as session:
        away = make.place(session, "casa-clusone", comune_code="016077")
        make.mediator(session, "m2", name="Bilal", home_id=away.id, ambiti=["BG14"])
        make.account(session, "carla", Role.COORDINATOR)
    carla = Coordinator(make.signed_in(make.client(database), "carla"))
    for field, code in (("place", "ic-clusone"), ("mediator", "m2")):
        [problem] = marta.enter(**{field: code}).json()["errors"]
        assert (problem["field"], problem["value"]) == (field, code)
        assert f'value="{code}"' not in marta.client.get("/presences/new").text
        assert f'<option value="{code}"' in carla.client.get("/presences/new").text
    assert carla.enter(place="ic-clusone", mediator="m2", to="10:00").status_code == 201
    [problem] = carla.enter(**TERRITORIAL | {"place": "ic-clusone"}).json()["errors"]
    assert (problem["field"], "questo ambito" in problem["remedy"]) == ("place", True)


def test_who_is_wished_for_already_stays(marta: Coordinator, database: Database) -> None:
    """Somebody of all ambiti wished for one of another ambito: whoever changes the hours afterwards keeps that wish."""
    with database.begin() as session:
        away = make.place(session, "casa-clusone", comune_code="016077")
        make.mediator(session, "m2", name="Bilal", home_id=away.id, ambiti=["BG14"])
        make.account(session, "carla", Role.COORDINATOR)
    code = Coordinator(make.signed_in(make.client(database), "carla")).entered(mediator="m2")["code"]
    assert '<option value="m2" selected>' in marta.client.get(f"/presences/{code}/change").text
    changed = marta.change(code, since="2026-12-01", to="12:00")
    assert (changed.status_code, changed.json()["entered"]["mediator"]) == (200, "m2")


def test_another_ambitos_presence_is_not_there(marta: Coordinator, database: Database) -> None:
    """A coordinator of another ambito gets 404 and an empty list; one of all ambiti sees it."""
    code = marta.entered()["code"]
    with database.begin() as session:
        make.account(session, "anna", Role.COORDINATOR, ambiti=["BG14"])
        make.account(session, "carla", Role.COORDINATOR)
    anna = Coordinator(make.signed_in(make.client(database), "anna"))
    assert anna.client.get(f"{PRESENCES}/{code}").status_code == 404
    assert anna.end(code, "2026-12-07").status_code == 404
    assert anna.listed()["total"] == 0
    assert Coordinator(make.signed_in(make.client(database), "carla")).listed()["total"] == 1
