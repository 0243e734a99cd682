# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's own availability: she sees her week and enters a holiday; her visits stay hers until she gives them back."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.access import links
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.records import Absence, Assignment, Mediator, Offer
from dispatch.records.statuses import AssignmentStatus, Role
from tests import make
from tests.dispatch.offers import scene

AT = "/my/availability"


@pytest.fixture
def amina(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Signed in, with a visit on Wednesday 2 December that she said yes to."""
    make.cheap_passwords(monkeypatch)
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        settle_offer(session, scene.office(), offer_id, Reply.YES, scene.MONDAY_MORNING)
        make.account(session, "amina", Role.MEDIATOR, mediator_id=session.get_one(Offer, offer_id).mediator_id)
    return make.signed_in(make.client(database), "amina")


def absences(database: Database) -> int:
    with database.begin() as session:
        return len(session.scalars(select(Absence)).all())


def test_she_sees_her_week(amina: TestClient) -> None:
    """Every day with its times, in her language, on a page without a script."""
    page = amina.get(AT).text
    assert "8:00-19:00" in page
    assert "domenica" in page
    assert "<script" not in page
    assert f'href="{AT}"' in amina.get("/my/agenda").text


def test_a_holiday_without_visits_is_saved_at_once(database: Database, amina: TestClient) -> None:
    answer = amina.post(AT, data={"absence-first": "2026-12-24", "absence-last": "2026-12-31"})
    assert answer.is_redirect
    assert "gio 24 dic – gio 31 dic" in amina.get(AT).text
    assert absences(database) == 1


def test_her_visits_in_that_time_are_listed_and_never_dropped(database: Database, amina: TestClient) -> None:
    """She is told to withdraw or call; saved all the same, the booking still stands, and nothing she sends frees it."""
    asked = amina.post(AT, data={"absence-first": "2026-12-02"})
    assert asked.status_code == 422
    assert "mer 2 dic" in asked.text
    assert "ANNULLA" in asked.text
    assert absences(database) == 0
    assert amina.post(AT, data={"absence-first": "2026-12-02", "visits": "release"}).status_code == 422
    assert amina.post(AT, data={"absence-first": "2026-12-02", "visits": "keep"}).is_redirect
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]
    assert absences(database) == 1


def test_the_link_of_her_sms_opens_the_same_page(database: Database, amina: TestClient) -> None:
    """No password: the signed link leads from her agenda to her availability, and saves there; a broken one does not."""
    with database.begin() as session:
        mine = links.make(links.Purpose.AGENDA, session.scalars(select(Offer.mediator_id)).one(), b"test")
    phone = make.client(database)
    assert f'href="/m/{mine}/availability"' in phone.get(f"/m/{mine}/agenda").text
    answer = phone.post(f"/m/{mine}/availability", data={"absence-first": "2026-12-24"})
    assert answer.headers["location"] == f"/m/{mine}/availability?saved=1"
    assert "giovedì 24 dicembre" in phone.get(answer.headers["location"]).text
    assert phone.get(f"/m/{mine[:-1]}x/availability").status_code == 404


def test_who_left_enters_nothing_any_more(database: Database, amina: TestClient) -> None:
    """Neither with her account nor with an old link: she is told kindly why, and may still read; back, she may again."""
    with database.begin() as session:
        me = session.get_one(Mediator, session.scalars(select(Offer.mediator_id)).one())
        me.active = False
        mine = links.make(links.Purpose.AGENDA, me.id, b"test")
    phone = make.client(database)
    asked = {"absence-first": "2026-12-24"}
    for visitor, at in ((amina, AT), (phone, f"/m/{mine}/availability")):
        refused = visitor.post(at, data=asked)
        assert (refused.status_code, "Chiama chi ti coordina" in refused.text) == (403, True)
        assert visitor.get(at).status_code == 200
    assert absences(database) == 0
    with database.begin() as session:
        session.scalars(select(Mediator)).one().active = True
    assert phone.post(f"/m/{mine}/availability", data=asked).is_redirect


def test_a_slip_is_said_and_kept(database: Database, amina: TestClient) -> None:
    answer = amina.post(AT, data={"absence-first": "2026-12-24", "absence-last": "2026-12-20"})
    assert answer.status_code == 422
    assert 'value="2026-12-20"' in answer.text
    assert absences(database) == 0
