# SPDX-License-Identifier: AGPL-3.0-or-later
"""The roster on screen: lists and forms, overlaps with their choices, absences over visits, and who may see whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.records import (
    Absence,
    Assignment,
    AuditEntry,
    Availability,
    Commitment,
    Desk,
    ExtraShift,
    Mediator,
    Offer,
    Request,
    Slot,
)
from dispatch.records.statuses import AssignmentStatus, OrganisationRole, Role, SlotStatus
from tests import filled, make
from tests.dispatch.offers import scene

SHIFTS = [(0, 480, 780), (2, 840, 1080)]


@pytest.fixture
def marta(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator of every ambito, signed in; Amina (m1) is in the roster, and the clock stands at NOW."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, make.NOW)
        make.account(session, "marta", Role.COORDINATOR)
        make.organisation(session, "coop", role=OrganisationRole.PROVIDER)
        make.mediator(session, "m1", shifts=SHIFTS, phone="+393331234567", hourly_cost=2600, max_week=1080)
    return make.signed_in(make.client(database), "marta")


def form(**changes: Any) -> dict[str, Any]:
    """An ordinary mediator as the form sends her."""
    ordinary: dict[str, Any] = {
        "code": "m2",
        "name": "Fatou D.",
        "gender": "f",
        "phone": "333 765 4321",
        "message_language": "it",
        "organisation": "coop",
        "home": "Trescore Balneario",
        "languages-0-code": "wolof",
        "languages-0-level": "3",
        "languages-1-code": "francese",
        "languages-1-level": "2",
        "kinds": ["mediation", "interpreting"],
        "modes": ["onsite", "phone"],
        "skills": ["health"],
        "skills_until-health": "2027-06-30",
        "where": "these",
        "ambiti": ["BG05"],
        "travel_means": "bus",
        "max_week": "17,5",
        "hourly_cost": "27,50",
        "reminders": "both",
    }
    return ordinary | changes


def errors(answer: Any) -> set[str]:
    """The fields that a refused page says something about."""
    assert answer.status_code == 422, answer.text
    return set(re.findall(r'id="([^"]+)-error"', answer.text))


def one(session: Session, code: str = "m1") -> Mediator:
    return session.scalars(select(Mediator).where(Mediator.code == code)).one()


def week_form(*shifts: tuple[int, str, str], **more: str) -> dict[str, str]:
    lines: dict[str, str] = {}
    for number, (day, low, high) in enumerate(shifts):
        lines |= {f"shift-{number}-day": str(day), f"shift-{number}-from": low, f"shift-{number}-to": high}
    return lines | more


def weekly(database: Database) -> list[tuple[int, int, int]]:
    with database.begin() as session:
        rows = session.scalars(select(Availability).order_by(Availability.weekday, Availability.from_minute))
        return [(row.weekday, row.from_minute, row.to_minute) for row in rows]


STANDING = ((0, "08:00", "13:00"), (2, "14:00", "18:00"))


def booked(database: Database) -> tuple[str, int]:
    """A visit that somebody said yes to: her code and the id of the slot."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING)
        offer = session.get_one(Offer, offer_id)
        return offer.mediator.code, offer.slot_id


def test_a_new_mediator_is_entered_with_everything_the_planner_needs(database: Database, marta: TestClient) -> None:
    """Languages by their names, hours and euros with a comma, a skill that ends, the phone however it was typed."""
    with database.begin() as session:
        make.languages(session, "wo", "fr")
    answer = marta.post("/roster/new", data=form())
    assert (answer.status_code, answer.headers["location"]) == (303, "/roster/m2?saved=1"), answer.text
    with database.begin() as session:
        row = one(session, "m2")
        assert {spoken.language_code: spoken.level for spoken in row.languages} == {"wo": 3, "fr": 2}
        assert (row.phone, row.max_week, row.hourly_cost, row.max_day) == ("+393337654321", 1050, 2750, None)
        assert (row.skills, row.skills_until, row.ambiti) == (["health"], {"health": "2027-06-30"}, ["BG05"])
        assert (row.travel_means, row.travel_factor, row.reminders) == ("bus", 1.8, "both")
        assert row.home.comune.name == "Trescore Balneario"
    assert "Salvato" in marta.get(answer.headers["location"]).text


