# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places, services, organisations and projects on screen: entered, changed, refused, and kept within a coordinator's ambiti."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.records import Appointment, Budget, Desk, Organisation, Place, Project
from dispatch.records.statuses import OrganisationRole, Role
from tests import filled, make
from tests.dispatch.offers import scene

PLACE = {"code": "cpia-1", "name": "CPIA Trescore", "comune": "Trescore Balneario", "address": "Via Roma 1"}
POINT = {"lat": "45,6951234567", "lon": "9,8412345678"}
DESK = {"code": "cpia-nai", "name": "Sportello NAI", "sector": "school", "sms_label": "scuola"}
PROJECT = {"code": "fami-1", "name": "FAMI", "starts": "2026-01-01", "ends": "2027-12-31"}


@pytest.fixture
def marta(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator of every ambito, signed in; one place of Trescore, one of Clusone."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, make.NOW)
        make.comune(session, "016077", ambito_code="BG09", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        make.place(session, "sede", name="Sede di Trescore")
        make.place(session, "alta", name="Sede di Clusone", comune_code="016077")
        make.organisation(session, "istituto", role=OrganisationRole.REQUESTING)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "paola", Role.COORDINATOR, ambiti=["BG05"])
    return make.signed_in(make.client(database), "marta")


@pytest.fixture
def paola(database: Database, marta: TestClient) -> TestClient:
    """A coordinator of Val Cavallina alone."""
    return make.signed_in(make.client(database), "paola")


def errors(answer: Any) -> set[str]:
    """The fields that a refused page says something about."""
    assert answer.status_code == 422, answer.text
    return set(re.findall(r'id="([^"]+)-error"', answer.text))


def test_each_register_takes_a_new_row(database: Database, marta: TestClient) -> None:
    """A place, an organisation, a service and a project, one after the other, each found in its list."""
    assert marta.post("/places/new", data=PLACE | POINT).headers["location"] == "/places/cpia-1?saved=1"
    assert marta.post("/organisations/new", data={"code": "cpia", "name": "CPIA", "role": "requesting"}).is_redirect
    assert marta.post(
        "/projects/new", data=PROJECT | {"budgets-1-ambito": "BG05", "budgets-1-hours": "7,5"}
    ).is_redirect
    chosen = {"organisation": "cpia", "place": "cpia-1", "project": "fami-1", "ambito": "BG05"}
    assert marta.post("/desks/new", data=DESK | chosen).is_redirect
    with database.begin() as session:
        desk = session.scalars(select(Desk).where(Desk.code == "cpia-nai")).one()
        assert (desk.place.code, desk.organisation.code, desk.project_code, desk.active) == (
            "cpia-1",
            "cpia",
            "fami-1",
            True,
        )
        assert desk.place.ambito_code == "BG05"
        assert session.scalars(select(Budget.minutes)).all() == [450]
    for path, words in (("places", "CPIA Trescore"), ("desks", "Sportello NAI"), ("projects", "7 h 30 min")):
        assert words in marta.get(f"/{path}").text
    assert "un servizio" in marta.get("/organisations").text


@pytest.mark.parametrize("path", ["/places/cpia-1", "/organisations/cpia", "/projects/fami-1", "/desks/cpia-nai"])
def test_what_is_shown_and_sent_back_is_the_same(database: Database, marta: TestClient, path: str) -> None:
    """Each form holds all of its row: saved unchanged, the row is as it was."""
    test_each_register_takes_a_new_row(database, marta)
    models = {"places": Place, "organisations": Organisation, "projects": Project, "desks": Desk}
    table = models[path.split("/")[1]].__table__

    def row() -> list[object]:
        with database.begin() as session:
            return list(session.execute(select(table).where(table.c.code == path.split("/")[2])).one())

    before = row()
    answer = marta.post(path, data=filled.fields(marta.get(path).text, path))
    assert answer.is_redirect, errors(answer)
    assert row() == before


def test_a_service_that_closes_leaves_the_list(database: Database, marta: TestClient) -> None:
    """Without the tick it is closed: found only by who looks for it, and it asks for nothing any more."""
    test_each_register_takes_a_new_row(database, marta)
    typed = filled.fields(marta.get("/desks/cpia-nai").text, "/desks/cpia-nai")
    del typed["active"]
    assert marta.post("/desks/cpia-nai", data=typed).is_redirect
    assert "Sportello NAI" not in marta.get("/desks").text
    assert "Sportello NAI" in marta.get("/desks?state=closed").text
    asked = marta.post("/api/v1/requests", json=make.body("cpia-nai", place="cpia-1"))
    assert [problem["field"] for problem in asked.json()["errors"]] == ["desk"]


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("/places/new", PLACE | {"comune": "Trescorre"}, {"comune"}),
        ("/places/new", PLACE | {"code": "sede"}, {"code"}),
        ("/places/new", PLACE | {"lat": "9,84", "lon": "45,69"}, {"lat"}),
        ("/places/new", PLACE | {"lat": "qui", "comune": "Atlantide"}, {"lat", "comune"}),
        ("/desks/new", DESK | {"organisation": "istituto", "place": "", "sector": "bar"}, {"place", "sector"}),
        ("/desks/new", DESK | {"organisation": "istituto", "place": "sede", "sms_label": "x" * 25}, {"sms_label"}),
        ("/organisations/new", {"code": "due parole", "name": "X", "role": "lead"}, {"code"}),
        ("/projects/new", PROJECT | {"ends": "2025-12-31"}, {"ends"}),
        ("/projects/new", PROJECT | {"budgets-2-ambito": "BG05", "budgets-2-hours": "tante"}, {"budgets-2-hours"}),
        (
            "/projects/new",
            PROJECT
            | {f"budgets-{n}-{name}": text for n in (0, 2) for name, text in (("ambito", "BG05"), ("hours", "5"))},
            {"budgets-2-ambito"},
        ),
    ],
)
def test_a_slip_is_said_at_its_field_and_loses_nothing(
    database: Database, marta: TestClient, path: str, typed: dict[str, str], wrong: set[str]
) -> None:
    answer = marta.post(path, data=typed)
    assert errors(answer) == wrong
    assert f'value="{typed["name"]}"' in answer.text
    with database.begin() as session:
        assert session.scalars(select(Project)).all() == []
        assert session.scalars(select(Place.code).where(Place.code == "cpia-1")).all() == []


