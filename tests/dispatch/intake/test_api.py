# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests over HTTP on PostgreSQL: what is created, what repeats, what changes, and what is nobody's business."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from dispatch.access import idempotency
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records import Request, Slot
from dispatch.records.statuses import Role
from tests import make

REQUESTS = "/api/v1/requests"


class Desk:
    """A desk's program at the door: a client with the desk's key."""

    def __init__(self, client: TestClient, code: str, key: dict[str, str]) -> None:
        self.client, self.code, self.key = client, code, key

    def post(self, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        return self.client.post(REQUESTS, json=make.body(self.code, **changes), headers=self.key | (headers or {}))

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(REQUESTS + path, params=query, headers=self.key)

    def patch(self, code: str, **changes: Any) -> Any:
        return self.client.patch(f"{REQUESTS}/{code}", json=changes, headers=self.key)

    def cancel(self, code: str, **body: Any) -> Any:
        return self.client.post(f"{REQUESTS}/{code}/cancel", json=body, headers=self.key)


@pytest.fixture
def school(database: Database) -> Desk:
    with database.begin() as session:
        make.desk(session, "ic-trescore")
        make.desk(session, "ic-clusone")
        make.mediator(session, "m1")
        set_virtual(session, make.NOW)
    return Desk(make.client(database), "ic-trescore", make.key_of(database, "ic-trescore"))


def test_a_request_becomes_an_appointment_with_an_open_slot(school: Desk) -> None:
    """One day and one language are one appointment with one open slot, said back in plain Italian."""
    answer = school.post()
    assert answer.status_code == 201, answer.text
    request = answer.json()
    assert request["code"] == f"R-{1000 + request['id']}"
    assert answer.headers["location"] == f"{REQUESTS}/{request['code']}"
    (appointment,) = request["appointments"]
    assert appointment["starts"] == [{"first": "2026-11-30T08:10:00Z", "last": "2026-11-30T08:10:00Z"}]
    (slot,) = appointment["slots"]
    assert (slot["status"], slot["languages"]) == ("open", {"ar": 2})
    assert school.get(f"/{request['code']}").json() == request


def test_two_days_and_two_languages_are_two_appointments_with_two_slots_each(school: Desk) -> None:
    """Every entry of when is an appointment, every must-language a slot of it."""
    languages = [{"code": "ar", "must": True}, {"code": "francese", "level": 3, "must": True}]
    when = [{"day": "2026-12-03", "from": "15:00"}, {"day": "2026-12-01", "from": "09:00"}]
    request = school.post(languages=languages, when=when).json()
    assert [one["starts"][0]["first"] for one in request["appointments"]] == [
        "2026-12-01T08:00:00Z",
        "2026-12-03T14:00:00Z",
    ]
    for appointment in request["appointments"]:
        assert [slot["languages"] for slot in appointment["slots"]] == [{"ar": 1}, {"fr": 3}]


@pytest.mark.parametrize(
    ("changes", "field", "value", "remedy"),
    [
        ({"languages": [{"code": "xx", "must": True}]}, "languages.0.code", "xx", "?"),
        ({"when": [{"day": "2026-11-20", "from": "09:00"}]}, "when.0.day", "2026-11-20", "2026-11-22"),
        ({"when": [{"day": "2026-11-22", "from": "09:30"}]}, "when.0.from", "09:30", ""),
        ({"duration": 0}, "duration", 0, ""),
        ({"duration": 780}, "duration", 780, ""),
        ({"duration": "60"}, "duration", "60", ""),
        ({"place": "ic-trescor"}, "place", "ic-trescor", "ic-trescore"),
        ({"place": ...}, "place", None, ""),
        ({"desk": "ic-clusone"}, "desk", "ic-clusone", "ic-trescore"),
        ({"desk": "nowhere"}, "desk", "nowhere", "ic-trescore"),
        ({"when": [{"day": "2026-11-30T09:10", "from": "09:10"}]}, "when.0.day", "2026-11-30T09:10", "2026-11-30"),
        ({"when": [{"day": "2026-11-30", "from": "9.10"}]}, "when.0.from", "9.10", "09:10"),
        ({"when": [{"day": "2026-11-30", "from": "09:10+01:00"}]}, "when.0.from", "09:10+01:00", "09:10"),
        ({"when": [{"day": "2027-03-28", "from": "02:30"}]}, "when.0.from", "2027-03-28 02:30", "03:00"),
        ({"when": [{"day": "2027-10-31", "from": "02:30"}]}, "when.0.from", "2027-10-31 02:30", "03:00"),
        ({"when": [{"day": "0001-01-01", "from": "09:00"}]}, "when.0.day", "0001-01-01", ""),
        ({"when": [{"day": "9999-12-31", "from": "09:00"}]}, "when.0.day", "9999-12-31", ""),
        ({"when": []}, "when", "[]", ""),
        ({"languages": []}, "languages", "[]", ""),
        ({"languages": [{"code": "ar", "must": False}]}, "languages.0.must", False, ""),
        ({"people": 0}, "people", 0, ""),
        ({"priority": "asap"}, "priority", "asap", "routine"),
        ({"hurry": True}, "hurry", True, ""),
        ({"project": "fami"}, "project", "fami", ""),
        ({"same_mediator": {"id": "m9", "must": True}}, "same_mediator.id", "m9", ""),
        ({"skills": [{"code": "minor", "must": True}]}, "skills.0.code", "minor", "minors"),
        ({"case": "Mario Rossi"}, "case", "Mario Rossi", "c-17"),
        ({"note": "La mamma è RSSMRA85T10A562S"}, "note", "RSSMRA85T10A562S", ""),
        ({"note": "Chiedere di Fatima Haddad", "note_confirmed": False}, "note", "Fatima Haddad", "note_confirmed"),
        ({"note": "a" * 301}, "note", None, "300"),
        ({"note": "colloquio \x00"}, "note", None, ""),
        ({"repeat": {"every": "week", "until": "2026-11-24"}}, "repeat.until", "2026-11-24", ""),
        ({"repeat": {"every": "day", "until": "2026-12-24"}}, "repeat.every", "day", "week"),
    ],
)
def test_what_cannot_be_is_refused_with_field_value_and_remedy(
    school: Desk, changes: dict[str, Any], field: str, value: object, remedy: str
) -> None:
    """Every refusal is a problem that names the field, gives the value back, and says what to write."""
    answer = school.post(**changes)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    errors = {error["field"]: error for error in answer.json()["errors"]}
    assert field in errors, errors
    assert value is None or errors[field]["value"] == value
    assert errors[field]["message"]
    assert errors[field]["remedy"]
    assert remedy in errors[field]["remedy"]
    assert school.get().json()["total"] == 0


def test_an_unknown_language_is_answered_with_what_was_meant(school: Desk) -> None:
    """Somebody who writes "albanesse" is told the code of Albanian."""
    (error,) = school.post(languages=[{"code": "albanesse", "must": True}]).json()["errors"]
    assert "sq" in error["remedy"]


def test_everything_wrong_is_said_at_once(school: Desk) -> None:
    """Nobody mends a request field by field."""
    answer = school.post(duration=0, place="nowhere", languages=[{"code": "xx", "must": True}], case="Mario")
    assert {error["field"] for error in answer.json()["errors"]} == {"duration", "place", "languages.0.code", "case"}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"desk": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"duration": NaN}',
        b'{"duration": 1e999}',
        b'{"duration": ' + b"9" * 5000 + b"}",
        b"[" * 20_000,
        b'"text"',
        b"null",
        b"{",
        b"\xff\xfe",
        b"",
    ],
)
def test_odd_bodies_are_refused_cleanly(school: Desk, raw: bytes) -> None:
    """Half a surrogate pair, NaN, a tower of brackets or no JSON at all: a 4xx problem, never a 500."""
    answer = school.client.post(REQUESTS, content=raw, headers=school.key | {"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


def test_a_confirmed_note_is_kept(school: Desk) -> None:
    """Capitals that are no person's name pass once somebody confirms them."""
    answer = school.post(note="Entrare da Porta Sud", note_confirmed=True)
    assert answer.status_code == 201
    assert answer.json()["asked"]["note"] == "Entrare da Porta Sud"


def test_the_same_key_and_body_are_answered_once_and_the_same(school: Desk) -> None:
    """A repeated post with its key gets the first answer, and there is one request."""
    first, second = (school.post({"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert school.get().json()["total"] == 1
    control = school.post({"Idempotency-Key": "k-2"})
    assert control.json()["code"] != first.json()["code"]


def test_the_same_key_with_another_body_is_refused(school: Desk) -> None:
    """A key names one request for ever."""
    school.post({"Idempotency-Key": "k-1"})
    answer = school.post({"Idempotency-Key": "k-1"}, duration=90)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_refused_post_does_not_use_up_its_key(school: Desk) -> None:
    """Who mends the body may send it with the same key: nothing had been done."""
    assert school.post({"Idempotency-Key": "k-1"}, duration=0).status_code == 422
    assert school.post({"Idempotency-Key": "k-1"}).status_code == 201


def test_thirty_posts_at_once_with_one_key_make_one_request(school: Desk, database: Database) -> None:
    """The others wait for the first and get its answer."""
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: school.post({"Idempotency-Key": "k-1"}), range(30)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["code"] for answer in answers}) == 1
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 1


def test_without_the_claim_a_repeat_would_ask_twice(school: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where the key is not claimed, the same post makes a second request."""
    monkeypatch.setattr(idempotency, "_claim", lambda *_: True)
    first, second = (school.post({"Idempotency-Key": "k-1"}).json()["code"] for _ in range(2))
    assert first != second


def test_a_key_belongs_to_its_caller(school: Desk, database: Database) -> None:
    """Two desks that happen to choose one key do not meet."""
    other = Desk(school.client, "ic-clusone", make.key_of(database, "ic-clusone"))
    first, second = (desk.post({"Idempotency-Key": "k-1"}) for desk in (school, other))
    assert [first.status_code, second.status_code] == [201, 201]
    assert first.json()["code"] != second.json()["code"]


def test_a_coordinator_asks_for_the_desks_of_her_ambiti(
    school: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She asks for any desk of hers and for no other; an administrator for all."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone")
        make.desk(session, "far", place_id=make.place(session, "far", comune_code="016077").id)
        make.account(session, "marta", Role.COORDINATOR, ambiti=["BG05"])
        make.account(session, "root", Role.ADMIN)
    statuses = {}
    for login in ("marta", "root"):
        visitor = make.signed_in(make.client(database), login)
        for desk in ("ic-trescore", "far"):
            statuses[login, desk] = visitor.post(REQUESTS, json=make.body(desk)).status_code
    assert statuses == {
        ("marta", "ic-trescore"): 201,
        ("marta", "far"): 422,
        ("root", "ic-trescore"): 201,
        ("root", "far"): 201,
    }


def test_what_cannot_wait_for_the_week_plan_is_looked_at_at_once(school: Desk, database: Database) -> None:
    """Near requests, and urgent ones of the days ahead, are due for a repair now; ordinary ones wait for the plan."""
    school.post()
    school.post(when=[{"day": "2026-11-23", "from": "09:00"}])
    weekly = {"every": "week", "until": "2026-12-11"}
    school.post(when=[{"day": "2026-11-27", "from": "09:00"}], repeat=weekly, priority="urgent")
    with database.begin() as session:
        due = session.scalars(select(Slot.replan_due).order_by(Slot.id)).all()
    assert due == [None, make.NOW, make.NOW, None, None]  # the later weeks of an urgent series wait for their plan


def test_another_desks_request_is_not_there(school: Desk, database: Database) -> None:
    """A desk gets 404 for another's request, whatever it wants to do with it, and does not see it in its list."""
    code = school.post().json()["code"]
    other = Desk(school.client, "ic-clusone", make.key_of(database, "ic-clusone"))
    answers = [other.get(f"/{code}"), other.patch(code, duration=90), other.cancel(code)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert other.get().json()["items"] == []
    assert school.get(f"/{code}").json()["status"] == "open"


def test_the_list_shows_the_next_meeting_first(school: Desk) -> None:
    """Filters narrow it, pages cut it, and what comes next stands on top."""
    late = school.post(when=[{"day": "2026-12-10", "from": "09:00"}]).json()["code"]
    soon = school.post(when=[{"day": "2026-11-25", "from": "09:00"}], kind="interpreting").json()["code"]
    assert [item["code"] for item in school.get().json()["items"]] == [soon, late]
    assert [item["code"] for item in school.get(kind="mediation").json()["items"]] == [late]
    assert [item["code"] for item in school.get(since="2026-12-01").json()["items"]] == [late]
    second = school.get(per_page=1, page=2).json()
    assert ([item["code"] for item in second["items"]], second["pages"], second["total"]) == ([late], 2, 2)
    assert school.get(language="ar", status="open").json()["total"] == 2
    assert school.get(language="fr").json()["total"] == 0


def test_cancelling_twice_is_as_once(school: Desk) -> None:
    """The request, its appointments and its slots are cancelled; the second time nothing changes."""
    code = school.post().json()["code"]
    first, second = school.cancel(code), school.cancel(code)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["status"] == "cancelled"
    (appointment,) = first.json()["appointments"]
    assert (appointment["status"], appointment["slots"][0]["status"]) == ("cancelled", "cancelled")


def test_one_date_of_a_series_can_be_cancelled(school: Desk) -> None:
    """The others stand, and so does the request."""
    code = school.post(repeat={"every": "week", "until": "2026-12-14"}).json()["code"]
    request = school.cancel(code, appointments=[2]).json()
    assert [one["status"] for one in request["appointments"]] == ["open", "cancelled", "open"]
    assert request["status"] == "open"
    assert school.cancel(code, appointments=[9]).status_code == 404


def test_a_change_keeps_what_it_does_not_touch(school: Desk) -> None:
    """A longer series keeps its first dates; the note and the case change without asking anybody anew."""
    code = school.post(repeat={"every": "week", "until": "2026-12-07"}).json()["code"]
    longer = school.patch(code, repeat={"every": "week", "until": "2026-12-14"}, note="aula 3", case="c-17").json()
    assert [(one["number"], one["status"]) for one in longer["appointments"]] == [(1, "open"), (2, "open"), (3, "open")]
    assert longer["asked"]["note"] == "aula 3"


def test_another_time_cancels_and_asks_anew(school: Desk) -> None:
    """An appointment whose time changes is cancelled; a new one takes its place."""
    code = school.post().json()["code"]
    changed = school.patch(code, when=[{"day": "2026-12-01", "from": "10:00"}]).json()
    assert [(one["number"], one["status"]) for one in changed["appointments"]] == [(1, "cancelled"), (2, "open")]
    assert changed["appointments"][1]["starts"][0]["first"] == "2026-12-01T09:00:00Z"


def test_a_change_is_checked_like_a_new_request(school: Desk) -> None:
    """A wrong value, a null where one is needed, or a closed request changes nothing."""
    code = school.post().json()["code"]
    assert school.patch(code, duration=0).status_code == 422
    assert school.patch(code, kind=None).status_code == 422
    assert school.patch(code, desk="ic-clusone").json()["errors"][0]["field"] == "desk"
    school.cancel(code)
    assert school.patch(code, duration=90).status_code == 409


def test_a_strange_code_is_refused_before_the_database_sees_it(school: Desk) -> None:
    """NUL and quotes in an address are a 422, an unknown code a 404."""
    assert school.get("/R-1%00").status_code == 422
    assert school.get("/R-99999").status_code == 404


def test_nobody_meets_at_a_mediators_home(school: Desk) -> None:
    """Her home is a place of the planner's; a desk that guesses its code learns nothing from the answer."""
    answer = school.post(place="home-m1")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "place"
    assert answer.json()["errors"][0]["message"] == school.post(place="zzz").json()["errors"][0]["message"]


def test_two_meetings_with_the_same_starts_both_survive_a_change(school: Desk) -> None:
    """Both may be any time that day, so they allow the same starts; a new note cancels neither."""
    when = [{"day": "2026-11-30", "from": time, "tolerance": "same_day"} for time in ("09:00", "10:00")]
    code = school.post(when=when).json()["code"]
    changed = school.patch(code, note="aula 3").json()
    assert [one["status"] for one in changed["appointments"]] == ["open", "open"]


def test_a_series_says_the_days_it_leaves_out_in_words(school: Desk) -> None:
    """A person reads what was understood."""
    repeat = {"every": "week", "until": "2026-12-21", "except": ["2026-12-07"]}
    assert "Esclusi: lunedì 7 dicembre." in school.post(repeat=repeat).json()["understood"]


@pytest.mark.parametrize(("day", "hurries"), [("2026-11-22", True), ("2026-11-30", False)])
def test_what_begins_within_a_day_does_not_wait_for_the_tick(
    school: Desk, database: Database, day: str, hurries: bool
) -> None:
    """An urgent request asks for a repair in its own transaction; one of next week leaves it to the minute's tick."""
    answer = school.post(priority="urgent", when=[{"day": day, "from": "11:30"}])
    assert answer.status_code == 201, answer.text
    with database.begin() as session:
        jobs = session.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()
    assert ("planning.repair" in jobs) is hurries