def test_what_is_shown_and_sent_back_changes_nothing(database: Database, marta: TestClient) -> None:
    """The form holds all of her: opening it and pressing save is no change, and no audit entry."""
    with database.begin() as session:
        make.languages(session, "wo", "fr")
    marta.post("/roster/new", data=form())
    with database.begin() as session:
        before = len(session.scalars(select(AuditEntry)).all())
    typed = filled.fields(marta.get("/roster/m2").text, "/roster/m2")
    answer = marta.post("/roster/m2", data=typed)
    assert answer.status_code == 303, errors(answer)
    with database.begin() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "035 123456"}, "phone"),
        ({"phone": "+39 333 123 4567"}, "phone"),
        ({"code": "m1"}, "code"),
        ({"code": ""}, "code"),
        ({"languages-1-code": "klingon"}, "languages-1-code"),
        ({"languages-1-code": "wolof"}, "languages-1-code"),
        ({"max_week": "tanto"}, "max_week"),
        ({"hourly_cost": ""}, "hourly_cost"),
        ({"organisation": "altra"}, "organisation"),
        ({"home": "Trescorre"}, "home"),
        ({"ambiti": []}, "ambiti"),
        ({"kinds": []}, "kinds"),
        ({"name": "\x00"}, None),
    ],
)
def test_a_slip_is_said_at_its_field_and_loses_nothing(
    database: Database, marta: TestClient, wrong: dict[str, Any], field: str | None
) -> None:
    """422, the field named, the rest as it was typed, and no row written."""
    with database.begin() as session:
        make.languages(session, "wo", "fr")
    answer = marta.post("/roster/new", data=form(**wrong))
    if field is None:
        assert answer.status_code == 303
        return
    assert errors(answer) == {field}
    assert 'value="17,5"' in answer.text or "tanto" in answer.text
    with database.begin() as session:
        assert session.scalars(select(Mediator.code)).all() == ["m1"]


def test_several_slips_are_said_at_once(database: Database, marta: TestClient) -> None:
    """What the form cannot read and what the register refuses stand on one page."""
    with database.begin() as session:
        make.languages(session, "wo", "fr")
    answer = marta.post("/roster/new", data=form(phone="035 123456", max_week="tanto", home="Atlantide"))
    assert errors(answer) == {"phone", "max_week", "home"}


def test_the_list_is_searched_and_filtered(database: Database, marta: TestClient) -> None:
    """By text, language, ambito and state; nothing here and nothing yet are two pages."""
    with database.begin() as session:
        make.mediator(session, "m9", name="Blerina S.", speaks={"sq": 3}, ambiti=["BG05"], sms_blocked="opted_out")
        make.mediator(session, "m8", name="Chen L.", speaks={"zh": 3}, active=False)

    def names(query: str) -> set[str]:
        page = marta.get(f"/roster{query}").text
        return {name for name in ("Amina m1", "Blerina S.", "Chen L.") if name in page}

    assert names("") == {"Amina m1", "Blerina S."}
    assert names("?q=bler") == names("?language=sq") == {"Blerina S."}
    assert names("?state=retired") == {"Chen L."}
    assert names("?state=all") == {"Amina m1", "Blerina S.", "Chen L."}
    assert "non vuole SMS" in marta.get("/roster").text
    assert "Nessun risultato" in (page := marta.get("/roster?q=zzz").text) or "filtri" in page
    assert "Ancora nessun mediatore" not in page


def test_the_list_says_who_works_next(database: Database, marta: TestClient) -> None:
    """Her next visit stands beside her name."""
    booked(database)
    assert "mer 2 dic" in marta.get("/roster").text