def test_a_budget_below_what_is_booked_is_refused_with_the_visits(database: Database, marta: TestClient) -> None:
    """An hour is booked: half an hour is refused, an hour is enough; the visit that stands in the way is shown."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        make.project(session, "fami-2463", minutes=None)
        session.scalars(select(Appointment)).one().project_code = "fami-2463"
        settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING)
    typed = filled.fields(marta.get("/projects/fami-2463").text, "/projects/fami-2463")
    typed |= {"budgets-1-ambito": ["BG05"], "budgets-1-hours": ["0,5"]}
    refused = marta.post("/projects/fami-2463", data=typed)
    assert errors(refused) == {"budgets-1-hours"}
    assert "mer 2 dic, 10:00" in refused.text
    assert 'href="/requests/R-' in refused.text
    typed["budgets-1-hours"] = ["1"]
    assert marta.post("/projects/fami-2463", data=typed).is_redirect
    page = marta.get("/projects").text
    assert "1 h prenotate su 1 h" in page
    assert "restano 0 min" in page


def test_a_coordinator_keeps_to_her_ambiti(database: Database, paola: TestClient) -> None:
    """Another ambito's place is not told to exist, is not offered, and nothing is entered there."""
    assert paola.get("/places/alta").status_code == 404
    assert "Clusone" not in paola.get("/places").text
    assert 'value="alta"' not in paola.get("/desks/new").text
    assert errors(paola.post("/places/new", data=PLACE | {"comune": "Clusone"})) == {"comune"}
    assert errors(paola.post("/desks/new", data=DESK | {"organisation": "istituto", "place": "alta"})) == {"place"}
    with database.begin() as session:
        assert session.scalars(select(Desk)).all() == []
        assert session.scalars(select(Place.code).where(Place.code == "cpia-1")).all() == []


def test_no_service_becomes_the_office_of_anothers_ambito(database: Database, paola: TestClient) -> None:
    """Hers is fine, another's is refused at its field and nothing is written."""
    typed = DESK | {"organisation": "istituto", "place": "sede"}
    assert errors(paola.post("/desks/new", data=typed | {"ambito": "BG09"})) == {"ambito"}
    with database.begin() as session:
        assert session.scalars(select(Desk)).all() == []
    assert paola.post("/desks/new", data=typed | {"ambito": "BG05"}).is_redirect
    assert errors(paola.post("/desks/cpia-nai", data=typed | {"ambito": "BG09", "active": "true"})) == {"ambito"}


def test_who_coordinates_some_ambiti_reads_projects_only(
    database: Database, marta: TestClient, paola: TestClient
) -> None:
    """Its budgets belong to all ambiti: 403 for what she sends, no button that would send it, and no hour changes."""
    shared = PROJECT | {"budgets-1-ambito": "BG09", "budgets-1-hours": "7,5"}
    assert marta.post("/projects/new", data=shared).is_redirect
    for path in ("/projects/new", "/projects/fami-1"):
        assert paola.post(path, data=shared | {"budgets-1-hours": "1"}).status_code == 403
    assert paola.get("/projects/new").status_code == 403
    with database.begin() as session:
        assert session.scalars(select(Budget.minutes)).all() == [450]
    listed, read = paola.get("/projects").text, paola.get("/projects/fami-1").text
    assert "FAMI" in listed
    assert 'href="/projects/new"' not in listed
    assert "chi li coordina tutti" in read
    assert "Salva</" not in read
    assert "Salva</" in marta.get("/projects/fami-1").text


def test_nothing_yet_and_nothing_here_are_two_pages(marta: TestClient) -> None:
    """An empty register offers the first action, a filtered one to take the filters off."""
    assert "Inserisci il primo progetto" in marta.get("/projects").text
    assert 'href="/places"' in marta.get("/places?q=zzz").text
    assert "Inserisci la prima sede" not in marta.get("/places?q=zzz").text


def test_a_home_is_no_place_to_meet(database: Database, marta: TestClient) -> None:
    """Where a mediator lives stands in no list."""
    with database.begin() as session:
        make.mediator(session, "m1", home_id=make.place(session, "casa-m1", name="Casa di m1").id)
    assert "Casa di m1" not in marta.get("/places").text
    assert marta.get("/places/casa-m1").status_code == 404
