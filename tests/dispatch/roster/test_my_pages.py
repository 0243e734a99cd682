# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's own availability: she sees her week and enters a holiday; her visits stay hers until she gives them back."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from dispatch.access import links
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.records import Absence, Assignment, Availability, Mediator, Notice, Offer
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
    assert 'aria-label="lun 23 nov, mattina: sì"' in page
    assert 'aria-label="mer 2 dic, mattina: sì, hai un intervento"' in page
    assert 'value="08:00"' in amina.get("/my/week").text
    assert "<script" not in page
    for name in ("agenda", "availability", "week", "choices"):
        assert f'href="/my/{name}"' in amina.get("/my/choices" if name != "choices" else AT).text


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
    """Her account is shut; by an old link she is told kindly why, and may still read; back, she may again."""
    with database.begin() as session:
        me = session.get_one(Mediator, session.scalars(select(Offer.mediator_id)).one())
        me.active = False
        mine = links.make(links.Purpose.AGENDA, me.id, b"test")
    phone = make.client(database)
    asked = {"absence-first": "2026-12-24"}
    for at in ("availability/tap", "week", "choices"):
        assert phone.post(f"/m/{mine}/{at}", data={}).status_code == 403
    assert phone.post(f"/m/{mine}/give-up", data={"code": "99"}).status_code == 403
    at = f"/m/{mine}/availability"
    refused = phone.post(at, data=asked)
    assert (refused.status_code, "Chiama chi ti coordina" in refused.text) == (403, True)
    assert phone.get(at).status_code == 200
    assert amina.post(AT, data=asked).status_code in (303, 401)
    assert absences(database) == 0
    with database.begin() as session:
        session.scalars(select(Mediator)).one().active = True
    assert phone.post(f"/m/{mine}/availability", data=asked).is_redirect


def test_a_slip_is_said_and_kept(database: Database, amina: TestClient) -> None:
    answer = amina.post(AT, data={"absence-first": "2026-12-24", "absence-last": "2026-12-20"})
    assert answer.status_code == 422
    assert 'value="2026-12-20"' in answer.text
    assert absences(database) == 0


def test_her_pages_are_small_on_the_wire(amina: TestClient) -> None:
    """Compressed for who reads that, plain for who does not; the style is fetched once a year."""
    for name in ("agenda", "availability", "week", "choices"):
        answer = amina.get(f"/my/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < 5 * 1024
        plain = amina.get(f"/my/{name}", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert plain.text.count("</main>") == answer.text.count("</main>") == 1


def test_one_tap_changes_a_part_of_a_day(database: Database, amina: TestClient) -> None:
    """Tapped, the morning is a no; the same button again changes nothing; tapped back, it is as before. Reading is not tapping."""
    page = amina.get(AT).text
    cell = re.search(r'value="(busy:2026-12-01:morning)"', page)
    assert cell
    assert amina.get(f"{AT}/tap").status_code in (404, 405)
    for _ in range(2):
        assert amina.post(f"{AT}/tap", data={"cell": cell[1]}).headers["location"] == f"{AT}#days"
    assert absences(database) == 1
    assert 'value="free:2026-12-01:morning"' in amina.get(AT).text
    amina.post(f"{AT}/tap", data={"cell": "free:2026-12-01:morning"})
    assert absences(database) == 0
    amina.post(f"{AT}/tap", data={"cell": "free:2026-12-05:evening"})
    assert 'aria-label="sab 5 dic, sera: sì"' in amina.get(AT).text
    assert amina.post(f"{AT}/tap", data={"cell": "free:2029-12-05:evening"}).status_code == 422


def test_a_tap_over_a_visit_keeps_it_and_says_so(database: Database, amina: TestClient) -> None:
    answer = amina.post(f"{AT}/tap", data={"cell": "busy:2026-12-02:morning"})
    assert "restano tuoi" in amina.get(answer.headers["location"]).text
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]


def test_she_gives_a_visit_up_in_two_steps(database: Database, amina: TestClient) -> None:
    """The button lies behind a word that opens it; pressed twice it is given up once, and somebody else is looked for."""
    page = amina.get("/my/agenda").text
    code = re.search(
        r'<details><summary>Non posso andare</summary>\s*<form.*?name="code" value="([0-9]+)"', page, re.DOTALL
    )
    assert code
    for _ in range(2):
        answer = amina.post("/my/give-up", data={"code": code[1]})
        assert answer.headers["location"] == "/my/agenda?given=up"
    assert "Chiediamo a un&#39;altra persona" in amina.get("/my/agenda?given=up").text
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
    assert amina.post("/my/give-up", data={"code": "9999"}).status_code == 404


def test_her_week_is_hers_to_change(database: Database, amina: TestClient) -> None:
    """In force at once, and whoever coordinates is told; a slip is said, and nothing typed is lost."""
    lines = {"shift-0-day": "0", "shift-0-from": "9:00", "shift-0-to": "12:00"}
    assert amina.post("/my/week", data=lines | {"shift-0-to": "8:00"}).status_code == 422
    assert amina.post("/my/week", data=lines).headers["location"] == "/my/week?saved=1"
    amina.post("/my/week", data=lines)
    with database.begin() as session:
        [shift] = session.scalars(select(Availability)).all()
        assert (shift.weekday, shift.from_minute, shift.to_minute) == (0, 540, 720)
        assert session.scalars(select(Notice.kind).where(Notice.kind == "pattern_changed")).all() == ["pattern_changed"]


def test_what_she_chooses_is_in_force_at_once(database: Database, amina: TestClient) -> None:
    """Reminders, language and nights are saved, and the dates of her booked visit are reckoned anew by a job."""
    chosen = {"reminders": "two_hours", "message_language": "en", "quiet_hours_allowed": "true"}
    assert amina.post("/my/choices", data=chosen).headers["location"] == "/my/choices?saved=1"
    with database.begin() as session:
        her = session.scalars(select(Mediator)).one()
        assert (her.reminders, her.message_language, her.quiet_hours_allowed) == ("two_hours", "en", True)
        assert session.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'attendance.remind_anew'")
        )
    assert amina.post("/my/choices", data=chosen | {"reminders": "never"}).status_code == 422


def test_her_pages_open_in_the_language_of_her_sms(database: Database, amina: TestClient) -> None:
    """Arabic from right to left by her register alone; another that she chooses is remembered, on error pages too."""
    with database.begin() as session:
        session.scalars(select(Mediator)).one().message_language = "ary"
        offer = links.make(links.Purpose.OFFER, session.scalars(select(Offer.id)).one(), b"test")
    phone = make.client(database)
    page = phone.get(f"/m/{offer}").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "وساطة لغوية وثقافية" in page
    assert '<html lang="bn" dir="ltr">' in phone.get(f"/m/{offer}?lang=bn").text
    broken = phone.get(f"/m/{offer[:-1]}", headers={"Accept": "text/html"})
    assert (broken.status_code, "লিংকটি পুরো নয়" in broken.text) == (404, True)