def test_an_empty_roster_offers_the_first_action(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
    page = make.signed_in(make.client(database), "marta").get("/roster").text
    assert "Ancora nessun mediatore" in page
    assert 'href="/roster/new"' in page


def test_a_week_is_saved_and_lines_come_and_go(database: Database, marta: TestClient) -> None:
    """Adding and removing lines saves nothing; saving makes the lines her week."""
    at = "/roster/m1/availability"
    more = marta.post(at, data=week_form(*STANDING, do="add:4"))
    assert (more.status_code, 'name="shift-2-day" value="4"' in more.text) == (200, True)
    less = marta.post(at, data=week_form(*STANDING[:1], do="remove:0"))
    assert 'name="shift-0-day"' not in less.text
    assert weekly(database) == SHIFTS
    saved = marta.post(at, data=week_form(*STANDING, (4, "18:00", "00:00")))
    assert saved.status_code == 303, saved.text
    assert weekly(database) == [*SHIFTS, (4, 1080, 1440)]


def test_overlapping_availability_is_refused_with_both_rows_and_the_choices(
    database: Database, marta: TestClient
) -> None:
    """Nothing is saved; the page names the two shifts and what each button would leave."""
    answer = marta.post("/roster/m1/availability", data=week_form(*STANDING, (0, "12:00", "14:30")))
    assert answer.status_code == 422
    assert weekly(database) == SHIFTS
    for words in ("lun 8:00-13:00", "lun 12:00-14:30", "Uniscili: lun 8:00-14:30", "Tieni solo il vecchio"):
        assert words in answer.text
    assert {f'value="{how}:0:2"' for how in ("join", "keep", "take")} <= set(
        re.findall(r'value="\w+:0:2"', answer.text)
    )


@pytest.mark.parametrize(("how", "monday"), [("join", (0, 480, 870)), ("keep", (0, 480, 780)), ("take", (0, 720, 870))])
def test_a_choice_between_two_overlapping_shifts_is_done(
    database: Database, marta: TestClient, how: str, monday: tuple[int, int, int]
) -> None:
    """The button of the refused page sends the same week again, and now it is saved."""
    typed = week_form(*STANDING, (0, "12:00", "14:30"), do=f"{how}:0:2")
    assert marta.post("/roster/m1/availability", data=typed).status_code == 303
    assert weekly(database) == [monday, SHIFTS[1]]


def test_an_absence_an_extra_shift_and_a_course_are_entered_and_removed(database: Database, marta: TestClient) -> None:
    """Whole days without times; a course has a title and counts as work; each has a button that takes it away."""
    at = "/roster/m1"
    assert marta.post(f"{at}/absences", data={"absence-first": "2026-12-24", "absence-last": "2026-12-26"}).is_redirect
    extra = {"extra-day": "2026-12-05", "extra-from": "09:00", "extra-to": "12:00"}
    assert marta.post(f"{at}/extra-shifts", data=extra).is_redirect
    course = {"course-title": "Privacy", "course-day": "2026-12-01", "course-from": "14:00", "course-to": "16:00"}
    assert marta.post(f"{at}/courses", data=course).is_redirect
    page = marta.get(f"{at}/availability").text
    for words in ("gio 24 dic – sab 26 dic", "sabato 5 dicembre, 9:00–12:00", "Privacy · online"):
        assert words in page
    for kind, start, end in re.findall(r'name="kind" value="(\w+)".*?value="([^"]+)".*?value="([^"]+)"', page):
        marta.post(f"{at}/departures/remove", data={"kind": kind, "start": start, "end": end})
    with database.begin() as session:
        assert [session.scalars(select(model)).all() for model in (Absence, ExtraShift, Commitment)] == [[], [], []]


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("absences", {}, {"absence-first"}),
        ("absences", {"absence-first": "domani"}, {"absence-first"}),
        ("absences", {"absence-first": "0001-01-01"}, {"absence-first"}),
        ("absences", {"absence-first": "2026-12-24", "absence-last": "2026-12-20"}, {"absence-last"}),
        ("extra-shifts", {"extra-day": "2026-12-05", "extra-from": "9"}, {"extra-from", "extra-to"}),
        ("courses", {"course-day": "2026-12-01", "course-from": "14:00", "course-to": "13:00"}, {"course-to"}),
    ],
)
def test_a_departure_that_cannot_be_is_refused_at_its_field(
    database: Database, marta: TestClient, path: str, typed: dict[str, str], wrong: set[str]
) -> None:
    assert errors(marta.post(f"/roster/m1/{path}", data=typed)) == wrong


def test_an_absence_over_a_visit_shows_it_first(database: Database, marta: TestClient) -> None:
    """Nothing is saved or freed until somebody chooses; the buttons carry what was typed."""
    code, slot_id = booked(database)
    answer = marta.post(f"/roster/{code}/absences", data={"absence-first": "2026-12-02"})
    assert answer.status_code == 422
    assert 'name="visits" value="release"' in answer.text
    assert '<input type="hidden" name="absence-first" value="2026-12-02">' in answer.text
    with database.begin() as session:
        assert session.scalars(select(Absence)).all() == []
        assert session.get_one(Slot, slot_id).status == SlotStatus.BOOKED


@pytest.mark.parametrize(("choice", "status"), [("release", SlotStatus.OPEN), ("keep", SlotStatus.BOOKED)])
def test_a_visit_in_the_way_is_freed_or_left(
    database: Database, marta: TestClient, choice: str, status: SlotStatus
) -> None:
    """Freed: the slot is open and a repair is due at once. Left: she keeps it. The absence stands either way."""
    code, slot_id = booked(database)
    answer = marta.post(f"/roster/{code}/absences", data={"absence-first": "2026-12-02", "visits": choice})
    assert answer.status_code == 303
    with database.begin() as session:
        slot = session.get_one(Slot, slot_id)
        assert len(session.scalars(select(Absence)).all()) == 1
        assert (slot.status, slot.replan_due is not None) == (status, choice == "release")


def test_who_leaves_with_visits_ahead_is_asked_about_them(database: Database, marta: TestClient) -> None:
    """Refused with the rows, then done as chosen; she can come back as she was."""
    code, slot_id = booked(database)
    shown = marta.post(f"/roster/{code}/retire")
    assert (shown.status_code, "mer 2 dic" in shown.text) == (422, True)
    with database.begin() as session:
        assert one(session, code).active
    assert marta.post(f"/roster/{code}/retire", data={"visits": "release"}).is_redirect
    with database.begin() as session:
        assert not one(session, code).active
        assert session.get_one(Slot, slot_id).status == SlotStatus.OPEN
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
    assert "fuori elenco" in marta.get(f"/roster/{code}").text
    assert marta.post("/roster/m1/retire").is_redirect
    assert marta.post("/roster/m1/return").is_redirect
    with database.begin() as session:
        assert one(session).active


def test_a_coordinator_keeps_to_her_ambiti(database: Database, marta: TestClient) -> None:
    """Who lives and works elsewhere is not told to exist, and nobody is entered or moved out of sight."""
    with database.begin() as session:
        make.languages(session, "wo", "fr")
        make.comune(session, "016077", ambito_code="BG09", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        far = make.place(session, "far", comune_code="016077").id
        make.mediator(session, "m7", name="Yonas T.", home_id=far, ambiti=["BG09"])
        make.account(session, "paola", Role.COORDINATOR, ambiti=["BG05"])
    paola = make.signed_in(make.client(database), "paola")
    assert paola.get("/roster/m7").status_code == 404
    assert "Yonas T." not in paola.get("/roster").text
    assert errors(paola.post("/roster/new", data=form(home="Clusone", ambiti=["BG09"]))) == {"ambiti"}
    with database.begin() as session:
        assert session.scalars(select(Mediator).where(Mediator.code == "m2")).one_or_none() is None
    assert marta.get("/roster/m7").status_code == 200


CHANGES = ("", "/retire", "/return", "/availability", "/absences", "/extra-shifts", "/courses", "/departures/remove")


@pytest.fixture
def paola(database: Database, marta: TestClient) -> TestClient:
    """A coordinator of BG05 alone; m7 works anywhere and lives in BG09, m8 lives there too but names BG05."""
    with database.begin() as session:
        make.comune(session, "016077", ambito_code="BG09", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        far = make.place(session, "far", comune_code="016077")
        make.mediator(session, "m7", name="Yonas T.", home_id=far.id)
        make.mediator(session, "m8", name="Saba K.", home_id=far.id, ambiti=["BG05", "BG09"])
        make.account(session, "paola", Role.COORDINATOR, ambiti=["BG05"])
    return make.signed_in(make.client(database), "paola")


def test_who_works_anywhere_is_read_by_all_and_changed_at_home(database: Database, paola: TestClient) -> None:
    """Every change of m7 is refused with the reason; who lives in her ambito or names it she may change."""
    assert paola.get("/roster/m7").status_code == paola.get("/roster/m7/availability").status_code == 200
    for path in CHANGES:
        refused = paola.post(f"/roster/m7{path}", data={"visits": "release"})
        assert (refused.status_code, "Yonas T. abita in un altro ambito" in refused.text) == (403, True), path
    with database.begin() as session:
        assert one(session, "m7").active
    for code in ("m1", "m8"):
        assert paola.post(f"/roster/{code}/retire").is_redirect


def test_what_she_may_not_change_is_shown_without_its_buttons(paola: TestClient) -> None:
    """The page of m7 says why it is only to be read; that of m8, whom she may change, is an ordinary form."""
    for page in ("", "/availability"):
        read, changed = paola.get(f"/roster/m7{page}").text, paola.get(f"/roster/m8{page}").text
        assert '<fieldset class="po-bare" disabled>' in read
        assert "Yonas T. abita in un altro ambito" in read
        assert '<fieldset class="po-bare">' in changed
        assert "abita in un altro ambito" not in changed


def test_visits_in_the_way_tell_nothing_of_another_ambito(
    database: Database, marta: TestClient, paola: TestClient
) -> None:
    """Their time and state are shown, so that somebody can choose; the request and the service only to who sees them."""
    code, _slot_id = booked(database)
    with database.begin() as session:
        desk = session.scalars(select(Desk)).one()
        desk.name, request = "Consultorio", session.scalars(select(Request.code)).one()
    away = {"absence-first": "2026-12-02"}

    def told(visitor: TestClient) -> set[tuple[bool, bool, bool]]:
        pages = (visitor.post(f"/roster/{code}/retire"), visitor.post(f"/roster/{code}/absences", data=away))
        assert [page.status_code for page in pages] == [422, 422]
        return {("mer 2 dic" in page.text, request in page.text, "Consultorio" in page.text) for page in pages}

    assert told(paola) == {(True, True, True)}
    with database.begin() as session:
        session.scalars(select(Desk)).one().place_id = one(session, "m7").home_id
    assert told(paola) == {(True, False, False)}
    assert told(marta) == {(True, True, True)}
